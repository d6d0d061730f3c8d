"""A home with three configured sources and a seeded cache, and commands run in this process as the shell would."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog

from benchmarks.seed_cache import seed
from helpdesk_tui.__main__ import run

CONFIG = """
[sources.sn]
platform = "servicenow"
url = "http://127.0.0.1:9"
username = "desk"
auth = "basic"
token_file = "sn.token"

[sources.jsm]
platform = "jira"
url = "http://127.0.0.1:9"
username = "desk@example.com"
auth = "token"
token_command = ["echo", "jira-token-value"]

[sources.zd]
platform = "zendesk"
url = "http://127.0.0.1:9"
username = "desk@example.com"
auth = "token"
"""


class Said(NamedTuple):
    """What a command did: its exit code and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("HELPDESK_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, sys.excepthook)
    yield
    for handler in root.handlers:
        if handler not in kept[0]:
            handler.close()
    root.handlers[:], sys.excepthook = kept[0], kept[2]
    root.setLevel(kept[1])
    structlog.reset_defaults()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Settings for three sources on a closed port; nothing pulled yet."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    (folder / "config.toml").write_text(CONFIG)
    token = folder / "sn.token"
    token.write_text("S3CRET-OF-SN\n")
    token.chmod(0o600)
    return folder


@pytest.fixture
def pulled(home: Path) -> Path:
    """The same with 300 tickets in the cache, 60 of them open."""
    (home / "cache").mkdir(mode=0o700)
    seed(home / "cache" / "cache.db", 300, 60, 1)
    return home


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """`command(home, "queue", "p:1")` runs it and gives what it said."""

    def call(folder: Path | None, *arguments: str) -> Said:
        code = run([*(["--home", str(folder)] if folder else []), *arguments])
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return call
