"""From a platform to a command's output: `sync --once`, then `queue --json`, beside the sandbox's own count."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest

from helpdesk_tui import clock
from helpdesk_tui.sandbox.credentials import scopes, write_config
from helpdesk_tui.sandbox.options import Options
from helpdesk_tui.sandbox.server import Background

from .conftest import Command

pytestmark = pytest.mark.integration


def test_the_queue_agrees_with_the_sandbox(tmp_path: Path, command: Command) -> None:
    home = tmp_path / "desk"
    with Background(Options(seed=11, tickets=900, now=clock.now(), paused=True)) as sandbox:
        write_config(home, sandbox.accounts, scopes(sandbox.world))
        pulled = command(home, "sync", "--once")
        assert pulled.code == 0, pulled.out + pulled.err
        address = f"{sandbox.told()['control']}/__sandbox__/truth?open=1&owner=none&visible=1"
        wanted: set[tuple[str, int]] = set()
        for platform in ("servicenow", "jira", "zendesk"):
            with urllib.request.urlopen(f"{address}&platform={platform}") as answer:
                rows = [json.loads(line) for line in answer]
            # Problems are read only where the settings name their table.
            wanted |= {(platform, row["n"]) for row in rows if (platform, row["kind"]) != ("servicenow", "problem")}
    names = {"sn": "servicenow", "jira": "jira", "zd": "zendesk"}
    listed = json.loads(command(home, "queue", "is:open owner:none", "--json").out)
    found = {(names[row["source"]], int("".join(filter(str.isdigit, row["number"])))) for row in listed}
    assert found == wanted
    assert wanted
    down = command(home, "sync", "--once")
    assert (down.code, down.out.count("no connection")) == (3, 3)
    assert json.loads(command(home, "queue", "is:open owner:none", "--json").out) == listed
