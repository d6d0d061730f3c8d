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
    whole = tuple(cases)
    parts, names = weights.parts, badges or {}
    found = [_candidate(whole, one, now, weights, parts, names, zone) for one in people]
    return sorted(found, key=_place)


def _candidate(
    cases: tuple[Case, ...],
    one: Standing,
    now: int,
    weights: Weights,
    parts: Sequence[int],
    badges: Mapping[str, str],
    zone: tzinfo | None,
) -> Candidate:
    if len(cases) == 1:
        values = score.values(cases[0], one, now)
    else:
        values = _mean([score.values(case, one, now) for case in cases])
    bar = next(filter(None, (exclude.barred(case, one, badges) for case in cases)), "")
    against = bar or next(filter(None, (exclude.unfit(case, one, now, zone) for case in cases)), "")
    against = against or _too_many(one, len(cases))
    return Candidate(one, cases, values, score.total(values, parts), against, bool(bar), weights, now, zone)


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
