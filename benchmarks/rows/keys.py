"""From a key to the last byte of its answer, at rest and while a whole platform is being pulled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks.report import Result, median, share
from benchmarks.rows.pulling import phase, pull_home, served, sync_of, until_begun
from benchmarks.stage import TICKET, WIDE, Stage, desk, floor, no_sync, running
from benchmarks.terminal import Answer, Terminal

MOST, MOST_WHILE_PULLING = 2.0, 1.5
SLOW_MS, SLOW_SHARE = 50.0, 1 / 500
GAP = 0.15
"""Seconds of silence after keys that are not measured."""
FRAME = 0.03
"""Seconds of silence that end an answer: two frames. Countdowns are drawn by the clock, whenever a key was pressed."""
AFTER = 0.12
"""Seconds after an answer in which nothing more of it may come, and then as many for what comes without a key."""
LATER = 0.02
"""The largest share of keys after which more may be drawn than without one, or answers were cut short."""
SETTLED = 2.0
"""Seconds after the first keys until the measuring begins."""
PULLS = 4
"""So many pulls are pooled: one is over after some forty keys, and the slowest two of those would decide."""
KINDS: Mapping[str, Sequence[str]] = {
    "move": ("j", "j", "j", "k"),
    "mark": ("space",),
    "page": ("pagedown", "pagedown", "pageup"),
    "view": ("J", "J", "J", "K"),
}
ALWAYS: Mapping[str, Sequence[str]] = {"move": ("j",), "view": ("6", "1")}
"""What is pressed by turns: at the top of a view `k` has no answer, nor has any key in one without tickets."""
FLOOR_KINDS: Mapping[str, Sequence[str]] = {
    "move": ("j", "k"),
    "mark": ("j", "k"),
    "page": ("pagedown", "pageup"),
    "view": ("pagedown", "pageup"),
}
"""The floor has neither marks nor views; what stands beside them is its nearest key."""
Times = dict[str, list[float]]


@dataclass(slots=True)
class Drawn:
    """How often something was drawn in the moment after an answer, and in the moment after that one."""

    keys: int = 0
    after: int = 0
    alone: int = 0

    @property
    def more(self) -> float:
        """The share of keys after which more was drawn than the clock's doing accounts for."""
        return (self.after - self.alone) / max(1, self.keys)


def keys(stage: Stage) -> Iterator[Result]:
    """Every key pressed here and there by turns."""
    home, count = stage.home("keys"), stage.few(6, 130)
    with no_sync(home), Terminal(desk(home), WIDE) as ours, Terminal(floor("fifty"), WIDE) as fifty:
        ours.wait_for(TICKET)
        fifty.wait_for("FLOOR-0010")
        _without_preview(ours)
        fifty.press("j", GAP)
        mine: Times = {}
        its: Times = {}
        drawn = Drawn()
        for kind, names in KINDS.items():
            mine[kind], its[kind] = [], []
            pairs = zip(cycle(names), cycle(FLOOR_KINDS[kind]), strict=False)
            for key, other in islice(pairs, count):
                mine[kind].append(_pressed(ours, key, drawn))
                its[kind].append(_pressed(fifty, other))
    yield from _against_floor(stage, mine, its, drawn)


def _without_preview(terminal: Terminal) -> None:
    """Hide the preview: it follows 0.12 s after the last key and would be taken for the end of every answer."""
    for key in (",", "j"):
        terminal.press(key, GAP)
    terminal.rest(SETTLED)


def _pressed(terminal: Terminal, key: str, drawn: Drawn | None = None) -> float:
    """Milliseconds to the last byte; the terminal is at rest afterwards."""
    answer: Answer = terminal.press(key, FRAME)
    after, alone = terminal.rest(AFTER), terminal.rest(AFTER)
    if drawn is not None:
        drawn.keys += 1
        drawn.after += bool(after)
        drawn.alone += bool(alone)
    return answer.last_ms


