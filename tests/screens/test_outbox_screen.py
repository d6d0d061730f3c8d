"""The outbox on the screen: what is unfinished in words, and every decision that can be made of it."""

from __future__ import annotations

from typing import Any

from helpdesk_tui.data import stores
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.domain.change_rules import Outcome
from helpdesk_tui.domain.changes import Change, ChangeState
from helpdesk_tui.screens.outbox.conflict import ConflictScreen
from helpdesk_tui.screens.outbox.screen import OutboxScreen

NOW = 1_795_307_200
LATER = NOW + 60


def settle(desk: Any, change: Change, *outcomes: Outcome, **values: Any) -> None:
    """What a sender would have found out."""
    store = stores.open_write(desk.paths.personal_db, stores.StoreKind.PERSONAL)
    try:
        outbox = Outbox(store)
        present = change
        for outcome in outcomes:
            if outcome is Outcome.CLAIMED:
                present = outbox.claim(change.id, change.host, LATER) or present
            else:
                present = outbox.settle(present, outcome, LATER, **values) or present
    finally:
        store.close()


def on_top(desk: Any) -> type[Any]:
    return type(desk.app.screen)


def only(desk: Any) -> Change:
    (change,) = desk.app.desk.reads.outbox()
    return change  # type: ignore[no-any-return]


async def conflict(desk: Any) -> Change:
    await desk.press("p", "1")
    change = only(desk)
    name = next(iter(change.overwrites))
    settle(desk, change, Outcome.MOVED, theirs={name: "5"}, theirs_by="Lee", words="Lee set it to 5")
    await desk.pulse()
    return only(desk)


async def test_a_conflict_is_shown_with_its_sides_and_theirs_taken(open_desk: Any) -> None:
    async with open_desk() as desk:
        await conflict(desk)
        assert " !1 " in desk.text.splitlines()[1]
        assert "^" not in desk.text.splitlines()[1]
        assert desk.text.splitlines()[4][2] == "!"
        await desk.press("g", "y")
        assert on_top(desk) is OutboxScreen
        assert "1 for your decision" in desk.text.splitlines()[0]
        assert "needs your decision; Lee set it to 5" in desk.text
        await desk.press("enter")
        assert on_top(desk) is ConflictScreen
        assert "CONFLICT" in desk.text.splitlines()[0]
        assert "now, Lee" in desk.text
        row = next(line for line in desk.text.splitlines() if line.startswith(" priority"))
        assert row.split()[1:] == ["3", "1", "5"]
        await desk.press("t")
        assert on_top(desk) is OutboxScreen
        assert "theirs is kept" in desk.prompt
        assert "the outbox is empty" in desk.text
        await desk.press("q")
        await desk.pulse()
        assert "!1" not in desk.text.splitlines()[1]


async def test_keeping_ours_sends_it_over_theirs(open_desk: Any) -> None:
    async with open_desk() as desk:
        await conflict(desk)
        await desk.press("g", "y", "m")
        change = only(desk)
        assert change.state is ChangeState.QUEUED
        assert list(change.base.values()) == ["5"]


async def test_both_leaves_theirs_and_says_ours(open_desk: Any) -> None:
    async with open_desk() as desk:
        await conflict(desk)
        await desk.press("g", "y", "enter", "b")
        assert "Meant priority 1; left as it is." in desk.prompt
        await desk.press("enter")
        change = only(desk)
        assert dict(change.desired) == {"note": "Meant priority 1; left as it is."}


async def test_later_decides_nothing(open_desk: Any) -> None:
    async with open_desk() as desk:
        before = await conflict(desk)
        await desk.press("g", "y", "enter", "s")
        assert on_top(desk) is OutboxScreen
        assert only(desk) == before


