"""Who is on call by JSM Operations: as the platform itself answers, at a thousand instants of a year; and overrides."""

from __future__ import annotations

import dataclasses
import json
import random
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Capability, Landing
from helpdesk_tui.adapters.jira import operations
from helpdesk_tui.adapters.jira.adapter import Jira
from helpdesk_tui.adapters.jira.responders import WORDS, with_people
from helpdesk_tui.adapters.jira.rotations import rotation_of
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.changes import Change, Kind, Op, change_id
from helpdesk_tui.domain.roster.restrictions import Window
from helpdesk_tui.domain.roster.slots import NOBODY, OverrideSlot, slot_of
from helpdesk_tui.domain.roster.told import Told, ToldDuty, spans_of
from helpdesk_tui.domain.tickets import WayOut
from helpdesk_tui.errors import Refused
from helpdesk_tui.sandbox.jira import application
from helpdesk_tui.sandbox.jira.identity import account_id
from helpdesk_tui.sandbox.jira.operations import schedule_id
from helpdesk_tui.sandbox.model import Credential
from helpdesk_tui.sandbox.world import LiveWorld, build_world

NOW, DAY = 1_790_000_000, 86_400
SITE = "http://jira.test"
NETWORK, IDENTITY = schedule_id(1), schedule_id(2)


class Token:
    """A secret that stays."""

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return "tok-1"

    def expire(self) -> None:
        raise AssertionError("the sandbox refused a good sign-in")


class Stand:
    """A world, its operations API, and an adapter that reads it."""

    def __init__(self, role: str = "admin") -> None:
        self.world: LiveWorld = build_world(3, 400, now=NOW, paused=True)
        credential = Credential("admin", "pw", "tok-1", role, 1)  # type: ignore[arg-type]
        self.app = httpx.ASGITransport(application(self.world, [credential], burst=100_000))
        source = dataclasses.replace(
            SourceConfig(), name="jira", platform="jira", url=SITE, username="coordinator@example.com", auth="token",
            scope={"projects": ["ITS"]}, requests_per_minute=1_000_000,
        )  # fmt: skip
        self.jira = Jira(source, Token(), now=self.world.clock.now, transport=self.app)

    async def on_calls(self, schedule: str, at: int) -> set[str]:
        moment = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        async with httpx.AsyncClient(transport=self.app, base_url=SITE, auth=("coordinator@example.com", "tok-1")) as c:
            path = f"/jsm/ops/api/x/v1/schedules/{schedule}/on-calls"
            answer = await c.get(path, params={"flat": "true", "date": moment})
        return set(answer.json()["onCallUsers"])


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    made = Stand()
    yield made
    await made.jira.close()


def on(told: Told, schedule: str, at: int) -> set[str]:
    spans = spans_of([duty for duty in told.duties if duty.schedule == schedule], {}, at, at + 1)
    return set(spans[0].people)


async def test_the_platform_itself_says_the_same_at_a_thousand_instants_of_a_year(stand: Stand) -> None:
    book = stand.world.rosters
    book.put(1, book.schedules[0].rotas[0].people[1], NOW + 3 * DAY, NOW + 9 * DAY, ())
    book.put(2, 0, NOW + 5 * DAY, NOW + 6 * DAY, (3,))
    told = await stand.jira.rosters(NOW - 30 * DAY, NOW + 366 * DAY)
    assert [one.name for one in told.schedules] == ["Network on call", "Identity on call", "Cloud on call"]
    assert all(one.writable and not one.unread for one in told.schedules)
    rng = random.Random(4)
    keys = [one.key for one in told.schedules]
    nobody = 0
    for number in range(1_000):
        at, key = NOW - 29 * DAY + rng.randrange(394 * DAY), keys[number % len(keys)]
        there = on(told, key, at)
        nobody += not there
        assert there == await stand.on_calls(key, at), (key, at)
    assert nobody > 20


