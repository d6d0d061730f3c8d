"""The benchmarks run: one cheap row from start to end, and the pages of the pull row are what the adapter asks for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)


def test_a_row_says_what_it_measured() -> None:
    done = _run("--quick", "pull")
    assert done.returncode == 0, done.stderr
    machine, row = (json.loads(line) for line in done.stdout.splitlines())
    assert machine["row"] == "machine"
    assert row["row"] == "pull"
    assert row["ours"] > 0
    assert row["floor"] > 0
    assert row["ratio"] == pytest.approx(row["ours"] / row["floor"], rel=0.01)
    assert row["ok"] is (row["ratio"] >= 0.5)


def test_an_unknown_row_is_refused_by_name() -> None:
    done = _run("--quick", "pul")
    assert done.returncode == 2
    assert "there is no row pul; there are start, keys" in done.stderr
