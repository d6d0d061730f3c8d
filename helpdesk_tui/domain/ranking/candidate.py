"""A person for one ticket or several: who, how well, in a line why, term by term, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from helpdesk_tui.domain.ranking.explain import Term, explained, line
from helpdesk_tui.domain.ranking.score import Values
from helpdesk_tui.domain.ranking.values import Case, Standing, Weights


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody for the `cases`, with the score from 0 to 1 over all of them.

    `why_not` is "" for whom can be proposed for all of them; `barred` says that a platform would refuse them for one at
    least, which they cannot be given even by name. `values` are the terms in the order of `values.TERMS`, None where
    not known.
    """

    standing: Standing
    cases: tuple[Case, ...]
    values: Values
    score: float
    why_not: str
    barred: bool
    weights: Weights
    now: int
    zone: tzinfo | None = None
    fits: int = 1
    """How many of the tickets they could have, their load aside."""

    @property
    def person(self) -> str:
        """Names the person, always the same."""
        return self.standing.person

    @property
    def name(self) -> str:
        """What they are called. Outside text."""
        return self.standing.name

    @property
    def owners(self) -> Mapping[str, str]:
        """By source, the identifier that `owner` of a change takes."""
        return self.standing.logins

    @property
    def load(self) -> str:
        """`4/12`, or `4 open` where no capacity is told."""
        return self.standing.load

    @property
    def lacks(self) -> bool:
        """Whether skills are needed and they are known to have none of them."""
        return self.values[0] == 0

    @property
    def reason(self) -> str:
        """Why, in a line of what counts most: `vpn, until 22:00, 4/12`."""
        return line(self.standing, self.cases, self.values, self.now, self.zone)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term with its weight, its value and its words."""
        return explained(self.standing, self.cases, self.values, self.weights, self.now, self.zone)
