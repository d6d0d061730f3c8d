"""Agent availability, as an account with omnichannel routing shows it to admins: online while on shift, else offline.

JSON:API with cursors; instants have microseconds, unlike those of tickets.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.model import Person
from helpdesk_tui.sandbox.zendesk import ids
from helpdesk_tui.sandbox.zendesk.account import Call, Json
from helpdesk_tui.sandbox.zendesk.paging import in_memory, page

STATUSES = {2: "Offline", 3: "Online", 4: "Away", 5: "Transfers only"}


def availabilities(call: Call) -> Json:
    """GET /agent_availabilities."""
    served = {group.gid for group in call.account.groups()}
    people = [
        person
        for person in call.account.world.people.values()
        if person.role in ("technician", "lead") and person.active and served & set(person.groups)
    ]
    rows = in_memory(people, lambda person: (person.uid,))
    return page(call, "data", rows, lambda some: {"data": [_row(call, one) for one in some], "included": []})


def statuses(call: Call) -> Json:
    """GET /agent_availabilities/agent_statuses."""
    rows = [{"id": key, "type": "agent_statuses", "attributes": {"name": name}} for key, name in STATUSES.items()]
    return {"data": rows, "url": f"{call.base}{call.path}"}


def _row(call: Call, person: Person) -> Json:
    number = ids.user(person.uid)
    status, since = standing(person, call.account.now)
    shown = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%S.583732Z")
    return {
        "id": f"agent_availabilities|{number}",
        "type": "agent_availabilities",
        "attributes": {
            "agent_id": number,
            "agent_status": {"id": status, "name": STATUSES[status].lower(), "reason": "UNKNOWN", "updated_at": shown},
            "group_ids": [ids.group(gid) for gid in person.groups],
            "skills": [],
            "version": since % 100_000,
        },
        "links": {"self": f"{call.base}/api/v2/agent_availabilities/{number}"},
        "relationships": {"channels": {"data": []}},
    }


def standing(person: Person, now: int) -> tuple[int, int]:
    """An agent's status and since when: online from the beginning of a shift to its end."""
    local = datetime.fromtimestamp(now, ZoneInfo(person.zone))
    shift = person.shift
    if shift is None:
        return 2, now // 86_400 * 86_400
    for back in range(8):
        day = (local - timedelta(days=back)).replace(hour=0, minute=0, second=0, microsecond=0)
        if day.weekday() not in shift.weekdays:
            continue
        begins = int((day.replace(hour=shift.start // 60, minute=shift.start % 60)).timestamp())
        ends = int((day.replace(hour=shift.end // 60, minute=shift.end % 60)).timestamp())
        if ends <= now:
            return 2, ends
        if begins <= now:
            return 3, begins
    return 2, now // 86_400 * 86_400
