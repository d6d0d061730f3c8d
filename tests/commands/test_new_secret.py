"""A secret typed at the desk: it goes where the source's secret comes from, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helpdesk_tui import config, presence
from helpdesk_tui.commands import new_secret
from helpdesk_tui.commands.common import Place
from helpdesk_tui.errors import SecretError
from helpdesk_tui.paths import Paths

SECRET = "fresh-and-long-enough"


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.delenv("HELPDESK_ZD_TOKEN", raising=False)
    file = tmp_path / "config.toml"
    file.write_text(
        '[sources.zd]\nplatform = "zendesk"\nurl = "http://127.0.0.1:1"\nusername = "a@b.example"\n'
        '[sources.sn]\nplatform = "servicenow"\nurl = "http://127.0.0.1:2"\nusername = "a"\n'
        'token_file = "secrets/sn.token"\n'
        '[sources.jira]\nplatform = "jira"\nurl = "http://127.0.0.1:3"\nusername = "a@b.example"\n'
        'token_command = ["pass", "jira"]\n'
    )
    (tmp_path / "secrets").mkdir(mode=0o700)
    return Place(Paths(tmp_path, tmp_path / "state", tmp_path / "cache", tmp_path), config.load(file))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    monkeypatch.setattr(presence, "start_sync", lambda _paths, asked: found.append(dict(asked)))
    return found


def test_a_file_that_holds_the_secret_is_written_anew_and_private(there: Place, started: list[dict[str, str]]) -> None:
    asked: dict[str, str] = {}
    words = new_secret.keep(there, asked, "sn", f" {SECRET}\n")
    file = there.paths.config_dir / "secrets" / "sn.token"
    assert words == f"kept in {file}"
    assert (file.read_text(), file.stat().st_mode & 0o777) == (f"{SECRET}\n", 0o600)
    assert (asked, started) == ({}, [])


def test_a_secret_from_nowhere_is_told_to_a_sync_process_of_its_own(
    there: Place, started: list[dict[str, str]]
) -> None:
    asked: dict[str, str] = {}
    assert "in memory" in new_secret.keep(there, asked, "zd", SECRET)
    assert started == [{"zd": SECRET}]
    kept = [path for path in there.paths.config_dir.rglob("*") if path.is_file() and SECRET in path.read_text("latin1")]
    assert kept == []


@pytest.mark.parametrize(
    ("source", "environment", "expected"),
    [
        ("jira", {}, "jira has its secret from the command pass: mend it there"),
        ("zd", {"HELPDESK_ZD_TOKEN": "x"}, "zd has its secret from HELPDESK_ZD_TOKEN in the environment"),
        ("sn", {"HELPDESK_SN_TOKEN_FILE": "none/at.all"}, "none/at.all: No such file"),
    ],
)
def test_what_cannot_be_changed_from_here_says_where_it_is(
    there: Place, monkeypatch: pytest.MonkeyPatch, source: str, environment: dict[str, str], expected: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setitem(os.environ, name, value)
    with pytest.raises(SecretError) as caught:
        new_secret.keep(there, {}, source, SECRET)
    assert expected in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", ["", "  \n", "two\nlines", "bell\x07"])
def test_what_is_no_secret_is_refused_and_not_repeated(there: Place, value: str) -> None:
    with pytest.raises(SecretError, match="not a secret of one line"):
        new_secret.keep(there, {}, "sn", value)
