"""What a sandbox opens on: how many, how quickly, who, and which stories."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import islice

import pytest

from helpdesk_tui.sandbox.company import OUTSIDE
from helpdesk_tui.sandbox.genesis import shares
from helpdesk_tui.sandbox.model import PLATFORMS, Ticket
from helpdesk_tui.sandbox.timeline import DAY, Timeline
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW = 1_930_377_600

_MILLION = """
import resource, time
from pathlib import Path
start = time.process_time()
from helpdesk_tui.sandbox.world import build_world
world = build_world(3, 1_000_000, now=1_930_377_600, paused=True)
spent = time.process_time() - start
desks = [world.desk(name) for name in ("servicenow", "jira", "zendesk")]
assert sum(map(len, desks)) == 1_000_000
middle = desks[0].get(225_000)
assert next(desks[0].by_update((middle.updated - 1, 1 << 40))).n == 225_000 or middle.n in desks[0].ledger.tickets
assert sum(desk.updated_before(1 << 40) for desk in desks) == 1_000_000
status = Path("/proc/self/status")  # getrusage would count what this process was forked from
if status.exists():
    peak = next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(spent, peak / 1e6, sum(len(desk.ledger.tickets) for desk in desks))
"""


def everything(world: LiveWorld) -> list[Ticket]:
    return [ticket for platform in PLATFORMS for ticket in world.desk(platform).by_number()]


def test_a_million_tickets_cost_neither_time_nor_memory() -> None:
    out = subprocess.run([sys.executable, "-c", _MILLION], capture_output=True, text=True, check=True).stdout
    seconds, megabytes, living = map(float, out.split())
    assert seconds < 3
    assert megabytes < 150
    assert 9_000 <= living <= 10_010


@pytest.mark.parametrize("tickets", [1, 2, 3, 7, 60, 359, 360, 361, 999, 2000, 99_999])
def test_the_number_asked_for_is_the_number_there(tickets: int) -> None:
    world = build_world(5, tickets, now=NOW, paused=True)
    assert sum(len(world.desk(platform)) for platform in PLATFORMS) == tickets
    assert sum(world.desk(platform).updated_before(NOW + 1) for platform in PLATFORMS) == tickets


def test_the_platforms_share_as_agreed() -> None:
    parts = shares(100_000)
    counts = {name: part.settled + part.older + part.fresh for name, part in parts.items()}
    assert counts == {"servicenow": 45_000, "jira": 25_000, "zendesk": 30_000}


@pytest.mark.parametrize("tickets", [0, -5, 1_000_001])
def test_more_or_less_than_can_be_is_refused(tickets: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        build_world(1, tickets, now=NOW)


def test_the_same_seed_gives_the_same_world_and_another_another() -> None:
    one, same, other = (build_world(seed, 300, now=NOW, paused=True) for seed in (1, 1, 2))
    assert everything(one) == everything(same)
    assert one.people == same.people
    assert everything(one) != everything(other)
    assert one.people != other.people


def test_the_company_is_a_believable_one(world: LiveWorld) -> None:
    staff = [p for p in world.people.values() if p.role in ("technician", "lead")]
    requesters = [p for p in world.people.values() if p.role == "requester"]
    assert 55 <= len(staff) <= 75
    assert len(requesters) == 2000
    assert len(world.organisations) == 25
    assert len({p.email for p in world.people.values()}) == len(world.people)
    assert len({p.login for p in world.people.values()}) == len(world.people)
    assert all(p.login.isascii() and "@" in p.email for p in world.people.values())
    assert len({p.zone for p in staff}) >= 8
    assert 15 <= sum(p.vip for p in requesters) <= 80
    assert all(p.shift and p.skills for p in staff)
    assert all(world.groups[g.gid].lead in world.people for g in world.groups.values())
    assert {g.gid >= OUTSIDE for platform in PLATFORMS for g in world.served(platform)} == {False}


def test_the_newest_tickets_hold_the_stories_everybody_should_see() -> None:
    for size in (60, 2000, 50_000):
        world = build_world(4, size, now=NOW, paused=True)
        newest = [t for p in PLATFORMS for t in islice(world.desk(p).by_number(descending=True), 18)]
        today = [t for p in PLATFORMS for t in world.desk(p).unsettled() if NOW - t.created < 3 * 3600]
        disasters = [t for t in today if t.priority == 1]
        assert len(disasters) == 1
        assert any("Next update promised by" in event.text for event in disasters[0].events)
        assert sum("vpn" in t.tags for t in newest) >= 12
        assert sum("password" in t.tags for t in newest) >= 8
        assert sum(hostile(t.title) for t in newest) >= 5


def hostile(title: str) -> bool:
    odd = any(unicodedata.category(letter) in ("Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Cn", "Co") for letter in title)
    return odd or len(title) > 300 or "[/" in title or title.startswith(("[", "=", "<", "'", " ", "Ｆ"))


def test_hostile_titles_are_rare_and_hold_no_nul() -> None:
    tickets = everything(build_world(9, 20_000, now=NOW, paused=True))
    bad = [t.title for t in tickets if hostile(t.title)]
    assert 0.001 < len(bad) / len(tickets) < 0.01
    assert not any("\0" in t.title + t.body for t in tickets)
    assert any(sum(unicodedata.combining(letter) > 0 for letter in title) >= 3000 for title in bad)


def test_priorities_are_distributed_as_on_a_real_desk() -> None:
    tickets = everything(build_world(2, 10_000, now=NOW, paused=True))
    share = {p: count / len(tickets) for p, count in Counter(t.priority for t in tickets).items()}
    assert share[1] < 0.02 < share[2] < 0.2 < share[3]
    assert share[4] > 0.2


def test_every_ticket_is_what_its_events_add_up_to(
    world: LiveWorld, whole: Callable[[LiveWorld, Ticket], None]
) -> None:
    for ticket in everything(world):
        whole(world, ticket)
        assert ticket.revision == len(ticket.events) - 1
        assert ticket.closed in (0, ticket.updated)


def test_twins_name_each_other() -> None:
    world = build_world(4, 5000, now=NOW, paused=True)
    twins = [t for t in everything(world) if t.twin]
    assert len(twins) >= 10
    for ticket in twins:
        platform, _, n = ticket.twin.partition(":")
        other = next(world.desk(name) for name in PLATFORMS if name == platform).get(int(n))
        assert other is not None
        assert other.twin == f"{ticket.platform}:{ticket.n}"
        assert other.title == ticket.title
        assert other.requester == ticket.requester


def test_arrivals_follow_the_hour_and_the_weekday() -> None:
    line = Timeline(NOW - 400 * DAY, NOW, 50_000, 1)
    instants = [line.at(index) for index in range(1, 50_001)]
    assert instants == sorted(set(instants))
    hours = Counter(at % DAY // 3600 for at in instants)
    days = Counter((at // DAY + 3) % 7 for at in instants)
    assert hours[8] > 5 * hours[2]
    assert days[0] > 4 * days[6]
