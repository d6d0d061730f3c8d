"""`sla` from the shell: figures, a clock explained, the past under other policies, running clocks re-pointed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from helpdesk_tui.data import policy_files, stores
from helpdesk_tui.data.stores import StoreKind
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.policies import TeamClocksWriter
from helpdesk_tui.domain.events import Event, EventKind
from helpdesk_tui.domain.sla.versions import Reach
from helpdesk_tui.domain.tickets import State, Ticket

from .conftest import Command

POLICIES = """
[calendars.office]
zone = "Europe/Paris"
mon-fri = ["08:00-18:00"]
[[policies]]
name = "all"
[policies.targets]
resolution = "4h"
"""


@pytest.fixture
def now() -> int:
    return int(time.time())


def test_the_figures_add_up_in_every_form(command: Command, pulled: Path) -> None:
    told = json.loads(command(pulled, "sla", "--json").out)
    bands = ("breached", "soon", "near", "today", "later", "paused", "none")
    for row in (*told["rows"], told["all"]):
        assert row["open"] == sum(row[band] for band in bands)
    assert told["all"]["open"] == sum(row["open"] for row in told["rows"])
    assert told["all"]["open"] == int(command(pulled, "queue", "--count").out)
    plain = command(pulled, "sla", "--limit", "5").out.splitlines()
    assert len(plain) == 5
    assert all(len(line.split("\t")) == 9 for line in plain)
    some = json.loads(command(pulled, "sla", "p:3", "--by", "owner", "--json").out)
    assert some["all"]["open"] == int(command(pulled, "queue", "p:3", "--count").out)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("sla", "nokey:x"), "there is no key nokey"),
        (("sla", "--by", "colour"), "there is no colour to group by"),
        (("sla", "explain"), "takes one ticket"),
        (("sla", "simulate"), "needs --policy"),
        (("sla", "simulate", "--policy", "/nowhere.toml"), "is not there"),
        (("sla", "repoint"), "no policies of the team's own"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(command: Command, pulled: Path, words: tuple[str, ...], wrong: str) -> None:
    said = command(pulled, *words)
    assert said.code == 2
    assert wrong in said.err
    assert len(said.err.splitlines()) == 1


def test_a_ticket_that_is_not_there_is_a_no(command: Command, pulled: Path) -> None:
    assert command(pulled, "sla", "explain", "INC9999999").code == 1


def own(home: Path, text: str = POLICIES, *, now: int, closed: bool = False, ago: int = 9) -> int:
    """A ticket without a clock of its platform, and policies in force; the version."""
    (home / "policies.toml").write_text(text)
    cache = CacheWriter(stores.open_write(home / "cache" / "cache.db", StoreKind.CACHE))
    made = now - 5 * 3600
    state, at = (State.CLOSED, now - 1800) if closed else (State.OPEN, 0)
    ticket = Ticket("sn", "own", "INC777", "incident", "ours", state, "x", made, now, 1, priority=2, closed_at=at)
    events = [Event("sn", "own", "c", EventKind.CREATED, made)]
    cache.commit_page("sn", "f", tickets=[ticket], events=events, now=now)
    cache.close()
    team = TeamClocksWriter(stores.open_write(home / "state" / "team.db", StoreKind.TEAM))
    written = policy_files.read_file(home / "policies.toml")
    version = team.keep_version(written.document, policy_files.fill(written, now)[0], "ana", now - ago * 3600)
    team.close()
    return version


def test_other_policies_are_tried_on_the_past(command: Command, pulled: Path, now: int) -> None:
    own(pulled, now=now, closed=True)
    other = pulled / "other.toml"
    other.write_text(POLICIES.replace('"4h"', '"6h"'))
    said = command(pulled, "sla", "simulate", "--policy", str(other), "--json")
    assert said.code == 1
    told = json.loads(said.out)
    flip = next(each for each in told["flips"] if each["ticket"] == "INC777")
    assert (flip["before"]["is"], flip["after"]["is"]) == ("missed", "met")
    same = command(pulled, "sla", "simulate", "--policy", str(pulled / "policies.toml"), "--json")
    assert json.loads(same.out)["flips"] == []
    assert same.code == 0
    other.write_text('[[policies]]\nname = "x"\ntargets = { resolution = "1m", first_response = "1m" }\n')
    said = command(pulled, "sla", "simulate", "--policy", str(other), "--against", "platforms")
    assert said.out.startswith("compared with what the platforms' own clocks did\n")
    assert "no clock of its platform" in said.out
    assert " -> none" in said.out
    assert command(pulled, "sla", "simulate", "--policy", str(other), "--against", "vendor").code == 2
    other.write_text('[[policies]]\nname = "x"\ncalendar = "nowhere"\n')
    said = command(pulled, "sla", "simulate", "--policy", str(other))
    assert said.code == 2
    assert "nowhere" in said.err


def test_running_clocks_are_re_pointed_once_and_told_before(command: Command, pulled: Path, now: int) -> None:
    assert own(pulled, now=now) == 1
    assert own(pulled, POLICIES.replace('"4h"', '"8h"'), now=now, ago=3) == 2
    said = command(pulled, "sla", "repoint", "--dry-run", "--json")
    (moved,) = (one for one in json.loads(said.out) if one["ticket"] == "INC777")
    assert moved["clock"] == "resolution"
    assert moved["before"] != moved["after"]
    from helpdesk_tui.data.read.policies import TeamClocks

    team = TeamClocks(pulled / "state" / "team.db")
    assert len(team.loaded().forces) == 2
    assert command(pulled, "sla", "repoint").code == 0
    assert team.loaded().forces[-1].reach is Reach.RUNNING
    team.close()
    assert command(pulled, "sla", "repoint").code == 1


def test_config_check_names_what_is_wrong_with_policies(command: Command, pulled: Path) -> None:
    (pulled / "policies.toml").write_text(POLICIES + "[[policies]]\nname = 'never'\ntargets = { resolution = '1h' }\n")
    said = command(pulled, "config", "check")
    assert "no ticket ever reaches it" in said.err
    (pulled / "policies.toml").write_text('[calendars.empty]\nzone = "Europe/Paris"\n')
    said = command(pulled, "config", "check")
    assert said.code == 2
    assert "no hours" in said.err
    (pulled / "policies.toml").write_text(POLICIES.replace("18:00", "07:00-06:00"))
    assert command(pulled, "config", "check").code == 2
