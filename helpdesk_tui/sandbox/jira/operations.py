"""JSM Operations: schedules, rotations, overrides, the timeline and who is on call.

Links to the next page are paths without host and without `/api/{cloudId}`. An override's alias is made here. Of
overrides only those that are not over are listed. Instants are written in UTC.
"""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from starlette.responses import Response

from helpdesk_tui.sandbox.jira.call import Call, empty, respond
from helpdesk_tui.sandbox.jira.identity import account_id, group_uuid
from helpdesk_tui.sandbox.jira.problems import Problem
from helpdesk_tui.sandbox.rosters import NOONE, OncallSchedule, Override, Rota, instant, turn_of

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = 7 * 1440
_YEAR = 366 * 86_400


def schedule_id(sid: int) -> str:
    """The identifier of a schedule."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"schedule {sid}"))


def rotation_id(rid: int) -> str:
    """The identifier of a rotation."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"rotation {rid}"))


def refused(status: int, title: str) -> Problem:
    """A refusal in the shape of this API."""
    return Problem(status, orjson.dumps({"errors": [{"title": title, "code": str(status)}]}), "application/json")


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(text: object, name: str) -> int:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise refused(422, f"{name} is not a date") from None
    if found.tzinfo is None:
        raise refused(422, f"{name} has no offset")
    return int(found.timestamp())


def _schedules(call: Call) -> list[OncallSchedule]:
    if not call.cloud:
        raise refused(404, "No such resource")
    if call.role == "requester":
        raise refused(403, "You are not authorized to perform this operation")
    return call.site.world.rosters.of("jira")


def _schedule(call: Call) -> OncallSchedule:
    wanted = call.request.path_params["schedule"]
    for schedule in _schedules(call):
        if wanted == schedule_id(schedule.sid):
            return schedule
    raise refused(404, f"Schedule with id {wanted} does not exist")


def _paged(call: Call, rows: Sequence[Any], **more: Any) -> Response:
    size, offset = call.number("size", 25), call.number("offset", 0)
    if not 1 <= size <= 50 or offset < 0:
        raise refused(400, "size must be between 1 and 50")
    links = {}
    if offset + size < len(rows):
        path = call.request.url.path.partition("/v1/")[2]
        links["next"] = f"/v1/{path}?offset={offset + size}&size={size}"
    return respond({"values": list(rows[offset : offset + size]), "links": links, **more})


async def schedules(call: Call) -> Response:
    """GET /schedules, by name (a prefix with *), with rotations where they are asked for."""
    wanted, rotations = call.text("query"), call.text("expand") == "rotation"
    found = [
        _schedule_json(schedule, rotations=rotations)
        for schedule in _schedules(call)
        if not wanted or (schedule.name.startswith(wanted[:-1]) if wanted.endswith("*") else schedule.name == wanted)
    ]
    return _paged(call, found, _expands=[] if rotations else ["rotation"])


async def schedule(call: Call) -> Response:
    """GET /schedules/{id}."""
    return respond(_schedule_json(_schedule(call), rotations=call.text("expand") == "rotation"))


async def rotations(call: Call) -> Response:
    """GET /schedules/{id}/rotations."""
    found = _schedule(call)
    return _paged(call, [_rotation_json(rota, found.zone) for rota in found.rotas])


def _schedule_json(schedule: OncallSchedule, *, rotations: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": schedule_id(schedule.sid), "name": schedule.name, "description": "", "timezone": schedule.zone,
        "enabled": True, "teamId": group_uuid(schedule.group),
    }  # fmt: skip
    if rotations:
        shown["rotations"] = [_rotation_json(rota, schedule.zone) for rota in schedule.rotas]
    return shown


def _rotation_json(rota: Rota, zone: str) -> dict[str, Any]:
    weekly = rota.days % 7 == 0
    shown: dict[str, Any] = {
        "id": rotation_id(rota.rid), "name": rota.name, "startDate": _moment(instant(rota.first, zone)),
        "type": "weekly" if weekly else "daily", "length": rota.days // 7 if weekly else rota.days,
        "participants": [_responder(uid) for uid in rota.people],
    }  # fmt: skip
    if rota.hours:
        spans = _joined(rota.hours)
        shown["timeRestriction"] = {
            "type": "weekday-and-time-of-day", "restrictions": [_restriction(*span) for span in spans],
        }  # fmt: skip
    return shown


