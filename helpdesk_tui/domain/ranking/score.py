"""The terms of the score as numbers from 0 to 1; None where what a term would rest on is not known.

Terms of the ticket and the person together (skills, shift, continuity) do not alter while a plan is made; those of the
person's load (spare, fairness, calm) do, so they are told apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk_tui.domain.ranking.values import Case, Standing

NEUTRAL = 0.5
"""What a term counts that cannot be known: neither for nor against anybody."""
LEAST_TIME, USUAL_TIME, MOST_TIME = 1_800, 7_200, 28_800
"""The time somebody should be there for: until the ticket is due, but at least and at most so long; `USUAL_TIME` for a
ticket without a clock."""
HALF_LOAD = 12
"""Open tickets at which somebody without a told capacity counts as half free."""
HALF_GIVEN = 4
"""Tickets given today at which the term of fairness is down to a half."""
TOP_LEVEL = 5
_LEVEL_SHARE = 0.1
"""More matching skills beat a higher level: the level moves a match by this much only."""

Values = tuple[float | None, ...]
"""One value for each of `values.TERMS`."""


def skills(case: Case, one: Standing) -> float | None:
    """The share of the needed skills the person has, a little less where the level is told and low."""
    if not case.needs or one.skills is None:
        return None
    have = [one.skills[skill] for skill in case.needs if skill in one.skills]
    if not have:
        return 0.0
    level = sum(level or TOP_LEVEL for level in have) / len(have) / TOP_LEVEL
    return len(have) / len(case.needs) * (1 - _LEVEL_SHARE + _LEVEL_SHARE * level)


def until(case: Case, now: int) -> int:
    """The end of the time for which somebody should be there to do it."""
    if not case.due_at:
        return now + USUAL_TIME
    return min(max(case.due_at, now + LEAST_TIME), now + MOST_TIME)


def shift(one: Standing, now: int, end: int) -> float | None:
    """The part of the time from now to `end` for which the person is on shift."""
    if one.on is None:
        return None
    there = 0
    for opens, closes in one.on:
        if opens >= end:
            break
        if closes > now:
            there += (closes if closes < end else end) - (opens if opens > now else now)
    return there / (end - now)


def continuity(case: Case, one: Standing) -> float | None:
    """Whether they had this ticket, or tickets of this requester."""
    if case.touched is None and case.knows is None:
        return None
    login = one.logins.get(case.ref.source, "")
    if case.touched and login in case.touched:
        return 1.0
    return 0.6 if case.knows and login in case.knows else 0.0


def spare(capacity: int, open_: int) -> float:
    """The free part of the capacity; where none is told, less with every open ticket and never nothing."""
    return max(0.0, 1 - open_ / capacity) if capacity else HALF_LOAD / (HALF_LOAD + open_)


def fairness(given: int | None) -> float | None:
    """Less with everything that was given to them today."""
    return None if given is None else HALF_GIVEN / (HALF_GIVEN + given)


def calm(soon: int | None) -> float | None:
    """Less with every ticket they already have to hurry for."""
    return None if soon is None else 1 / (1 + soon)


def fixed(case: Case, one: Standing, now: int, end: int) -> tuple[float | None, float | None, float | None]:
    """Skills, shift and continuity; `end` is `until` of the case."""
    return skills(case, one), shift(one, now, end), continuity(case, one)


def values(case: Case, one: Standing, now: int, end: int) -> Values:
    """Every term, in the order of `TERMS`; `end` is `until` of the case."""
    free = spare(one.capacity, one.open)
    return skills(case, one), free, shift(one, now, end), continuity(case, one), fairness(one.given), calm(one.soon)


def total(found: Values, parts: Sequence[int]) -> float:
    """The score, 0 to 1, to six places so that equal ones are equal on every machine."""
    weighed = whole = 0.0
    for value, part in zip(found, parts, strict=True):
        weighed += part * (NEUTRAL if value is None else value)
        whole += part
    return round(weighed / whole, 6)
