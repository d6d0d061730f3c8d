"""What was done from this desk since it was opened: to undo it, to do it again, to follow what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from helpdesk_tui.desk.acts import Wish
from helpdesk_tui.desk.desk import Desk

KEPT = 200


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was decided: its words and the ids of its changes."""

    words: str
    changes: tuple[str, ...]


@dataclass
class Memory:
    """Shared by all screens of one desk."""

    done: list[Done] = field(default_factory=list)
    """Acts that can be undone, the newest last."""
    last: Wish | None = None
    followed: list[Done] = field(default_factory=list)
    """Acts on several tickets whose result is still to be told."""

    def keep(self, wish: Wish | None, words: str, changes: Sequence[str]) -> None:
        """Remembers an act."""
        self.last = wish or self.last
        self.done = [*self.done[-KEPT:], Done(words, tuple(changes))]
        if len(changes) > 1:
            self.followed.append(self.done[-1])


_MEMORIES: WeakKeyDictionary[Desk, Memory] = WeakKeyDictionary()


def memory_of(desk: Desk) -> Memory:
    """What was done from this desk."""
    return _MEMORIES.setdefault(desk, Memory())