async def test_the_coming_weekend_of_the_network_team_has_nobody(stand: Stand) -> None:
    told = await stand.jira.rosters(NOW, NOW + 14 * DAY)
    network = [duty for duty in told.duties if duty.schedule == NETWORK]
    gaps = [span for span in spans_of(network, {}, NOW, NOW + 14 * DAY) if not span.people]
    begins = [datetime.fromtimestamp(gap.start, UTC).strftime("%a %H:%M") for gap in gaps]
    assert begins == ["Sat 06:00"]
    assert gaps[0].end - gaps[0].start == 2 * DAY


async def test_rotations_are_shown_with_people_handover_and_hours(stand: Stand) -> None:
    told = await stand.jira.rosters(NOW, NOW + DAY)
    weekdays, weekends = told.schedules[0].rotations
    assert (weekdays.name, weekdays.hands_over, len(weekdays.people)) == ("Weekdays", "Mon 08:00", 7)
    assert (weekends.hands_over, len(weekends.people)) == ("Sat 08:00", 4)
    assert weekdays.hours is not None
    assert weekdays.hours.windows == (Window(0, 8 * 3_600, 5 * DAY),)
    assert weekends.hours is not None
    assert weekends.hours.windows == (Window(5, 8 * 3_600, 2 * DAY),)


def change(slot: OverrideSlot, person: str, base: str = "") -> Change:
    return Change(
        change_id(NOW * 1000), 1, "jira", Kind.OVERRIDE, slot.key, "person", Op.SET, {"person": person},
        {"person": base}, seen_at=NOW,
    )  # fmt: skip


async def test_an_override_is_made_altered_found_again_and_taken_away(stand: Stand) -> None:
    ada, ben = (_account(stand, place) for place in (0, 1))
    slot = OverrideSlot(NETWORK, NOW + DAY, NOW + 2 * DAY)
    assert slot_of(slot.key) == slot
    adding = change(slot, ada)
    seen = await stand.jira.look(slot.key, fields=["person"], kind=Kind.OVERRIDE)
    assert (seen.fields, seen.way) == ({"person": ""}, None)
    assert (await stand.jira.verify(adding)).landing is Landing.ABSENT
    written = await stand.jira.write(adding, seen)
    assert written.marker
    assert (await stand.jira.verify(adding)).landing is Landing.LANDED
    assert await stand.on_calls(NETWORK, NOW + DAY + 60) == {ada}
    seen = await stand.jira.look(slot.key, kind=Kind.OVERRIDE)
    assert (seen.fields, seen.stamp) == ({"person": ada}, written.marker)
    assert (await stand.jira.verify(change(slot, NOBODY))).landing is Landing.CHANGED
    await stand.jira.write(change(slot, ben, ada), seen)
    assert await stand.on_calls(NETWORK, NOW + DAY + 60) == {ben}
    assert len(stand.world.rosters.overrides) == 1
    await stand.jira.write(change(slot, NOBODY, ben), await stand.jira.look(slot.key, kind=Kind.OVERRIDE))
    assert await stand.on_calls(NETWORK, NOW + DAY + 60) == set()
    told = await stand.jira.rosters(NOW, NOW + 3 * DAY)
    assert [(one.key, one.person, one.start) for one in told.overrides] == [(written.marker, "", slot.start)]
    gone = await stand.jira.write(change(slot, "", NOBODY), await stand.jira.look(slot.key, kind=Kind.OVERRIDE))
    assert gone.seen.fields == {"person": ""}
    assert stand.world.rosters.overrides == []


async def test_what_the_platform_refuses_is_refused_in_its_words(stand: Stand) -> None:
    slot = OverrideSlot(NETWORK, NOW + DAY, NOW + 2 * DAY)
    seen = await stand.jira.look(slot.key, kind=Kind.OVERRIDE)
    with pytest.raises(Refused, match="responder does not exist"):
        await stand.jira.write(change(slot, "712020:nobody"), seen)
    gone = await stand.jira.look(OverrideSlot("nowhere", 1, 2).key, kind=Kind.OVERRIDE)
    assert gone.way is WayOut.DELETED


