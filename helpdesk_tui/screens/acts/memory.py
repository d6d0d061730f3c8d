"""What was done from this desk since it was opened: to undo it, to do it again, to follow what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from helpdesk_tui.desk.acts.act import Wish
    from helpdesk_tui.desk.desk import Desk
    from helpdesk_tui.desk.plans.team import Kept

KEPT = 200


class Done(NamedTuple):
    """An act that was decided: its words, the ids of its changes, and what a plan left in the team's store."""

    words: str
    changes: tuple[str, ...]
    kept: Kept | None = None


@dataclass
class Memory:
    """Shared by all screens of one desk."""

    done: list[Done] = field(default_factory=list)
    """Acts that can be undone, the newest last."""
    last: Wish | None = None
    followed: list[Done] = field(default_factory=list)
    """Acts on several tickets whose result is still to be told."""

    def keep(self, wish: Wish | None, words: str, changes: Sequence[str], kept: Kept | None = None) -> None:
        """Remembers an act."""
        self.last = wish or self.last
        self.done = [*self.done[-KEPT:], Done(words, tuple(changes), kept)]
        if len(changes) > 1:
            self.followed.append(self.done[-1])


_MEMORIES: WeakKeyDictionary[Desk, Memory] = WeakKeyDictionary()


def memory_of(desk: Desk) -> Memory:
    """What was done from this desk."""
    return _MEMORIES.setdefault(desk, Memory())


async def team_taken_back(desk: Desk, done: Done) -> str:
    """Takes back what an act left in the team's store; what came of it and what stays, in words, "" for nothing."""
    if done.kept is None or done.kept.is_empty:
        return ""
    back = await desk.take_back_plan(done.kept)
    return "; ".join((*back.done, *(f"NOT TAKEN BACK: {words}" for words in back.stays)))
