"""A source whose settings come to mean other tickets: what it held goes once the platform has taken the new ones."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from helpdesk_tui.sync.health import State
from helpdesk_tui.sync.source import SourceSync

from .conftest import Floor
from .running import Running, until

pytestmark = pytest.mark.integration

REFUSED = [
    ("zd", {"groups": ["Netwrok"]}),
    ("zd", {"brands": ["No such brand"]}),
    ("sn", {"groups": ["Netwrok"]}),
    ("sn", {"tables": ["no_such_table"]}),
    ("jira", {"projects": ["NOPE"]}),
    ("jira", {"jql": "statuss = Open"}),
]


def with_source(floor: Floor, name: str, **changes: Any) -> None:
    """Change settings of one source."""
    source = replace(floor.settings.sources[name], **changes)
    floor.settings = replace(floor.settings, sources={**floor.settings.sources, name: source})


@pytest.mark.parametrize(("name", "scope"), REFUSED)
def test_a_scope_that_is_refused_leaves_the_queue(
    make_floor: Callable[..., Floor], name: str, scope: Mapping[str, object]
) -> None:
    floor = make_floor(tickets=120)
    assert floor.pull(name) == {name: True}
    before, settings = floor.cached(name), floor.settings
    assert before
    with_source(floor, name, scope=scope)

    async def turn(sources: dict[str, SourceSync]) -> None:
        assert not await sources[name].everything()
        assert sources[name].context.health.state is State.REFUSED, sources[name].trouble
        assert sources[name].context.health.words

    for _ in range(2):
        floor.run(turn)
        assert floor.cached(name) == before
    floor.settings = settings
    floor.tick += 1000
    assert floor.pull(name) == {name: True}
    assert floor.cached(name) == before


def test_another_address_without_an_answer_leaves_the_queue(make_floor: Callable[..., Floor]) -> None:
    floor = make_floor(tickets=60)
    floor.pull("zd")
    before = floor.cached("zd")
    with_source(floor, "zd", url="http://127.0.0.1:9")
    assert floor.pull("zd") == {"zd": False}
    assert floor.cached("zd") == before


def test_another_platform_begins_anew_at_once(make_floor: Callable[..., Floor]) -> None:
    floor = make_floor(tickets=60)
    floor.pull("zd")
    other = floor.settings.sources["jira"]
    with_source(floor, "zd", platform="jira", url="http://127.0.0.1:9", scope={}, auth=other.auth)
    assert floor.pull("zd") == {"zd": False}
    assert floor.cached("zd") == {}


def test_the_running_sync_keeps_the_queue_under_settings_that_cannot_be(make_running: Callable[..., Running]) -> None:
    running = make_running(tickets=90)
    text = running.paths.config_file.read_text()
    process = running.start("sync")
    until(running.live)
    held = "SELECT count(*) FROM ticket WHERE source = 'zd' AND is_open = 1"
    before = running.ask(held)
    assert before[0][0] > 0
    # The adapter alone can tell: the settings as such are in order.
    table = '[sources.sn]\nplatform = "servicenow"\n'
    assert table in text
    running.paths.config_file.write_text(text.replace(table, f'{table}scope = {{ tables = ["in cident"] }}\n'))
    until(lambda: "is no table" in running.log(), "the settings cannot be used", 20)
    assert process.poll() is None
    table = '[sources.zd]\nplatform = "zendesk"\n'
    running.paths.config_file.write_text(text.replace(table, f'{table}scope = {{ groups = ["Netwrok"] }}\n'))
    until(lambda: ("refused",) in running.ask("SELECT health FROM source WHERE name = 'zd'"), "refused", 20)
    assert running.ask(held) == before
    running.paths.config_file.write_text(text)
    until(running.live, "all is well again", 30)
    assert running.ask(held) == before
    assert running.kill(process, signal.SIGTERM) == 0
