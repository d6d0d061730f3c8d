"""A score in words: the short line, and every term with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import NamedTuple

from helpdesk_tui.domain.ranking.score import NEUTRAL, Values
from helpdesk_tui.domain.ranking.values import TERMS, Case, Standing, Weights
from helpdesk_tui.domain.ranking.words import moment

_SHOWN = 2
"""So many skills are named in the short line."""


class Term(NamedTuple):
    """One term: its name, its part of the whole (0 to 1), its value (0 to 1, None: not known) and what it rests on."""

    name: str
    weight: float
    value: float | None
    words: str

    @property
    def points(self) -> float:
        """What it gives to the score; what is not known gives half."""
        return self.weight * (NEUTRAL if self.value is None else self.value)


def line(one: Standing, cases: Sequence[Case], values: Values, now: int, zone: tzinfo | None) -> str:
    """What counts most, in the order people ask for it: skill, how long they are there, load, whether they had it."""
    before = "" if not values[3] else "had it before" if values[3] == 1 else "knows the requester"
    return ", ".join(filter(None, (fitting(one, cases, now, zone), one.load, before)))


def fitting(one: Standing, cases: Sequence[Case], now: int, zone: tzinfo | None) -> str:
    """Skill and how long they are there, as far as both are known and asked for: `vpn, until 22:00`."""
    needs = frozenset[str]().union(*(case.needs for case in cases))
    parts = []
    if needs and one.skills is not None:
        have = sorted(needs & one.skills.keys())
        parts.append(" ".join(have[:_SHOWN]) if have else f"not {' '.join(sorted(needs)[:_SHOWN])}")
    parts += [_there(one, now, zone)] if one.on is not None else []
    return ", ".join(parts)


def _there(one: Standing, now: int, zone: tzinfo | None) -> str:
    if end := one.until(now):
        return f"until {moment(end, now, zone)}"
    begin = one.next_on(now)
    return f"from {moment(begin, now, zone)}" if begin else "no shift ahead"


def explained(
    one: Standing, cases: Sequence[Case], values: Values, weights: Weights, now: int, zone: tzinfo | None
) -> tuple[Term, ...]:
    """Every term, in the order of `TERMS`."""
    words = (
        _skills(one, cases),
        f"{one.load}" + ("" if one.capacity else ", no capacity known"),
        f"on shift {_there(one, now, zone)}, {_part(values[2])} of the time until it is due"
        if values[2] is not None
        else "no shifts known",
        _before(values[3]),
        "what was given today is not known" if one.given is None else f"{one.given} given today",
        "no clocks known" if one.soon is None else f"{one.soon} due within 2 h",
    )
    whole = sum(weights.parts)
    rows = zip(TERMS, weights.parts, values, words, strict=True)
    return tuple(Term(name, part / whole, value, text) for name, part, value, text in rows)


def _skills(one: Standing, cases: Sequence[Case]) -> str:
    needs = frozenset[str]().union(*(case.needs for case in cases))
    if not needs:
        return "no particular skill asked for"
    if one.skills is None:
        return f"no skills known; {_listed(needs)} asked for"
    have, missing = needs & one.skills.keys(), needs - one.skills.keys()
    levels = [f"{skill} {one.skills[skill]}/5" if one.skills[skill] else skill for skill in sorted(have)]
    return "; ".join(
        filter(None, (f"has {', '.join(levels)}" * bool(have), f"lacks {_listed(missing)}" * bool(missing)))
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _part(value: float | None) -> str:
    return f"{round(100 * (value or 0))} %"


def _before(value: float | None) -> str:
    if value is None:
        return "nothing known of who had it"
    if not value:
        return "never had it, nor this requester"
    return "had it or worked on it" if value == 1 else "had tickets of this requester"


def unknown(values: Iterable[Values]) -> tuple[str, ...]:
    """What is not known of anybody, to be said once: `no shifts known` …"""
    rows = list(values)
    told = ((2, "no shifts known"), (0, "no skills asked for or known"), (5, "no clocks known"))
    return tuple(text for place, text in told if rows and all(row[place] is None for row in rows))
