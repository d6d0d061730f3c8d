"""A sandbox whose clock stands still, a cache beside it, and the two compared row by row."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import structlog

from helpdesk_tui import config
from helpdesk_tui.adapters import pacing, registry
from helpdesk_tui.config import Config, SourceConfig
from helpdesk_tui.data import stores
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.paths import Paths
from helpdesk_tui.sandbox.credentials import write_config
from helpdesk_tui.sandbox.model import Platform
from helpdesk_tui.sandbox.options import Options
from helpdesk_tui.sandbox.server import Background, Sandbox
from helpdesk_tui.secrets import for_sources
from helpdesk_tui.sync.context import SourceContext
from helpdesk_tui.sync.process import columns_of
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

from .lists import NOW as LISTS_NOW
from .lists import World
from .outbox_place import Place
from .running import Running

NOW = 1_794_906_000
"""Tuesday 17 November 2026, 10:00 in Paris."""
PLATFORM: dict[str, Platform] = {"sn": "servicenow", "jira": "jira", "zd": "zendesk"}
SHOWN = ("title", "state", "priority", "owner", "grp", "created_at", "updated_at")


@dataclass(slots=True)
class Floor:
    """A sandbox and one user's cache of it. `tick` is what our clock shows beyond the sandbox's."""

    sandbox: Sandbox
    paths: Paths
    settings: Config
    tick: int = 0

    def now(self) -> int:
        """Our clock: the sandbox's, and as much more as the test has let pass."""
        return self.sandbox.world.clock.now() + self.tick

    def worker(self, source: SourceConfig, cache: Threaded[CacheWriter]) -> SourceSync:
        """One source's worker."""
        secret = for_sources(self.settings)[source.name]
        adapter = registry.make(source, secret, now=self.now)
        context = SourceContext(source, self.settings.sync, adapter, cache, self.now, Random(5))
        return SourceSync(context)

    def run(self, work: Callable[[dict[str, SourceSync]], Any], only: str = "") -> Any:
        """Run something with workers on the cache, and let go of everything afterwards."""

        async def whole() -> Any:
            cache = Threaded(lambda: stores.open_cache(self.paths), "test-cache")
            sources = {
                name: self.worker(source, cache) for name, source in self.settings.sources.items() if only in ("", name)
            }
            try:
                await cache.do(CacheWriter.begin, columns_of(self.settings), self.now())
                return await work(sources)
            finally:
                for source in sources.values():
                    await source.close()
                cache.close(CacheWriter.close)

        return asyncio.run(whole())

    def pull(self, only: str = "") -> dict[str, bool]:
        """One whole turn of every source; which of them went well."""

        async def work(sources: dict[str, SourceSync]) -> dict[str, bool]:
            done = await asyncio.gather(*(source.everything() for source in sources.values()))
            for source in sources.values():
                assert not source.fault, source.fault
            return dict(zip(sources, done, strict=True))

        return dict(self.run(work, only))

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Ask the sandbox's control endpoint."""
        request = urllib.request.Request(
            f"{self.sandbox.told()['control']}/__sandbox__/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = answer.read()
        if path.startswith("truth"):
            return [json.loads(line) for line in content.splitlines()]
        return json.loads(content) if content else None

    def truth(self, source: str, *, opened: bool = True) -> dict[str, dict[str, Any]]:
        """Every ticket that the queue should hold, by what people call it, as the sandbox has it."""
        rows = self.control("GET", f"truth?platform={PLATFORM[source]}&visible=1{'&open=1' if opened else ''}")
        groups = {str(group.gid): group.name for group in self.sandbox.world.groups.values()}
        return {
            f"{row['n']}": {
                "title": row["title"],
                "state": told_state(source, row["kind"], row["state"]),
                "priority": row["priority"],
                "owner": row["owner_name"],
                "grp": groups[str(row["group"])],
                "created_at": row["created"],
                "updated_at": row["updated"],
            }
            for row in rows
            if not (source == "sn" and row["kind"] == "problem")  # read only where the settings name the table
        }

    def cached(self, source: str) -> dict[str, dict[str, Any]]:
        """The same of the cache: every ticket it holds open, by its ordinal in the sandbox."""
        query = """SELECT t.number, t.title, t.state, t.priority, coalesce(o.name, '') AS owner,
                          coalesce(g.name, '') AS grp, t.created_at, t.updated_at
                   FROM ticket t LEFT JOIN person o ON o.source = t.source AND o.key = t.owner
                                 LEFT JOIN grp g ON g.source = t.source AND g.key = t.grp
                   WHERE t.source = ? AND t.is_open = 1"""
        with closing(sqlite3.connect(f"file:{self.paths.cache_db}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            rows = [dict(row) for row in connection.execute(query, (source,))]
        return {ordinal(row.pop("number")): row for row in rows}

    def agree(self) -> None:
        """Assert that the cache holds just what the sandbox does, for every source."""
        for source in self.settings.sources:
            truth, cached = self.truth(source), self.cached(source)
            assert sorted(cached) == sorted(truth), f"{source}: {sorted(set(cached) ^ set(truth))[:10]}"
            different = {n: (truth[n], cached[n]) for n in truth if truth[n] != cached[n]}
            assert not different, f"{source}: {next(iter(different.items()))}"


def told_state(source: str, kind: str, state: str) -> str:
    """What a platform's own states can tell: ServiceNow knows one kind of waiting for all but incidents."""
    return "pending" if source == "sn" and kind != "incident" and state == "hold" else state


def ordinal(number: str) -> str:
    """A shown number's ordinal in the sandbox: INC0000812, ITS-12 and 812 by their digits."""
    return str(int("".join(char for char in number.rpartition("-")[2] if char.isdigit())))


def scoped(settings: Config, sandbox: Sandbox) -> Config:
    """The settings with each source's scope narrowed to the groups or projects its platform serves."""
    sources = {}
    for name, source in settings.sources.items():
        served = sandbox.world.served(PLATFORM[name])
        scope: dict[str, object] = {"groups": [group.name for group in served]}
        if source.platform == "jira":
            scope = {"projects": sorted({group.project for group in served})}
        sources[name] = replace(source, scope=scope)
    return replace(settings, sources=sources)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries follow at once and nothing is paced: what is asked and decided stays the same."""
    decide_later = pacing.Retry.hook

    def hook(self: pacing.Retry) -> Callable[[Exception], bool | float]:
        decide = decide_later(self)

        def at_once(error: Exception) -> bool | float:
            answer = decide(error)
            return answer if isinstance(answer, bool) else 0.0

        return at_once

    async def turn(_self: pacing.Pacer, _kind: str) -> None:
        return None

    monkeypatch.setattr(pacing.Retry, "hook", hook)
    monkeypatch.setattr(pacing.Pacer, "turn", turn)


@pytest.fixture(autouse=True)
def log_lines() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged; nothing of it reaches the terminal."""
    with structlog.testing.capture_logs() as lines:
        yield lines
    for line in lines:
        if line.get("exc_info"):
            print(line)


@pytest.fixture
def make_floor(tmp_path: Path) -> Iterator[Callable[..., Floor]]:
    """Makes floors: `make_floor(tickets=600, role="admin", seed=7)`."""
    running: list[Background] = []

    def make(
        tickets: int = 600, role: str = "admin", seed: int = 7, *, scope: bool = True, now: int | None = NOW
    ) -> Floor:
        home = tmp_path / f"home{len(running)}"
        options = Options(seed=seed, tickets=tickets, now=now, paused=True, config_to=home, role=role)  # type: ignore[arg-type]
        served = Background(options)
        sandbox = served.__enter__()
        running.append(served)
        settings = config.load(write_config(home, sandbox.accounts))
        if scope:
            settings = scoped(settings, sandbox)
        return Floor(sandbox, Paths(home, home / "state", home / "cache", home), settings)

    yield make
    for served in running:
        served.__exit__(None, None, None)


@pytest.fixture
def floor(make_floor: Callable[..., Floor]) -> Floor:
    """600 tickets, an admin's sign-in."""
    return make_floor()


@pytest.fixture
def make_running(make_floor: Callable[..., Floor]) -> Iterator[Callable[..., Running]]:
    """Makes homes on which the program runs as processes: `make_running(tickets=300)`. The sandbox stands still."""
    made: list[Running] = []

    def make(tickets: int = 120, settings: str = "") -> Running:
        floor = make_floor(tickets=tickets, now=None)
        file = floor.paths.config_file
        file.write_text(f"{file.read_text()}\n{settings}")
        made.append(Running(floor.paths.config_dir, floor))
        return made[-1]

    yield make
    for running in made:
        running.end()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """One source on a cache of its own, fed by a platform made of lists."""
    made = World(tmp_path)
    await made.cache.do(CacheWriter.begin, [{"name": "desk", "platform": "lists"}], LISTS_NOW)
    yield made
    made.cache.close(CacheWriter.close)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Platform], Place]]:
    """One place for each platform; tickets are new for each case, and nothing of another case is left."""
    made: dict[str, Place] = {}

    def find(platform: Platform) -> Place:
        if platform not in made:
            made[platform] = Place(platform, tmp_path_factory.mktemp(platform))
        place = made[platform]
        place.wire.answer = lambda _request: None
        place.end()
        for one in place.reader.unfinished():
            place.outbox.undo([one.id], place.now())
        return place

    yield find
    for place in made.values():
        place.close()
