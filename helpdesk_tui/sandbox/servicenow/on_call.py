"""The On-Call API: who is on call, the spans of a time, and the rotas and rosters of groups; and personal time off.

Real JSON types here, unlike the Table API; `spans` has no `result` root. Spans end a second before the next begins and
are cut to the window asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from helpdesk_tui.sandbox.rosters import NOONE, Leave, OncallSchedule, Rota
from helpdesk_tui.sandbox.servicenow.fields import by_name, constant, reference, text
from helpdesk_tui.sandbox.servicenow.listing import ListTable
from helpdesk_tui.sandbox.servicenow.people_tables import system
from helpdesk_tui.sandbox.servicenow.tables import Instance
from helpdesk_tui.sandbox.servicenow.wire import JSON_TYPE, Answer, Call, Refusal, result

PREFIX = "/api/now/on_call_rota/"
Pair = tuple[OncallSchedule, Rota]


class OnCallApi:
    """Answers everything under `/api/now/on_call_rota`."""

    def __init__(self, instance: Instance) -> None:
        self._of = instance

    def answer(self, call: Call) -> Answer:
        """One request. Raises Refusal."""
        if call.viewer.role == "requester":
            raise Refusal(403, "Insufficient rights to query records", "ACL restricts the record retrieval")
        what, _, rest = call.path.removeprefix(PREFIX).strip("/").partition("/")
        if call.method != "GET":
            raise Refusal(405, "Method not supported", f"{call.method} is not supported")
        if what == "whoisoncall":
            return result(list(self._who(call)))
        if what == "spans":
            body = {"current_date_time": _shown(self._now(), "UTC"), "spans": list(self._spans(call))}
            return Answer(200, orjson.dumps(body), {"Content-Type": JSON_TYPE})
        if what == "getrotasbygroup":
            return result(list(self._rotas(rest)))
        if what == "getrostersbyrotas":
            return result(list(self._rosters(rest)))
        raise Refusal(400, "Requested URI does not represent any resource")

    def _now(self) -> int:
        return self._of.world.clock.now()

    def rota_id(self, schedule: OncallSchedule) -> str:
        """The sys_id of a rota: what people call a shift."""
        return self._of.identity.sys_id("cmn_rota", schedule.sid)

    def roster_id(self, rota: Rota) -> str:
        """The sys_id of a roster of a rota."""
        return self._of.identity.sys_id("cmn_rota_roster", rota.rid)

    def _member_id(self, rota: Rota, uid: int) -> str:
        return self._of.identity.sys_id("cmn_rota_member", rota.rid << 20 | uid)

    def _pairs(self, call: Call) -> list[Pair]:
        groups, rotas, rosters = (_listed(call.get(name)) for name in ("group_ids", "rota_ids", "roster_ids"))
        if not (groups or rotas or rosters):
            raise Refusal(400, "group_ids, rota_ids or roster_ids is needed")
        return [
            (schedule, rota)
            for schedule in self._of.world.rosters.of("servicenow")
            for rota in schedule.rotas
            if (not groups or self._of.group(schedule.group) in groups)
            and (not rotas or self.rota_id(schedule) in rotas)
            and (not rosters or self.roster_id(rota) in rosters)
        ]

    def _who(self, call: Call) -> Iterator[dict[str, Any]]:
        at = _instant(call.get("date_time"), "%Y-%m-%d %H:%M:%S") if call.get("date_time") else self._now()
        book = self._of.world.rosters
        for schedule, rota in self._pairs(call):
            for found, uid in book.on(schedule, at):
                if found.rid == rota.rid:
                    yield {
                        "memberId": self._member_id(rota, uid), "memberIds": [], "userId": self._of.user(uid),
                        "userIds": [], "roster": self.roster_id(rota), "rota": self.rota_id(schedule),
                        "group": self._of.group(schedule.group), "escalationGroups": [], "deviceId": "",
                        "deviceIds": [], "isDevice": False, "order": float(rota.order), "isOverride": False,
                        "rotationScheduleId": "", "memberScheduleId": "",
                    }  # fmt: skip

    def _spans(self, call: Call) -> Iterator[dict[str, Any]]:
        zone = call.get("target_tz") or self._of.zone(call.viewer.uid)
        start = _instant(call.get("from"), "%Y-%m-%d")
        end = _instant(call.get("to"), "%Y-%m-%d") + 86_400
        for schedule, rota in self._pairs(call):
            for begins, ends, uid, _ in self._of.world.rosters.periods(schedule, rota, start, end):
                if uid == NOONE:
                    continue
                member, person = self._member_id(rota, uid), self._of.world.people[uid]
                yield {
                    "id": f"100_cal_item_cmn_rota_member_{member}_cmn_rota_roster_{self.roster_id(rota)}_{begins}",
                    "sys_id": member, "table": "cmn_rota_member", "rota_id": self.rota_id(schedule),
                    "roster_id": self.roster_id(rota), "user_id": self._of.user(uid),
                    "group_id": self._of.group(schedule.group),
                    "title": f"{person.name} ({person.login}) ({rota.name})", "color": "#FACFD7",
                    "textColor": "#000000", "start": _shown(begins, zone), "end": _shown(ends - 1, zone),
                }  # fmt: skip

    def _rotas(self, groups: str) -> Iterator[dict[str, Any]]:
        wanted = _listed(groups)
        for schedule in self._of.world.rosters.of("servicenow"):
            if self._of.group(schedule.group) in wanted:
                group = self._of.group(schedule.group)
                yield {"name": schedule.name, "sys_id": self.rota_id(schedule), "group_sys_id": group}

    def _rosters(self, rotas: str) -> Iterator[dict[str, Any]]:
        wanted = _listed(rotas)
        for schedule in self._of.world.rosters.of("servicenow"):
            if self.rota_id(schedule) in wanted:
                for rota in schedule.rotas:
                    yield {
                        "name": rota.name, "sys_id": self.roster_id(rota), "rota_sys_id": self.rota_id(schedule),
                        "order": float(rota.order),
                    }  # fmt: skip


def _listed(text_: str) -> set[str]:
    return {part.strip() for part in text_.split(",") if part.strip()}


def _instant(text_: str, form: str) -> int:
    try:
        return int(datetime.strptime(text_, form).replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise Refusal(400, "Invalid date", f"{text_!r} is not a date") from None


def _shown(at: int, zone: str) -> str:
    try:
        return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
    except (ZoneInfoNotFoundError, ValueError):
        raise Refusal(400, "Invalid time zone", zone) from None


def _compact(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")


def time_off(instance: Instance) -> ListTable:
    """Personal time off: `roster_schedule_span` with the person as the document of its schedule."""
    name = "roster_schedule_span"
    leaves = {leave.lid: leave for leave in instance.world.rosters.leaves}

    def user(row: Leave) -> str:
        return instance.user(row.person)

    fields = by_name(
        *system(lambda row: instance.identity.sys_id(name, row.lid), name),
        text("name", lambda row: f"Time off {instance.user_name(row.person)}"),
        constant("type", "time_off"),
        constant("show_as", "busy"),
        constant("all_day", "false"),
        constant("repeat_type"),
        text("start_date_time", lambda row: _compact(row.start)),
        text("end_date_time", lambda row: _compact(row.end)),
        reference("user", "sys_user", user, lambda row: instance.user_name(row.person)),
        constant("schedule.document", "sys_user"),
        text("schedule.document_key", user),
        constant("schedule.time_zone", "UTC"),
        constant("group"),
        constant("roster"),
    )
    return ListTable(
        name, "Roster Schedule Span", fields, identity=instance.identity, rows=lambda _query: leaves.values(),
        by_ordinal=leaves.get, shown_by="name",
    )  # fmt: skip
