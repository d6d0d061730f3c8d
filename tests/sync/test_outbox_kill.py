"""The sender as a process of its own, over real HTTP, killed where it hurts most: with the write on the platform and
nothing written down."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.outbox import OutboxReader
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.domain.change_rules import HOLD
from helpdesk_tui.domain.changes import Change, ChangeState, Kind, Op, change_id
from helpdesk_tui.sandbox.jira import identity as jira
from helpdesk_tui.sandbox.model import Platform

if TYPE_CHECKING:
    from .conftest import Floor

pytestmark = [pytest.mark.integration, pytest.mark.crash]
CHILD = Path(__file__).with_name("push_child.py")
KEYS: dict[Platform, Callable[[int], str]] = {"jira": jira.issue_id, "zendesk": str}
"""ServiceNow's is in test_push_failpoints."""


@pytest.mark.parametrize(("platform", "source", "text"), [("jira", "jira", "note"), ("zendesk", "zd", "reply")])
def test_a_process_that_is_killed_after_its_write_says_nothing_twice(
    make_floor: Callable[..., Floor], platform: Platform, source: str, text: str
) -> None:
    floor = make_floor(120, scope=False)
    desk = floor.sandbox.world.desk(platform)
    truth = next(ticket for ticket in desk.by_number() if ticket.state == "open" and ticket.owner)
    wish = Change(
        change_id(floor.now() * 1000),
        0,
        source,
        Kind.TICKET,
        KEYS[platform](truth.n),
        text,
        Op.NOTE,
        {text: "once"},
        host="here",
    )
    writer = stores.open_personal(floor.paths)
    (change,) = Outbox(writer.store).enqueue([wish], floor.now())
    writer.close()

    def child(wait: int, at: int) -> int:
        floor.tick += wait
        command = [sys.executable, str(CHILD), str(floor.paths.config_dir), str(floor.now()), source]
        done = subprocess.run(command, env={**os.environ, "HELPDESK_TUI_FAIL_AT": str(at)}, check=False, timeout=60)
        return done.returncode

    assert child(HOLD, 3) == 137
    assert sum(event.text == "once" for event in truth.events) == 1, "it was there when the process died"
    assert [child(400, 0) for _ in range(3)] == [0, 0, 0]
    assert sum(event.text == "once" for event in truth.events) == 1
    reader = OutboxReader(floor.paths.personal_db)
    found = reader.one(change.id)
    reader.close()
    assert found is not None
    assert found.state is ChangeState.CONFIRMED
