"""Schedules as the desk sees them, whoever keeps them: the team's own by arithmetic, a platform's by its own word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from helpdesk_tui.domain.roster.bounds import Interval, common, merged
from helpdesk_tui.domain.roster.duties import Duty, Origin, Span, joined, once
from helpdesk_tui.domain.roster.needs import Need, NeedRule, needed
from helpdesk_tui.domain.roster.restrictions import Restriction, windows
from helpdesk_tui.domain.roster.schedule import People, Schedule, final, marked
from helpdesk_tui.domain.roster.told import ToldDuty, ToldSchedule, spans_of

Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Cover:
    """An override of a platform's schedule that is on its way there: `person` is on in place of everybody else.

    `state` is the change's, in the words users read; `change` its id.
    """

    start: int
    end: int
    person: str
    change: str
    state: str


@dataclass(frozen=True)
class Line:
    """One schedule. `key` is unique at the desk: the team's own key, or `source:key` of a platform's.

    `source` "" is the team's own. `members` are those who take turns, `hands_over` when, in words. `rules` are the
    configured needs; without any one person is needed whenever a rotation counts. `covers` are on their way.
    """

    key: str
    name: str
    zone: str
    source: str = ""
    skill: str = ""
    group: str = ""
    hands_over: str = ""
    members: tuple[str, ...] = ()
    rules: tuple[NeedRule, ...] = ()
    own: Schedule | None = None
    told: ToldSchedule | None = None
    duties: Sequence[ToldDuty] = ()
    names: Names = field(default_factory=dict)
    covers: tuple[Cover, ...] = ()

    @property
    def remote_key(self) -> str:
        """The schedule's identifier on its platform; "" for the team's own."""
        return self.told.key if self.told else ""

    @property
    def writable(self) -> bool:
        """Whether an exception can be made from here."""
        return self.told is None or self.told.writable

    def known(self, start: int, end: int) -> Interval:
        """The part of [start, end) for which somebody can say who is on; empty (start == end) where none."""
        if self.told is None:
            return start, end
        opens, closes = max(start, self.told.asked_from), min(end, self.told.asked_to)
        return (opens, closes) if opens < closes else (start, start)

    def spans(self, start: int, end: int, people: People) -> list[Span]:
        """Who is on in [start, end), contiguous, with the absent, gone and unreachable marked."""
        if self.own is not None:
            return final(self.own, start, end, people)
        found = spans_of(self.duties, self.names, start, end)
        return marked(covered(found, self.covers), people)

    def needed(self, start: int, end: int) -> list[Need]:
        """The needs of a window in which the roster is known."""
        opens, closes = self.known(start, end)
        if opens == closes:
            return []
        if self.rules:
            return needed(self.rules, opens, closes)
        hours = self._hours()
        open_spans = [(opens, closes)]
        if hours:
            open_spans = merged(span for one in hours for span in windows(one, opens, closes))
        dated = self._dates(opens, closes)
        spans = open_spans if dated is None else common(open_spans, dated)
        return [Need(a, b, 1, self.key, self.skill, self.name) for a, b in spans]

    def _hours(self) -> list[Restriction]:
        """The hours in which any rotation counts; none for always."""
        if self.own is not None:
            found = [layer.restriction for layer in self.own.layers if layer.end is None]
        else:
            found = [rotation.hours for rotation in self.told.rotations] if self.told else []
        hours = [one for one in found if one is not None]
        return hours if len(hours) == len(found) else []

    def _dates(self, start: int, end: int) -> list[Interval] | None:
        """When any layer of the team's own counts by its dates; None where no dates limit it."""
        if self.own is None or any(layer.start is None and layer.end is None for layer in self.own.layers):
            return None
        return merged((max(start, layer.start or start), min(end, layer.end or end)) for layer in self.own.layers)


def covered(spans: Sequence[Span], covers: Sequence[Cover]) -> list[Span]:
    """The spans with covers laid over them, the later one winning."""
    result = list(spans)
    for cover in covers:
        result = [piece for span in result for piece in _cut(span, cover)]
    return joined(result)


def _cut(span: Span, cover: Cover) -> list[Span]:
    if cover.end <= span.start or cover.start >= span.end:
        return [span]
    edges = sorted({span.start, span.end, max(span.start, cover.start), min(span.end, cover.end)})
    return [
        Span(a, b, _given(span, cover) if cover.start <= a and b <= cover.end else span.duties)
        for a, b in pairwise(edges)
    ]


def _given(span: Span, cover: Cover) -> tuple[Duty, ...]:
    if not cover.person:
        return ()
    before = span.people[0] if span.people else ""
    return once([Duty(cover.person, "", Origin.OVERRIDE, cover.change, before)])
