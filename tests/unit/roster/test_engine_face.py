"""The ways into the engine: what its own page shows holds, and the files of others that concern it are all read."""

from __future__ import annotations

import doctest
import json
import re
from importlib import import_module
from pathlib import Path

import pytest

import helpdesk_tui.domain.roster as engine
from helpdesk_tui.domain.roster.duties import Duty, Empty, Span, Stretch, stretches
from tests.unit.roster.kit import REFERENCE

ROOT = Path(__file__).parents[3]


def test_the_example_of_the_page_holds() -> None:
    found = doctest.testmod(engine)
    assert (found.failed, found.attempted > 8) == (0, True)


def test_the_table_of_the_manual_runs_and_names_what_there_is() -> None:
    page = (ROOT / "docs" / "rosters.md").read_text()
    part = page[page.index("## Run your own tables") :]
    [code] = re.findall(r"```python\n(.*?)```", part, re.DOTALL)
    exec(compile(code, "docs/rosters.md", "exec"), {})
    rows = re.findall(r"^\| `([\w.]+)` \| (.*?) \| ", part, re.MULTILINE)
    assert len(rows) > 12
    for module, calls in rows:
        name = module if module.startswith("helpdesk_tui") else f"helpdesk_tui.domain.roster.{module}"
        found = import_module(name)
        for call in re.findall(r"`(\w+)", calls):
            assert hasattr(found, call) or call == "Layer", (module, call)


def test_every_way_in_that_the_page_names_is_there() -> None:
    ways = re.findall(r"^    (\w+)\.([\w|]+)\(", engine.__doc__ or "", re.MULTILINE)
    assert len(ways) == 11
    for module, names in ways:
        where = "helpdesk_tui.domain" if module == "wall_time" else "helpdesk_tui.domain.roster"
        for name in names.split("|"):
            assert callable(getattr(import_module(f"{where}.{module}"), name)), (module, name)


def test_stretches_are_unbroken_and_each_persons_own() -> None:
    ada, ben, away = Duty("Ada", "a"), Duty("Ben", "b"), Duty("Ada", "a", empty=Empty.ABSENT)
    spans = [
        Span(0, 10, (ada,)), Span(10, 20, (ada, ben)), Span(20, 30, (ben, Duty("Ada", "b"))), Span(30, 40, ()),
        Span(40, 50, (away,)), Span(50, 60, (ada,)),
    ]  # fmt: skip
    assert stretches(spans) == [Stretch("Ada", 0, 30), Stretch("Ben", 10, 30), Stretch("Ada", 40, 60)]
    assert stretches(spans, reached=True) == [Stretch("Ada", 0, 30), Stretch("Ben", 10, 30), Stretch("Ada", 50, 60)]


CONCERNS = re.compile(r"goalert|oncall|on_calls|spans|whoisoncall|jsm-ops|jsm_ops|availability", re.IGNORECASE)
NOT_ASKED = {
    "docs_oncall_getEscalatees_single_shift.json": "the same rows as who_single_shift",
    "docs_oncall_getEscalationPlan_custom.json": "an answer of a call that is not made",
    "docs_oncall_getEscalationPlan_overlapping.json": "likewise",
    "docs_oncall_getEscalationPlan_single.json": "likewise",
    "docs_oncall_getPrimaryUsers.json": "likewise",
}


def test_every_file_of_others_about_rosters_is_read_by_a_test() -> None:
    if not REFERENCE.is_dir():
        pytest.skip(f"SKIPPED: no reference data at {REFERENCE}")
    files = {path.name for path in REFERENCE.rglob("*.json") if CONCERNS.search(str(path.relative_to(REFERENCE)))}
    assert len(files) > 12
    here = Path(__file__)
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if path != here)
    assert {name for name in files if name not in tests} == set(NOT_ASKED) & files
    same = [REFERENCE / "servicenow" / f"docs_oncall_{name}_single_shift.json" for name in ("who", "getEscalatees")]
    first, second = (json.loads(path.read_text()) for path in same)
    assert [(row["userId"], row["order"]) for row in first] == [(row["userId"], row["order"]) for row in second]
