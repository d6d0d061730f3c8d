"""What happens to tickets on a living desk beyond work: they change hands, leave, return, merge and vanish.

Each is one change at a given instant. One that finds nothing to do returns False and changes nothing.
"""

from __future__ import annotations

from helpdesk_tui.sandbox.company import COORDINATOR, OUTSIDE
from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.outage import PROMISE_EVERY, promise_text
from helpdesk_tui.sandbox.stage import Stage
from helpdesk_tui.sandbox.topics import OUTAGE
from helpdesk_tui.sandbox.words import pick

_EARLY = 5 * 60
_TAGS = ("waiting-parts", "callback", "third-contact", "audit", "travel", "follow-up")


def reassign(stage: Stage, at: int) -> bool:
    """A ticket goes to another member of its group."""
    desk = stage.desk()
    ticket = stage.find(desk, lambda t: bool(t.owner))
    if ticket is None:
        return False
    owner = stage.someone(ticket.group, at)
    if owner == ticket.owner:
        return False
    desk.change(ticket.n, stage.company.groups[ticket.group].lead, owner=owner, at=at)
    return True


def bounce(stage: Stage, at: int) -> bool:
    """A ticket goes to another group of the same Jira project, without an owner, with a note."""
    return _hand_over(stage, at, within=True)


def migrate(stage: Stage, at: int) -> bool:
    """A ticket goes to a group of another Jira project: there it gets another key."""
    return _hand_over(stage, at, within=False)


def _hand_over(stage: Stage, at: int, *, within: bool) -> bool:
    desk = stage.desk()
    ticket = stage.find(desk, lambda t: t.state in ("new", "open") and t.priority > 1)
    if ticket is None:
        return False
    groups = stage.company.groups
    project = groups[ticket.group].project
    near = [
        group.gid
        for group in stage.company.serving[desk.platform]
        if group.gid != ticket.group and (group.project == project) is within
    ]
    if not near:
        return False
    actor, text = stage.actor(ticket, at), stage.words(ticket, "note")
    desk.change(ticket.n, actor, note=text, group=pick(stage.chance, near), owner=0, at=at)
    return True


def escalate(stage: Stage, at: int) -> bool:
    """A priority is raised, more rarely lowered; priority 1 is left to real disasters."""
    desk = stage.desk()
    ticket = stage.find(desk, lambda t: t.priority > 1)
    if ticket is None:
        return False
    step = -1 if stage.chance.random() < 0.65 else 1
    floor = 1 if stage.chance.random() < 0.02 else 2
    priority = min(max(ticket.priority + step, floor), 4)
    if priority == ticket.priority:
        return False
    desk.change(ticket.n, stage.company.groups[ticket.group].lead, priority=priority, at=at)
    return True


def label(stage: Stage, at: int) -> bool:
    """A ticket gets a tag."""
    desk = stage.desk()
    tag = pick(stage.chance, _TAGS)
    ticket = stage.find(desk, lambda t: tag not in t.tags and t.state != "solved")
    if ticket is None:
        return False
    desk.change(ticket.n, stage.actor(ticket, at), tags=(*ticket.tags, tag), at=at)
    return True


def leave(stage: Stage, at: int) -> bool:
    """A ticket belongs to others and leaves the scope."""
    desk = stage.desk()
    ticket = stage.find(desk, lambda t: t.priority > 2)
    if ticket is None:
        return False
    target = pick(stage.chance, [gid for gid in stage.company.groups if gid >= OUTSIDE])
    desk.change(ticket.n, stage.actor(ticket, at), group=target, owner=0, at=at)
    return True


def come_back(stage: Stage, at: int) -> bool:
    """A ticket that left was not theirs either."""
    desk = stage.desk()
    ticket: Ticket | None = desk.ledger.tickets.get(pick(stage.chance, desk.ledger.unsettled or [0]))
    if ticket is None or ticket.in_scope:
        return False
    group = pick(stage.chance, stage.company.serving[desk.platform]).gid
    desk.change(ticket.n, COORDINATOR, group=group, at=at)
    return True


def delete(stage: Stage, at: int) -> bool:
    """A ticket created by mistake is deleted."""
    desk = stage.desk()
    ticket = stage.find(desk, lambda t: t.priority > 2 and not t.twin)
    if ticket is None:
        return False
    desk.delete(ticket.n, stage.company.groups[ticket.group].lead, at=at)
    return True


def forbid(stage: Stage, at: int) -> bool:
    """A ticket may be read no longer: a matter of personnel or of the law. `at` leaves no trace."""
    desk = stage.desk()
    ticket = stage.find(desk, lambda t: t.priority > 2 and not t.forbidden and t.updated <= at)
    if ticket is None:
        return False
    desk.forbid(ticket.n)
    return True


def merge(stage: Stage, at: int) -> bool:
    """One of two reports of the same trouble is closed in favour of the older."""
    desk = stage.desk()
    one = stage.find(desk, lambda t: t.priority > 2 and t.state in ("new", "open"))
    if one is None:
        return False
    other = stage.find(desk, lambda t: t.n < one.n and t.category == one.category and t.group == one.group)
    if other is None:
        return False
    desk.merge(one.n, other.n, stage.actor(other, at), at=at)
    return True


def keep_promises(stage: Stage, at: int) -> None:
    """Update those affected by a disaster shortly before the promised time; after a while it is over."""
    for desk in stage.desks.values():
        for ticket in desk.disasters():
            said = max((event.at for event in ticket.events if event.kind == "reply"), default=ticket.created)
            if ticket.state == "open" and at - said >= PROMISE_EVERY - _EARLY:
                _update(stage, ticket, at)


def _update(stage: Stage, ticket: Ticket, at: int) -> None:
    told = sum(event.kind == "reply" for event in ticket.events)
    actor = stage.actor(ticket, at)
    composer = stage.composers[ticket.platform]
    if told > len(OUTAGE.notes) + 2:
        text = "The spare is in service and everything is back. A report follows within two working days."
        stage.desks[ticket.platform].change(ticket.n, actor, reply=text, state="solved", at=at)
        return
    note = composer.words.fill(OUTAGE.notes[min(told, len(OUTAGE.notes) - 1)], composer.words.blanks(stage.chance))
    stage.desks[ticket.platform].change(ticket.n, actor, note=note, reply=promise_text(at), at=at)