async def test_an_agent_reads_and_may_not_write() -> None:
    stand = Stand("agent")
    assert (await stand.jira.rosters(NOW, NOW + DAY)).schedules
    slot = OverrideSlot(IDENTITY, NOW + DAY, NOW + 2 * DAY)
    with pytest.raises(Refused, match="not authorized"):
        await stand.jira.write(change(slot, _account(stand, 0)), await stand.jira.look(slot.key, kind=Kind.OVERRIDE))
    await stand.jira.close()


def _account(stand: Stand, place: int) -> str:
    return account_id(stand.world.rosters.schedules[0].rotas[0].people[place], False)


def test_data_center_has_no_schedules() -> None:
    source = dataclasses.replace(SourceConfig(), name="dc", platform="jira", url=SITE, auth="pat")
    capabilities = Jira(source, Token(), now=lambda: NOW).capabilities
    assert not capabilities & {Capability.ROSTERS, Capability.ON_CALL, Capability.WRITE_OVERRIDE}


async def test_recorded_answers_are_understood(reference: Path) -> None:
    recorded = reference / "jira" / "jsm-ops"
    answers = {
        "schedules": json.loads((recorded / "list_schedules_expand_rotation.json").read_text()),
        "overrides": json.loads((recorded / "list_overrides.json").read_text()),
        "timeline": json.loads((recorded / "timeline_2weeks_expand_all.json").read_text()),
        "on-calls": json.loads((recorded / "on_calls_flat_false.json").read_text()),
    }
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        what = request.url.path.rpartition("/")[2]
        asked.append(what)
        return httpx.Response(200, json=answers[what])

    source = dataclasses.replace(SourceConfig(), name="jira", platform="jira", url=SITE, username="a", auth="token")
    jira = Jira(source, Token(), now=lambda: 1_707_000_000, transport=httpx.MockTransport(answer))
    http = jira._site._http_for(jira._site._auth(), f"{SITE}/jsm/ops/api/x")
    found = operations.Operations("jira", http)
    told = await found.rosters(1_706_500_000, 1_707_900_000, 1_707_000_000)
    await found.close()
    assert {"schedules", "overrides", "timeline", "on-calls"} == set(asked)
    assert told.schedules
    assert not any(one.unread for one in told.schedules)
    people = {duty.person for duty in told.duties}
    assert "5b2b0e011b3a756623f4e25e" in people
    assert {duty.name for duty in told.duties} == {"", WORDS["team"]}
    assert any(duty.override for duty in told.duties)


async def test_duties_of_teams_come_to_their_people_where_the_platform_tells_them(reference: Path) -> None:
    recorded = reference / "jira" / "jsm-ops"
    tree = json.loads((recorded / "on_calls_flat_false.json").read_text())["onCallParticipants"]
    flat = json.loads((recorded / "on_calls_flat_true.json").read_text())["onCallUsers"]
    team, escalation = (one["id"] for one in tree if one["type"] != "user")
    asked: list[int] = []

    async def ask(at: int) -> Any:
        asked.append(at)
        return tree

    def duty(person: str, start: int, end: int, name: str = "") -> ToldDuty:
        return ToldDuty("jira", "s", person, start, end, "r", name)

    mine = [
        duty(escalation, NOW - DAY, NOW, WORDS["escalation"]),
        duty(escalation, NOW - DAY, NOW + DAY, WORDS["escalation"]),
        duty(escalation, NOW + 20 * DAY, NOW + 21 * DAY, WORDS["escalation"]),
        duty(team, NOW + DAY, NOW + 2 * DAY, WORDS["team"]),
        duty("ada", NOW, NOW + DAY),
    ]
    found = await with_people(mine, NOW, ask)
    assert asked == [NOW, NOW + DAY]
    assert flat == ["5b2b0e011b3a756623f4e25e"]
    assert found == [
        mine[0], duty(escalation, NOW - DAY, NOW, WORDS["escalation"]), duty(flat[0], NOW, NOW + DAY), *mine[2:],
    ]  # fmt: skip
    assert await with_people([duty("ada", NOW, NOW + DAY)], NOW, ask) == [duty("ada", NOW, NOW + DAY)]
    assert len(asked) == 2


