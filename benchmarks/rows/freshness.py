"""From a change on a platform to the painted row, with default polls."""

from __future__ import annotations

import json
import random
import re
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.report import Result, median, share
from benchmarks.rows.idle import NUMBER, pulled, sandbox
from benchmarks.rows.pulling import sync_of
from benchmarks.stage import WIDE, Stage, desk, post, running
from benchmarks.terminal import Terminal

SLACK = 1.0
BEGINNING = 20
"""Letters of a title by which its row is known on the screen, if no other ticket's begins so."""
POLLS = {"servicenow": 20, "jira": 30, "zendesk": 30}
"""Seconds between two looks for changes."""
LAG = {"jira": 3}
"""Seconds after which a platform itself first tells of a change: the age of Jira's search index in the sandbox."""


Order = tuple[str, int, str]
"""Platform, number and new name of a ticket."""


@dataclass(slots=True)
class Sample:
    """A change made at an instant, and when it was seen."""

    platform: str
    word: str
    made: float
    seen: float = 0.0

    @property
    def late(self) -> float:
        """Seconds beyond the poll interval and the platform's own lag."""
        return self.seen - self.made - POLLS[self.platform] - LAG.get(self.platform, 0)


def freshness(stage: Stage) -> Iterator[Result]:
    """A living sandbox, resident sync, one screen; visible tickets of every platform get new titles now and then."""
    home = stage.root / "freshness"
    with sandbox(home, 120) as world, running(sync_of(home), apart=True):
        pulled(home)
        with Terminal(desk(home), WIDE) as terminal:
            terminal.wait_for(NUMBER)
            terminal.press("6", 0.3)
            terminal.press("j", 0.3)
            terminal.rest(stage.few(1, 10))
            control = f"{world['control']}/__sandbox__"
            orders = _orders(terminal, control, stage.few(1, 6))
            samples = [each for turn in range(stage.few(1, 3)) for each in _changed(terminal, control, orders, turn)]
    late = [sample.late for sample in samples]
    worst = share(late, 0.95)
    platforms = {
        name: {
            "seen_after_s": [round(s.seen - s.made, 1) for s in samples if s.platform == name],
            "poll_s": poll,
            "lag_s": LAG.get(name, 0),
        }
        for name, poll in POLLS.items()
    }
    more = {"platforms": platforms, "samples": len(samples), "p50": median(late), "latest": max(late)}
    at = f"{WIDE[0]}x{WIDE[1]}, default polls"
    bound = f"<= poll interval + {SLACK:.0f} s (+ the vendor's own lag)"
    yield Result("freshness", at, "s after the poll interval, p95", worst, None, bound, worst <= SLACK, None, more)


def _changed(terminal: Terminal, control: str, orders: list[Order], turn: int) -> Iterator[Sample]:
    """Changes tickets at instants spread over a poll interval; gives the changes as they are seen."""
    rng = random.Random(turn)
    due = sorted((time.monotonic() + rng.uniform(0, max(POLLS.values())), order) for order in orders)
    waiting: list[Sample] = []
    end = time.monotonic() + 4 * max(POLLS.values())
    while (due or waiting) and time.monotonic() < end:
        if due and time.monotonic() >= due[0][0]:
            _, (platform, number, name) = due.pop(0)
            word = f"{name}T{turn}"
            made = time.monotonic()
            post(f"{control}/change", {"platform": platform, "n": number, "title": f"{word} seen on the platform"})
            waiting.append(Sample(platform, word, made))
        terminal.rest(0.05)
        text = terminal.text()
        for sample in [sample for sample in waiting if sample.word in text]:
            sample.seen = time.monotonic()
            waiting.remove(sample)
            yield sample
    for sample in waiting:
        sample.seen = end
        yield sample


def _orders(terminal: Terminal, control: str, each: int) -> list[Order]:
    """Platform, number and new word of visible tickets, found by their numbers and titles."""
    with urllib.request.urlopen(f"{control}/truth?open=1&visible=1", timeout=30) as answer:
        tickets: list[dict[str, Any]] = [json.loads(line) for line in answer]
    shown = terminal.text().splitlines()
    begins = Counter(ticket["title"][:BEGINNING] for ticket in tickets)
    found: list[Order] = []
    for platform in POLLS:
        mine = [
            ticket
            for ticket in tickets
            if ticket["platform"] == platform
            and _plain(ticket["title"])
            and begins[ticket["title"][:BEGINNING]] == 1
            and any(_shows(row, ticket["n"], ticket["title"][:BEGINNING]) for row in shown)
        ]
        found += [(platform, ticket["n"], f"FRESH{platform[0]}{at}") for at, ticket in enumerate(mine[:each])]
    if not found:
        raise RuntimeError(f"no ticket of the sandbox is visible:\n{terminal.text()}")
    return found


def _shows(row: str, number: int, title: str) -> bool:
    """Whether a row is the ticket's: of two with one title only one may be on the screen."""
    return title in row and re.search(rf"[A-Z][-~]?0*{number} ", row) is not None


def _plain(title: str) -> bool:
    return re.fullmatch(r"[\w ,.:()/'%-]{12,}", title) is not None