def _joined(hours: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Hours that run on over Sunday night are one span on the wire."""
    late = [span for span in hours if span[1] == _WEEK]
    early = [span for span in hours if span[0] == 0]
    if not late or not early:
        return list(hours)
    rest = [span for span in hours if span not in (late[0], early[0])]
    return [*rest, (late[0][0], _WEEK + early[0][1])]


def _restriction(start: int, end: int) -> dict[str, Any]:
    opens, closes = divmod(start % _WEEK, 1440), divmod(end % _WEEK, 1440)
    return {
        "startDay": DAYS[opens[0]], "startHour": opens[1] // 60, "startMin": opens[1] % 60,
        "endDay": DAYS[closes[0]], "endHour": closes[1] // 60, "endMin": closes[1] % 60,
    }  # fmt: skip


def _responder(uid: int) -> dict[str, Any]:
    return {"type": "noone"} if uid == NOONE else {"type": "user", "id": account_id(uid, False)}


async def timeline(call: Call) -> Response:
    """GET /schedules/{id}/timeline: from the beginning of the unit that holds the date."""
    found = _schedule(call)
    unit, many = call.text("intervalUnit", "weeks"), call.number("interval", 1)
    at = _read(call.text("date"), "date") if call.text("date") else call.now
    if unit not in ("days", "weeks", "months") or not 1 <= many <= 60:
        raise refused(400, "interval or intervalUnit is not valid")
    start, end = _range(at, unit, many)
    if start < call.now - _YEAR - 31 * 86_400 or end > call.now + 2 * _YEAR:
        raise refused(422, "the timeline goes one year back and two years ahead")
    book = call.site.world.rosters
    shown = []
    for order, rota in enumerate(found.rotas, 1):
        periods = [
            _period(begins, ends, who, overridden, begins < call.now)
            for begins, ends, who, overridden in book.periods(found, rota, start, end)
            if who != NOONE or overridden or _is_turn(found, rota, begins)
        ]
        shown.append(
            {"id": rotation_id(rota.rid), "name": rota.name, "order": float(order), "deleted": False,
             "periods": periods}
        )  # fmt: skip
    return respond({"startDate": _moment(start), "endDate": _moment(end), "finalTimeline": {"rotations": shown},
                    "_expands": ["base", "forwarding", "override"]})  # fmt: skip


def _is_turn(schedule: OncallSchedule, rota: Rota, at: int) -> bool:
    """Whether nobody is on because it is nobody's turn, and not because the rota does not count then."""
    return turn_of(rota, schedule.zone, at)[1]


def _period(start: int, end: int, who: int, overridden: bool, past: bool) -> dict[str, Any]:
    shown = {"startDate": _moment(start), "endDate": _moment(end), "responder": _responder(who)}
    if past and not overridden:
        return {**shown, "type": "historical", "flattenedResponders": [] if who == NOONE else [_responder(who)]}
    return {**shown, "type": "override" if overridden else "base"}


def _range(at: int, unit: str, many: int) -> tuple[int, int]:
    day = datetime.fromtimestamp(at, UTC).replace(hour=0, minute=0, second=0)
    if unit == "days":
        end = day + timedelta(days=many)
    elif unit == "weeks":
        day -= timedelta(days=day.weekday())
        end = day + timedelta(weeks=many)
    else:
        day = day.replace(day=1)
        end = day
        for _ in range(many):
            end += timedelta(days=monthrange(end.year, end.month)[1])
    return int(day.timestamp()), int(end.timestamp())


async def on_calls(call: Call) -> Response:
    """GET /schedules/{id}/on-calls, now or at a date."""
    found = _schedule(call)
    at = _read(call.text("date"), "date") if call.text("date") else call.now
    people = [account_id(uid, False) for _, uid in call.site.world.rosters.on(found, at)]
    if call.flag("flat"):
        return respond({"onCallUsers": list(dict.fromkeys(people))})
    return respond({"onCallParticipants": [{"id": one, "type": "user"} for one in people]})


async def overrides(call: Call) -> Response:
    """GET and POST /schedules/{id}/overrides."""
    found = _schedule(call)
    book = call.site.world.rosters
    if call.request.method == "GET":
        mine = [one for one in book.overrides if one.sid == found.sid and one.end > call.now]
        return _paged(call, [_override_json(one) for one in sorted(mine, key=lambda one: one.start)])
    _may_write(call)
    person, start, end, rotas = await _asked(call, found)
    return respond(_override_json(book.put(found.sid, person, start, end, rotas)), 201)


async def override(call: Call) -> Response:
    """GET, PUT and DELETE /schedules/{id}/overrides/{alias}."""
    found = _schedule(call)
    book, alias = call.site.world.rosters, call.request.path_params["alias"]
    there = [one for one in book.overrides if one.sid == found.sid and one.alias == alias]
    if not there:
        raise refused(404, f"Override with alias {alias} does not exist")
    if call.request.method == "GET":
        return respond(_override_json(there[0]))
    _may_write(call)
    if call.request.method == "DELETE":
        book.drop(alias)
        return empty()
    person, start, end, rotas = await _asked(call, found)
    return respond(_override_json(book.put(found.sid, person, start, end, rotas, alias)))


def _may_write(call: Call) -> None:
    if call.role != "admin":
        raise refused(403, "You are not authorized to perform this operation")


async def _asked(call: Call, schedule: OncallSchedule) -> tuple[int, int, int, list[int]]:
    body = await call.mapping()
    responder = body.get("responder")
    if not isinstance(responder, dict) or responder.get("type") not in ("user", "noone"):
        raise refused(422, "responder must be a user or noone")
    person = NOONE
    if responder["type"] == "user":
        one = call.site.directory.person(str(responder.get("id")))
        if one is None or account_id(one.uid, False) != responder.get("id"):
            raise refused(422, "responder does not exist")
        if not one.active:
            raise refused(422, "responder is not active")
        person = one.uid
    start, end = _read(body.get("startDate"), "startDate"), _read(body.get("endDate"), "endDate")
    if end <= start:
        raise refused(422, "endDate must be after startDate")
    known = {rotation_id(rota.rid): rota.rid for rota in schedule.rotas}
    asked = body.get("rotationIds") or []
    if not isinstance(asked, list) or any(one not in known for one in asked):
        raise refused(422, "rotationIds names a rotation of another schedule")
    return person, start, end, [known[one] for one in asked]


def _override_json(override: Override) -> dict[str, Any]:
    return {
        "alias": override.alias, "responder": _responder(override.person), "startDate": _moment(override.start),
        "endDate": _moment(override.end), "rotationIds": [rotation_id(rid) for rid in override.rotas],
    }  # fmt: skip
