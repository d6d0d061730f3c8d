"""Alarms on the screen: one line, once, whatever screen is on top; the bell and the notification only where wished."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from typing import Any

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.alarms import Alarm
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.alarms import raise_alarms
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.paths import Paths
from helpdesk_tui.screens.sla import alarms as alarm_watch
from helpdesk_tui.screens.sla.alarms import AlarmWatch, line_of

from .conftest import NOW, Desktop

Open = Callable[..., AbstractAsyncContextManager[Desktop]]


def alarm(number: str, stage: str = "breached", **more: Any) -> Alarm:
    fact: dict[str, Any] = {"metric": "resolution", "priority": 3, "owner": "", "due_at": NOW, "raised_at": NOW}
    return Alarm("sn", number.lower(), "r", stage, number, "it", **(fact | more))


def put(paths: Paths, *alarms: Alarm) -> None:
    paths.personal_db.parent.mkdir(exist_ok=True)
    writer = PersonalWriter(stores.open_write(paths.personal_db, StoreKind.PERSONAL))
    raise_alarms(writer, alarms, NOW)
    writer.close()


async def test_an_alarm_is_shown_once(open_desk: Open, paths: Paths) -> None:
    async with open_desk((120, 30)) as desktop:
        watch = AlarmWatch(desktop.app, desktop.app.desk, now=lambda: NOW)
        put(paths, alarm("INC1"), alarm("INC2", "90", due_at=NOW + 600, owner="Ana Reyes"))
        await watch.look()
        assert desktop.prompt.strip().startswith("BREACHED INC1 resolution (P3, nobody); 90 % of INC2")
        desktop.queue.say("")
        await watch.look()
        assert "INC1" not in desktop.prompt
    with closing(sqlite3.connect(paths.personal_db)) as connection:
        assert connection.execute("SELECT count(*) FROM alarm WHERE shown_at = ?", (NOW,)).fetchone() == (2,)


async def test_it_waits_while_a_line_is_typed_and_shows_on_other_screens(open_desk: Open, paths: Paths) -> None:
    async with open_desk() as desktop:
        watch = AlarmWatch(desktop.app, desktop.app.desk, now=lambda: NOW)
        await desktop.press("g", "a", "/")
        put(paths, alarm("INC1"))
        await watch.look()
        assert "INC1" not in desktop.text
        await desktop.press("escape")
        await watch.look()
        assert "BREACHED INC1" in desktop.prompt


@pytest.mark.parametrize(
    ("raised", "rings"),
    [({"priority": 1}, True), ({"metric": "promise"}, True), ({}, False), ({"priority": 1, "quiet": 1}, False)],
)
async def test_the_bell_rings_for_a_p1_and_for_a_promise(
    open_desk: Open, paths: Paths, monkeypatch: pytest.MonkeyPatch, raised: dict[str, Any], rings: bool
) -> None:
    async with open_desk() as desktop:
        rung: list[str] = []
        monkeypatch.setattr(desktop.app, "bell", lambda: rung.append("bell"))
        monkeypatch.setattr(alarm_watch, "write_notification", lambda _app, text: rung.append(text))
        put(paths, alarm("INC1", **raised))
        await AlarmWatch(desktop.app, desktop.app.desk, now=lambda: NOW, bell=True, notify=True).look()
        assert ("bell" in rung) is rings
        assert len(rung) == (0 if raised.get("quiet") else 1 + rings)


def test_what_is_in_an_alarm_cannot_reach_the_terminal_as_commands() -> None:
    written: list[str] = []

    class App:
        class _driver:
            write = written.append

    alarm_watch.write_notification(App(), line_of([alarm("\x1b]52;c;x\x07", owner="a\x07b\x1b[2J")], NOW))  # type: ignore[arg-type]
    (text,) = written
    assert text.startswith("\x1b]9;")
    assert text.endswith("\x07")
    assert text[4:-1].isprintable()


def test_so_many_alarms_are_named_as_fit_and_bare_numbers_have_their_platform() -> None:
    raised = [alarm("239", owner="Ana"), alarm("INC0000002", owner="Ana"), alarm("INC0000003", owner="Ana")]
    one = line_of(raised, NOW, {"sn": "ZD"}, 79)
    assert one.startswith("BREACHED ZD-239 ")
    assert one.endswith("; 2 more")
    assert len(one) <= 79
    assert line_of(raised, NOW, {"sn": "ZD"}, 200).count("BREACHED") == 3


def test_many_alarms_are_one_line() -> None:
    text = line_of([alarm(f"INC{number}", "75" if number else "breached") for number in range(9)], NOW)
    assert text.startswith("BREACHED INC0")
    assert text.endswith("6 more")
