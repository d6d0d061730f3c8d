"""The commands of the outbox and of one change of it."""

from __future__ import annotations

from helpdesk_tui.keymap.model import CONFLICT, SOURCES, Command

_BOTH = (SOURCES, CONFLICT)


def _decision(ident: str, key: str, title: str, words: str, hint: tuple[str, ...] = _BOTH) -> Command:
    return Command(f"outbox.{ident}", (key,), title, words, _BOTH, hint, writes=True)


COMMANDS = (
    Command("outbox.open", ("enter",), "open", "One change whole, with what can be decided.", (SOURCES,), (SOURCES,)),
    _decision("theirs", "t", "theirs", "In a conflict: leave what the platform holds."),
    _decision("mine", "m", "mine", "In a conflict: send ours over it."),
    _decision("both", "b", "both", "In a conflict: leave theirs, say ours in a note."),
    _decision("retry", "r", "retry", "Send it again, once what was wrong is mended."),
    _decision("edit", "e", "edit", "Other words in its place."),
    _decision("discard", "x", "give up", "Give it up; words of yours are shown once more."),
    _decision("there", "i", "it is there", "You found it on the platform: it is done.", ()),
    _decision("undo", "z", "undo", "Take it back; what was sent by a change of its own.", ()),
    _decision("takeover", "o", "take over", "Send from here what another host no longer sends.", ()),
    Command("outbox.later", ("s",), "later", "Leave it undecided.", (CONFLICT,), (CONFLICT,)),
)
