"""`owner:absent` and `owner:offshift`: the tickets of those who are not there, by the roster of this minute."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from helpdesk_tui.data import stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.presences import PresenceWriter
from helpdesk_tui.data.write.team import TeamWriter
from helpdesk_tui.desk.reads import Reads
from helpdesk_tui.domain.people import Person
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.shifts import Hours, Pattern, Weekly
from helpdesk_tui.domain.technicians import Technician
from helpdesk_tui.domain.tickets import State, Ticket
from helpdesk_tui.domain.views import Query
from helpdesk_tui.paths import Paths

H = 3_600
NOON = 1_790_035_200 + 12 * H
"""2026-09-22 12:00 UTC, a Tuesday."""


def test_owners_who_are_absent_or_off_shift(tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path, tmp_path, tmp_path)
    cache = CacheWriter(stores.open_write(paths.cache_db, StoreKind.CACHE))
    cache.begin([{"name": "sn", "platform": "servicenow", "label": "SN", "badge": "SN"}], NOON)
    names = ("ada", "ben", "chen", "dee")
    people = [Person("sn", name, name.title(), f"{name}@x", name, works_tickets=True) for name in names]
    tickets = [
        Ticket("sn", name, name.upper(), "incident", name, State.OPEN, "Open", NOON, NOON, 1, owner=name)
        for name in (*names, "nobody")
    ]
    cache.commit_page("sn", "open", now=NOON, tickets=tickets, people=people)
    cache.close()
    store = stores.open_write(paths.team_db, StoreKind.TEAM)
    TeamWriter(store).save_all([Technician(name.title(), email=f"{name}@x") for name in names], NOON)
    weekly = Weekly(date(2026, 1, 5), frozenset(range(7)))
    presences = PresenceWriter(store)
    shifts = {"Ada": 9, "Ben": 9, "Chen": 18}
    presences.save_shifts(
        [Pattern("s", name, "UTC", Hours(start * H, 5 * H), weekly) for name, start in shifts.items()], NOON
    )
    presences.add_absence(Absence("a", "Ben", NOON - H, NOON + H), NOON, "")
    now = [NOON]
    reads = Reads(paths, now=lambda: now[0])

    def owners(words: str) -> set[str]:
        return {row.owner.lower() for row in reads.rows(reads.ids(Query(words)).ids).values() if row.owner}

    assert owners("owner:absent") == {"ben"}
    assert owners("owner:offshift") == {"ben", "chen"}
    assert owners("is:open !owner:offshift") == {"ada", "dee", "unknown account …body"}
    now[0] = NOON + 3 * H
    assert owners("owner:absent") == set()
    assert owners("owner:offshift") == {"ada", "ben", "chen"}
    presences.add_absence(Absence("b", "Dee", NOON, None), NOON, "")
    now[0] += 20  # what a view held is good for some seconds
    assert owners("owner:absent") == {"dee"}
    store.close()
    reads.close()
