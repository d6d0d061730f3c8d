"""The priority 1 ticket every sandbox opens on: a dead core switch, and an update promised to those who wait."""

from __future__ import annotations

from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.company import MONITORING
from helpdesk_tui.sandbox.compose import Composer
from helpdesk_tui.sandbox.desk import MAJOR
from helpdesk_tui.sandbox.model import Event, EventKind, Ticket
from helpdesk_tui.sandbox.topics import OUTAGE
from helpdesk_tui.sandbox.words import pick

NETWORK = 2
PROMISE_EVERY = 30 * 60
"""Seconds from one update to the next one promised."""


def promise_text(last: int) -> str:
    """What is told to those affected at `last`: the next update half an hour later, in the site's own time."""
    until = datetime.fromtimestamp(last + PROMISE_EVERY, ZoneInfo("Europe/Paris"))
    return OUTAGE.promise.format(promise=f"{until:%H:%M} {until.tzname()}")


def outage(composer: Composer, chance: Random, n: int, created: int, now: int) -> Ticket:
    """The ticket, created by monitoring at `created`, worked on until shortly before `now`."""
    blanks = composer.words.blanks(chance)
    blanks["site"] = "Paris-La Défense"
    owner = pick(chance, composer.company.members[NETWORK])
    site_lead = pick(chance, composer.company.vips)
    steps: list[tuple[float, int, EventKind, str, str, str]] = [
        (0.05, owner, "priority", "2", "1", ""),
        (0.1, owner, "owner", "", str(owner), ""),
        (0.1, owner, "status", "new", "open", ""),
        (0.3, owner, "note", "", "", OUTAGE.notes[0]),
        (0.5, site_lead, "message", "", "", "When do we get telephones back? I have 200 people in the lobby."),
        (0.6, owner, "note", "", "", OUTAGE.notes[1]),
    ]
    ticket = Ticket(
        n, composer.platform, "incident", composer.words.fill(OUTAGE.title, blanks), OUTAGE.body, site_lead, NETWORK,
        owner, 1, "open", created, created, category="network", tags=("network", MAJOR, "vip"),
    )  # fmt: skip
    events = [Event(composer.ids.number(created, n, 0), created, MONITORING, "created", "", str(NETWORK))]
    said = max(created + int((now - created) * 0.7), now - PROMISE_EVERY + 4 * 60)
    for part, actor, kind, old, new, text in steps:
        at = created + int((now - created) * part)
        eid = composer.ids.number(at, n, len(events))
        events.append(Event(eid, at, actor, kind, old, new, composer.words.fill(text, blanks)))
    events.append(Event(composer.ids.number(said, n, len(events)), said, owner, "reply", "", "", promise_text(said)))
    ticket.events, ticket.updated, ticket.revision = tuple(events), said, len(events) - 1
    return ticket
