"""A pass through new tickets: what is decided, what is left, how long it takes. One pass, or two: priority and
duplicates of all first, who gets them second. Values only; instants are integer seconds UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

SORTING = frozenset({"priority", "priority_name", "impact", "urgency", "group", "link"})
"""What decides a ticket in the first of two passes."""
BESIDE = frozenset({"note", "tags+", "tags-", "link_kind", *SORTING}) - {"link"}
"""What alone decides nobody's fate: with only this a ticket still has no owner and is still to be dispatched."""


@dataclass(frozen=True, slots=True)
class Triage:
    """One run. `number` is the pass out of `passes`; `sorted_` and `dispatched` are ids of tickets of the list: what
    was looked at in the first pass, and what needs nothing more."""

    began: int
    passes: int = 1
    number: int = 1
    sorted_: frozenset[int] = frozenset()
    dispatched: frozenset[int] = frozenset()

    @property
    def decided(self) -> frozenset[int]:
        """What is dimmed and passed over now."""
        return self.dispatched | self.sorted_ if self.number < self.passes else self.dispatched

    def after(self, ids: Iterable[int], desired: Mapping[str, str]) -> Triage:
        """The run once this was decided of these tickets."""
        here, names = frozenset(ids), {name for name, value in desired.items() if value or name != "owner"}
        done = replace(self, sorted_=self.sorted_ | here) if names & SORTING or names - BESIDE else self
        return replace(done, dispatched=done.dispatched | here) if names - BESIDE else done

    def without(self, ids: Iterable[int]) -> Triage:
        """The run once what was decided of these tickets was taken back."""
        gone = frozenset(ids)
        return replace(self, sorted_=self.sorted_ - gone, dispatched=self.dispatched - gone)

    def left(self, ids: Collection[int], gone: Collection[int]) -> int:
        """How many of the list are still to be decided; `gone` are those that left it by themselves."""
        over = self.decided
        return sum(1 for ident in ids if ident not in over and ident not in gone)

    def next_place(self, ids: Sequence[int], gone: Collection[int], place: int) -> int | None:
        """The place of the next ticket to be decided, from `place` on and round to it; None where none is left."""
        over, count = self.decided, len(ids)
        order = ((place + step) % count for step in range(count)) if count else ()
        return next((at for at in order if ids[at] not in over and ids[at] not in gone), None)

    def second(self) -> Triage:
        """The second pass."""
        return replace(self, number=2)

    def average(self, now: int) -> int | None:
        """Seconds for each ticket that was decided; None before the first."""
        count = len(self.decided)
        return (now - self.began) // count if count else None


def told(run: Triage, left: int, now: int) -> str:
    """How it goes, in a line: `TRIAGE 12 left  pass 1 of 2 (priority, duplicates)  4:10  avg 0:09`."""
    what = ("priority, duplicates", "dispatch")[run.number - 1]
    which = f"pass {run.number} of 2 ({what})" if run.passes == 2 else "one pass"
    average = run.average(now)
    return f"TRIAGE {left} left  {which}  {_clock(now - run.began)}  avg {'-' if average is None else _clock(average)}"


def _clock(seconds: int) -> str:
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