def _against_floor(stage: Stage, mine: Times, its: Times, drawn: Drawn) -> Iterator[Result]:
    every, theirs = _all(mine), _all(its)
    kinds = {
        kind: {"p50": median(times), "p95": share(times, 0.95), "floor_p95": share(its[kind], 0.95)}
        for kind, times in mine.items()
    }
    p95, floor_p95 = share(every, 0.95), share(theirs, 0.95)
    ratios = {kind: share(times, 0.95) / share(its[kind], 0.95) for kind, times in mine.items()}
    worst = max(ratios.values())
    more = {"kinds": kinds, "ratios": ratios, "p50": median(every), "floor_p50": median(theirs), "keys": len(every)}
    at = f"{stage.size}, {WIDE[0]}x{WIDE[1]}, preview hidden"
    bound = f"<= {MOST} x a Textual list of 50 rows, each kind"
    yield Result("keys", at, "ms p95", p95, floor_p95, bound, worst <= MOST, worst, more)
    slow, slow_floor = _slow(every), _slow(theirs)
    more = {"slowest_ms": max(every), "floor_slowest_ms": max(theirs), "keys": len(every)}
    more |= {"drawn after": drawn.after, "drawn without a key": drawn.alone}
    bound = f"<= 1 in 500 keys over {SLOW_MS:.0f} ms"
    whole = drawn.more <= LATER
    yield Result("slow keys", at, "share", slow, slow_floor, bound, slow <= SLOW_SHARE and whole, None, more)


def _all(times: Times) -> list[float]:
    return [each for some in times.values() for each in some]


def _slow(times: Sequence[float]) -> float:
    return sum(each > SLOW_MS for each in times) / len(times)


def keys_pull(stage: Stage) -> Iterator[Result]:
    """The same screen at rest, and while the sync process pulls 100,000 tickets more into its cache."""
    idle: Times = {kind: [] for kind in KINDS}
    busy: Times = {kind: [] for kind in KINDS}
    with served(stage) as server:
        for turn in range(stage.few(1, PULLS)):
            home = pull_home(stage, f"keys-pull-{turn}", server, seeded=True)
            for all_times, times in zip((idle, busy), _idle_and_busy(stage, home), strict=True):
                for kind, some in times.items():
                    all_times[kind] += some
    p95, idle_p95 = share(_all(busy), 0.95), share(_all(idle), 0.95)
    ratio = p95 / idle_p95
    kinds = {kind: {"p95": share(busy[kind], 0.95), "idle_p95": share(idle[kind], 0.95)} for kind in busy}
    more = {
        "kinds": kinds,
        "pulls": stage.few(1, PULLS),
        "p50": median(_all(busy)),
        "idle_p50": median(_all(idle)),
        "slow": _slow(_all(busy)),
        "slowest_ms": max(_all(busy)),
        "keys": len(_all(busy)),
    }
    at = f"{stage.size}, {stage.tickets:,} more being pulled, {WIDE[0]}x{WIDE[1]}"
    bound = f"<= {MOST_WHILE_PULLING} x the idle figure"
    yield Result("keys during pull", at, "ms p95", p95, idle_p95, bound, ratio <= MOST_WHILE_PULLING, ratio, more)


def _idle_and_busy(stage: Stage, home: Path) -> tuple[Times, Times]:
    with no_sync(home), Terminal(desk(home), WIDE) as terminal:
        terminal.wait_for(TICKET)
        _without_preview(terminal)
        idle = _mixed(terminal, stage.few(3, 20), lambda: True)
    with running(sync_of(home), apart=True):
        # Only now the desk, or it would start a sync process of its own.
        until_begun(home)
        with Terminal(desk(home), WIDE) as terminal:
            terminal.wait_for(TICKET)
            _without_preview(terminal)
            busy = _mixed(terminal, stage.few(3, 100_000), lambda: phase(home) != "live")
    return idle, busy


def _mixed(terminal: Terminal, count: int, goes_on: Callable[[], bool]) -> Times:
    """Keys of every kind by turns, at most `count` of each, as long as it goes on."""
    times: Times = {kind: [] for kind in KINDS}
    turns = {kind: cycle(names) for kind, names in {**KINDS, **ALWAYS}.items()}
    for _ in range(count):
        if not goes_on():
            break
        for kind in KINDS:
            times[kind].append(_pressed(terminal, next(turns[kind])))
    return times
