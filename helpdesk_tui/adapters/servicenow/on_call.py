"""Who is on call by ServiceNow: its own answers, `spans` for a time and `whoisoncall` for now, never worked out from
`cmn_rota*`.

A schedule of ours is a roster of a rota ("Network 24x7 Primary"). Spans come in slices, end a second before the next
begins, and are asked for in UTC. Where `whoisoncall` names somebody else for now, that is believed until the next
change. Without the on-call plugin the endpoints are not there, which is a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from helpdesk_tui.adapters.http import Params
from helpdesk_tui.adapters.servicenow.context import Context
from helpdesk_tui.adapters.servicenow.queries import EVERYTHING, portions
from helpdesk_tui.adapters.servicenow.wire import Raw, value_of
from helpdesk_tui.domain.roster.absences import kind_of
from helpdesk_tui.domain.roster.told import Told, ToldAbsence, ToldDuty, ToldRotation, ToldSchedule
from helpdesk_tui.domain.wall_time import UnknownZone, find_zone, starts_at
from helpdesk_tui.errors import Garbled, Refused

BASE = "/api/now/on_call_rota"
SLICE = 92 * 86_400
"""Seconds that one question about spans covers."""
GROUPS_AT_ONCE = 20
_COMPACT = re.compile(r"\d{8}T\d{6}Z?")
_SPAN = (
    "sys_id", "user", "schedule.document", "schedule.document_key", "schedule.time_zone", "type", "start_date_time",
    "end_date_time",
)  # fmt: skip


async def rosters(context: Context, start: int, end: int) -> Told:
    """Every roster of the groups in scope (of all groups without a scope) with its duties in [start, end)."""
    groups = sorted(context.scope.groups) or await _all_groups(context)
    schedules: dict[str, ToldSchedule] = {}
    duties: list[ToldDuty] = []
    for some in portions(groups, GROUPS_AT_ONCE):
        mine = await _rosters(context, some)
        if not mine:
            continue
        schedules |= mine
        duties += await _spans(context, some, mine, start, end)
        duties = _believed(context, duties, await _now(context, some), mine)
    people: dict[str, dict[str, None]] = {}
    for duty in duties:
        people.setdefault(duty.schedule, {})[duty.person] = None
    told = tuple(
        replace(one, rotations=(ToldRotation(one.key, one.name, tuple(people.get(one.key, ()))),))
        for one in schedules.values()
    )
    return Told(
        told, tuple(duties), absences=tuple(await _absences(context)), whole=frozenset({"schedules", "absences"}),
        asked_from=start, asked_to=end,
    )  # fmt: skip


async def _all_groups(context: Context) -> list[str]:
    return [
        value_of(row.get("sys_id")) async for row in context.tables.all("sys_user_group", ("sys_id",), ("active=true",))
    ]


async def _get(context: Context, path: str, params: Params | None = None) -> Any:
    return (await context.http.fetch_json("GET", f"{BASE}/{path}", params=params)).data


async def _rosters(context: Context, groups: Iterable[str]) -> dict[str, ToldSchedule]:
    """The rosters of some groups by sys_id."""
    rotas = {
        str(row.get("sys_id")): (str(row.get("name") or ""), str(row.get("group_sys_id") or ""))
        for row in _rows(await _get(context, f"getrotasbygroup/{','.join(groups)}"))
    }
    found: dict[str, ToldSchedule] = {}
    for some in portions(sorted(rotas), GROUPS_AT_ONCE):
        for row in _rows(await _get(context, f"getrostersbyrotas/{','.join(some)}")):
            key = str(row.get("sys_id") or "")
            rota, group = rotas.get(str(row.get("rota_sys_id") or row.get("rota") or ""), ("", ""))
            name = " ".join(filter(None, (rota, str(row.get("name") or ""))))
            if key:
                found[key] = ToldSchedule(context.source, key, name or key, "UTC", group)
    return found


def _rows(data: Any) -> list[Mapping[str, Any]]:
    found = data.get("result") if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise Garbled("an on-call answer without result")
    return [row for row in found if isinstance(row, dict)]


async def _spans(
    context: Context, groups: Iterable[str], known: Mapping[str, ToldSchedule], start: int, end: int
) -> list[ToldDuty]:
    found: list[ToldDuty] = []
    at = start
    while at < end:
        upto = min(at + SLICE, end)
        params = {"group_ids": ",".join(groups), "from": _day(at), "to": _day(upto), "target_tz": "UTC"}
        data = await _get(context, "spans", params)
        spans = data.get("spans") if isinstance(data, dict) else None
        if not isinstance(spans, list):
            raise Garbled("the answer holds no spans")
        for span in spans:
            if isinstance(span, dict) and str(span.get("roster_id")) in known and span.get("user_id"):
                found.append(_duty(context, span, start, end))
        at = upto
    return _merged(one for one in found if one.end > one.start)


def _duty(context: Context, span: Mapping[str, Any], start: int, end: int) -> ToldDuty:
    name = str(span.get("title") or "").partition(" (")[0]
    overridden = span.get("table") == "roster_schedule_span"
    roster = str(span["roster_id"])
    begins, ends = _instant(span.get("start")), _instant(span.get("end")) + 1
    return ToldDuty(
        context.source, roster, str(span["user_id"]), max(begins, start), min(ends, end), roster, name,
        override=overridden,
    )  # fmt: skip


def _merged(duties: Iterable[ToldDuty]) -> list[ToldDuty]:
    """Duties of one person that touch or overlap, as those cut at the edges of slices do, become one."""
    result: list[ToldDuty] = []
    for duty in sorted(duties, key=lambda one: (one.schedule, one.person, one.override, one.start)):
        last = result[-1] if result else None
        same = last and (last.schedule, last.person, last.override) == (duty.schedule, duty.person, duty.override)
        if last and same and duty.start <= last.end:
            result[-1] = replace(last, end=max(last.end, duty.end))
        else:
            result.append(duty)
    return result


async def _now(context: Context, groups: Iterable[str]) -> dict[str, set[str]]:
    """Who is on now, by roster. Rows of one roster come by the order of escalation: who is asked first is on."""
    return _first_asked(_rows(await _get(context, "whoisoncall", {"group_ids": ",".join(groups)})))


def _first_asked(rows: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    found: dict[str, tuple[float, set[str]]] = {}
    for row in rows:
        people = {str(row.get("userId") or ""), *map(str, row.get("userIds") or ())} - {""}
        roster, order = str(row.get("roster") or ""), _order(row.get("order"))
        lowest, before = found.get(roster, (order, set()))
        if people and order <= lowest:
            found[roster] = order, people | before if order == lowest else people
    return {roster: people for roster, (_, people) in found.items()}


def _order(value: Any) -> float:
    """The place in an escalation: a number, or "1,000" as people are shown it."""
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return float("inf")


def _believed(
    context: Context, duties: list[ToldDuty], now_on: Mapping[str, set[str]], mine: Mapping[str, ToldSchedule]
) -> list[ToldDuty]:
    """The duties with those of the present as `whoisoncall` has them."""
    now = context.http.server_now()
    result = []
    for duty in duties:
        if duty.schedule in mine and duty.start <= now < duty.end and duty.person not in now_on.get(duty.schedule, ()):
            result += [replace(duty, end=now)] if duty.start < now else []
        else:
            result.append(duty)
    for roster, people in now_on.items():
        here = {one.person for one in result if one.schedule == roster and one.start <= now < one.end}
        ends = [one.end for one in duties if one.schedule == roster and one.start <= now < one.end]
        begins = [one.start for one in duties if one.schedule == roster and one.start > now]
        until = min([*ends, *begins], default=now + 3_600)
        result += [
            ToldDuty(context.source, roster, person, now, until, roster)
            for person in sorted(people - here)
            if roster in mine
        ]
    return result


async def _absences(context: Context) -> list[ToldAbsence]:
    """Personal time off. Where it may not be read there is none to show."""
    found = []
    try:
        async for row in context.tables.all("roster_schedule_span", _SPAN, (*EVERYTHING, "typeSTARTSWITHtime_off")):
            if (absence := _absence(context, row)) is not None:
                found.append(absence)
    except Refused:
        return []
    return found


def _absence(context: Context, row: Raw) -> ToldAbsence | None:
    """A row of time off. Whose it is stands on the schedule, which is the person's own (its document)."""
    start, end = (value_of(row.get(name)) for name in ("start_date_time", "end_date_time"))
    owner = value_of(row.get("schedule.document_key")) if value_of(row.get("schedule.document")) == "sys_user" else ""
    person, kind = owner or value_of(row.get("user")), value_of(row.get("type"))
    if not person or kind == "time_off_in_approval" or not (_COMPACT.fullmatch(start) and _COMPACT.fullmatch(end)):
        return None
    zone = value_of(row.get("schedule.time_zone"))
    begins, ends = _compact(start, zone), _compact(end, zone)
    key = value_of(row.get("sys_id"))
    return ToldAbsence(context.source, key, person, begins, ends, kind_of(kind)) if ends > begins else None


def _compact(text: str, zone: str) -> int:
    """An instant: in UTC with a Z, else on the wall of the schedule's zone; in UTC where it floats."""
    wall = int(datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp())
    if text.endswith("Z"):
        return wall
    try:
        return starts_at(wall, find_zone(zone))
    except UnknownZone:
        return wall


def _instant(text: Any) -> int:
    try:
        return int(datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise Garbled(f"{str(text)[:40]!r} is no instant") from None


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
