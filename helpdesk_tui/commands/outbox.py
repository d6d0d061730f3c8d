"""`outbox`, `assign` and `note`: what is to be changed on a platform, by the same intents as the screens."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from helpdesk_tui import clock
from helpdesk_tui.commands.common import Place, configured, say, warn
from helpdesk_tui.desk import outbox_text
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.domain.change_rules import Outcome
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import UsageError

DECISIONS = {
    "mine": Outcome.KEEP_MINE,
    "theirs": Outcome.KEEP_THEIRS,
    "there": Outcome.IT_IS_THERE,
    "retry": Outcome.AGAIN,
    "discard": Outcome.DISCARD,
}
"""What may be said of a change that waits for the user, and what that means."""


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How a command that writes was called."""

    read_only: bool = False
    dry_run: bool = False
    as_json: bool = False


def run_outbox(
    home: str | None, words: Sequence[str], *, everything: bool = False, options: WriteOptions | None = None
) -> int:
    """List the outbox, or do to one change what `words` say: `undo ID`, `mine ID`, `journal ID` …; 1 if too late."""
    options = options or WriteOptions()
    there = configured(home)
    with opened(there, options) as desk:
        if words:
            return _act(desk, list(words), options)
        changes = desk.reads.outbox()
        if everything:
            changes += desk.reads.outbox_done()
        if options.as_json:
            print(outbox_text.listed(changes))
            return 0
        for line in outbox_text.tabbed(changes, clock.now(), platform.node()):
            print(line)
        if sys.stdout.isatty():
            say(outbox_text.counts_line(desk.reads.outbox_counts()))
    return 0


def run_assign(home: str | None, person: str, tickets: Sequence[str], options: WriteOptions) -> int:
    """Give tickets to a person, by name, login or address; "nobody" takes the owner away."""
    there = configured(home)
    with opened(there, options) as desk:
        found = _tickets(desk, tickets)
        changes = []
        for source in dict.fromkeys(row.source for row in found):
            key = "" if person == "nobody" else desk.reads.person(source, person)
            refs = [row.ref for row in found if row.source == source]
            changes += desk.reads.changes_for(refs, {"owner": key})
        return _decide(desk, changes, options)


def run_note(home: str | None, ticket: str, text: str, options: WriteOptions) -> int:
    """Write an internal note on a ticket; `-` reads the text from standard input."""
    words = sys.stdin.read() if text == "-" else text
    if not words.strip():
        raise UsageError("a note needs words")
    there = configured(home)
    with opened(there, options) as desk:
        refs = [row.ref for row in _tickets(desk, [ticket])]
        return _decide(desk, desk.reads.changes_for(refs, {"note": words.strip()}), options)


@contextmanager
def opened(there: Place, options: WriteOptions) -> Iterator[Desk]:
    """The desk, for a command that may write."""
    if not there.paths.cache_db.exists():
        raise UsageError("nothing has been pulled yet; run helpdesk-tui sync --once")
    desk = Desk.open(there.paths, read_only=options.read_only or there.config.screen.read_only)
    try:
        yield desk
    finally:
        desk.close()


def _tickets(desk: Desk, names: Sequence[str]) -> list[Row]:
    found = []
    for name in names:
        rows = desk.reads.find(name)
        if not rows:
            raise UsageError(f"there is no ticket {name} in the cache")
        same: set[TicketRef] = {row.ref for row in rows}
        if len(same) > 1:
            raise UsageError(f"{name} names {len(same)} tickets; put the platform's badge before it, as in ZD-4711")
        found.append(rows[0])
    return found


def _decide(desk: Desk, changes: Sequence[Change], options: WriteOptions) -> int:
    """Enqueue, or only tell."""
    desk.intents.may_write()
    kept = list(changes) if options.dry_run else desk.intents.enqueue(changes)
    if options.as_json:
        print(json.dumps([{**outbox_text.record(one), "dry_run": options.dry_run} for one in kept]))
        return 0
    for change in kept:
        told = "would be queued" if options.dry_run else f"queued as {change.id}"
        say(f"{change.number or change.key}: {outbox_text.wish(change)}: {told}")
    return 0


def _act(desk: Desk, words: list[str], options: WriteOptions) -> int:
    verb, idents = words[0], words[1:]
    known = {**DECISIONS, "undo": None, "both": None, "journal": None, "takeover": None}
    if verb not in known or not idents:
        raise UsageError(f"outbox understands: {', '.join(f'{name} ID' for name in known)}")
    if verb == "takeover":
        return _told(bool(desk.intents.take_over(idents[0])), f"taken over from {idents[0]}", "nothing to take over")
    changes = [_change(desk, ident) for ident in idents]
    if verb == "journal":
        return _journal(desk, changes, options)
    if options.dry_run:
        for change in changes:
            say(f"{change.id}: {change.state.words}: would {verb}")
        return 0
    if verb == "undo":
        undone = desk.intents.undo([change.id for change in changes])
        say(f"{len(undone.freed)} taken back, {len(undone.compensating)} being put back, {len(undone.stay)} stay")
        return 0 if undone.freed or undone.compensating else 1
    done = True
    for change in changes:
        outcome = DECISIONS.get(verb)
        made = desk.intents.decide(change.id, outcome) if outcome else desk.intents.keep_both(change.id)
        done = _told(made is not None, f"{change.id}: {verb}", f"{change.id} is {change.state.words}") == 0 and done
    return 0 if done else 1


def _told(done: bool, yes: str, no: str) -> int:
    (say if done else warn)(yes if done else no)
    return 0 if done else 1


def _change(desk: Desk, ident: str) -> Change:
    found = desk.reads.change(ident)
    if found is None:
        raise UsageError(f"there is no change {ident}, or more than one begins so")
    return found


def _journal(desk: Desk, changes: Sequence[Change], options: WriteOptions) -> int:
    from helpdesk_tui.desk.table import utc

    for change in changes:
        for line in desk.reads.journal(change.id):
            told: Mapping[str, object] = {
                "at": utc(line.at),
                "was": line.was or None,
                "state": line.state,
                "outcome": line.outcome,
                "words": line.words or None,
                "seen_at": utc(line.seen_at),
            }
            print(json.dumps(told)) if options.as_json else say("\t".join(str(value or "") for value in told.values()))
    return 0
