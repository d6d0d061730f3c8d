"""What is wrong with policies that are each well written: overlaps, policies no ticket reaches, targets no calendar
holds."""

from __future__ import annotations

from collections.abc import Iterator

from helpdesk_tui.domain.sla.calendars import Calendar
from helpdesk_tui.domain.sla.findings import Finding, Level
from helpdesk_tui.domain.sla.policies import Goal, Policy, PolicySet, duration_text

_MANY_VALUED = frozenset(("tag", "group", "org", "requester"))
"""Keys of which a ticket may have several words."""

_PRIORITIES = frozenset("012345")
_LONG = 52
"""Weeks a target may take on its calendar before it is doubted; ten times as many and it is refused."""


def check_policies(policies: PolicySet) -> tuple[Finding, ...]:
    """Every remark on a set of policies, in the order they are tried."""
    found: list[Finding] = []
    seen: set[str] = set()
    for place, policy in enumerate(policies.policies):
        where = f"policies.{policy.name}"
        if policy.name.casefold() in seen:
            found.append(Finding(Level.ERROR, where, "another policy has this name"))
        seen.add(policy.name.casefold())
        found.extend(_against(policy, policies.policies[:place], where))
        found.extend(_targets(policy, policies, where))
    return tuple(found)


def covers(first: Policy, second: Policy) -> bool:
    """Whether every ticket that `second` matches is matched by `first`."""
    for key, words in first.when.items():
        asked = second.when.get(key)
        if asked is None or not asked <= words:
            return False
    for key, words in first.unless.items():
        if words <= second.unless.get(key, frozenset()):
            continue
        asked = second.when.get(key)
        if key in _MANY_VALUED or asked is None or not asked.isdisjoint(words):
            return False
    return True


def overlaps(first: Policy, second: Policy) -> bool:
    """Whether some ticket could match both."""
    for key in first.when.keys() & second.when.keys():
        if key not in _MANY_VALUED and first.when[key].isdisjoint(second.when[key]):
            return False
    return not any(
        key in other.unless and words <= other.unless[key]
        for one, other in ((first, second), (second, first))
        for key, words in one.when.items()
    )


def _against(policy: Policy, earlier: tuple[Policy, ...], where: str) -> Iterator[Finding]:
    """What the policies tried before leave of one."""
    for other in earlier:
        if covers(other, policy):
            words = f'no ticket ever reaches it: "{other.name}" comes before and matches all of its tickets'
            yield Finding(Level.WARNING, where, words)
            return
    if together := _together(policy, earlier):
        names = ", ".join(f'"{each.name}"' for each in together)
        words = f"no ticket ever reaches it: {names} come before and match all of its priorities between them"
        yield Finding(Level.WARNING, where, words)
        return
    for other in earlier:
        if overlaps(other, policy) and not covers(policy, other):
            words = f'some tickets match "{other.name}" too; that one comes first and counts for them'
            yield Finding(Level.NOTE, where, words)


def _together(policy: Policy, earlier: tuple[Policy, ...]) -> list[Policy]:
    """The earlier policies that, differing only in priority, take all of its tickets between them."""
    wanted = set(policy.when.get("priority", _PRIORITIES))
    taken: list[Policy] = []
    for other in earlier:
        rest = Policy(other.name, {key: words for key, words in other.when.items() if key != "priority"}, other.unless)
        if covers(rest, policy):
            taken.append(other)
            wanted -= other.when.get("priority", _PRIORITIES)
    return [] if wanted else taken


def _targets(policy: Policy, policies: PolicySet, where: str) -> Iterator[Finding]:
    for metric, goals in policy.goals.items():
        for goal in sorted(set(goals.values())):
            words, level = _too_long(goal, policies.calendar(goal.calendar))
            if words:
                yield Finding(level, f"{where}.targets.{metric.value}", words)


def _too_long(goal: Goal, calendar: Calendar) -> tuple[str, Level]:
    """Why a target is doubted or refused; "" where it is not."""
    working_days = 7 if calendar.always else sum(map(bool, calendar.week))
    weekly = working_days if goal.days else calendar.weekly_seconds()
    if not weekly:  # dates of its own only: told when it is read
        return "", Level.NOTE
    weeks = (goal.days or goal.seconds) // weekly
    told = f"{goal.days} working days" if goal.days else duration_text(goal.seconds)
    if weeks >= 10 * _LONG:
        return f'"{goal.calendar}" does not hold {told} in ten years', Level.ERROR
    if weeks >= _LONG:
        return f'{told} take {weeks} weeks on "{goal.calendar}"', Level.WARNING
    return "", Level.NOTE
