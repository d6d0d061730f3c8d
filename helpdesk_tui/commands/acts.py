"""`assign`, `note`, `status`, `move`, `tag`, `escalate`: acts on tickets, planned and decided as the screens do it.

A ticket that cannot be changed is named with the reason, and the exit code is 1; the others are changed all the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from shlex import quote

from helpdesk_tui.commands.common import configured, say, warn
from helpdesk_tui.commands.outbox import WriteOptions, opened
from helpdesk_tui.desk.acts.act import Wish
from helpdesk_tui.desk.acts.composed import escalation
from helpdesk_tui.desk.acts.wishes import STATES, Assign, Move, Say, Status, Tags
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.outbox import text as outbox_text
from helpdesk_tui.desk.outbox import words as outbox_words
from helpdesk_tui.domain.choices import Demand
from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.errors import UsageError

_VALUES = 8
"""How many values of a demanded field are named."""


def run_assign(home: str | None, person: str, tickets: Sequence[str], options: WriteOptions) -> int:
    """Give tickets to a person, by name, login or address; "nobody" takes the owner away."""
    with opened(configured(home), options) as desk:
        if desk.reads.find(person) and not desk.reads.find(tickets[-1]):
            raise UsageError(f"the person comes first: assign {quote(tickets[-1])} {' '.join([person, *tickets[:-1]])}")
        rows = _tickets(desk, tickets)
        return _do(desk, _assign(desk, person, rows), rows, options)


def run_note(home: str | None, ticket: str, text: str, options: WriteOptions) -> int:
    """Write an internal note on a ticket; `-` reads the text from standard input."""
    words = sys.stdin.read() if text == "-" else text
    if not words.strip():
        raise UsageError("a note needs words")
    with opened(configured(home), options) as desk:
        return _do(desk, Say(words), _tickets(desk, [ticket]), options)


def run_status(home: str | None, word: str, tickets: Sequence[str], given: Sequence[str], options: WriteOptions) -> int:
    """Set a status by what it means or by the platform's own word; `given` are FIELD=VALUE."""
    pairs = [pair.partition("=") for pair in given]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise UsageError(f"--with takes FIELD=VALUE, not {wrong[0]}")
    values = {name: value for name, _, value in pairs}
    with opened(configured(home), options) as desk:
        rows = _tickets(desk, tickets)
        known = [desk.reads.choices(row.ref) for row in rows]
        own = any(one.to(word) for one in known if one)
        state = STATES.get(word.lower())
        wish = Status(state, given=values)
        if own or state is None:
            wish = Status(status=word, given=values, known=desk.reads.statuses(word))
        return _do(desk, wish, rows, options)


def run_move(home: str | None, group: str, tickets: Sequence[str], options: WriteOptions) -> int:
    """Move tickets to the group of this name."""
    with opened(configured(home), options) as desk:
        rows = _tickets(desk, tickets)
        return _do(desk, _move(desk, group, rows), rows, options)


def run_tag(home: str | None, tags: str, tickets: Sequence[str], options: WriteOptions) -> int:
    """Add tags, and take away those with a minus."""
    words = tags.replace(",", " ").split()
    drop = tuple(word[1:] for word in words if word.startswith("-"))
    add = tuple(word.removeprefix("+") for word in words if not word.startswith("-"))
    if not all((*add, *drop)) or not words:
        raise UsageError("tag takes words, such as vpn,-printer")
    with opened(configured(home), options) as desk:
        return _do(desk, Tags(add, drop), _tickets(desk, tickets), options)


def run_escalate(home: str | None, to: str, ticket: str, facts: Mapping[str, str], options: WriteOptions) -> int:
    """Hand a ticket on with the facts."""
    with opened(configured(home), options) as desk:
        rows = _tickets(desk, [ticket])
        wish: Wish
        if to in ("on-call", "oncall"):
            to = _on_call(desk, rows)
            wish = _assign(desk, to, rows)
        else:
            group = any(fold(one.name) == fold(to) for one in desk.acting.groups([row.source for row in rows]))
            wish = _move(desk, to, rows) if group else _assign(desk, to, rows)
        return _do(desk, escalation(wish, to, facts), rows, options)


