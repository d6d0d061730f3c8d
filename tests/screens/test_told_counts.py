"""What the tabs tell of views while the first pull is under way."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import seed_cache
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.domain.rows import SourceHealth, ViewCount
from helpdesk_tui.domain.views import SHIPPED
from helpdesk_tui.screens.queue.follow import told
from helpdesk_tui.widgets import bars

SOME = {view.name: ViewCount(7, 1) for view in SHIPPED}
NONE = {view.name: ViewCount() for view in SHIPPED}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> SourceHealth:
    path = tmp_path_factory.mktemp("told") / "cache.db"
    seed_cache.seed(path, 10, 5)
    cache = CacheReader(path)
    try:
        return cache.health()[0]
    finally:
        cache.close()


def tabs(counts: dict[str, ViewCount], *sources: SourceHealth) -> str:
    line = bars.tabs(SHIPPED, told(SHIPPED, counts, sources), "all", 160)
    return "".join(piece.text for piece in line)


def test_before_the_first_tickets_there_is_no_figure(source: SourceHealth) -> None:
    assert " 6 All  " in tabs(NONE)
    assert " 6 All  " in tabs(NONE, source._replace(phase="reference"))
    assert " 6 All 0 " in tabs(NONE, source._replace(phase="live"))


@pytest.mark.parametrize(
    ("phases", "every", "stalled"),
    [
        (["live", "live"], "7", "7"),
        (["live", "open"], "~7", "~7"),
        (["reference", "live"], "~7", "~7"),
        (["history", "live"], "7", "~7"),
    ],
)
def test_a_first_pull_makes_figures_unsure(source: SourceHealth, phases: list[str], every: str, stalled: str) -> None:
    line = tabs(SOME, *(source._replace(phase=phase) for phase in phases))
    assert f" 6 All {every} " in line
    assert f" 3 Stalled {stalled} " in line


def test_a_cache_that_is_not_there_yet_has_no_figures(tmp_path: Path) -> None:
    cache = CacheReader(tmp_path / "none.db")
    assert told(SHIPPED, NONE, cache.health()) == {}
