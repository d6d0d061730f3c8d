"""The outbox as commands print it: a line a change, tab-separated text or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from helpdesk_tui import safe_text
from helpdesk_tui.desk.table import utc
from helpdesk_tui.domain.change_rules import waiting_behind
from helpdesk_tui.domain.changes import Change, ChangeState
from helpdesk_tui.domain.spans import MINUTE, span


def state_words(change: Change, others: Sequence[Change], now: int, here: str) -> str:
    """Where a change stands, why, and what waits behind it."""
    words = change.state.words
    if change.state is ChangeState.QUEUED and change.host != here:
        words = f"queued on {change.host}"
    elif change.state is ChangeState.QUEUED and change.not_before > now:
        put_off = change.attempts or change.words
        words = f"{words}, {_next_try(change.not_before - now)}" if put_off else "held, undo is free"
    behind = waiting_behind(change, others)
    why = change.words.removeprefix(f"{words}: ")  # a refusal's reason begins with the word for its state
    parts = [words, why, f"{behind} waiting behind it" if behind else ""]
    return "; ".join(part for part in parts if part)


def _next_try(seconds: int) -> str:
    return f"next try in {seconds} s" if seconds < MINUTE else f"next try in {span(seconds)}"


def tabbed(
    changes: Sequence[Change], now: int, here: str, badges: Mapping[str, str], told: Callable[[Change], str]
) -> Iterator[str]:
    """A line a change: id, state, ticket, source, what is wanted as `told` says it, where it stands in words, age.

    `badges` are what stands before a bare number, by source.
    """
    for change in changes:
        fields = (
            change.id,
            str(change.state),
            shown_number(change, badges.get(change.source, "")),
            change.source,
            told(change),
            state_words(change, changes, now, here),
            span(now - change.created_at),
        )
        yield "\t".join(safe_text.line(field) for field in fields)


def shown_number(change: Change, badge: str) -> str:
    """What people call its ticket, with the platform's badge before a bare number."""
    number = change.number or change.key
    return f"{badge}-{number}" if number.isdigit() and badge else number


def listed(changes: Iterable[Change]) -> str:
    """The changes as JSON."""
    return json.dumps([record(change) for change in changes])


def record(change: Change) -> dict[str, object]:
    """A change as JSON has it."""
    return {
        "id": change.id,
        "state": str(change.state),
        "state_words": change.state.words,
        "words": change.words or None,
        "source": change.source,
        "kind": str(change.kind),
        "key": change.key,
        "number": change.number,
        "op": str(change.op),
        "desired": dict(change.desired),
        "base": dict(change.base),
        "theirs": dict(change.theirs),
        "theirs_by": change.theirs_by or None,
        "host": change.host,
        "actor": change.actor or None,
        "batch": change.batch or None,
        "undoes": change.undoes or None,
        "attempts": change.attempts,
        "created_at": utc(change.created_at),
        "seen_at": utc(change.seen_at),
        "not_before": utc(change.not_before),
        "first_sent_at": utc(change.first_sent_at),
        "done_at": utc(change.done_at),
    }


def counts_line(counts: Mapping[ChangeState, int]) -> str:
    """How the outbox stands, in one line."""
    shown = [f"{counts[state]} {state.words}" for state in ChangeState if counts.get(state)]
    return "; ".join(shown) or "the outbox is empty"
