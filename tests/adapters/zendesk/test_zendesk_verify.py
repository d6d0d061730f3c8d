"""What became of a write whose answer was lost is found out, or is said not to be known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Landing
from helpdesk_tui.domain.merging import moved
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.sandbox.zendesk import ids

from .written import OTHERS, B, a_ticket, change, colleague, settle, write


@pytest.mark.parametrize("role", ["admin", "agent"])
@pytest.mark.parametrize("name", ["note", "reply"])
async def test_a_comment_is_found_by_its_mark_or_surely_is_not_there(
    floor: Any, signed_in: Any, role: str, name: str
) -> None:
    adapter = await signed_in(role)
    truth = a_ticket(floor)
    words: dict[str, Any] = {name: "Called twice,\n\nno answer."}
    one, again = change(floor, truth, **words), change(floor, truth, ident=B, **words)
    assert (await adapter.verify(one)).landing is Landing.ABSENT
    written = await write(adapter, one)
    floor.clock.step(1)
    floor.desk.change(truth.n, 1, note="somebody goes on")
    found = await adapter.verify(one)
    assert (found.landing, found.marker) == (Landing.LANDED, written.marker)
    assert (await adapter.verify(again)).landing is Landing.ABSENT, "the same words as another change of ours"


@pytest.mark.parametrize("kind", ["internal", "public"])
async def test_words_without_a_mark_count_where_they_are_ours_and_recent(floor: Any, signed_in: Any, kind: str) -> None:
    adapter = await signed_in("agent")
    me = floor.credentials["agent"].uid
    truth = a_ticket(floor)
    name = "note" if kind == "internal" else "reply"
    said_now: dict[str, Any] = {name: "Done."}
    one = change(floor, truth, **said_now)
    floor.desk.change(truth.n, colleague(floor, truth, 1), **said_now)
    assert (await adapter.verify(one)).landing is Landing.ABSENT, "somebody else's"
    floor.desk.change(truth.n, me, **{"reply" if kind == "internal" else "note": "Done."})
    assert (await adapter.verify(one)).landing is Landing.ABSENT, "said to others"
    floor.clock.step(3)
    floor.desk.change(truth.n, me, **said_now)
    assert (await adapter.verify(one)).landing is Landing.LANDED
    assert (await adapter.verify(replace(one, first_sent_at=floor.clock.now() + 60))).landing is Landing.ABSENT


async def test_a_value_is_verified_by_what_is_there_and_by_the_mark_once_it_moved_on(
    floor: Any, signed_in: Any
) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    one = change(floor, truth, {"owner": str(ids.user(truth.owner))}, owner=str(ids.user(colleague(floor, truth))))
    other = replace(one, id=B)
    assert (await adapter.verify(one)).landing is Landing.ABSENT
    await write(adapter, one)
    assert [(await adapter.verify(each)).landing for each in (one, other)] == [Landing.LANDED] * 2
    third = colleague(floor, truth, 1)
    floor.desk.change(truth.n, third, owner=third)
    assert (await adapter.verify(one)).landing is Landing.LANDED
    verdict = await adapter.verify(other)
    assert verdict.landing is Landing.CHANGED
    assert moved(other, verdict.seen.fields) == ("owner",)


async def test_tags_and_own_fields_are_verified_by_what_is_there(floor: Any, signed_in: Any) -> None:
    settle(floor, fields=OTHERS)
    adapter = await signed_in()
    truth = a_ticket(floor)
    for one in (
        change(floor, truth, **{"tags+": "here"}),
        change(floor, truth, {"Spare used": "false"}, **{"Spare used": "true"}),
    ):
        assert (await adapter.verify(replace(one, id=B))).landing is Landing.ABSENT
        await write(adapter, one)
        assert (await adapter.verify(replace(one, id=B))).landing is Landing.LANDED


async def test_audits_that_may_not_be_read_leave_a_question(floor: Any, signed_in: Any) -> None:
    adapter = await signed_in()
    truth = a_ticket(floor)
    one = change(floor, truth, note="once")
    floor.transport.before = lambda r: httpx.Response(403) if "audits" in r.url.path else None
    verdict = await adapter.verify(one)
    assert (verdict.landing, "may not be read" in verdict.words) == (Landing.UNKNOWN, True)
    floor.transport.before = lambda _: None
    floor.desk.delete(truth.n, 1)
    verdict = await adapter.verify(one)
    assert (verdict.landing, verdict.seen.way) == (Landing.ABSENT, WayOut.DELETED)
