"""Measure every budget that exists by now beside its floor, one line of JSON a row.

    python -m benchmarks [ROW…] [--quick]

`--quick` takes few and small samples: it shows that a row works and nothing about how fast. Needs the extras demo and
dev. The exit code is 0 whether bounds are kept or not; `"ok"` says it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.processes import count_nice, machine
from benchmarks.report import Result
from benchmarks.rows.acts import act
from benchmarks.rows.clocks import aging, engine
from benchmarks.rows.freshness import freshness
from benchmarks.rows.idle import countdown, idle
from benchmarks.rows.keys import keys, keys_pull
from benchmarks.rows.memory import memory
from benchmarks.rows.outbox import drain, enqueue
from benchmarks.rows.pull import pull
from benchmarks.rows.rosters import rosters
from benchmarks.rows.search import search
from benchmarks.rows.sent import change, held
from benchmarks.rows.staffing import staffing
from benchmarks.rows.start import start
from benchmarks.stage import Stage

ROWS: Mapping[str, Callable[[Stage], Iterator[Result]]] = {
    "start": start,
    "keys": keys,
    "keys-pull": keys_pull,
    "bytes": held,
    "change": change,
    "idle": idle,
    "countdown": countdown,
    "freshness": freshness,
    "pull": pull,
    "search": search,
    "clocks": engine,
    "aging": aging,
    "memory": memory,
    "enqueue": enqueue,
    "drain": drain,
    "roster": rosters,
    "staffing": staffing,
    "act": act,
}

LOADED = (
    "helpdesk_tui.app",
    "helpdesk_tui.cli",
    "helpdesk_tui.sync.once",
    "helpdesk_tui.adapters.servicenow.adapter",
    "helpdesk_tui.sandbox.server",
    "textual.widgets._option_list",
)
"""What the programs that are measured load, with all that hangs on it."""


def main() -> int:
    """Run the rows that were asked for, all without a name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"one of {', '.join(ROWS)}; all without any")
    parser.add_argument("--quick", action="store_true", help="few and small samples: whether a row works")
    given = parser.parse_args()
    unknown = [row for row in given.rows if row not in ROWS]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    count_nice()
    print(json.dumps(machine()), flush=True)
    with Stage(quick=given.quick) as stage:
        keep_bytecode(stage.root / "bytecode")
        for name in given.rows or ROWS:
            for result in ROWS[name](stage):
                print(result.line(), flush=True)
    return 0


def keep_bytecode(folder: Path) -> None:
    """Let every program find its bytecode ready, as an installed one does, whatever this environment says."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    subprocess.run([sys.executable, "-c", f"import {', '.join(LOADED)}"], check=True)


if __name__ == "__main__":
    sys.exit(main())
