"""Policies as people write them: what they mean, what is refused, what is remarked on."""

from __future__ import annotations

import tomllib

import pytest

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.business_time import Tie
from helpdesk_tui.domain.sla.findings import Finding, Level, PolicyError
from helpdesk_tui.domain.sla.policies import ANY, Goal, PolicySet, Switch, duration_text, profile_of, same
from helpdesk_tui.domain.sla.policy_file import parse_target, read_policies
from helpdesk_tui.domain.sla.rules import RULES, Reopen
from helpdesk_tui.domain.tickets import State, Ticket

H = 3600


def given(text: str) -> tuple[PolicySet, tuple[Finding, ...]]:
    return read_policies(tomllib.loads(text), version=4)


def policy(name: str, when: str = "{}", more: str = "") -> str:
    targets = "" if "targets" in more else 'targets = { resolution = "4h" }'
    return f'[[policies]]\nname = "{name}"\nwhen = {when}\n{targets}\n{more}\n'


def has_errors(found: tuple[Finding, ...]) -> bool:
    return any(finding.level is Level.ERROR for finding in found)


def said(found: tuple[Finding, ...]) -> str:
    return "\n".join(map(str, found))


WHOLE = """
[calendars.office]
zone = "Europe/Paris"
mon-fri = ["08:00-12:00", "13:00-18:00"]

[[policies]]
name = "Network, urgent"
when = { source = "snow", group = ["Network", "Apps"], priority = [1, 2], vip = true }
unless = { tag = "Test" }
calendar = "office"
pause = ["pending", "Awaiting vendor"]
stop = ["Resolved by vendor"]
cancel = ["Cancelled"]
due = "next open"
switch = "spans"
reopen = { resolution = "new" }
[policies.targets]
first_response = { 1 = "15m", 2 = { target = "30m", calendar = "24x7" }, none = "1h", other = "4h" }
resolution = "2 working days"

[[policies]]
name = "all"
targets = { resolution = "8h" }
"""


def test_a_whole_document() -> None:
    made, found = given(WHOLE)
    assert not found
    first, rest = made.policies
    assert first.when["group"] == {"network", "apps"}
    assert first.when["priority"] == {"1", "2"}
    assert first.when["vip"] == {"yes"}
    assert first.unless["tag"] == {"test"}
    assert (first.tie, first.switch) == (Tie.NEXT_OPEN, Switch.SPANS)
    assert first.goals[Metric.FIRST_RESPONSE] == {
        1: Goal(900, 0, "office"), 2: Goal(1800, 0, "24x7"), 0: Goal(H, 0, "office"), ANY: Goal(4 * H, 0, "office"),
    }  # fmt: skip
    assert first.goal(Metric.FIRST_RESPONSE, 5) == Goal(4 * H, 0, "office")
    assert first.goal(Metric.RESOLUTION, 0) == Goal(0, 2, "office")
    assert first.goal(Metric.NEXT_REPLY, 1) is None
    rule = first.rule(Metric.RESOLUTION)
    assert rule.pause == {"pending", "awaiting vendor"}
    assert rule.done == {"solved", "closed", "resolved by vendor"}
    assert rule.cancel == {"cancelled"}
    assert rule.reopen is Reopen.NEW
    assert first.rule(Metric.AGENT_WORK).pause == RULES[Metric.AGENT_WORK].pause
    assert rest.rule(Metric.RESOLUTION) == RULES[Metric.RESOLUTION]
    assert made.calendar("office").label == "office v4"
    assert made.calendar("24x7").always
    assert same(first, first)
    assert not same(first, rest)


def test_the_first_that_matches_counts() -> None:
    made, _ = given(WHOLE)
    ticket = Ticket(
        "snow", "1", "INC1", "incident", "", State.NEW, "New", 0, 0, 0, priority=2, group="g1", vip=True, tags=("vpn",)
    )
    chosen = made.first(profile_of(ticket, group="Network"))
    assert chosen is made.policies[0]
    assert made.first(profile_of(ticket, group="Field")) is made.policies[1]
    assert made.first({**profile_of(ticket, group="Network"), "tag": frozenset(("test", "vpn"))}) is made.policies[1]
    assert PolicySet(made.policies[:1]).first({}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15m", (900, 0)), ("4h", (4 * H, 0)), ("1h30m", (5400, 0)), ("90s", (90, 0)), ("1h 30m", (5400, 0)),
        ("45min", (2700, 0)), ("2 working days", (0, 2)), ("1 working day", (0, 1)), ("3wd", (0, 3)),
    ],
)  # fmt: skip
def test_targets(text: str, expected: tuple[int, int]) -> None:
    assert parse_target(text) == expected


@pytest.mark.parametrize("text", ["", "0h", "-4h", "4", "2d", "1 day", "0 working days", "4h4", "soon", "h"])
def test_what_is_no_target(text: str) -> None:
    with pytest.raises(PolicyError):
        parse_target(text)


