"""The commands of plans: somebody sick, a group to be balanced, somebody back."""

from __future__ import annotations

from helpdesk_tui.keymap.model import PLAN, Command

_HERE = (PLAN,)


def _plan(ident: str, keys: tuple[str, ...], title: str, words: str, *, writes: bool = True) -> Command:
    return Command(f"plan.{ident}", keys, title, words, _HERE, _HERE, writes=writes)


def _quiet(ident: str, keys: tuple[str, ...], title: str, words: str, *, writes: bool = False) -> Command:
    """One that the line of keys has no room for."""
    return Command(f"plan.{ident}", keys, title, words, _HERE, writes=writes)


COMMANDS = (
    _plan("write", ("y",), "write all", "Write every line that asks for nothing; the others stay."),
    _plan("change", ("a",), "change", "Somebody else: digits pick, letters search everybody."),
    _plan("keep", ("k",), "keep", "Leave this ticket where it is."),
    _quiet("agree", ("space",), "agree", "What is proposed here is right, whatever is marked.", writes=True),
    _plan("note", ("r",), "customer note", "A public text that goes out with the write."),
    _plan("next", ("n",), "needs you", "The next line that asks for a decision.", writes=False),
    _quiet("previous", ("N",), "needed you before", "The one before."),
    _quiet("up", ("up",), "up", "Line before: k keeps a ticket here."),
    _quiet("explain", ("x",), "explain", "Why this person, term by term; of a duty what is for each."),
    _quiet("undo", ("z",), "undo", "Take what was written back.", writes=True),
)
"""On the screen of a plan. `k` keeps here, so it does not move up."""
