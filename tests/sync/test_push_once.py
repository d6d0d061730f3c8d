"""A note from the shell reaches its platform with `sync --once`, held time and all."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from .running import Running

pytestmark = pytest.mark.integration


def test_a_note_from_the_shell_goes_out_with_sync_once(make_running: Callable[..., Running]) -> None:
    running = make_running()
    assert running.run("sync", "--once", "--source", "sn")[0] == 0
    desk = running.floor.sandbox.world.desk("servicenow")
    truth = next(t for t in desk.by_number() if t.kind == "incident" and t.state == "open" and t.owner)
    number = f"INC{truth.n:07}"
    assert running.run("note", number, "from the shell")[0] == 0
    assert running.run("sync", "--once", "--source", "sn")[0] == 0
    assert sum(event.text == "from the shell" for event in truth.events) == 1
    code, said = running.run("outbox", "--all", "--json")[:2]
    assert code == 0
    assert [change["state"] for change in json.loads(said)] == ["CONFIRMED"]
