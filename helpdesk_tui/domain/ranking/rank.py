"""Everybody for one ticket, or for several at once, the best first and those who should not last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from helpdesk_tui.domain.ranking import exclude, score
from helpdesk_tui.domain.ranking.candidate import Candidate
from helpdesk_tui.domain.ranking.values import CUSTOMARY, Case, Standing, Weights


def rank(
    cases: Sequence[Case],
    people: Iterable[Standing],
    now: int,
    *,
    weights: Weights = CUSTOMARY,
    badges: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
) -> list[Candidate]:
    """Candidates for all of these tickets together: a term is the mean over them, and what speaks against one of them
    speaks against the person.

    Who can be proposed comes first; then by score, fewest open tickets, longest without being given any, name. The
    order is total: the same input gives the same list, whatever the order of `people`. `badges` names sources in
    reasons; `zone` is what times of the day are told in (None: the host's).
    """
    asked = [(case, score.until(case, now)) for case in cases]
    whole, view = tuple(cases), (now, weights, zone)
    found = [_candidate(asked, whole, one, view, badges or {}) for one in people]
    return sorted(found, key=_place)


View = tuple[int, Weights, tzinfo | None]
"""The instant, the weights, and the zone of times in reasons."""


def _candidate(
    asked: Sequence[tuple[Case, int]], whole: tuple[Case, ...], one: Standing, view: View, badges: Mapping[str, str]
) -> Candidate:
    now, weights, zone = view
    rows = [score.values(case, one, now, end) for case, end in asked]
    values = rows[0] if len(rows) == 1 else _mean(rows)
    bar = against = ""
    for case, row in zip(whole, rows, strict=True):
        bar = bar or exclude.barred(case, one, badges)
        against = against or exclude.unfit(case, one, now, zone, row[2])
    against = bar or against or _too_many(one, len(whole))
    return Candidate(one, whole, values, score.total(values, weights.parts), against, bool(bar), weights, now, zone)


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


def _place(one: Candidate) -> tuple[bool, bool, float, int, int, str, str]:
    stand = one.standing
    return (one.barred, bool(one.why_not), -one.score, stand.open, stand.last_given, stand.name, stand.person)
