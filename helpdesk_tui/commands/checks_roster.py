"""What `doctor` looks at about rosters: who lacks what, who is joined to nobody, and what could not be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from helpdesk_tui import clock
from helpdesk_tui.commands.checks import Finding, Grade
from helpdesk_tui.commands.common import Place
from helpdesk_tui.desk.roster.files import PEOPLE, changed_files
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.needs import unknown_needs
from helpdesk_tui.desk.roster.roster import Roster
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.moments import ago_shown
from helpdesk_tui.errors import StoreError

NAMED = 8
"""So many names are told in a line."""


def roster_findings(there: Place) -> Iterator[Finding]:
    """Technicians without skill, capacity, zone or contact; people of the platforms who are none; unread rosters."""
    roster = Roster(there.paths, zone=there.config.screen.zone)
    try:
        floor, files = roster.floor(), list(_files(there, roster))
    except StoreError as error:
        yield Finding(Grade.BAD, "rosters", str(error))
        return
    finally:
        roster.close()
    yield from files
    for words in unknown_needs(floor):
        yield Finding(Grade.NOTE, "needs", words)
    if not floor.technicians and not files:
        mend = f"write {PEOPLE} beside the settings, or helpdesk-tui technicians import FILE.csv"
        yield Finding(Grade.NOTE, "technicians", "none are known", mend)
    elif floor.technicians:
        yield from _people(floor)
    yield from _feeds(floor)


def _files(there: Place, roster: Roster) -> Iterator[Finding]:
    try:
        waiting = changed_files(there.paths.config_file.parent, roster)
    except RosterError as error:
        yield Finding(Grade.BAD, "rosters", str(error), "mend the file; what was read before counts until then")
        return
    if waiting:
        words = f"{' and '.join(waiting)} changed and will be read by the next command about rosters"
        yield Finding(Grade.NOTE, "rosters", words)


def _people(floor: Floor) -> Iterator[Finding]:
    active = [one for one in floor.technicians.values() if one.active]
    yield Finding(Grade.GOOD, "technicians", f"{len(active)} work here, {len(floor.lines)} on-call schedules")
    lacking: dict[str, list[str]] = defaultdict(list)
    for one in active:
        for what in one.lacks:
            if what != "contact" or one.name in floor.people.unreachable:
                lacking[what].append(one.name)
    for what, names in sorted(lacking.items()):
        mend = "nobody can be paged" if what == "contact" else "technicians screen (g t), or technicians.toml"
        yield Finding(Grade.NOTE, f"no {what}", _listed(names), mend)
    if floor.joined.unjoined:
        people = [f"{one.person.name} ({one.person.source}: {one.why})" for one in floor.joined.unjoined]
        yield Finding(Grade.NOTE, "not joined", _listed(people), "give them an e-mail or a login in technicians.toml")
    for who, source, given in floor.joined.dangling:
        yield Finding(Grade.NOTE, "not joined", f"{who}: {source} knows nobody by {given!r}")


def _feeds(floor: Floor) -> Iterator[Finding]:
    now = clock.now()
    for feed in floor.cached.feeds:
        age = f"read {ago_shown(now - feed.read_at)}" if feed.read_at else "never read"
        if feed.words:
            yield Finding(Grade.NOTE, f"{feed.source} rosters", f"{age}; not read since: {feed.words}")
        else:
            yield Finding(Grade.GOOD, f"{feed.source} rosters", age)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
