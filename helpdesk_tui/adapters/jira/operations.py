"""Jira Service Management Operations: schedules and their timelines read, overrides written.

Settings of a source
    options.operations   the address of the API, up to and without `/v1`; without it the gateway's for the site's
                         cloudId, or the site's own where that is no *.atlassian.net

Who is on is taken from the timeline, which is the platform's word on rotations, overrides and forwarding together. A
user sees only the schedules they have rights to, so an empty list may be a matter of rights. An override's alias is
made by the platform; ours are found again by their span (`domain.roster.slots`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from helpdesk_tui.adapters.base import Landing, Seen, Verdict, Written, told_by_values
from helpdesk_tui.adapters.http import Http
from helpdesk_tui.adapters.jira.responders import WORDS, with_people
from helpdesk_tui.adapters.jira.rotations import rotation_of
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.roster.slots import NOBODY, OverrideSlot, slot_of
from helpdesk_tui.domain.roster.told import Told, ToldDuty, ToldOverride, ToldSchedule
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.domain.wall_time import UnknownZone, find_zone
from helpdesk_tui.errors import Garbled, Refused

PAGE = 50
MOST = 2_000
"""More schedules or overrides than that are no answer."""
_DAY = 86_400


class Operations:
    """The operations of one site."""

    def __init__(self, source: str, http: Http) -> None:
        """`http` leads to the API's address and signs in there."""
        self._source = source
        self._http = http

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def rosters(self, start: int, end: int, now: int) -> Told:
        """Every schedule with who is on in [start, end), as far as the platform tells: one year back, two ahead.

        A schedule that cannot be read is there with `unread`; what concerns all of them is raised.
        """
        start, end = max(start, now - 365 * _DAY), min(end, now + 700 * _DAY)
        schedules: list[ToldSchedule] = []
        duties: list[ToldDuty] = []
        overrides: list[ToldOverride] = []
        for raw in await self._all("v1/schedules", {"expand": "rotation"}):
            schedule = _schedule(self._source, raw)
            if schedule is None:
                continue
            try:
                mine = await with_people(await self._duties(schedule, start, end), now, self._asking(schedule.key))
                theirs = await self._overrides(schedule.key)
            except (Refused, Garbled) as error:
                schedules.append(replace(schedule, unread=str(error) or "could not be read"))
                continue
            schedules.append(schedule)
            duties += mine
            overrides += [_override(self._source, schedule.key, one) for one in theirs]
        return Told(
            tuple(schedules), tuple(duties), tuple(overrides), whole=frozenset({"schedules"}), asked_from=start,
            asked_to=end,
        )  # fmt: skip

    async def _all(self, path: str, params: Mapping[str, str | int] | None = None) -> list[Mapping[str, Any]]:
        """Every row of a list, page by page; a server that ignores the offset is not asked for ever."""
        found: list[Mapping[str, Any]] = []
        known: set[str] = set()
        while True:
            answer = (await self._http.fetch_json("GET", path, params=_page(params, len(found)))).data
            rows = answer.get("values") if isinstance(answer, dict) else None
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise Garbled("the answer holds no list of values")
            fresh = [row for row in rows if str(row.get("id") or row.get("alias")) not in known]
            known |= {str(row.get("id") or row.get("alias")) for row in fresh}
            found += fresh
            links = answer.get("links")
            if not fresh or not isinstance(links, dict) or not links.get("next") or len(found) > MOST:
                return found

    async def _duties(self, schedule: ToldSchedule, start: int, end: int) -> list[ToldDuty]:
        months = (end - start) // (28 * _DAY) + 2
        params: dict[str, str | int] = {"interval": months, "intervalUnit": "months", "date": _moment(start)}
        answer = (await self._http.fetch_json("GET", f"v1/schedules/{schedule.key}/timeline", params=params)).data
        final = answer.get("finalTimeline") if isinstance(answer, dict) else None
        rotations = final.get("rotations") if isinstance(final, dict) else None
        if not isinstance(rotations, list):
            raise Garbled("the timeline holds no rotations")
        return [
            duty
            for rotation in rotations
            for period in rotation.get("periods") or ()
            for duty in _period(schedule, str(rotation.get("id") or ""), period, start, end)
        ]

    def _asking(self, schedule: str) -> Callable[[int], Awaitable[list[Mapping[str, Any]]]]:
        """Who is on by a schedule at an instant, as the platform's tree of responders."""

        async def ask(at: int) -> list[Mapping[str, Any]]:
            params: dict[str, str | int] = {"flat": "false", "date": _moment(at)}
            answer = (await self._http.fetch_json("GET", f"v1/schedules/{schedule}/on-calls", params=params)).data
            found = answer.get("onCallParticipants") if isinstance(answer, dict) else None
            if not isinstance(found, list):
                raise Garbled("the answer does not hold who is on call")
            return found

        return ask

    async def _overrides(self, schedule: str) -> list[Mapping[str, Any]]:
        return await self._all(f"v1/schedules/{schedule}/overrides")

    # Writing

    async def look(self, key: str) -> Seen:
        """Which override stands in exactly this span now."""
        slot = slot_of(key)
        try:
            there = await self._standing(slot)
        except Refused as error:
            if error.status == 404:
                return Seen(key, way=WayOut.DELETED)
            raise
        if there is None:
            return Seen(key, fields={"person": ""})
        return Seen(key, fields={"person": _person(there.get("responder"))}, stamp=str(there.get("alias") or ""))

    async def write(self, change: Change, seen: Seen) -> Written:
        """One request: make the override, put another in its place, or take it away."""
        slot, wanted = slot_of(change.key), change.desired["person"]
        base = f"v1/schedules/{slot.schedule}/overrides"
        if not wanted:
            await self._http.fetch_json("DELETE", f"{base}/{seen.stamp}", ok=(200, 204), retries=False)
            return Written(Seen(change.key, fields={"person": ""}))
        body: dict[str, Any] = {
            "responder": {"type": "noone"} if wanted == NOBODY else {"type": "user", "id": wanted},
            "startDate": _moment(slot.start), "endDate": _moment(slot.end), "rotationIds": list(slot.rotations) or None,
        }  # fmt: skip
        method, path = ("PUT", f"{base}/{seen.stamp}") if seen.stamp else ("POST", base)
        answer = await self._http.fetch_json(method, path, json=body, ok=(200, 201), retries=False)
        made = answer.data if isinstance(answer.data, dict) else {}
        alias = str(made.get("alias") or seen.stamp)
        if not alias:
            raise Garbled("the platform does not say which override it made", status=answer.status)
        person = _person(made.get("responder")) or wanted
        return Written(Seen(change.key, fields={"person": person}, stamp=alias), marker=alias)

    async def verify(self, change: Change) -> Verdict:
        """Whether a change is there, by what stands in its span."""
        seen = await self.look(change.key)
        if seen.way is not None:
            return Verdict(Landing.ABSENT, seen)
        return told_by_values(change, seen, seen.stamp)

    async def _standing(self, slot: OverrideSlot) -> Mapping[str, Any] | None:
        """The override in exactly this span. Of several the platform lists, the last one made counts."""
        found = None
        for raw in await self._overrides(slot.schedule):
            rotations = tuple(sorted(map(str, raw.get("rotationIds") or ())))
            same = (_instant(raw.get("startDate")), _instant(raw.get("endDate"))) == (slot.start, slot.end)
            if same and rotations == tuple(sorted(slot.rotations)):
                found = raw
        return found


