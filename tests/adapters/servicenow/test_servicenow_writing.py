"""ServiceNow is written to: what was asked for is there, and what became of a lost answer is found out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from helpdesk_tui.adapters.base import Landing
from helpdesk_tui.domain.changes import Change, Kind, Op
from helpdesk_tui.domain.merging import kept, moved
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.errors import Refused
from helpdesk_tui.sandbox.model import Ticket as Truth

if TYPE_CHECKING:
    from tests.adapters.servicenow.conftest import Stand

A, B = "01976f00-0000-7000-8000-00000000000a", "01976f00-0000-7000-8000-00000000000b"


def a_ticket(stand: Stand, kind: str = "incident") -> Truth:
    return next(t for t in stand.truth((kind,)).values() if t.state == "open" and t.owner)


def change(stand: Stand, truth: Truth, base: dict[str, str] | None = None, ident: str = A, **desired: str) -> Change:
    return Change(
        id=ident,
        seq=1,
        source="desk",
        kind=Kind.TICKET,
        key=stand.key(truth.n),
        field=next(iter(desired)),
        op=Op.SET,
        desired=desired,
        base=base or {},
        first_sent_at=stand.world.clock.now(),
    )


async def write(stand: Stand, one: Change) -> dict[str, str]:
    """Look and write, as the sender does; what the platform holds then."""
    seen = await stand.reader.look(one.key, fields=one.overwrites)
    written = await stand.reader.write(one, seen)
    assert written.seen.version > seen.version
    return dict(written.seen.fields)


def somebody_else(stand: Stand, truth: Truth) -> int:
    return next(
        uid for uid in stand.world.people if uid != truth.owner and truth.group in stand.world.people[uid].groups
    )


async def test_owner_title_and_note_go_out_together(stand: Stand) -> None:
    await stand.reader.check()
    truth = a_ticket(stand)
    who = somebody_else(stand, truth)
    one = change(stand, truth, owner=stand.instance.user(who), title="Printer on fire", note="seen it")
    now = await write(stand, one)
    assert kept(one, now) == ()
    assert (truth.owner, truth.title) == (who, "Printer on fire")
    assert [event.text for event in truth.events if event.kind == "note"][-1] == "seen it"


async def test_a_look_tells_what_can_be_written(stand: Stand) -> None:
    await stand.reader.check()
    truth = a_ticket(stand)
    seen = await stand.reader.look(stand.key(truth.n), fields=("urgency",))
    assert seen.fields["owner"] == stand.instance.user(truth.owner)
    assert seen.fields["group"] == stand.instance.group(truth.group)
    assert (seen.fields["state"], seen.fields["status"]) == ("open", "In Progress")
    assert seen.fields["urgency"] in ("1", "2", "3")
    assert (await stand.reader.look("0" * 32)).way is WayOut.DELETED


@pytest.mark.parametrize("wanted", ["1", "2", "3", "4"])
async def test_priority_is_written_as_what_it_is_calculated_from(stand: Stand, wanted: str) -> None:
    await stand.reader.check()
    truth = next(t for t in stand.truth(("incident",)).values() if t.state == "open" and str(t.priority) != wanted)
    assert (await write(stand, change(stand, truth, priority=wanted)))["priority"] == wanted
    assert str(truth.priority) == wanted


async def test_states_by_meaning_and_by_name_with_what_they_demand(stand: Stand) -> None:
    await stand.reader.check()
    truth = a_ticket(stand)
    with pytest.raises(Refused, match="Resolution"):
        await write(stand, change(stand, truth, state="solved"))
    now = await write(
        stand, change(stand, truth, status="Resolved", close_code="Solution provided", close_notes="New toner")
    )
    assert (now["state"], now["status"], truth.state) == ("solved", "Resolved", "solved")
    other = next(t for t in stand.truth(("incident",)).values() if t.state == "open" and t is not truth)
    now = await write(stand, change(stand, other, state="pending", reply="Which room?"))
    assert (now["state"], other.state) == ("pending", "pending")
    with pytest.raises(Refused, match="no state"):
        await write(stand, change(stand, other, status="Daydreaming"))


async def test_a_value_that_was_kept_silently_is_seen(stand: Stand) -> None:
    await stand.reader.check()
    stand.instance.settings.owner_must_be_member = True
    truth = a_ticket(stand)
    stranger = next(uid for uid, person in stand.world.people.items() if truth.group not in person.groups)
    one = change(stand, truth, owner=stand.instance.user(stranger))
    seen = await stand.reader.look(one.key)
    written = await stand.reader.write(one, seen)
    assert kept(one, written.seen.fields) == ("owner",)


@pytest.mark.parametrize("role", ["admin", "agent"])
@pytest.mark.parametrize("words", ["note", "reply"])
async def test_a_comment_is_found_again_or_surely_is_not_there(
    make_stand: Callable[..., Stand], role: str, words: str
) -> None:
    stand = make_stand(role=role)
    await stand.reader.check()
    truth = a_ticket(stand)
    said: dict[str, Any] = {words: "Called twice,\n\nno answer."}
    one = change(stand, truth, **said)
    assert (await stand.reader.verify(one)).landing is Landing.ABSENT
    await write(stand, one)
    assert (await stand.reader.verify(one)).landing is Landing.LANDED
    said = {words: "Something else"}
    other = change(stand, truth, ident=B, **said)
    assert (await stand.reader.verify(other)).landing is Landing.ABSENT


async def test_a_comment_is_found_in_the_journal_where_the_mark_is_not_ours_to_set(stand: Stand) -> None:
    await stand.reader.check()
    truth = a_ticket(stand)
    stand.world.desk("servicenow").change(truth.n, truth.requester, marks={"correlation_id": "monitor-77"})
    one = change(stand, truth, note="Called twice")
    await write(stand, one)
    assert truth.marks["correlation_id"] == "monitor-77"
    assert (await stand.reader.verify(one)).landing is Landing.LANDED


async def test_a_value_is_verified_by_what_is_there(stand: Stand) -> None:
    await stand.reader.check()
    truth = a_ticket(stand)
    before, who = stand.instance.user(truth.owner), somebody_else(stand, truth)
    one = change(stand, truth, base={"owner": before}, owner=stand.instance.user(who))
    assert (await stand.reader.verify(one)).landing is Landing.ABSENT
    await write(stand, one)
    assert (await stand.reader.verify(one)).landing is Landing.LANDED
    third = next(
        u for u in stand.world.people if u not in (who, truth.owner) and truth.group in stand.world.people[u].groups
    )
    stand.world.desk("servicenow").change(truth.n, truth.requester, owner=third)
    verdict = await stand.reader.verify(one)
    assert verdict.landing is Landing.CHANGED
    assert verdict.seen is not None
    assert moved(one, verdict.seen.fields) == ("owner",)
