"""The team's own clocks in the sync process: from files to versions, over every ticket, and promises settled."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from helpdesk_tui.config import Config
from helpdesk_tui.data import stores
from helpdesk_tui.data.read.policies import TeamClocks
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.data.write.policies import TeamClocksWriter
from helpdesk_tui.data.write.sql import Sql, driver
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.sla.promises import PromiseState, ReminderKind, ReminderState
from helpdesk_tui.domain.tickets import State, Ticket, TicketRef
from helpdesk_tui.paths import Paths
from helpdesk_tui.sync import once
from helpdesk_tui.sync.clocks import Clocks
from helpdesk_tui.sync.process import stamp
from helpdesk_tui.sync.threaded import Threaded

NOW = 1_795_307_200
H = 3600
REF = TicketRef("desk", "a")
POLICIES = '[[policies]]\nname = "all"\n[policies.targets]\nresolution = "4h"\n'


class Kept:
    """One sync process's clocks on stores in a folder, with a clock that a test moves."""

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder, folder / "state", folder / "cache", folder)
        self.now = NOW
        self.cache = Threaded(lambda: stores.open_cache(self.paths), "cache")
        self.personal = Threaded(lambda: stores.open_personal(self.paths), "personal")
        self.ready = asyncio.Event()
        self.clocks = self.begin()

    def begin(self) -> Clocks:
        sources: Any = {"desk": SimpleNamespace(ready=self.ready)}
        return Clocks(self.cache, self.personal, sources, self.paths, Config(), now=lambda: self.now)

    def write(self, text: str) -> None:
        (self.paths.config_dir / "policies.toml").write_text(text)

    async def page(self, *events: Event, **more: Any) -> None:
        ticket = Ticket("desk", "a", "A", "incident", "it", State.OPEN, "Open", NOW - H, NOW, 1, priority=3)
        tickets = [] if events else [ticket]
        await self.cache.do(CacheWriter.commit_page, "desk", "f", tickets=tickets, events=events, now=self.now, **more)

    def stages(self) -> dict[int, str]:
        """Where the promises' clocks stand, by number of the promise."""
        found = self.look("SELECT ident, stage FROM clock WHERE ident LIKE 'promise:%'")
        return {int(ident.partition(":")[2]): stage for ident, stage in found}

    def look(self, query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.paths.cache_db)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def team(self) -> TeamClocks:
        return TeamClocks(self.paths.team_db)

    def writer(self) -> TeamClocksWriter:
        return TeamClocksWriter(stores.open_write(self.paths.team_db, StoreKind.TEAM))


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    made = Kept(tmp_path)
    await made.cache.do(CacheWriter.begin, [{"name": "desk", "platform": "jira"}], NOW)
    yield made
    await made.clocks.close()
    made.cache.close(CacheWriter.close)
    made.personal.close(PersonalWriter.close)


async def test_what_is_written_is_in_force_at_once_and_changed_for_new_tickets(kept: Kept) -> None:
    kept.write(POLICIES)
    kept.ready.set()
    await kept.page()
    await kept.clocks.once()
    assert kept.look("SELECT ident, due_at FROM clock") == [("local:resolution:1", NOW + 3 * H)]
    kept.write(POLICIES.replace("4h", "8h"))
    kept.now = NOW + 60
    await kept.clocks.once()
    assert kept.look("SELECT due_at FROM clock") == [(NOW + 3 * H,)]
    assert any("v2 are in force for new tickets" in note for note in kept.clocks.notes)
    writer = kept.writer()
    writer.repoint(2, [], "ana", NOW + 70)
    writer.close()
    await kept.clocks.once()
    assert kept.look("SELECT due_at FROM clock") == [(NOW + 7 * H,)]
    assert kept.look("SELECT due_at FROM ticket") == [(NOW + 7 * H,)]


