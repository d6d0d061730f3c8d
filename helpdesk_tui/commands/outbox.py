"""`outbox`: what is to be changed on a platform and has not been, and what is decided of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from helpdesk_tui import clock
from helpdesk_tui.commands.common import Place, configured, need_cache, say, warn
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.outbox import text as outbox_text
from helpdesk_tui.desk.outbox import words as outbox_words
from helpdesk_tui.domain.change_rules import Outcome, after, compensation
from helpdesk_tui.domain.changes import Change, ChangeState
from helpdesk_tui.domain.counted import agrees
from helpdesk_tui.errors import UsageError
from helpdesk_tui.paths import host_name

DECISIONS = {
    "mine": Outcome.KEEP_MINE,
    "theirs": Outcome.KEEP_THEIRS,
    "there": Outcome.IT_IS_THERE,
    "retry": Outcome.AGAIN,
    "discard": Outcome.DISCARD,
}
"""What may be said of a change that waits for the user, and what that means."""
_KNOWN = {
    **dict.fromkeys((*DECISIONS, "undo", "both", "journal"), "ID"),
    "edit": "ID TEXT",
    "takeover": "HOST",
}


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
        badges = {one.name: one.badge for one in desk.reads.health()}
        told = partial(outbox_words.asked, named=desk.acting.name)
        for line in outbox_text.tabbed(changes, clock.now(), host_name(), badges, told):
            print(line)
        if sys.stdout.isatty():
            say(outbox_text.counts_line(desk.reads.outbox_counts()))
    return 0


@contextmanager
def opened(there: Place, options: WriteOptions) -> Iterator[Desk]:
    """The desk, for a command that may write."""
    need_cache(there)
    desk = Desk.open(there.paths, read_only=options.read_only or there.config.screen.read_only)
    try:
        yield desk
    finally:
        desk.close()


def _act(desk: Desk, words: list[str], options: WriteOptions) -> int:
    verb, idents = words[0], words[1:]
    if verb not in _KNOWN or not idents:
        raise UsageError(f"outbox understands: {', '.join(f'{name} {what}' for name, what in _KNOWN.items())}")
    if verb == "takeover":
        return _take_over(desk, idents[0], options)
    if verb == "edit":
        return _edit(desk, _change(desk, idents[0]), " ".join(idents[1:]), options)
    changes = [_change(desk, ident) for ident in idents]
    if verb == "journal":
        return _journal(desk, changes, options)
    if options.dry_run:
        shown = [(f"{one.id}: {one.state.words}: would {verb}", f"{one.id} is {one.state.words}") for one in changes]
        return max(_told(_possible(one, verb), *words) for one, words in zip(changes, shown, strict=True))
    if verb == "undo":
        return _undo(desk, changes)
    done = True
    for change in changes:
        outcome = DECISIONS.get(verb)
        made = desk.intents.decide(change.id, outcome) if outcome else desk.intents.keep_both(change.id)
        done = _told(made is not None, f"{change.id}: {verb}", f"{change.id} is {change.state.words}") == 0 and done
    return 0 if done else 1


def _undo(desk: Desk, changes: Sequence[Change]) -> int:
    """Takes changes back, and says of each that stays why it does."""
    undone = desk.intents.undo([change.id for change in changes])
    told = [f"{len(undone.freed)} taken back"] if undone.freed else []
    told += [f"{len(undone.compensating)} being put back"] if undone.compensating else []
    if told:
        say(", ".join([*told, *([agrees(len(undone.stay), "stays", "stay")] if undone.stay else [])]))
    for change in undone.stay:
        warn(f"{change.id} stays: {_why_it_stays(change)}")
    for change in changes:
        if change.state.is_final and change.state is not ChangeState.CONFIRMED:
            warn(f"{change.id} is {change.state.words}: there is nothing to take back")
    return 0 if told else 1


def _why_it_stays(change: Change) -> str:
    if change.state is ChangeState.ASK_USER:
        return f"it may be saved; look on the platform, then outbox there {change.id} or outbox retry {change.id}"
    if compensation(change, "", 0) is None:
        return "it was sent, and what was said cannot be unsaid"
    return "it is being put back already"


def _possible(change: Change, verb: str) -> bool:
    """Whether a change stands where this can be decided of it, as far as can be said without trying."""
    state = change.state
    if outcome := DECISIONS.get(verb):
        return after(state, outcome) is not None
    if verb == "both":
        return state is ChangeState.CONFLICT
    return state is ChangeState.CONFIRMED or not (state.is_final or (state is ChangeState.ASK_USER and change.attempts))


def _take_over(desk: Desk, host: str, options: WriteOptions) -> int:
    """Sends from here what a host that is silent has not sent."""
    if options.dry_run:
        count = sum(change.host == host for change in desk.reads.outbox())
        say(f"{count} of {host} would be taken over, if it has been silent for ten minutes")
        return 0 if count else 1
    return _told(bool(desk.intents.take_over(host)), f"taken over from {host}", "nothing to take over")


def _edit(desk: Desk, change: Change, text: str, options: WriteOptions) -> int:
    """Other words in the place of those that wait or were refused."""
    name = next((name for name in ("note", "reply") if change.desired.get(name)), "")
    if not name:
        raise UsageError(f"{change.id} says nothing; give it up and do it anew on the ticket")
    if not text.strip():
        raise UsageError("outbox edit ID TEXT")
    if options.dry_run:
        say(f"{change.id}: {change.state.words}: would say {text!r}")
        return 0
    made = desk.intents.edit(change.id, {**change.desired, name: text})
    return _told(made is not None, f"{change.id}: edited", f"{change.id} is {change.state.words}")


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
