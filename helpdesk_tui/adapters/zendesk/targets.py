"""The targets of the account's SLA policies: a ticket tells when its clock breaches, and not what it was promised.

Which policy a ticket is under is not told either, and conditions may look at anything. So a target is taken only where
every policy that has one for the metric and the priority has the same: then it is the ticket's, whichever applies.
Group policies count the ownership of groups, in seconds where the others count in minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from helpdesk_tui.adapters.zendesk.api import NOT_THERE, Api
from helpdesk_tui.adapters.zendesk.mapping import listed
from helpdesk_tui.adapters.zendesk.wire import RawList, Text, Wire, parse
from helpdesk_tui.errors import Refused

LISTS = (("slas/policies", "sla_policies", 60), ("group_slas/policies", "group_sla_policies", 1))
"""Where policies are listed, under which name, and how many seconds one of a target is."""


class Target(NamedTuple):
    """A target in seconds, and whose hours it is counted in, in words."""

    seconds: int
    calendar: str


Targets = Mapping[tuple[str, str], Target]
"""By the metric's name and the priority's, as the platform calls them."""


class PolicyTargetRow(Wire):
    """What one policy promises at one priority."""

    priority: Text = ""
    metric: Text = ""
    target: int = 0
    target_in_seconds: int = 0
    business_hours: bool = False


class PolicyRow(Wire):
    """A policy; its conditions are not looked at."""

    policy_metrics: RawList = ()


def agreed(rows: Iterable[tuple[PolicyRow, int]]) -> dict[tuple[str, str], Target]:
    """The targets over which all policies agree; with each policy, the seconds of one of its targets. Where one cannot
    be read, nobody can say that all agree: none then."""
    told: dict[tuple[str, str], set[Target]] = {}
    for policy, size in rows:
        good, bad = parse(PolicyTargetRow, policy.policy_metrics, "slas")
        if bad:
            return {}
        for row in good:
            seconds = row.target_in_seconds or row.target * size
            target = Target(seconds, "business hours" if row.business_hours else "calendar hours")
            told.setdefault((row.metric, row.priority), set()).add(target)
    return {key: only for key, (only, *others) in told.items() if not others and only.seconds > 0}


async def read_targets(api: Api) -> Targets:
    """The account's targets; none where its policies may not be read, are not all there, or its plan has none."""
    rows: list[tuple[PolicyRow, int]] = []
    for path, name, size in LISTS:
        try:
            data = await api.get(path)
        except Refused as error:
            if error.status not in NOT_THERE:
                raise
            continue
        good, bad = parse(PolicyRow, listed(data, name), name)
        if bad or data.get("next_page"):
            return {}
        rows += [(row, size) for row in good]
    return agreed(rows)
