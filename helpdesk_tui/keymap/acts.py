"""The commands that do something to tickets."""

from __future__ import annotations

from helpdesk_tui.keymap.model import AGING, LIST, TICKET, Command

_LIST = (LIST, TICKET)
_CLOCKS = (LIST, TICKET, AGING)


def _act(
    ident: str, key: str, title: str, words: str, where: tuple[str, ...] = _LIST, hint: tuple[str, ...] = _LIST
) -> Command:
    return Command(f"ticket.{ident}", (key,), title, words, where, hint, writes=True)


COMMANDS = (
    _act("assign", "a", "assign", "To somebody: digits pick, letters search everybody.", _CLOCKS),
    _act("assign_me", "i", "to me", "To yourself.", hint=()),
    _act("status", "s", "status", "Into a status the platform offers.", _CLOCKS),
    _act("priority", "p", "prio", "Another priority.", _CLOCKS),
    _act("move", "m", "move", "To another group.", _CLOCKS),
    _act("tag", "t", "tag", "Add tags, or take them away.", hint=()),
    _act("note", "c", "note", "An internal note: only the desk reads it.", _CLOCKS),
    _act("reply", "r", "reply", "A public reply: the customer reads it.", _CLOCKS),
    _act("update", "u", "update", "A public update for the customer and who follows.", _CLOCKS, ()),
    _act("escalate", "!", "escalate", "To whoever is on call, a group or a person, with the facts.", _CLOCKS),
    _act("duplicate", "d", "dup", "Link as a duplicate of another ticket."),
    _act("macro", "M", "macro", "Several fields and texts under one name, of the settings.", hint=()),
    _act("edit", "e", "edit", "The fields of one ticket.", hint=()),
    _act("again", ".", "again", "The last act once more, here or on the marks."),
    _act("undo", "z", "undo", "Take the last act back; free for five seconds."),
)
"""On one ticket, or on those that are marked."""
