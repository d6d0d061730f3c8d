"""SLA policies: which tickets, which targets, on which calendar; the first that matches counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.business_time import Tie
from helpdesk_tui.domain.sla.calendars import ALWAYS, Calendar
from helpdesk_tui.domain.sla.rules import RULES, Rule
from helpdesk_tui.domain.tickets import Ticket

KEYS = ("source", "kind", "priority", "group", "org", "category", "channel", "tag", "requester", "vip")
"""What a condition may ask for."""

MEASURED = tuple(RULES)
"""The metrics a policy may set targets for."""

ANY = -1
"""Stands for every priority that has no target of its own."""

Profile = Mapping[str, frozenset[str]]
"""A ticket as conditions see it: lower-case words by key; several where it has an identifier and a name."""


class Switch(StrEnum):
    """What a calendar that changes with the priority counts for a clock that has begun."""

    WHOLE = "whole"
    """The new one counts from the start (D14)."""
    SPANS = "spans"
    """Each counts the time it was in force."""


class Goal(NamedTuple):
    """How long: `seconds` of the calendar's time, or `days` working days (D16); one of them is 0."""

    seconds: int
    days: int
    calendar: str

    @property
    def words(self) -> str:
        """`4h on office` or `2 working days on office`."""
        return f"{f'{self.days} working days' if self.days else duration_text(self.seconds)} on {self.calendar}"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. `when` must all hold, `unless` must none; each key has the words it may be, any of them.

    `goals` are by metric, then by priority (0: none set, ANY: all others). `rules` are the rows of the table where it
    differs from the usual one.
    """

    name: str
    when: Profile = field(default_factory=dict)
    unless: Profile = field(default_factory=dict)
    goals: Mapping[Metric, Mapping[int, Goal]] = field(default_factory=dict)
    rules: Mapping[Metric, Rule] = field(default_factory=dict)
    tie: Tie = Tie.CLOSE
    switch: Switch = Switch.WHOLE
    customer_only: bool = False
    """Whether a ticket that the desk made itself has no first response."""

    def matches(self, profile: Profile) -> bool:
        """Whether it is for that ticket."""
        for key, words in self.when.items():
            if words.isdisjoint(profile.get(key, _NOTHING)):
                return False
        return all(words.isdisjoint(profile.get(key, _NOTHING)) for key, words in self.unless.items())

    def rule(self, metric: Metric) -> Rule:
        """What starts and stops a metric under it."""
        return self.rules.get(metric) or RULES[metric]

    def goal(self, metric: Metric, priority: int) -> Goal | None:
        """The target at a priority; None where it sets none."""
        goals = self.goals.get(metric)
        return None if goals is None else goals.get(priority) or goals.get(ANY)


_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Policies in the order they are tried, and the calendars they name; one immutable version of both."""

    policies: tuple[Policy, ...]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    version: int = 1

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name. Raises KeyError; a checked set never does."""
        return self.calendars.get(name) or {ALWAYS.name: ALWAYS}[name]

    def first(self, profile: Profile) -> Policy | None:
        """The policy that counts for a ticket: the first that matches."""
        return next((policy for policy in self.policies if policy.matches(profile)), None)


def profile_of(ticket: Ticket, *, group: str = "", organisation: str = "", requester: str = "") -> Profile:
    """A ticket as conditions see it; the names are those of its group, organisation and requester where known."""
    return {
        "source": _words(ticket.source),
        "kind": _words(ticket.kind),
        "priority": _words(str(ticket.priority)),
        "group": _words(ticket.group, group),
        "org": _words(ticket.organisation, organisation),
        "category": _words(ticket.category),
        "channel": _words(ticket.channel),
        "tag": _words(*ticket.tags),
        "requester": _words(ticket.requester, requester),
        "vip": _words("yes" if ticket.vip else "no"),
    }


def same(first: Policy, second: Policy, metrics: Sequence[Metric] = MEASURED) -> bool:
    """Whether two policies would measure any ticket alike, whatever they are called."""
    return (
        all(first.goals.get(metric) == second.goals.get(metric) for metric in metrics)
        and all(first.rule(metric) == second.rule(metric) for metric in metrics)
        and (first.tie, first.switch, first.customer_only) == (second.tie, second.switch, second.customer_only)
    )


def duration_text(seconds: int) -> str:
    """`4h`, `1h30m`, `90s`; negative with a minus. Hours are never made into days: a day is not 24 of them here."""
    if seconds < 0:
        return f"-{duration_text(-seconds)}"
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    text = "".join(f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if count)
    return text or "0s"


def _words(*texts: str) -> frozenset[str]:
    return frozenset(text.casefold() for text in texts if text)
