"""A home with a seeded cache, and terminals that are closed at the end."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent


def load(name: str, path: Path) -> ModuleType:
    """A module by its path: test folders are no packages."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def seeded_now(tmp_path_factory: pytest.TempPathFactory) -> Path:
    module = load("seed_cache", HERE.parents[1] / "benchmarks" / "seed_cache.py")
    path = tmp_path_factory.mktemp("seeded") / "cache.db"
    module.seed(path, 600, 300, 1, int(time.time()))
    return path


@pytest.fixture
def home(tmp_path: Path, seeded_now: Path) -> Path:
    (tmp_path / "cache").mkdir(mode=0o700)
    shutil.copy(seeded_now, tmp_path / "cache" / "cache.db")
    return tmp_path


@pytest.fixture
def open_terminal(home: Path) -> Iterator[Any]:
    ptys = load("ptys", HERE / "ptys.py")
    opened = []

    def open_it(
        size: tuple[int, int] = (80, 24),
        env: dict[str, str] | None = None,
        errors: Path | None = None,
        *,
        shell: bool = False,
    ) -> Any:
        terminal = ptys.Terminal(home, size, env, errors, shell=shell)
        opened.append(terminal)
        return terminal

    yield open_it
    for terminal in opened:
        terminal.close()
