"""Who is on call by ServiceNow: as `whoisoncall` itself answers, at a thousand instants of a year."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from helpdesk_tui.adapters.base import Capability
from helpdesk_tui.adapters.servicenow import on_call
from helpdesk_tui.adapters.servicenow.adapter import ServiceNow
from helpdesk_tui.domain.roster.absences import AbsenceKind
from helpdesk_tui.domain.roster.told import Told, spans_of
from helpdesk_tui.errors import Refused

from .conftest import DAY, NOW, Stand


def on(told: Told, schedule: str, at: int) -> set[str]:
    return {duty.person for duty in told.duties if duty.schedule == schedule and duty.start <= at < duty.end}


async def who(stand: Stand, roster: str, at: int) -> set[str]:
    http = stand.reader._http
    moment = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    answer = await http.fetch_json(
        "GET", "/api/now/on_call_rota/whoisoncall", params={"roster_ids": roster, "date_time": moment}
    )
    return {row["userId"] for row in answer.data["result"]}


async def test_the_platform_itself_says_the_same_at_a_thousand_instants_of_a_year(
    make_stand: Callable[..., Stand],
) -> None:
    stand = make_stand(requests_per_minute=1_000_000)
    await stand.reader.check()
    told = await stand.reader.rosters(NOW - 30 * DAY, NOW + 366 * DAY)
    assert [one.name for one in told.schedules] == [
        "Service Desk 24x7 Primary", "Service Desk 24x7 Secondary", "Database Primary",
        "Business Applications Primary",
    ]  # fmt: skip
    assert not any(one.writable for one in told.schedules)
    rng = random.Random(5)
    for number in range(1_000):
        at, roster = NOW - 29 * DAY + rng.randrange(394 * DAY), told.schedules[number % 4].key
        there = on(told, roster, at)
        assert len(there) == 1
        assert there == await who(stand, roster, at), at


async def test_slices_and_seconds_between_spans_leave_no_hole(make_stand: Callable[..., Stand]) -> None:
    stand = make_stand()
    await stand.reader.check()
    told = await stand.reader.rosters(NOW, NOW + 300 * DAY)
    for schedule in told.schedules:
        mine = [duty for duty in told.duties if duty.schedule == schedule.key]
        assert all(span.people for span in spans_of(mine, {}, NOW, NOW + 300 * DAY))
        assert schedule.rotations[0].people


async def test_time_off_comes_without_a_reason(make_stand: Callable[..., Stand]) -> None:
    stand = make_stand()
    await stand.reader.check()
    told = await stand.reader.rosters(NOW, NOW + DAY)
    [leave] = stand.world.rosters.leaves
    assert [(one.person, one.start, one.end, one.kind) for one in told.absences] == [
        (stand.instance.user(leave.person), leave.start, leave.end, AbsenceKind.LEAVE)
    ]
    assert {Capability.ROSTERS, Capability.ON_CALL} <= stand.reader.capabilities
    assert Capability.WRITE_OVERRIDE not in stand.reader.capabilities


async def test_what_whoisoncall_says_of_now_counts_more_than_a_span(
    make_stand: Callable[..., Stand], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = make_stand()
    await stand.reader.check()

    async def other(*_: object) -> dict[str, set[str]]:
        return {roster: {"somebody"} for roster in rosters}

    rosters = {one.key for one in (await stand.reader.rosters(NOW, NOW + DAY)).schedules}
    monkeypatch.setattr(on_call, "_now", other)
    told = await stand.reader.rosters(NOW - DAY, NOW + 30 * DAY)
    for roster in rosters:
        assert on(told, roster, NOW) == {"somebody"}
        assert on(told, roster, NOW - 60) != {"somebody"}
        assert on(told, roster, NOW + 20 * DAY) != {"somebody"}


async def test_without_the_plugin_it_is_refused(make_source: Callable[..., object], secret: object) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "on_call_rota" in request.url.path:
            words = {"error": {"message": "Requested URI does not represent any resource"}}
            return httpx.Response(400, json=words)
        first = "sys_id>" not in str(request.url.params.get("sysparm_query"))
        rows = [{"sys_id": "a" * 32}] if first else []
        return httpx.Response(200, json={"result": rows}, headers={"X-Total-Count": str(len(rows))})

    reader = ServiceNow(
        make_source(), secret, now=lambda: NOW, transport=httpx.MockTransport(answer)  # type: ignore[arg-type]
    )  # fmt: skip
    with pytest.raises(Refused, match="does not represent any resource"):
        await reader.rosters(NOW, NOW + DAY)


def test_recorded_spans_are_understood(reference: Path, make_stand: Callable[..., Stand]) -> None:
    recorded = json.loads((reference / "servicenow" / "sapcc_spans_200.json").read_text())
    [span] = recorded["spans"]
    duty = on_call._duty(make_stand().reader._context, span, 0, NOW * 2)
    assert (duty.schedule, duty.person) == (span["roster_id"], span["user_id"])
    assert duty.end - duty.start == 7 * 3_600


def test_of_an_escalation_who_is_asked_first_is_on(reference: Path) -> None:
    folder = reference / "servicenow"
    rows = json.loads((folder / "docs_oncall_who_single_shift.json").read_text())
    assert [row["order"] for row in rows] == [1, 2, 3]
    assert on_call._first_asked(rows) == {rows[0]["roster"]: {rows[0]["userId"]}}
    assert on_call._first_asked(reversed(rows)) == on_call._first_asked(rows)
    [live] = json.loads((folder / "sapcc_whoisoncall_200.json").read_text())["result"]
    assert on_call._first_asked([live]) == {live["roster"]: {live["userId"]}}
    shared = json.loads((folder / "docs_oncall_getEscalatees_custom.json").read_text())
    assert on_call._first_asked(shared)[""] == set(shared[0]["userIds"])
    overlapping = json.loads((folder / "docs_oncall_getEscalatees_overlapping.json").read_text())
    assert all(len(people) == 1 for people in on_call._first_asked(overlapping).values())
    assert on_call._first_asked([{**rows[0], "order": "1,000"}, {**rows[1], "order": None}]) == {
        rows[0]["roster"]: {rows[0]["userId"]}
    }


def test_whose_time_off_it_is_stands_on_the_schedule(make_stand: Callable[..., Stand]) -> None:
    context = make_stand().reader._context
    row = {
        "sys_id": "s", "user": "", "schedule.document": "sys_user", "schedule.document_key": "dana", "type": "time_off",
        "schedule.time_zone": "Europe/Paris", "start_date_time": "20260701T080000", "end_date_time": "20260701T100000Z",
    }  # fmt: skip
    found = on_call._absence(context, row)
    assert found is not None
    assert (found.person, found.end - found.start) == ("dana", 4 * 3_600)
    assert on_call._absence(context, {**row, "schedule.document": "cmn_rota"}) is None
    floating = on_call._absence(context, {**row, "schedule.time_zone": "floating"})
    assert floating is not None
    assert floating.end - floating.start == 2 * 3_600
    assert on_call._absence(context, {**row, "type": "time_off_in_approval"}) is None
    assert on_call._absence(context, {**row, "start_date_time": "1 Jul 2026"}) is None
