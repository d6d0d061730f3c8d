"""What other policies would have made of the past, and what re-pointing running clocks does before it is done."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from helpdesk_tui import clock, safe_text
from helpdesk_tui.commands.common import Place, say, warn
from helpdesk_tui.data import policy_files
from helpdesk_tui.data.read.clock_facts import Known, living
from helpdesk_tui.desk.clocks.clocks import Clocks
from helpdesk_tui.desk.table import utc
from helpdesk_tui.domain.counted import agrees, counted
from helpdesk_tui.domain.sla.engine import Engine
from helpdesk_tui.domain.sla.findings import Level
from helpdesk_tui.domain.sla.policies import PolicySet, duration_text
from helpdesk_tui.domain.sla.simulate import Case, Flip, Outcome, Score, Verdict, simulate
from helpdesk_tui.domain.sla.team import TeamPolicies
from helpdesk_tui.domain.sla.versions import Force, Reach, in_force
from helpdesk_tui.errors import UsageError

DAY = 86_400
Moved = tuple[str, str, str, str, int, int]
"""A clock whose due instant changes: source, key, number, metric, due before, due after (0: none)."""


AGAINST = {"policies": "the team's policies in force", "platforms": "what the platforms' own clocks did"}
"""What a file of policies can be compared with."""


def print_simulation(there: Place, clocks: Clocks, file: str, days: int, against: str, *, as_json: bool) -> int:
    """The last days under the policies of a file beside those in force or, where there are none or it is asked for,
    beside what the platforms' clocks did; 1 where something flips."""
    if against and against not in AGAINST:
        raise UsageError(f"--against takes {' or '.join(AGAINST)}, not {against}")
    if not file:
        raise UsageError("sla simulate needs --policy FILE, with [[policies]] and perhaps [calendars.NAME]")
    now = clock.now()
    base = policy_files.read(there.paths.config_dir, there.config.sla)
    made, found = policy_files.check(policy_files.read_file(Path(file), base), now)
    for finding in found:
        warn(str(finding))
    if any(finding.level is Level.ERROR for finding in found):
        return 2
    policies = clocks.policies()
    against = against or ("policies" if policies else "platforms")
    present = policies.engine(in_force(policies.forces)) or Engine(PolicySet(()), now)
    nothing: list[Case] = []

    def ask(connection: sqlite3.Connection) -> list[Case]:
        return [_case(known) for known in living(connection, now - days * DAY, now)]

    before = present if against == "policies" else None
    outcome = simulate(clocks.ask_cache(ask, nothing), before, Engine(made, now), since=now - days * DAY, until=now)
    told = json.dumps({"against": against, **_json(outcome)}, indent=1).splitlines()
    for line in told if as_json else _lines(outcome, days, against):
        print(line)
    return 1 if outcome.flips else 0


def _case(known: Known) -> Case:
    return Case(known.ref, known.number, known.facts, known.profile, known.events, known.clocks)


def _lines(outcome: Outcome, days: int, against: str) -> Iterator[str]:
    yield f"compared with {AGAINST[against]}"
    before = f"no policy matches {outcome.without[0]} before"
    if against == "platforms":
        before = f"{agrees(outcome.without[0], 'has', 'have')} no clock of its platform; no policy matches"
    none = f"{before} {outcome.without[1]}" if against == "platforms" else f"{before}, {outcome.without[1]} after"
    yield f"{counted(outcome.tickets, 'ticket')} of the last {counted(days, 'day')}; {none}"
    yield f"{'METRIC':<16}{'MET':>7}{'MISSED':>8}{'SHARE':>8}   WOULD BE{'MET':>7}{'MISSED':>8}{'SHARE':>8}"
    for metric in sorted({*outcome.before, *outcome.after}):
        was, would = outcome.before.get(metric, Score()), outcome.after.get(metric, Score())
        yield f"{metric.value:<16}{_score(was)}           {_score(would)}"
    ways = Counter(map(_way, outcome.flips))
    told = ", ".join(f"{count} {way}" for way, count in ways.most_common())
    yield f"{agrees(len(outcome.flips), 'clock comes', 'clocks come')} out otherwise{f': {told}' if told else ''}"
    for flip in sorted(outcome.flips, key=lambda flip: (-ways[_way(flip)], _way(flip))):
        place = f"{flip.ref.source:<10}{flip.number:<16}{flip.metric.value:<16}"
        yield safe_text.line(f"{place}{_verdict(flip.was)} -> {_verdict(flip.would)}")
    if outcome.undated:
        yield f"{counted(outcome.undated, 'clock')} left out: over, and their platform does not say since when"
    for trouble in outcome.troubles[:20]:
        yield safe_text.line(f"not reckoned: {trouble}")


