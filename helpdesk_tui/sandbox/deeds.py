"""What people do on a living desk: report, take, note, answer, wait, solve.

Each deed is one believable change at a given instant. One that finds nothing to do returns False and changes nothing.
"""

from __future__ import annotations

from helpdesk_tui.sandbox.company import AUTOMATION
from helpdesk_tui.sandbox.desk import LiveDesk
from helpdesk_tui.sandbox.hostile import HOSTILE_BODY, HOSTILE_SHARE, HOSTILE_TITLES
from helpdesk_tui.sandbox.model import PLATFORMS, State, Ticket
from helpdesk_tui.sandbox.stage import Stage
from helpdesk_tui.sandbox.timeline import HOUR
from helpdesk_tui.sandbox.topics import BY_KEY, Topic
from helpdesk_tui.sandbox.words import pick

SETTLE_AFTER = 2 * HOUR
"""Seconds after which a solved ticket is closed when nobody objects."""


def arrive(stage: Stage, at: int) -> bool:
    """Somebody reports something; now and then on two platforms at once, and now and then what many report: the VPN."""
    desk = stage.desk()
    surge = stage.chance.random() < 0.08
    ticket = _new(stage, desk, BY_KEY["vpn"] if surge else stage.composers[desk.platform].topic(stage.chance), at)
    if stage.chance.random() < 0.04:
        _echo(stage, ticket, stage.desks[pick(stage.chance, [p for p in PLATFORMS if p != desk.platform])], at)
    return True


def _new(stage: Stage, desk: LiveDesk, topic: Topic, at: int) -> Ticket:
    composer, chance = stage.composers[desk.platform], stage.chance
    blanks = composer.words.blanks(chance)
    title = composer.words.fill(pick(chance, topic.titles), blanks)
    body = composer.words.fill(pick(chance, topic.bodies), blanks)
    if chance.random() < HOSTILE_SHARE:
        title, body = pick(chance, HOSTILE_TITLES), HOSTILE_BODY
    vip = chance.random() < 0.03
    requester = pick(chance, stage.company.vips if vip else stage.company.requesters)
    return desk.create(
        requester, title=title, body=body, requester=requester, group=pick(chance, composer.groups_of(topic)),
        priority=composer.priority(chance, topic), kind=topic.kind, category=topic.category,
        tags=(*topic.tags, "vip") if vip else topic.tags, at=at,
    )  # fmt: skip


def _echo(stage: Stage, ticket: Ticket, desk: LiveDesk, at: int) -> None:
    other = desk.create(
        ticket.requester, title=ticket.title, body=ticket.body, requester=ticket.requester,
        group=pick(stage.chance, stage.company.serving[desk.platform]).gid, priority=ticket.priority,
        kind=ticket.kind, category=ticket.category, tags=ticket.tags, at=at,
    )  # fmt: skip
    ticket.twin, other.twin = f"{other.platform}:{other.n}", f"{ticket.platform}:{ticket.n}"


def pick_up(stage: Stage, at: int) -> bool:
    """A technician takes a ticket nobody works on."""
    desk = stage.desk()
    ticket = stage.find(desk, lambda t: not t.owner)
    if ticket is None:
        return False
    actor = stage.someone(ticket.group, at)
    desk.change(ticket.n, actor, owner=actor, state="open" if ticket.state == "new" else None, at=at)
    return True


def note(stage: Stage, at: int) -> bool:
    """A technician writes down what was found."""
    return stage.speak("note", ("open", "hold"), at)


def reply(stage: Stage, at: int) -> bool:
    """A technician answers."""
    return stage.speak("reply", ("open",), at)


def ask(stage: Stage, at: int) -> bool:
    """A technician asks something back and waits for the requester."""
    return stage.speak("reply", ("open",), at, "pending")


def hold(stage: Stage, at: int) -> bool:
    """A ticket has to wait for a vendor or a change."""
    return stage.speak("note", ("open",), at, "hold")


def resume(stage: Stage, at: int) -> bool:
    """What was waited for came."""
    return stage.speak("note", ("hold",), at, "open")


def solve(stage: Stage, at: int) -> bool:
    """A technician offers a solution."""
    return stage.speak("reply", ("open", "pending"), at, "solved")


def answer(stage: Stage, at: int) -> bool:
    """A requester writes; what waited for them is open again."""
    return _message(stage, ("new", "open", "pending", "hold"), at)


def reopen(stage: Stage, at: int) -> bool:
    """A requester says that it is not solved."""
    return _message(stage, ("solved",), at)


def _message(stage: Stage, states: tuple[State, ...], at: int) -> bool:
    desk = stage.desk()
    ticket = stage.find(desk, lambda t: t.state in states)
    if ticket is None:
        return False
    state: State | None = "open" if ticket.state in ("pending", "solved") else None
    desk.change(ticket.n, ticket.requester, message=stage.words(ticket, "message"), state=state, at=at)
    return True


def close(stage: Stage, at: int) -> bool:
    """Nobody objected, or the requester agreed: final."""
    desk = stage.desk()
    ticket = stage.find(desk, lambda t: t.state == "solved" and at - t.solved >= SETTLE_AFTER)
    if ticket is None:
        return False
    desk.change(ticket.n, AUTOMATION, state="closed", at=at)
    return True
