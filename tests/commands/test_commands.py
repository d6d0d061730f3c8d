"""Every command as its user calls it: what it prints, what it ends with, and the one line each mistake gets."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpdesk_tui import secrets
from helpdesk_tui.adapters.base import SignIn
from helpdesk_tui.commands import checks, tickets
from helpdesk_tui.commands.sign_in import sight, who_is
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import ConfigError

from .conftest import Command


def test_version_and_help(command: Command) -> None:
    assert command(None, "--version").out.startswith("helpdesk-tui ")
    said = command(None, "--help")
    assert said.code == 0
    for name in ("demo", "sandbox", "setup", "sync", "queue", "show", "doctor", "config", "keys", "db", "completion"):
        assert f"\n  {name} " in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nope",), "No such command"),
        (("queue", "--sort", "beauty"), "there is no order beauty"),
        (("queue", "ownr:none"), "did you mean owner:"),
        (("queue", "p:high"), "p:high"),
        (("sync", "--source", "xx", "--once"), "there is no source xx; there is sn, jsm, zd"),
        (("db", "restore", "cache"), "there is no precious store cache"),
        (("completion", "tcsh"), "bash, zsh, fish"),
    ],
)
def test_usage_mistakes_end_with_2_and_one_line(
    pulled: Path, command: Command, arguments: tuple[str, ...], words: str
) -> None:
    said = command(pulled, *arguments)
    assert said.code == 2
    assert words in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("arguments", [("queue",), ("show", "INC1"), ("sync", "--once"), ("doctor",), ("keys",)])
def test_settings_that_cannot_be_read_end_with_2_wherever(
    home: Path, command: Command, arguments: tuple[str, ...]
) -> None:
    (home / "config.toml").write_text("[screen]\ntheem = 'x'\n")
    said = command(home, *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == [
        f"helpdesk-tui: {home / 'config.toml'}: screen.theem: there is no such setting (did you mean theme?); "
        "known are ascii, mouse, preset, read_only, theme, zone"
    ]


def test_without_sources_or_a_pull_it_says_what_to_do(tmp_path: Path, home: Path, command: Command) -> None:
    assert "run helpdesk-tui setup, or helpdesk-tui demo" in command(tmp_path, "queue").err
    assert "run helpdesk-tui sync --once" in command(home, "queue").err


def test_queue_in_its_forms_agrees_with_itself(pulled: Path, command: Command) -> None:
    rows = json.loads(command(pulled, "queue", "is:open", "--json").out)
    assert len(rows) == 60
    assert int(command(pulled, "queue", "is:open", "--count").out) == 60
    lines = command(pulled, "queue", "is:open").out.splitlines()
    assert [line.split("\t")[4] for line in lines] == [row["number"] for row in rows]
    assert len(command(pulled, "queue", "is:open", "--limit", "7").out.splitlines()) == 7
    assert command(pulled, "queue", "key:nothing-like-this", "--json").out.strip() == "[]"
    urgent = json.loads(command(pulled, "queue", "is:open", "p:1..2", "--json").out)
    assert {row["priority"] for row in urgent} <= {1, 2}
    by_number = json.loads(command(pulled, "queue", "is:open", "--sort", "number", "--json").out)
    assert {row["key"] for row in by_number} == {row["key"] for row in rows}


def test_queue_lists_open_tickets_unless_it_is_asked_for_others(pulled: Path, command: Command) -> None:
    def count(*words: str) -> int:
        return int(command(pulled, "queue", "--count", *words).out)

    assert count("p:1..5") == count("is:open", "p:1..5") < count("is:open,closed,solved", "p:1..5")
    assert count("is:closed,solved") > 0


def test_queue_says_which_name_is_nobodys(pulled: Path, command: Command) -> None:
    name = next(row["group"] for row in json.loads(command(pulled, "queue", "--json").out) if row["group"])
    wrong = name[:-1] + "qq"
    said = command(pulled, "queue", f'group:"{wrong}"', "--count")
    assert (said.code, said.out) == (0, "0\n")
    assert f"no group is called {wrong}" in said.err
    assert name in said.err
    assert command(pulled, "queue", f'group:"{name}"', "--count").err == ""


def test_show_prints_one_ticket_or_says_that_there_is_none(pulled: Path, command: Command) -> None:
    number = json.loads(command(pulled, "queue", "is:open", "--limit", "1", "--json").out)[0]["number"]
    shown = command(pulled, "show", number)
    assert shown.code == 0
    assert shown.out.startswith(number)
    assert json.loads(command(pulled, "show", number, "--json").out)["number"] == number
    missing = command(pulled, "show", "INC9999999")
    assert (missing.code, missing.out) == (1, "")
    assert missing.err == "there is no ticket INC9999999 in the cache\n"


def test_config_show_names_the_place_of_each_secret_and_no_secret(home: Path, command: Command) -> None:
    said = command(home, "config", "show", "--json")
    sources = json.loads(said.out)["sources"]
    assert sources["sn"]["secret"] == f"file {home / 'sn.token'}"
    assert sources["jsm"]["secret"] == "command echo"
    assert sources["zd"]["secret"] == "none"
    assert "S3CRET" not in said.out + command(home, "config", "show").out


def test_config_check(home: Path, command: Command) -> None:
    said = command(home, "config", "check")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "config.toml: sources.zd: no secret" in said.err
    with (home / "config.toml").open("a") as file:
        file.write('token_file = "sn.token"\n')
    assert command(home, "config", "check").code == 0
    with (home / "config.toml").open("a") as file:
        file.write('[views.odd]\nfilter = "pri:1"\n')
    bad = command(home, "config", "check")
    assert bad.code == 2
    assert "views.odd.filter" in bad.err


def test_config_check_looks_into_secret_files(home: Path, command: Command) -> None:
    with (home / "config.toml").open("a") as file:
        file.write('token_file = "sn.token"\n')
    (home / "sn.token").chmod(0o604)
    said = command(home, "config", "check")
    assert said.code == 2
    assert "sources.zd.token_file: " in said.err
    assert "run: chmod 600 " in said.err
    assert "S3CRET" not in said.out + said.err


@pytest.mark.parametrize("name", ["queue", "sync --once", "doctor", "config show", "db check", "keys", ""])
@pytest.mark.parametrize("folder", ["/dev/null/x", "~nobody-of-that-name/x"])
def test_a_folder_that_is_none_is_a_mistake_in_the_settings(
    home: Path, command: Command, name: str, folder: str
) -> None:
    with (home / "config.toml").open("a") as file:
        file.write(f'[store]\ncache = "{folder}"\n')
    said = command(home, *name.split())
    assert said.code == 2
    assert "config.toml: store.cache: " in said.err
    assert said.err.count("\n") == 1


def test_what_nobody_foresaw_is_one_line_and_a_log(
    home: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.remember("S3CRET-OF-SN")

    def broken(*_: object, **__: object) -> int:
        raise ValueError("S3CRET-OF-SN is \x1b[31mwrong")

    monkeypatch.setattr(tickets, "run_queue", broken)
    said = command(home, "queue")
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert said.err.isprintable() or "\x1b" not in said.err
    assert "ValueError" in said.err
    logged = (home / "state" / "logs" / "command.log").read_text()
    assert "in broken" in logged
    assert "S3CRET" not in said.err + logged


@pytest.mark.parametrize("words", ["caf\udce9", "\ud800", "\x00", "x " * 3_000])
def test_bytes_and_lengths_that_no_store_takes(pulled: Path, command: Command, words: str) -> None:
    assert command(pulled, "show", words).code == 1
    said = command(pulled, "queue", words)
    assert said.code in (0, 2)
    assert "ended unexpectedly" not in said.err
    assert "mistake of ours" not in said.err


def test_an_unknown_theme_is_a_mistake_of_usage(home: Path, command: Command) -> None:
    said = command(home, "--theme", "nix")
    assert said.code == 2
    assert "there is dark" not in said.err
    assert "auto, dark" in said.err


@pytest.mark.parametrize(
    ("view", "key"),
    [
        ('slot = "x"', "slot"),
        ('sort = "beauty"', "sort"),
        ('group = "mood"', "group"),
        ('filter = "due:soon"', "filter"),
    ],
)
def test_a_view_that_cannot_be_shown_is_named(home: Path, command: Command, view: str, key: str) -> None:
    with (home / "config.toml").open("a") as file:
        file.write(f'token_file = "sn.token"\n[views.odd]\n{view}\n')
    said = command(home, "config", "check")
    assert said.code == 2
    assert f"views.odd.{key}: " in said.err


def test_times_are_shown_in_the_zone_of_the_settings(
    pulled: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    with (pulled / "config.toml").open("a") as file:
        file.write('[screen]\nzone = "Asia/Kathmandu"\n')
    try:
        lines = command(pulled, "queue", "due:<9999d", "--limit", "1").out
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "+05:45" in lines


def test_the_schema_knows_every_setting(command: Command) -> None:
    schema = json.loads(command(None, "config", "schema").out)
    source = schema["properties"]["sources"]["additionalProperties"]
    assert source["additionalProperties"] is False
    assert {"platform", "url", "token_file", "scope"} <= set(source["properties"])


def test_doctor_tells_good_from_bad_and_how_to_mend(home: Path, command: Command) -> None:
    said = command(home, "doctor", "--json")
    found = {finding["what"]: finding for finding in json.loads(said.out)}
    assert said.code == 1
    assert found["secret of zd"]["grade"] == "bad"
    assert "set token_command or token_file" in found["secret of zd"]["words"]
    assert found["sn"]["grade"] == "bad"
    assert "reachable" in found["sn"]["mend"]
    assert "S3CRET" not in said.out
    offline = command(home, "doctor", "--offline")
    assert "reachable" not in offline.out


def test_doctor_goes_on_after_a_setting_that_a_platform_does_not_know(
    home: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check(source: SourceConfig, _secret: object) -> SignIn:
        if source.name == "jsm":
            raise ConfigError("no field “Team” is visible on this site", key="sources.jsm.options.group_field")
        return SignIn("kim", "Kim", "agent", "UTC", 0, 400, "export")

    monkeypatch.setattr(checks, "check", check)
    said = command(home, "doctor", "--json")
    found = [finding for finding in json.loads(said.out) if finding["what"] in ("sn", "jsm", "zd")]
    assert said.code == 1
    assert [finding["grade"] for finding in found if finding["what"] == "jsm"] == ["bad"]
    assert "sources.jsm.options.group_field" in next(one["words"] for one in found if one["what"] == "jsm")
    (clock,) = (one for one in found if one["what"] == "sn" and "+400 s" in one["words"])
    assert clock["grade"] == "note"
    assert "corrected" not in clock["mend"], "due times are shown as the platform gives them"


def test_doctor_names_a_readable_secret_file(home: Path, command: Command) -> None:
    (home / "sn.token").chmod(0o644)
    assert "chmod 600" in command(home, "doctor").out


def test_quarantine_is_empty_or_listed(pulled: Path, command: Command) -> None:
    assert command(pulled, "doctor", "--quarantine").out == "nothing is in quarantine\n"


def test_stores_are_checked_backed_up_restored_and_purged(pulled: Path, command: Command) -> None:
    from helpdesk_tui.data import stores
    from helpdesk_tui.paths import find

    personal = stores.open_personal(find(str(pulled)))
    personal.ask("sync", by="test", now=1)
    personal.close()
    checked = command(pulled, "db", "check")
    assert checked.code == 0
    assert checked.out.count("sound") == 2
    assert ".bak" in command(pulled, "db", "backup").out
    assert "restored from" in command(pulled, "db", "restore", "personal").out
    assert command(pulled, "db", "purge").code == 0
    assert command(pulled, "queue", "--count").out == "0\n"
    path = pulled / "cache" / "cache.db"
    path.write_bytes(b"not a store at all" * 300)
    assert command(pulled, "db", "check").code == 1


def test_purge_ends_a_sync_process_that_would_go_on_in_an_empty_cache(pulled: Path, command: Command) -> None:
    program = (
        "import sys, time; from helpdesk_tui import presence; from helpdesk_tui.paths import find\n"
        "lock = presence.hold_sync(find(sys.argv[1]), 1); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(pulled)], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            said = command(pulled, "db", "purge")
            assert said.code == 0
            assert "was ended" in said.out
            assert process.wait(10) == -signal.SIGTERM
        finally:
            process.kill()
    assert "was ended" not in command(pulled, "db", "purge").out


def test_sync_once_without_a_platform_ends_with_3_or_2(home: Path, command: Command) -> None:
    said = command(home, "sync", "--once", "--source", "sn")
    assert said.code == 3
    assert "S3CRET" not in said.out + said.err
    refused = command(home, "sync", "--once", "--source", "zd")
    assert refused.code == 2
    assert "no secret for zd" in refused.out + refused.err
    for path in (home / "state" / "logs").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "S3CRET" not in path.read_text()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script(command: Command, shell: str) -> None:
    said = command(None, "completion", shell)
    assert said.code == 0
    assert "_HELPDESK_TUI_COMPLETE" in said.out


def test_keys_lists_what_is_bound_and_refuses_clashes(home: Path, command: Command) -> None:
    keys = json.loads(command(home, "keys", "--json").out)
    assert keys["list.filter"] == ["/"]
    assert keys["ticket.assign"] == ["a"]
    with (home / "config.toml").open("a") as file:
        file.write('[keys]\n"list.filter" = "j"\n')
    clash = command(home, "keys")
    assert clash.code == 2
    assert "j" in clash.err


def test_a_preset_that_is_not_there_is_answered_with_those_that_are(home: Path, command: Command) -> None:
    said = command(home, "keys", "--preset", "emacs")
    assert said.code == 2
    assert "vim, arrows, mutt, jira" in said.err


def test_a_role_that_no_platform_tells_is_not_shown() -> None:
    def account(role: str) -> SignIn:
        return SignIn(account="desk", name="Ana Reyes", role=role, zone="", server_time=0, skew=0, feed="x")

    assert who_is(account("")) == "Ana Reyes"
    assert who_is(account("agent")) == "Ana Reyes (agent)"
    assert (sight("incident"), sight("3 of 6 projects")) == ("sees incident", "3 of 6 projects")


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_draw_is_refused(
    pulled: Path, command: Command, monkeypatch: pytest.MonkeyPatch, term: str
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    said = command(pulled)
    assert said.code == 2
    assert f"TERM is {term}" in said.err


def test_the_desk_needs_a_terminal(pulled: Path, command: Command) -> None:
    said = command(pulled)
    assert said.code == 2
    assert "needs a terminal" in said.err


def test_no_core_file_is_left() -> None:
    program = """
import contextlib, resource
from helpdesk_tui.__main__ import main
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
with contextlib.suppress(SystemExit):
    main()
print(resource.getrlimit(resource.RLIMIT_CORE)[0])
"""
    done = subprocess.run([sys.executable, "-c", program, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0"