async def test_what_cannot_be_used_is_told_and_changes_nothing(kept: Kept) -> None:
    kept.write(POLICIES)
    kept.ready.set()
    await kept.page()
    await kept.clocks.once()
    for text in (POLICIES.replace("4h", "never"), "not toml [", "[calendars.x]\n"):
        kept.clocks.notes.clear()
        kept.write(text)
        await kept.clocks.once()
        assert any("policies are not taken over" in note for note in kept.clocks.notes), text
    assert kept.look("SELECT due_at FROM clock") == [(NOW + 3 * H,)]
    team = kept.team()
    assert [version.version for version in team.versions()] == [1]
    team.close()


async def test_another_process_of_the_user_does_not_load_the_same_files_again(kept: Kept) -> None:
    kept.write(POLICIES)
    await kept.clocks.once()
    writer = kept.writer()  # a colleague with other files shares the team's store
    other = {"calendars": {}, "policies": [{"name": "theirs", "targets": {"resolution": "1h"}}]}
    assert writer.keep_version(other, other, "bob", NOW + 5) == 2
    writer.close()
    again = kept.begin()
    await again.once()
    await again.close()
    team = kept.team()
    assert [version.made_by for version in team.versions()][-1] == "bob"
    team.close()


async def test_a_source_that_is_still_read_waits(kept: Kept) -> None:
    kept.write(POLICIES)
    await kept.page()
    await kept.clocks.once()
    assert kept.look("SELECT count(*) FROM clock") == [(0,)]
    kept.ready.set()
    await kept.clocks.turn(moved=False)
    assert kept.look("SELECT count(*) FROM clock") == [(1,)]


async def test_a_promise_is_settled_once_the_platform_shows_the_answer(kept: Kept) -> None:
    kept.ready.set()
    await kept.page()
    writer = kept.writer()
    writer.promise(REF, "A", NOW + H, by="ana", now=NOW)
    writer.remind(REF, "A", ReminderKind.UNLESS, NOW + 2 * H, by="ana", now=NOW)
    writer.close()
    await kept.clocks.once()
    assert kept.look("SELECT due_at, due_metric FROM ticket") == [(NOW + H, "promise")]
    await kept.page(Event("desk", "a", "e1", EventKind.NOTE, NOW + 60, "tech"))
    await kept.clocks.turn(moved=True)
    team = kept.team()
    assert [one.state for one in team.promises(NOW)] == [PromiseState.OPEN]
    assert [one.state for one in team.reminders(NOW)] == [ReminderState.DONE]
    await kept.clocks.reload()
    await kept.page(Event("desk", "a", "e2", EventKind.PUBLIC_REPLY, NOW + 90, "tech"))
    await kept.clocks.turn(moved=True)
    (promise,) = team.promises(NOW)
    assert (promise.state, promise.settled_at) == (PromiseState.KEPT, NOW + 90)
    team.close()
    assert kept.look("SELECT due_at FROM ticket") == [(0,)]


async def test_the_promise_of_a_text_lives_as_its_text_does(kept: Kept) -> None:
    kept.ready.set()
    await kept.page()
    writer = kept.writer()
    first = writer.promise(REF, "A", NOW + H, by="ana", now=NOW)
    second = writer.promise(REF, "A", NOW + 2 * H, by="ana", now=NOW + 1, change="c1")
    third = writer.promise(REF, "A", NOW + 3 * H, by="ana", now=NOW + 2, change="c2")
    await kept.clocks.once()
    assert kept.stages() == {first: "running", second: "running", third: "running"}
    # One text arrives: it keeps what was promised before, and its own promise goes on; the other is taken back.
    journal(writer, "c1", NOW + 60, "CONFIRMED")
    journal(writer, "c2", NOW + 61, "DISCARDED")
    await kept.page(Event("desk", "a", "e1", EventKind.PUBLIC_REPLY, NOW + 62, "tech"))
    await kept.clocks.reload()
    await kept.clocks.turn(moved=True)
    assert kept.stages() == {first: "met", second: "running", third: "cancelled"}
    assert kept.look("SELECT due_at FROM ticket") == [(NOW + 2 * H,)]
    # What the journal tells is purged some day: that the promise is over is written down.
    with writer.store.transaction() as connection:
        Sql(driver(connection)).run("DELETE FROM journal WHERE change = 'c2'")
    team = kept.team()
    assert [one.state.value for one in team.promises(NOW)] == ["kept", "open", "dropped"]
    # A later public answer keeps it: nothing that waits, no note.
    await kept.page(Event("desk", "a", "e2", EventKind.NOTE, NOW + 200, "tech"))
    await kept.clocks.reload()
    await kept.clocks.turn(moved=True)
    assert kept.stages()[second] == "running"
    await kept.page(Event("desk", "a", "e3", EventKind.PUBLIC_REPLY, NOW + 300, "tech"))
    await kept.clocks.turn(moved=True)
    assert [(one.state.value, one.settled_at) for one in team.promises(NOW)][1] == ("kept", NOW + 300)
    team.close()
    writer.close()


