"""The commands that do something to tickets."""

from __future__ import annotations

from helpdesk_tui.keymap.model import AGING, FORM, LIST, TICKET, Command

_LIST = (LIST, TICKET)
_CLOCKS = (LIST, TICKET, AGING)


def _act(
    ident: str, key: str, title: str, words: str, where: tuple[str, ...] = _LIST, hint: tuple[str, ...] = _LIST
) -> Command:
    return Command(f"ticket.{ident}", (key,), title, words, where, hint, writes=True)


COMMANDS = (
    _act("assign", "a", "assign", "Assign to somebody: digits pick, letters search everybody.", _CLOCKS, _CLOCKS),
    _act("assign_me", "i", "to me", "Assign to yourself.", _CLOCKS, ()),
    _act("status", "s", "status", "Change the status, to one that the platform offers.", _CLOCKS),
    _act("priority", "p", "prio", "Change the priority.", _CLOCKS),
    _act("move", "m", "move", "Move to another group.", _CLOCKS),
    _act("tag", "t", "tag", "Add tags, or take them away.", hint=()),
    _act("note", "c", "note", "Write an internal note: only the desk reads it.", _CLOCKS, _CLOCKS),
    _act("reply", "r", "reply", "Write a public reply: the customer reads it.", _CLOCKS, _CLOCKS),
    _act("update", "u", "update", "Write a public update for the customer and who follows.", _CLOCKS, ()),
    _act(
        "escalate",
        "!",
        "escalate",
        "Escalate to who is on call, a group or a person, with facts.",
        _CLOCKS,
        _CLOCKS,
    ),
    _act("duplicate", "d", "dup", "Link as a duplicate of another ticket."),
    _act("macro", "M", "macro", "Run a macro of the settings: several fields and texts at once.", hint=()),
    _act("edit", "e", "edit", "Edit the fields in a form: of one, or of all marked.", hint=()),
    _act("again", ".", "again", "Do the last act once more, here or on the marks.", _CLOCKS),
    Command("form.field", ("enter", "e"), "change", "Change this field.", (FORM,), (FORM,), writes=True),
    Command("form.back", ("u",), "as it was", "Leave this field as it was.", (FORM,), (FORM,), writes=True),
    Command("form.write", ("y",), "write", "Write every field that was changed.", (FORM,), (FORM,), writes=True),
    _act("undo", "z", "undo", "Take the last act back; free for five seconds.", _CLOCKS),
)
"""On one ticket, or on those that are marked."""