def _way(flip: Flip) -> str:
    return f"{flip.was.word} -> {flip.would.word}"


def _verdict(side: Verdict) -> str:
    return f"{side.word} ({duration_text(side.target)})" if side.target else side.word


def _score(score: Score) -> str:
    share = "-" if score.share is None else f"{score.share * 100:.1f}%"
    return f"{score.met:>7}{score.missed:>8}{share:>8}"


def _json(outcome: Outcome) -> dict[str, object]:
    def score(side: Score) -> dict[str, object]:
        return {"met": side.met, "missed": side.missed, "live": side.live, "share": side.share}

    return {
        "tickets": outcome.tickets,
        "without_policy": {"before": outcome.without[0], "after": outcome.without[1]},
        "before": {metric.value: score(side) for metric, side in outcome.before.items()},
        "after": {metric.value: score(side) for metric, side in outcome.after.items()},
        "flips": [
            {
                "source": flip.ref.source, "ticket": flip.number, "clock": flip.metric.value, "cycle": flip.cycle,
                "before": {"is": flip.was.word, "due_at": utc(flip.was.due_at), "policy": flip.was.policy or None},
                "after": {"is": flip.would.word, "due_at": utc(flip.would.due_at), "policy": flip.would.policy or None},
            }
            for flip in outcome.flips
        ],
        "troubles": list(outcome.troubles),
        "undated": outcome.undated,
    }  # fmt: skip


def print_repoint(there: Place, clocks: Clocks, *, dry_run: bool, as_json: bool) -> int:
    """Put every running clock under the version that is in force for new tickets, and tell what that does to each; with
    `dry_run` only tell. 1 where there is nothing to do."""
    del there
    policies, now = clocks.policies(), clock.now()
    version = in_force(policies.forces)
    if not version:
        raise UsageError("there are no policies of the team's own; sla.md says where they are written")
    moved = moved_by(clocks, policies, version, now)
    if as_json:
        print(json.dumps([_moved_json(one) for one in moved], indent=1))
    else:
        for one in moved:
            say(f"{one[0]:<10}{one[2]:<16}{one[3]:<16}{utc(one[4]) or 'none':<22} -> {utc(one[5]) or 'none'}")
        say(f"{len(moved)} running clocks change with version {version}{'; nothing was done' if dry_run else ''}")
    if moved and not dry_run:
        clocks.repoint(version, moved)
    return 0 if moved else 1


def _moved_json(one: Moved) -> dict[str, object]:
    return {
        "source": one[0], "key": one[1], "ticket": one[2], "clock": one[3], "before": utc(one[4]), "after": utc(one[5])
    }  # fmt: skip


def moved_by(clocks: Clocks, policies: TeamPolicies, version: int, now: int) -> list[Moved]:
    """The team's own clocks of open tickets whose due instant is another under a version."""
    after = policies.with_force(Force(now, version, Reach.RUNNING))
    nothing: list[Known] = []

    def ask(connection: sqlite3.Connection) -> list[Known]:
        return [known for known in living(connection, now, now + 1) if not known.facts.closed_at]

    found: list[Moved] = []
    for known in clocks.ask_cache(ask, nothing):
        if any(each.origin == "remote" for each in known.clocks):
            continue
        sides = [
            {each.ident: each for each in side.clocks(known.ref, known.facts, known.profile, known.events, now)}
            for side in (policies, after)
        ]
        for ident in dict.fromkeys((*sides[0], *sides[1])):
            was, would = sides[0].get(ident), sides[1].get(ident)
            one = was or would
            dues = (was.due_at if was else 0, would.due_at if would else 0)
            if one is not None and not one.stopped_at and dues[0] != dues[1]:
                found.append((*known.ref, known.number, one.metric.value, *dues))
    return found