def test_a_damaged_rotation_is_shown_as_far_as_it_goes() -> None:
    raw = {"id": "r", "name": "odd", "participants": [{"type": "user", "id": "p"}, {"type": "noone"}], "type": "weekly"}
    assert rotation_of(raw, "Europe/Paris").people == ("p",)
    assert rotation_of({**raw, "startDate": "2026-01-05T07:00:00Z", "length": 2}, "Europe/Paris").hands_over == (
        "every 2 weeks, Mon 08:00"
    )


async def test_one_schedule_that_may_not_be_read_keeps_the_others_from_nothing(stand: Stand) -> None:
    class Closed(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if f"{IDENTITY}/timeline" in request.url.path:
                return httpx.Response(403, json={"errors": [{"title": "no rights to this schedule", "code": "403"}]})
            return await stand.app.handle_async_request(request)

    jira = Jira(stand.jira.source, Token(), now=stand.world.clock.now, transport=Closed())
    told = await jira.rosters(NOW, NOW + DAY)
    await jira.close()
    assert [(one.name, "no rights" in one.unread) for one in told.schedules] == [
        ("Network on call", False), ("Identity on call", True), ("Cloud on call", False),
    ]  # fmt: skip
    assert {duty.schedule for duty in told.duties} == {schedule_id(1), schedule_id(3)}


async def test_every_request_and_answer_is_one_that_atlassian_documents(stand: Stand, reference: Path) -> None:
    text = (reference / "jira" / "openapi" / "jsm-ops-schedules.reduced.json").read_text()
    document = json.loads(text.replace('"oneOf"', '"anyOf"'))  # its alternatives demand nothing, so each fits both
    seen: list[tuple[httpx.Request, httpx.Response]] = []

    class Recording(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await stand.app.handle_async_request(request)
            await answer.aread()
            if "/jsm/ops/" in request.url.path:
                seen.append((request, answer))
            return answer

    jira = Jira(stand.jira.source, Token(), now=stand.world.clock.now, transport=Recording())
    slot = OverrideSlot(NETWORK, NOW + DAY, NOW + 2 * DAY)
    for person in (_account(stand, 0), NOBODY, ""):
        await jira.write(change(slot, person), await jira.look(slot.key, kind=Kind.OVERRIDE))
    await jira.rosters(NOW, NOW + 30 * DAY)
    await jira.close()
    assert {request.method for request, _ in seen} == {"GET", "POST", "PUT", "DELETE"}
    validator = import_module("jsonschema").Draft4Validator
    for request, answer in seen:
        operation = documented(document, request)
        known = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        assert set(request.url.params) <= known, request.url
        if request.content:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            body = {key: value for key, value in json.loads(request.content).items() if value is not None}
            assert not list(validator({**schema, "components": document["components"]}).iter_errors(body))
        assert str(answer.status_code) in operation["responses"], (request.method, request.url, answer.status_code)
        if answer.content:
            schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
            errors = list(validator({**schema, "components": document["components"]}).iter_errors(answer.json()))
            assert not errors, (request.url, errors[0].message)


def documented(document: dict[str, Any], request: httpx.Request) -> dict[str, Any]:
    """What the document says of a request."""
    path = request.url.path.partition("/jsm/ops")[2]
    for template, methods in document["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            found: dict[str, Any] = methods[request.method.lower()]
            return found
    raise AssertionError(f"no such address is documented: {path}")


@pytest.mark.parametrize(
    ("said", "zone"), [("Asia/Kathmandu", "Asia/Kathmandu"), ("Mars/Phobos", "UTC"), ("../etc", "UTC")]
)
def test_a_schedule_in_a_zone_this_machine_does_not_know_is_counted_in_utc(said: str, zone: str) -> None:
    told = operations._schedule("jira", {"id": "1", "name": "Night", "timezone": said, "rotations": []})
    assert told is not None
    assert told.zone == zone
