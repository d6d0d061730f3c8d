"""What Zendesk holds of rosters: opening hours with their holidays, and what agents say of themselves.

There are no shifts and no on-call here. Opening hours are minutes since Sunday 00:00 in a zone with a Rails name, and
cannot cross midnight. Availability is for admins of accounts with omnichannel routing; others are refused, and then
there is none to show. A status that is neither online nor offline ("Transfers only", custom ones) says nothing of being
there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from helpdesk_tui.adapters.zendesk.api import NOT_THERE, Api
from helpdesk_tui.adapters.zendesk.rails_zones import iana
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.restrictions import Restriction, Window
from helpdesk_tui.domain.roster.told import Told, ToldHours, ToldStatus
from helpdesk_tui.errors import Garbled, Refused

_HERE = {"online": True, "offline": False, "away": False}


async def rosters(api: Api, source: str, *, admin: bool) -> Told:
    """Opening hours, and for admins everybody's status."""
    hours = await _hours(api, source)
    statuses = await _statuses(api, source) if admin else []
    return Told(hours=tuple(hours), statuses=tuple(statuses), whole=frozenset({"hours", "statuses", "schedules"}))


async def _hours(api: Api, source: str) -> list[ToldHours]:
    try:
        data = await api.get("business_hours/schedules")
    except Refused as error:
        if error.status in NOT_THERE:
            return []
        raise
    rows = data.get("schedules")
    if not isinstance(rows, list):
        raise Garbled("an answer without “schedules”")
    found = []
    for row in rows:
        if not isinstance(row, dict) or not row.get("id"):
            continue
        told = (await api.get(f"business_hours/schedules/{row['id']}/holidays")).get("holidays")
        holidays = tuple(filter(None, map(_holiday, told if isinstance(told, list) else ())))
        found.append(ToldHours(source, str(row["id"]), str(row.get("name") or ""), _open(row), holidays))
    return found


def _open(row: Mapping[str, Any]) -> Restriction | None:
    """The week; None where it has no hours or a zone that nobody knows."""
    zone = iana(str(row.get("time_zone") or ""))
    windows = []
    for interval in row.get("intervals") or ():
        try:
            start, end = int(interval["start_time"]), int(interval["end_time"])
            windows.append(Window((start // 1440 + 6) % 7, start % 1440 * 60, (end - start) * 60))
        except (KeyError, TypeError, ValueError, RosterError):
            continue
    return Restriction(zone, tuple(windows)) if zone and windows else None


def _holiday(row: object) -> tuple[str, str, str] | None:
    """(first date, last date, name); the last is included."""
    if not isinstance(row, dict):
        return None
    try:
        first, last = (date.fromisoformat(str(row[name])) for name in ("start_date", "end_date"))
    except (KeyError, ValueError):
        return None
    return first.isoformat(), last.isoformat(), str(row.get("name") or "")


async def _statuses(api: Api, source: str) -> list[ToldStatus]:
    found = []
    try:
        async for page in api.rows("agent_availabilities", "data"):
            found += [status for row in page.rows if (status := _status(source, row)) is not None]
    except Refused as error:
        if error.status in (*NOT_THERE, 422):
            return []
        raise
    return found


def _status(source: str, row: object) -> ToldStatus | None:
    attributes = row.get("attributes") if isinstance(row, dict) else None
    if not isinstance(attributes, dict) or not attributes.get("agent_id"):
        return None
    told = attributes.get("agent_status")
    if not isinstance(told, dict) or not told.get("name"):
        return None
    word = str(told["name"])
    try:
        moment = datetime.fromisoformat(str(told.get("updated_at")))
        since = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except ValueError:
        since = 0
    return ToldStatus(source, str(attributes["agent_id"]), word, _HERE.get(word.casefold()), since)