def _page(params: Mapping[str, str | int] | None, offset: int) -> dict[str, str | int]:
    return {**(params or {}), "size": PAGE, "offset": offset}


def _schedule(source: str, raw: Mapping[str, Any]) -> ToldSchedule | None:
    key, zone = raw.get("id"), str(raw.get("timezone") or "UTC")
    if not key or raw.get("enabled") is False:
        return None
    rotations = tuple(rotation_of(one, zone) for one in raw.get("rotations") or () if isinstance(one, dict))
    name = str(raw.get("name") or key)
    return ToldSchedule(source, str(key), name, _known(zone), rotations=rotations, writable=True)


def _known(zone: str) -> str:
    """The zone its days are counted in; UTC for one this machine has never heard of. The duties are instants anyway."""
    try:
        find_zone(zone)
    except UnknownZone:
        return "UTC"
    return zone


def _period(schedule: ToldSchedule, rotation: str, period: Any, start: int, end: int) -> list[ToldDuty]:
    """The duties of one period of the timeline, cut to the window. Nobody's periods have none."""
    if not isinstance(period, dict):
        raise Garbled("the timeline holds a period that is none")
    begins, ends = max(_instant(period.get("startDate")), start), min(_instant(period.get("endDate")), end)
    if begins >= ends:
        return []
    told = period.get("flattenedResponders") or [period.get("responder")]
    found = []
    for responder in told:
        person = _person(responder)
        if person in ("", NOBODY):
            continue
        kind = str(responder.get("type") or "user")
        name = "" if kind == "user" else WORDS.get(kind, f"a {kind}")
        overridden = period.get("type") == "override"
        found.append(ToldDuty(schedule.source, schedule.key, person, begins, ends, rotation, name, override=overridden))
    return found


def _person(responder: Any) -> str:
    if not isinstance(responder, dict) or not responder.get("type"):
        return ""
    if responder["type"] == "noone":
        return NOBODY
    return str(responder.get("id") or "")


def _override(source: str, schedule: str, raw: Mapping[str, Any]) -> ToldOverride:
    person = _person(raw.get("responder"))
    return ToldOverride(
        source, schedule, str(raw.get("alias") or ""), "" if person == NOBODY else person,
        _instant(raw.get("startDate")), _instant(raw.get("endDate")),
        tuple(sorted(map(str, raw.get("rotationIds") or ()))),
    )  # fmt: skip


def _instant(text: Any) -> int:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise Garbled(f"{str(text)[:40]!r} is no instant") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