def _on_call(desk: Desk, rows: Sequence[Row]) -> str:
    """Who is on call for the group of these tickets. Raises UsageError where nobody is, or no schedule is for it."""
    on_call = desk.acting.on_call(row.group for row in rows)
    if not on_call:
        raise UsageError("no roster tells who is on call")
    if not on_call[0].serves:
        groups = ", ".join(sorted({row.group or "no group" for row in rows}))
        others = ", ".join(f"{one.name} ({one.schedules})" for one in on_call)
        raise UsageError(f"nobody is on call for {groups}; name somebody. On call are {others}")
    return on_call[0].name


def _assign(desk: Desk, person: str, rows: Sequence[Row]) -> Assign:
    """The wish for a person who is known on every platform that is meant. Raises UsageError else."""
    if person == "nobody":
        return Assign("", nobody=True)
    return Assign(person, {source: desk.reads.person(source, person) for source in {row.source for row in rows}})


def _move(desk: Desk, group: str, rows: Sequence[Row]) -> Move:
    """The wish for a group. Raises UsageError where none is called so."""
    groups = desk.acting.groups([row.source for row in rows])
    named = [one for one in groups if fold(one.name) == fold(group)]
    begun = named or [one for one in groups if fold(one.name).startswith(fold(group))]
    if len(begun) != 1:
        names = ", ".join(one.name for one in begun[:5])
        raise UsageError(f"“{group}” is {f'any of {names}' if begun else 'no group there'}")
    return Move(begun[0].name, begun[0].keys, desk.acting.members(begun[0]))


def _tickets(desk: Desk, names: Sequence[str]) -> list[Row]:
    found = []
    for name in names:
        rows = desk.reads.find(name)
        if not rows:
            raise UsageError(f"there is no ticket {name} in the cache")
        if len({row.ref for row in rows}) > 1:
            raise UsageError(f"{name} names {len(rows)} tickets; put the platform's badge before it, as in ZD-4711")
        found.append(rows[0])
    return found


def _do(desk: Desk, wish: Wish, rows: Sequence[Row], options: WriteOptions) -> int:
    """Plan and enqueue, or only tell; 1 where a ticket was left alone."""
    desk.intents.may_write()
    planned = desk.acting.act(wish, [row.ref for row in rows])
    kept = (
        list(planned.changes) if options.dry_run else desk.intents.enqueue(planned.changes) if planned.changes else []
    )
    if options.as_json:
        told: list[Mapping[str, object]] = [{**outbox_text.record(one), "dry_run": options.dry_run} for one in kept]
        told += [{"number": one.number, "source": one.row.source, "cannot": one.why} for one in planned.cannot]
        print(json.dumps(told))
    else:
        badges = {row.source: row.badge for row in rows}
        for change in kept:
            words = "would be queued" if options.dry_run else f"queued as {change.id}"
            number = outbox_text.shown_number(change, badges.get(change.source, ""))
            say(f"{number}: {outbox_words.asked(change, desk.acting.name)}: {words}")
        for number, what in planned.held_by.items():
            warn(f"{number}: a colleague has something on its way: {what}")
        for number, group in planned.outside.items():
            warn(f"{number}: the new owner is not in {group}; the platform may refuse that")
        for one in planned.cannot:
            how = (
                _how_to_give(desk, wish, one.row) if isinstance(wish, Status) and one.why.startswith("demands") else ""
            )
            warn(f"{one.number}: {one.why}{how}")
    return 1 if planned.cannot else 0


def _how_to_give(desk: Desk, wish: Status, row: Row) -> str:
    """How the command line gives what a status demands; "" where that cannot be given from here."""
    demands = [one for subject in desk.acting.subjects([row.ref]) for one in wish.demands(subject)]
    return f"; add {' '.join(map(_with, demands))}" if demands and all(one.fillable for one in demands) else ""


def _with(demand: Demand) -> str:
    values = ", ".join(one.value for one in demand.choices[:_VALUES])
    more = " …" if len(demand.choices) > _VALUES else ""
    return f"--with {demand.field}=" + (f"VALUE (one of {values}{more})" if values else "TEXT")
