"""Why somebody should not be proposed for a ticket, in words. The gravest reason is the one that is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from helpdesk_tui.domain.ranking.values import Case, Standing
from helpdesk_tui.domain.ranking.words import moment


def barred(case: Case, one: Standing, badges: Mapping[str, str]) -> str:
    """Why the platform would not take this owner at all; "" where it would."""
    if not one.active:
        return "deactivated"
    if not one.logins.get(case.ref.source):
        return f"no login on {badges.get(case.ref.source, case.ref.source)}"
    return ""


def absent(one: Standing, now: int, zone: tzinfo | None) -> str:
    """Whether they are away, and until when as far as that is known. Never why."""
    if not one.is_away(now):
        return ""
    return f"absent until {moment(one.back_at, now, zone)}" if one.back_at else "absent"


def unfit(case: Case, one: Standing, now: int, zone: tzinfo | None, there: float | None) -> str:
    """Why they should not have this one, whatever their load; "" where nothing speaks against it. `there` is the term
    of the shift."""
    login = one.logins.get(case.ref.source, "")
    if away := absent(one, now, zone):
        return away
    if login and login == case.owner:
        return "has it already"
    if login and login == case.requester:
        return "is the requester"
    if case.members is not None and login not in case.members:
        return f"not in {case.group}" if case.group else "not in its group"
    if there == 0:
        back = one.next_on(now)
        return f"off shift until {moment(back, now, zone)}" if back else "off shift"
    return ""


def suits(case: Case, one: Standing, now: int, there: float | None) -> bool:
    """Whether neither `barred` nor `unfit` has a reason, without finding words: for plans, which ask often.

    `there` is the term of the shift.
    """
    login = one.logins.get(case.ref.source, "")
    if not login or not one.active or there == 0 or login in (case.owner, case.requester):
        return False
    return not one.is_away(now) and (case.members is None or login in case.members)


def machine(one: Standing) -> str:
    """Whether nobody would read what is given to it."""
    return "looks like an account, not a person" if one.machine else ""


def full(one: Standing) -> str:
    """Whether they hold as much as they can."""
    return f"full, {one.load}" if one.full else ""
