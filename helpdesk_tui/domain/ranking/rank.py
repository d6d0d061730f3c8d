"""Everybody for one ticket, or for several at once, the best first and those who should not last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import NamedTuple

from helpdesk_tui.domain.ranking import exclude, score
from helpdesk_tui.domain.ranking.candidate import Candidate
from helpdesk_tui.domain.ranking.values import CUSTOMARY, Case, Standing, Weights

MOST_SCORED = 8
"""Of many tickets, so many that are due soonest are scored: more would not alter the order, and take long."""


def rank(
    cases: Sequence[Case],
    people: Iterable[Standing],
    now: int,
    *,
    weights: Weights = CUSTOMARY,
    badges: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
) -> list[Candidate]:
    """Candidates for all of these tickets together: a term is the mean over them (over `MOST_SCORED` of many), and
    what speaks against a person for one of them speaks against them.

    Who can be proposed comes first, then who can have the most of them; then by score, fewest open tickets, longest
    without being given any, name. The order is total: the same input gives the same list, whatever the order of
    `people`. `badges` names sources in reasons; `zone` is what times of the day are told in (None: the host's).
    """
    whole = tuple(cases)
    scored = sorted(whole, key=lambda case: (not case.due_at, case.due_at))[:MOST_SCORED]
    asked = [(case, score.until(case, now)) for case in scored]
    view = _View(now, weights, zone, badges or {}, whole, tuple(_kinds(whole, now)))
    return sorted((_candidate(asked, one, view) for one in people), key=_place)


class _View(NamedTuple):
    """What is the same for everybody. `kinds` are the tickets as far as they keep people out, each kind once, with the
    end of the time that somebody should be there for and how many tickets are of it."""

    now: int
    weights: Weights
    zone: tzinfo | None
    badges: Mapping[str, str]
    cases: tuple[Case, ...]
    kinds: tuple[tuple[Case, int, int], ...]


def _kinds(cases: Sequence[Case], now: int) -> Iterable[tuple[Case, int, int]]:
    """One ticket is itself; of several, who has or asked for one of them is not kept from the others."""
    if len(cases) == 1:
        return [(cases[0], score.until(cases[0], now), 1)]
    found: dict[tuple[str, frozenset[str] | None], Case] = {}
    count: Counter[tuple[str, frozenset[str] | None]] = Counter()
    for case in cases:
        kind = case.ref.source, case.members
        count[kind] += 1
        known = found.get(kind)
        if known is None or 0 < case.due_at < (known.due_at or case.due_at + 1):
            found[kind] = replace(case, owner="", requester="")
    return [(case, score.until(case, now), count[kind]) for kind, case in found.items()]


def _candidate(asked: Sequence[tuple[Case, int]], one: Standing, view: _View) -> Candidate:
    now, weights, zone = view.now, view.weights, view.zone
    rows = [score.values(case, one, now, end) for case, end in asked]
    values = rows[0] if len(rows) == 1 else _mean(rows)
    bar = against = ""
    fits = 0
    for case, end, count in view.kinds:
        refused = exclude.barred(case, one, view.badges)
        there = values[2] if len(rows) == 1 else score.shift(one, now, end)
        unfit = refused or exclude.unfit(case, one, now, zone, there)
        bar, against = bar or refused, against or unfit
        fits += 0 if unfit else count
    whole, against = len(view.cases), bar or against
    if against and fits:
        against = f"fits {fits} of {whole}: {against}"
    against = against or exclude.machine(one) or _too_many(one, whole)
    return Candidate(
        one, view.cases, values, score.total(values, weights.parts), against, bool(bar), weights, now, zone, fits
    )


def _too_many(one: Standing, count: int) -> str:
    """Full already, or before all of these are theirs."""
    if one.full or not one.capacity or one.open + count <= one.capacity:
        return exclude.full(one)
    return f"room for {one.capacity - one.open} of {count}, {one.load}"


def _mean(rows: Sequence[score.Values]) -> score.Values:
    """The mean of what is known of each term; a term that is not known of any is not known."""
    if not rows:
        return (None,) * 6
    columns = ([value for value in column if value is not None] for column in zip(*rows, strict=True))
    return tuple(sum(column) / len(column) if column else None for column in columns)


def _place(one: Candidate) -> tuple[bool, bool, bool, int, float, int, int, str, str]:
    stand = one.standing
    after = one.barred and not one.fits
    return (
        after,
        bool(one.why_not),
        stand.machine,
        -one.fits,
        -one.score,
        stand.open,
        stand.last_given,
        stand.name,
        stand.person,
    )