@pytest.mark.parametrize("seconds", [0, 59, 60, 3599, 3600, 5400, 90061, -5400])
def test_durations_as_text(seconds: int) -> None:
    text = duration_text(seconds)
    if seconds > 0:
        assert parse_target(text) == (seconds, 0)
    assert text.startswith("-") == (seconds < 0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("policies = 3", "policies: it must be a list"),
        ("calendars = 3", "calendars: it must be tables"),
        ("[calendars]\noffice = 3", "calendars.office: it must be a table"),
        ("[calendars.office]", "calendars.office: the calendar has no hours"),
        ('[[policies]]\ntargets = { resolution = "4h" }', "policies.1.name: it needs a name"),
        ('[[policies]]\nname = "a"', "policies.a.targets: it needs targets"),
        (policy("a", more='target = "4h"'), 'policies.1: "target" is not a setting'),
        (policy("a", "{ owner = 'x' }"), 'policies.a.when: "owner" is nothing a policy can ask for'),
        (policy("a", "{ group = [] }"), "policies.a.when.group: it must be a word"),
        (policy("a", "{ group = [1.5] }"), "policies.a.when.group: it must be a word"),
        (policy("a", more='calendar = "office"'), 'there is no usable calendar "office"'),
        (policy("a", more='targets = { promise = "4h" }'), '"promise" is no metric'),
        (policy("a", more='targets = { resolution = "2d" }'), "may mean two things"),
        (policy("a", more="targets = { resolution = 4 }"), "a target is text"),
        (policy("a", more='targets = { resolution = { 6 = "4h" } }'), '"6" is no priority'),
        (
            policy("a", more='targets = { resolution = { 1 = { target = "4h", zone = "UTC" } } }'),
            '"zone" means nothing',
        ),
        (policy("a", more='due = "later"'), "is none of close, next open"),
        (policy("a", more='switch = "never"'), "is none of whole, spans"),
        (policy("a", more='reopen = { resolution = "again" }'), "is none of resume, new, stay"),
        (policy("a", more='reopen = "new"'), "it must be a table"),
        (policy("a", more='pause = "pending"'), "it must be a list of states"),
        (policy("a") + policy("A", "{ group = 'x' }"), "policies.A: another policy has this name"),
        (policy("a", more='targets = { resolution = "99999999h" }'), "does not hold 99999999h in ten years"),
    ],
)
def test_what_is_refused_is_said_with_its_place_and_never_raised(text: str, says: str) -> None:
    _, found = given(text)
    assert has_errors(found)
    assert says in said(tuple(each for each in found if each.level is Level.ERROR))


def test_a_bad_policy_leaves_the_good_ones() -> None:
    made, found = given(policy("bad", more='due = "later"') + policy("good"))
    assert [each.name for each in made.policies] == ["good"]
    assert has_errors(found)


def test_a_calendar_that_cannot_be_used_is_no_calendar_for_policies() -> None:
    _, found = given('[calendars.office]\nzone = "Mars/Base"\n' + policy("a", more='calendar = "office"'))
    assert "calendars.office: there is no time zone" in said(found)
    assert 'policies.a.calendar: there is no usable calendar "office"; there are 24x7' in said(found)


@pytest.mark.parametrize(
    ("first", "second", "unless"),
    [
        ("{}", "{ group = 'net' }", ""),
        ("{ group = ['net', 'apps'] }", "{ group = 'net', priority = 1 }", ""),
        ("{ priority = [1, 2] }", "{ priority = 1 }", "unless = { priority = 3 }"),
    ],
)
def test_a_policy_that_no_ticket_reaches(first: str, second: str, unless: str) -> None:
    _, found = given(policy("first", first, unless) + policy("second", second))
    assert 'warning: policies.second: no ticket ever reaches it: "first" comes before' in said(found)


def test_a_policy_whose_priorities_are_all_taken() -> None:
    text = policy("urgent", "{ priority = [1, 2] }") + policy("rest", "{ priority = [0, 3, 4, 5] }")
    _, found = given(text + policy("net", "{ group = 'net' }"))
    assert 'policies.net: no ticket ever reaches it: "urgent", "rest" come before' in said(found)
    _, found = given(policy("urgent", "{ priority = [1, 2] }") + policy("net", "{ group = 'net' }"))
    assert "no ticket ever" not in said(found)


def test_overlaps_are_named_and_what_is_apart_is_not() -> None:
    _, found = given(policy("net", "{ group = 'net' }") + policy("urgent", "{ priority = 1 }"))
    assert (
        said(found) == 'note: policies.urgent: some tickets match "net" too; that one comes first and counts for them'
    )
    for text in (
        policy("a", "{ priority = 1 }") + policy("b", "{ priority = 2 }"),
        policy("a", "{ group = 'net' }") + policy("all"),
        policy("a", "{ group = 'net' }") + policy("b", more="unless = { group = ['net'] }"),
    ):
        assert given(text)[1] == ()


def test_a_policy_with_exceptions_does_not_cover_what_it_leaves_out() -> None:
    _, found = given(policy("a", more="unless = { group = 'net' }") + policy("b", "{ group = ['net', 'apps'] }"))
    assert "no ticket ever" not in said(found)
    _, found = given(policy("a", more="unless = { tag = 'x' }") + policy("b", "{ tag = 'y' }"))
    assert "no ticket ever" not in said(found)  # a ticket may have both tags


def test_a_target_that_takes_a_year_is_doubted() -> None:
    text = '[calendars.fair]\nmon = ["09:00-10:00"]\n' + policy("a", more='calendar = "fair"').replace("4h", "60h")
    _, found = given(text)
    assert '60h take 60 weeks on "fair"' in said(found)
    assert not has_errors(found)
    _, found = given(text.replace("60h", "520 working days"))
    assert has_errors(found)