async def test_a_refusal_shows_the_platforms_reason_and_keeps_the_text(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("call back")
        await desk.press("enter")
        settle(desk, only(desk), Outcome.CLAIMED, Outcome.SAID_NO, words="Ticket is closed [/x]")
        await desk.press("g", "y")
        assert "refused; Ticket is closed [/x]" in desk.text
        assert "internal note: call back" in desk.text
        await desk.press("t")
        assert "makes no sense here" in desk.prompt
        await desk.press("e")
        assert "call back" in desk.prompt
        await desk.type(" soon")
        await desk.press("enter")
        assert dict(only(desk).desired) == {"note": "call back soon"}
        await desk.press("x")
        assert "Give up this text" in desk.text
        await desk.press("enter")
        assert only(desk).state is ChangeState.QUEUED
        await desk.press("x", "y")
        assert desk.app.desk.reads.outbox() == []


async def test_what_may_be_there_is_looked_for_by_the_user(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("c")
        await desk.type("once only")
        await desk.press("enter")
        settle(desk, only(desk), Outcome.CLAIMED, Outcome.NOBODY_KNOWS, Outcome.GAVE_UP, words="no answer")
        await desk.press("g", "y")
        assert "check: may be saved" in desk.text
        await desk.press("i")
        assert "taken for done" in desk.prompt
        assert desk.app.desk.reads.outbox() == []


async def test_another_hosts_writes_are_named_and_taken_over(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("p", "1")
        store = stores.open_write(desk.paths.personal_db, stores.StoreKind.PERSONAL)
        with store.transaction() as connection:
            connection.exec_driver_sql("UPDATE change SET host = 'jump2'")
        store.close()
        await desk.press("g", "y")
        assert "queued on jump2" in desk.text
        await desk.press("o")
        assert "1 taken over from jump2" in desk.prompt
        assert "queued on" not in desk.text


async def test_the_cursor_goes_through_the_changes_what_needs_somebody_first(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("p", "1", "j", "p", "1", "j", "p", "1")
        made = desk.app.desk.reads.outbox()
        settle(desk, made[2], Outcome.MOVED, theirs={made[2].overwrites[0]: "5"})
        await desk.press("g", "y")
        chosen = [line for line in desk.text.splitlines() if line.startswith(">")]
        assert made[2].number in chosen[0]
        await desk.press("j")
        chosen = [line for line in desk.text.splitlines() if line.startswith(">")]
        assert made[0].number in chosen[0]
        await desk.press("z")
        assert made[0].id not in [one.id for one in desk.app.desk.reads.outbox()]


async def test_several_writes_are_followed_to_their_result(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("space", "space", "t")
        await desk.type("zz-new")
        await desk.press("enter")
        first, second = desk.app.desk.reads.outbox()
        settle(desk, first, Outcome.CLAIMED, Outcome.SAID_YES)
        await desk.pulse()
        assert "1 saved, 1 under way" in desk.prompt
        settle(desk, second, Outcome.CLAIMED, Outcome.SAID_NO, words="closed")
        await desk.pulse()
        assert "1 saved, 1 refused, see g y" in desk.prompt


async def test_taking_back_what_was_sent_is_shown_first(open_desk: Any) -> None:
    async with open_desk() as desk:
        await desk.press("p", "1")
        settle(desk, only(desk), Outcome.CLAIMED, Outcome.SAID_YES)
        await desk.press("z")
        assert "1 sent is put back (priority)" in desk.text
        await desk.press("enter")
        assert len(desk.app.desk.reads.outbox()) == 1
        await desk.press("z", "y")
        back = desk.app.desk.reads.outbox()[-1]
        assert back.undoes
        assert dict(back.desired) == {"priority": "3"}


async def test_only_what_makes_sense_for_the_one_at_hand_is_offered(open_desk: Any) -> None:
    def keys(desk: Any) -> str:
        return str(desk.text.splitlines()[22])

    async with open_desk() as desk:
        change = await conflict(desk)
        await desk.press("g", "y")
        assert "t theirs" in keys(desk)
        assert "r retry" not in keys(desk)
        await desk.press("enter")
        assert "s later" in keys(desk)
        assert "x give up" not in keys(desk)
        await desk.press("q", "m")
        assert "z undo" in keys(desk)
        assert "t theirs" not in keys(desk)
        settle(desk, only(desk), Outcome.CLAIMED, Outcome.SAID_NO, words="no")
        await desk.press("q", "g", "y")
        assert "r retry" in keys(desk)
        assert all(key not in keys(desk) for key in ("t theirs", "m mine", "b both"))
        await desk.press("enter")
        assert "s later" not in keys(desk)
        assert "theirs stands until" not in desk.text
        assert change.key in desk.text.splitlines()[0] or change.number in desk.text.splitlines()[0]


async def test_what_is_held_says_so_only_until_it_is_let_go(open_desk: Any) -> None:
    async with open_desk() as desk:
        moment = [NOW]
        desk.app.now = lambda: moment[0]
        desk.queue.now = lambda: moment[0]
        await desk.press("p", "1", "g", "y")
        assert "held, undo is free" in desk.text
        assert desk.app.screen._release is not None, "it looks again then, though nobody writes"
        moment[0] = NOW + 5
        await desk.app.screen.load()
        assert "held" not in desk.text
        assert "waiting" in desk.text
        assert desk.app.screen._release is None
