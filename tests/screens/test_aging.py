"""The SLA screen: its figures, what breaches next, the ways from each figure to its tickets, and what it costs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.policies import TeamClocksWriter
from helpdesk_tui.domain.sla.causes import Cause
from helpdesk_tui.domain.sla.promises import ReminderKind
from helpdesk_tui.domain.views import Grouping
from helpdesk_tui.paths import Paths
from helpdesk_tui.screens.sla.aging import AgingScreen
from helpdesk_tui.screens.sla.ahead import AgingAhead
from helpdesk_tui.screens.sla.clock import ClockScreen
from helpdesk_tui.screens.ticket import TicketScreen
from helpdesk_tui.theme import ScreenSettings

from .conftest import NOW, Desktop

Open = Callable[..., AbstractAsyncContextManager[Desktop]]


def aging(desktop: Desktop) -> AgingScreen:
    screen = desktop.app.screen
    assert isinstance(screen, AgingScreen)
    return screen


def rows(desktop: Desktop) -> list[str]:
    return desktop.text.splitlines()


def hour(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%H:%M}"


def on_queue(desktop: Desktop) -> bool:
    return desktop.app.screen is desktop.queue


def figures(line: str) -> list[int]:
    return [int(number) for number in re.findall(r"(?<![\d.%])\d+(?![\d.%])", line)]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_the_board_adds_up_at_every_size(open_desk: Open, size: tuple[int, int]) -> None:
    async with open_desk(size) as desktop:
        await desktop.press("g", "a")
        screen = aging(desktop)
        text = rows(desktop)
        assert len(text) == size[1]
        assert all(len(line) <= size[0] for line in text)
        line = next(line for line in text if line.startswith(" ALL"))
        total = figures(re.sub(r"\(\d+ more\)", "", line)[4:])[:8]
        picture = screen.picture
        assert total == [picture.total.total, *picture.total.bands]
        assert total[0] == sum(total[1:]) == 120
        assert "next to breach" in desktop.text
        assert re.search(r"SN .*ok", text[1])
        assert f"{picture.total.bands[0]} breached" in desktop.text


async def test_figures_counted_ahead_are_there_at_once(open_desk: Open) -> None:
    async with open_desk((200, 50)) as desktop:
        await AgingAhead(desktop.app, desktop.app.desk).count()
        screen = AgingScreen(desktop.app.desk, desktop.queue.keymap, desktop.queue.palette, now=lambda: NOW + 600)
        assert screen.picture.total.total == 120
        assert any(hour.count for hour in screen.picture.hours)
        late = AgingScreen(desktop.app.desk, desktop.queue.keymap, desktop.queue.palette, now=lambda: NOW + 901)
        assert late.picture.total.total == 0


async def test_the_list_begins_where_it_matters_and_tells_why(open_desk: Open) -> None:
    async with open_desk((120, 40)) as desktop:
        await desktop.press("g", "a")
        screen = aging(desktop)
        due = screen.picture.soon[screen.place.entry].due
        assert due.due_at >= NOW
        assert all(stuck.due.due_at < NOW for stuck in screen.picture.soon[: screen.place.entry])
        assert "nobody assigned" in desktop.text
        dues = [stuck.due.due_at for stuck in screen.picture.soon]
        assert dues == sorted(dues)


async def test_on_a_small_screen_the_list_begins_with_what_has_breached(open_desk: Open) -> None:
    async with open_desk() as desktop:
        await desktop.press("g", "a")
        screen = aging(desktop)
        assert screen.picture.soon[0].due.due_at < NOW
        assert (screen.place.entry, screen.place.entries_top) == (0, 0)
        assert re.search(r"next to breach .* 1-\d+ of", desktop.text)


async def test_every_figure_of_the_board_leads_to_its_tickets(open_desk: Open) -> None:
    async with open_desk((200, 50)) as desktop:
        await desktop.press("g", "a")
        screen = aging(desktop)
        await desktop.press("tab")
        wanted = [(row, column) for row in (0, len(screen.picture.rows)) for column in range(8)]
        for row, column in wanted:
            screen = aging(desktop)
            screen.place.part, screen.place.board, screen.place.column = "board", row, column
            tally = screen.picture.rows[row] if row < len(screen.picture.rows) else screen.picture.total
            expected = (tally.total, *tally.bands)[column]
            await desktop.press("enter")
            assert on_queue(desktop)
            assert len(desktop.queue.tickets.ids) == expected, (row, column, desktop.queue.view.filter)
            await desktop.press("g", "a")


async def test_every_figure_beside_the_board_leads_to_its_tickets(open_desk: Open) -> None:
    async with open_desk((200, 50)) as desktop:
        await desktop.press("g", "a")
        depth = aging(desktop).depth
        assert depth is not None
        hours = aging(desktop).picture.hours
        counts = {
            "hours": [[hour.count, *filter(None, (hour.orphans, hour.urgent))] for hour in hours],
            "stalled": [[one.count, *([one.worst_count] if one.worst else [])] for one in depth.stalled],
            "paused": [[one.count, *([one.long] if one.long else [])] for one in depth.paused[:6]] + [[depth.late]],
            "causes": [[one.count] for one in depth.blames],
            "people": [[one.load, one.breached, one.near, one.stalled] for one in depth.workers[:7]],
            "drifts": [[count] for count in (depth.drifts or {}).values()],
        }
        places = [
            (part, row, figure, count)
            for part, rows_ in counts.items()
            for row, figures_ in enumerate(rows_[:3])
            for figure, count in enumerate(figures_)
        ]
        assert len(places) > 25
        for part, row, figure, count in places:
            screen = aging(desktop)
            screen.place.part, screen.place.row, screen.place.figure = part, row, figure
            await desktop.press("enter")
            assert len(desktop.queue.tickets.ids) == count, (part, row, figure, desktop.queue.view.filter)
            await desktop.press("g", "a")


async def test_enter_opens_the_ticket_and_q_goes_back(open_desk: Open) -> None:
    async with open_desk() as desktop:
        await desktop.press("g", "a", "j", "enter")
        assert isinstance(desktop.app.screen, TicketScreen)
        await desktop.press("q")
        aging(desktop)
        await desktop.press("g", "q")
        assert on_queue(desktop)


@pytest.mark.parametrize(
    ("key", "grouping"),
    [("o", Grouping.OWNER), ("c", Grouping.ORGANISATION), ("p", Grouping.PRIORITY), ("f", Grouping.SOURCE),
     ("y", Grouping.CATEGORY)],
)  # fmt: skip
async def test_the_board_is_divided_by_what_is_asked_for(open_desk: Open, key: str, grouping: Grouping) -> None:
    async with open_desk() as desktop:
        await desktop.press("g", "a", "=", key)
        screen = aging(desktop)
        assert screen.grouping is grouping
        assert sum(row.total for row in screen.picture.rows) == 120
        assert f"by {('TECHNICIAN', 'CLIENT', 'PRIORITY', 'PLATFORM', 'CATEGORY')['ocpfy'.index(key)]}" in desktop.text


async def test_a_filter_narrows_every_figure_and_a_wrong_one_is_told(open_desk: Open) -> None:
    async with open_desk() as desktop:
        await desktop.press("g", "a", "/")
        await desktop.type("p:4")
        await desktop.press("enter")
        narrowed = aging(desktop).picture.total.total
        assert 0 < narrowed < 120
        assert "/p:4 " in rows(desktop)[0]
        await desktop.press("/")
        await desktop.type(" nokey:1")
        await desktop.press("enter")
        assert "there is no key nokey" in desktop.prompt
        assert aging(desktop).picture.total.total == narrowed


async def test_the_cursor_stays_on_its_clock_when_the_cache_changes(open_desk: Open) -> None:
    async with open_desk((120, 40)) as desktop:
        await desktop.press("g", "a", "j", "j")
        screen = aging(desktop)
        due = screen.picture.soon[screen.place.entry].due
        first = screen.picture.soon[0].due.row.id
        desktop.write(
            f"UPDATE ticket SET due_at = 0, rev = :rev WHERE id = {first}",
            f"UPDATE clock SET stage = 'met' WHERE ticket = 'k{first}'",
        )
        await desktop.pulse()
        screen._count_after = 0.0
        screen._tick()
        await desktop.settle()
        now = screen.picture.soon[screen.place.entry].due
        assert (now.row.id, now.ident) == (due.row.id, due.ident)
        assert first not in [stuck.due.row.id for stuck in screen.picture.soon]


async def test_data_that_is_old_is_told_beside_the_figures(open_desk: Open) -> None:
    async with open_desk((120, 40)) as desktop:
        desktop.write(
            f"UPDATE source SET data_at = {NOW - 240}, health = 'offline', since = {NOW - 240} WHERE badge = 'ZD'"
        )
        await desktop.press("g", "a")
        count = aging(desktop).picture.total.sources["zd"]
        assert f"ZD OFFLINE 4m, data {hour(NOW - 240)}: {count} of 120 tickets" in rows(desktop)[1]


async def test_standing_there_paints_nothing_within_a_minute(open_desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk((200, 50)) as desktop:
        await desktop.press("g", "a")
        screen = aging(desktop)
        painted: list[object] = []
        monkeypatch.setattr(screen.body, "refresh", lambda *regions, **_: painted.extend(regions))
        for _ in range(5):
            screen.draw()
        assert painted == []


async def test_a_clock_is_explained_and_its_cause_is_said(open_desk: Open) -> None:
    async with open_desk((100, 40)) as desktop:
        await desktop.press("g", "a")
        screen = aging(desktop)
        screen.place.entry = 0
        missed = screen.picture.soon[0].due
        await desktop.press("x")
        page = desktop.app.screen
        assert isinstance(page, ClockScreen)
        assert "no policy of the team" in desktop.text
        assert "nobody has said; x sets it" in desktop.text
        await desktop.press("x", "v")
        assert page.told is not None
        assert [told.cause for told in page.told.clocks if told.clock.ident == missed.ident] == [Cause.VENDOR]
        assert Cause.VENDOR.words in desktop.text


async def test_a_reminder_and_a_promise_are_kept(open_desk: Open) -> None:
    async with open_desk((100, 40)) as desktop:
        await desktop.press("g", "a", "w", "u")
        await desktop.type("2h, call back")
        await desktop.press("enter")
        assert "reminds at" in desktop.prompt
        await desktop.press("w", "p")
        await desktop.type("yesterday 3:00")
        await desktop.press("enter")
        assert "is no time" in desktop.text
        await desktop.press("ctrl+u")
        await desktop.type("90m")
        await desktop.press("enter")
        assert "promised by" in desktop.prompt
        team = desktop.app.desk.clocks.team
        (reminder,), (promise,) = team.reminders(NOW), team.promises(NOW)
        assert (reminder.due_at, reminder.note, reminder.kind.value) == (NOW + 7200, "call back", "unless")
        assert promise.due_at == NOW + 5400
        await desktop.press("w", "d")
        assert [one.state.value for one in team.reminders(NOW)] == ["done"]


async def test_a_reminder_at_handover_has_its_time_and_says_where_none_is_known(open_desk: Open) -> None:
    async with open_desk() as desktop:
        await desktop.press("g", "a", "w", "h")
        assert "no handover is known" in " ".join(desktop.text.split())
        desktop.app.desk.handovers = ("17:00",)
        await desktop.press("w", "h")
        assert "reminds at the handover, " in desktop.prompt
        first, second = desktop.app.desk.clocks.team.reminders(NOW)
        assert {first.kind, second.kind} == {ReminderKind.HANDOVER}
        assert first.due_at == 0
        assert NOW < second.due_at <= NOW + 86_400
        assert datetime.fromtimestamp(second.due_at, UTC).astimezone().strftime("%H:%M") == "17:00"


@pytest.mark.parametrize(
    "settings", [ScreenSettings(ascii=True), ScreenSettings(theme="ansi"), ScreenSettings(theme="mono")]
)
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_it_is_drawn_in_ascii_and_in_few_colours(
    open_desk: Open, settings: ScreenSettings, size: tuple[int, int]
) -> None:
    async with open_desk(size, settings) as desktop:
        await desktop.press("g", "a", "tab", "l", "j", "tab")
        assert "BREACHED" in desktop.text
        if settings.ascii:
            assert desktop.text.isascii(), [char for char in desktop.text if not char.isascii()][:5]


async def test_an_empty_cache_is_no_trouble(open_desk: Open, paths: Paths) -> None:
    paths.cache_db.unlink()
    async with open_desk() as desktop:
        await desktop.press("g", "a", "j", "tab", "l", "enter", "g", "a", "x", "w", "b", "n")
        assert "no open ticket is counted here" in desktop.text


async def test_business_time_is_told_where_the_calendar_is_known(open_desk: Open, paths: Paths) -> None:
    paths.state_dir.mkdir(exist_ok=True)
    text = '[calendars.office]\nzone = "UTC"\nmon-fri = ["08:00-18:00"]\n'
    text += '[[policies]]\nname = "p"\ncalendar = "office"\n'
    document = tomllib.loads(text + 'targets = { resolution = "8h", first_response = "1h", next_reply = "2h" }\n')
    writer = TeamClocksWriter(stores.open_write(paths.team_db, StoreKind.TEAM))
    writer.keep_version(document, document, "ana", NOW)
    writer.close()
    async with open_desk((120, 40)) as desktop:
        await desktop.press("g", "a", "b")
        assert "clock: BUSINESS" in desktop.text
        assert re.search(r"\d+:\d\db", desktop.text)
        screen = aging(desktop)
        assert screen.business
        dues = [stuck.due for stuck in screen.picture.soon if NOW < stuck.due.due_at < NOW + 86_400]
        ahead = [(due.row.id, due.ident) for due in dues if due.calendar not in ("24x7", "calendar hours")]
        assert screen.picture.left is not None
        left = {screen.picture.left.seconds.get(key, 0) for key in ahead}
        assert left == {0}  # Sunday: nothing of the office's time passes before any of them
        await desktop.press("b")
        assert "clock: WALL" in desktop.text


async def test_tickets_are_acted_on_from_here(open_desk: Open) -> None:
    async with open_desk((100, 30)) as desktop:
        await desktop.press("g", "a", "a")
        assert "assign to" in desktop.text
        await desktop.press("escape")
        await desktop.press("c")
        await desktop.type("seen")
        await desktop.press("enter")
        (change,) = desktop.app.desk.reads.outbox()
        row = aging(desktop).carried_row()
        assert row is not None
        assert (change.source, change.key) == tuple(row.ref)


async def test_the_figures_counted_last_are_there_at_once(open_desk: Open) -> None:
    async with open_desk() as desktop:
        await desktop.press("g", "a", "q")
        assert on_queue(desktop)
        await desktop.pilot.press("g", "a")
        assert aging(desktop).picture.total.total == 120
