"""Acts from the list: pick, mark, confirm, write, take back; and what is never lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.screens import base
from helpdesk_tui.theme import ScreenSettings


def changes(desk: Any, columns: str = "number, field, desired, state") -> list[tuple[Any, ...]]:
    file: Path = desk.paths.personal_db
    if not file.exists():
        return []
    with sqlite3.connect(file) as connection:
        return connection.execute(f"SELECT {columns} FROM change ORDER BY seq").fetchall()


async def test_two_keys_assign(open_desk: Any) -> None:
    async with open_desk() as desk:
        row = desk.queue.tickets.current_row
        await desk.press("a")
        assert "assign to" in desk.prompt
        assert " 1 " in desk.text.splitlines()[21]
        await desk.press("1")
        made = changes(desk)
        assert [(number, field, state) for number, field, _, state in made] == [(row.number, "owner", "QUEUED")]
        assert "z takes it back" in desk.prompt
        shown = desk.queue.tickets.current_row
        assert shown.ref == row.ref
        assert shown.owner.endswith("^")
        assert desk.text.splitlines()[4][2] == "^"
        assert "^1" in desk.text.splitlines()[1]
        await desk.press("z")
        assert [state for *_, state in changes(desk)] == ["DISCARDED"]
        assert desk.queue.tickets.current_row.owner == row.owner
