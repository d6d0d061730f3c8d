"""The queue in a real terminal: what is on the screen, what it cost in bytes, and how it leaves."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.terminal

CONTROLS = re.compile(rb"\x08{0,4}\x1bD|\x1b(?:\[[0-9;?<>=$]*[a-zA-Z]|\]52;c;[A-Za-z0-9+/=]*\x07|\]22;[a-z]*\x07)")
EVIL = (
    "Printer \x1b]52;c;cm0gLXJmIH4K\x1b\\ \x1b]2;PWNED\x07 \x1b[2J \x9b2J \x9d52;c;eA==\x9c"
    " [/var/log] [red]x[/] \u202egnp.exe \x00\x08\r z" + "\u0301" * 500
)


def change(home: Path, *statements: str, **values: object) -> None:
    connection = sqlite3.connect(home / "cache" / "cache.db", timeout=20)
    with connection:
        (rev,) = connection.execute("SELECT value + 1 FROM meta WHERE key = 'rev'").fetchone()
        for statement in statements:
            connection.execute(statement, {"rev": rev, **values})
        connection.execute("UPDATE meta SET value = ? WHERE key = 'rev'", (str(rev),))
    connection.close()


def test_80_by_24(open_terminal: Any) -> None:
    terminal = open_terminal()
    terminal.until(r"1 of \d+")
    lines = terminal.lines
    assert lines[0].startswith(" 1 Triage ")
    assert lines[2] == "=" * 80
    assert lines[3].split() == ["P", "DUE", "CK", "KEY", "SUMMARY", "GROUP", "OWNER", "IDLE"]
    assert lines[4].startswith(">")
    assert "Enter open" in lines[22]
    terminal.press("jj ")
    assert terminal.lines[6].startswith(" *")
    assert terminal.lines[7].startswith(">")
    terminal.press("?")
    assert "Keys that work here" in terminal.text
    terminal.press("q")
    assert "SUMMARY" in terminal.text


def test_the_screen_is_shown_where_standard_error_goes_into_a_file(open_terminal: Any, home: Path) -> None:
    errors = home / "errors"
    terminal = open_terminal(errors=errors)
    terminal.until(r"1 of \d+")
    terminal.press("q")
    assert terminal.ended() == 0
    assert errors.read_bytes() == b""


def test_exported_sizes_of_another_window_do_not_count(open_terminal: Any) -> None:
    terminal = open_terminal(env={"COLUMNS": "100", "LINES": "40"})
    terminal.until(r"1 of \d+")
    terminal.press("j")
    assert terminal.lines[2] == "=" * 80
    assert "? keys" in terminal.lines[22]


def test_200_by_50(open_terminal: Any) -> None:
    terminal = open_terminal((200, 50))
    terminal.until("CLOCKS")
    terminal.until("GROUPS")
    assert " QUEUE ▸ Triage" in terminal.lines[0]
    assert "▸" in terminal.lines[3]
    assert terminal.text.count("│") > 80
    terminal.press("\r")
    terminal.until("ACTIVITY")
    assert "SUMMARY" not in terminal.text


def test_hostile_titles_reach_the_terminal_as_letters(open_terminal: Any, home: Path) -> None:
    change(
        home, "UPDATE ticket SET title = :evil, status = :evil, rev = :rev", "UPDATE body SET text = :evil", evil=EVIL
    )
    terminal = open_terminal((120, 40))
    terminal.until("Printer")
    for keys in ("j", "/a", "\x1b", "\r", "q", "?", "q", "\x10", "\x1b", "yt", "o"):
        terminal.press(keys, 0.7)
    sent = CONTROLS.sub(b"", terminal.raw)
    assert b"\x1b" not in sent
    assert b"PWNED\x07" not in terminal.raw
    assert not set(sent) & (set(range(32)) - {10, 13})
    letters = sent.decode()
    assert not set(letters) & set("\x7f\x9b\x9d\x9c\u202e")
    assert "\u0301" * 3 not in letters


def test_a_change_costs_less_than_a_kilobyte_and_a_key_not_much_more(open_terminal: Any, home: Path) -> None:
    terminal = open_terminal((160, 45))
    terminal.until(r"1 of \d+")
    terminal.quiet(1.5)
    costs = [len(terminal.press("j", 0.2)) for _ in range(20)]
    assert sum(costs) / len(costs) < 2_500
    terminal.quiet(1.5)
    match = re.search(r"(INC\d+|DESK-\d+)", "\n".join(terminal.lines[4:30]))
    assert match
    start = len(terminal.raw)
    change(home, "UPDATE ticket SET title = 'Something else', rev = :rev WHERE number = :number", number=match[0])
    terminal.until("Something else")
    terminal.quiet(2.5)
    assert len(terminal.raw) - start < 1_000


def test_nothing_is_sent_while_nothing_happens(open_terminal: Any) -> None:
    terminal = open_terminal()
    terminal.until(r"1 of \d+")
    terminal.quiet(2.0)
    start = len(terminal.raw)
    terminal.read(3.0)
    assert len(terminal.raw) - start < 400


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_leaves_the_terminal_as_it_was(open_terminal: Any, number: int) -> None:
    terminal = open_terminal()
    terminal.until("SUMMARY")
    terminal.press(" ")
    os.kill(terminal.pid, number)
    assert terminal.ended() == 0
    assert b"\x1b[?1049l" in terminal.raw


@pytest.mark.parametrize(
    "garbage",
    [b"\xff\xfe\xc3\xe2\x82" * 50, b"\x1b[99999999999u" * 5, b"\x1b[1114112u", b"\x1b[1;99999999999A"],
    ids=["no UTF-8", "a key beyond all numbers", "a key beyond Unicode", "modifiers beyond all numbers"],
)
def test_garbled_input_does_not_end_the_desk(open_terminal: Any, garbage: bytes) -> None:
    terminal = open_terminal()
    terminal.until(r"1 of \d+")
    os.write(terminal.fd, garbage)
    terminal.quiet(1.0)
    terminal.press("\x1b", 1.0)
    terminal.press("gg", 1.0)
    terminal.press("j")
    terminal.until(r"2 of \d+")


def test_ctrl_z_goes_to_the_shell_and_fg_comes_back(open_terminal: Any) -> None:
    terminal = open_terminal(shell=True)
    terminal.until("shell> ")
    terminal.press('eval "$PROGRAM"\r')
    terminal.until("SUMMARY")
    terminal.press("\x1a")
    terminal.until("(?i)(stopped|suspended)")
    assert b"\x1b[?1049l" in terminal.raw
    terminal.press("fg\r")
    terminal.until("SUMMARY")
    terminal.press("j")
    terminal.until(r"2 of \d+")


def test_ctrl_z_without_a_shell_says_so_and_the_desk_goes_on(open_terminal: Any) -> None:
    terminal = open_terminal()
    terminal.until(r"1 of \d+")
    terminal.press("\x1a")
    terminal.until("no shell started the desk here")
    terminal.press("j")
    terminal.until(r"2 of \d+")


def test_q_leaves(open_terminal: Any) -> None:
    terminal = open_terminal()
    terminal.until("SUMMARY")
    terminal.press("q")
    assert terminal.ended() == 0


@pytest.mark.parametrize(
    "env",
    [{"NO_COLOR": "1"}, {"TERM": "xterm"}, {"LC_ALL": "C", "LANG": "C"}],
    ids=["no colour", "16 colours", "ascii"],
)
def test_poor_terminals_show_the_same(open_terminal: Any, env: dict[str, str]) -> None:
    terminal = open_terminal((120, 40), env)
    terminal.until("SUMMARY")
    terminal.press("j ")
    assert any(line[1:2] in "*✓" and line.strip() for line in terminal.lines[4:10])
    if "NO_COLOR" in env:
        styles = set(b";".join(re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw)).split(b";"))
        assert styles <= {b"", b"0", b"1", b"4", b"7", b"39", b"49"}
    if env.get("TERM") == "xterm":
        assert b"38;5;" not in terminal.raw
        assert b"38;2;" not in terminal.raw
    if env.get("LC_ALL") == "C":
        assert terminal.text.isascii()


def test_the_mouse_is_off_over_ssh(open_terminal: Any) -> None:
    terminal = open_terminal(env={"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"})
    terminal.until("SUMMARY")
    assert b"\x1b[?1003h" not in terminal.raw
    other = open_terminal()
    other.until("SUMMARY")
    assert b"\x1b[?1003h" in other.raw