def journal(writer: TeamClocksWriter, change: str, at: int, state: str) -> None:
    """A line of the journal's copy, as the sync process writes it."""
    with writer.store.transaction() as connection:
        Sql(driver(connection)).run(
            "INSERT INTO journal (desk, entry, at, change, source, key, state) VALUES ('ana', ?, ?, ?, ?, ?, ?)",
            (at, at, change, *REF, state),
        )


async def test_without_policies_and_promises_nothing_is_written(kept: Kept) -> None:
    kept.ready.set()
    await kept.page()
    await kept.clocks.once()
    assert not kept.paths.team_db.exists()
    before = kept.look("SELECT value FROM meta WHERE key = 'rev'")
    await kept.clocks.turn(moved=True)
    assert kept.look("SELECT value FROM meta WHERE key = 'rev'") == before
    assert kept.look("SELECT count(*) FROM reckon") == [(0,)]


def test_files_beside_the_settings_begin_the_process_anew(tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path, tmp_path, tmp_path)
    first = stamp(paths)
    (tmp_path / "calendars.toml").write_text("")
    assert stamp(paths) != first


async def test_a_team_store_of_an_earlier_version_is_brought_up_with_nothing_to_write(kept: Kept) -> None:
    with closing(sqlite3.connect(kept.paths.team_db)) as earlier:  # as the first version would have left it
        earlier.execute(f"PRAGMA application_id={StoreKind.TEAM.application_id}")
        earlier.execute("CREATE TABLE kept (what)")
        earlier.commit()
    await kept.clocks.once()
    assert kept.clocks.notes == []
    with closing(stores.open_read(kept.paths.team_db, StoreKind.TEAM)) as team:
        assert team.execute("PRAGMA user_version").fetchone() == (stores.SCHEMA[StoreKind.TEAM],)


@pytest.mark.parametrize("how", ["emptied", "damaged"])
async def test_a_spoilt_team_store_is_mended_and_said(kept: Kept, how: str) -> None:
    stores.open_write(kept.paths.team_db, StoreKind.TEAM).close()
    whole = kept.paths.team_db.read_bytes()
    kept.paths.team_db.write_bytes(whole[:4_096] + b"?" * (len(whole) - 4_096) if how == "damaged" else b"")
    await kept.clocks.once()
    assert any("team.db" in note for note in kept.clocks.notes)
    stores.open_read(kept.paths.team_db, StoreKind.TEAM).close()


async def test_a_team_store_of_something_else_is_said_and_stops_nothing(kept: Kept) -> None:
    with closing(sqlite3.connect(kept.paths.team_db)) as foreign:
        foreign.execute("CREATE TABLE theirs (x)")
    await kept.clocks.once()
    assert any("not a team store" in note for note in kept.clocks.notes)


async def test_a_turn_of_sync_ends_well_though_gaps_cannot_be_looked_for(kept: Kept) -> None:
    with closing(sqlite3.connect(kept.paths.team_db)) as foreign:
        foreign.execute("CREATE TABLE theirs (x)")
    await kept.page()
    said: list[str] = []
    await once._look_for_gaps(kept.paths, Config(), said.append)
    assert any("not a team store" in line for line in said)
