"""The ServiceNow adapter against the sandbox, in process: what is in scope, and the four ways out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from helpdesk_tui.adapters.base import Capability, Phase
from helpdesk_tui.domain.events import EventKind
from helpdesk_tui.domain.tickets import Ticket, WayOut
from helpdesk_tui.errors import AuthFailed, ConfigError, Refused

if TYPE_CHECKING:
    from tests.adapters.servicenow.conftest import Stand

NOW = 1_930_377_600
DAY = 86_400
OUTSIDE = 90
"""Groups from this identifier on are not the desk's."""
SAID = {EventKind.NOTE, EventKind.PUBLIC_REPLY, EventKind.CUSTOMER_MESSAGE}


async def test_four_ways_out(make_stand: Callable[..., Stand]) -> None:
    served = make_stand().world.served("servicenow")
    stand = make_stand(scope={"groups": [group.name for group in served if group.gid < OUTSIDE]})
    await stand.reader.check()
    desk = stand.world.desk("servicenow")
    ours = [t for t in stand.truth(["incident"]).values() if stand.is_open(t) and t.group < OUTSIDE]
    stays, leaves, closes, dies, hides = (t.n for t in ours[:5])
    cursors: dict[str, str] = {}
    await stand.pull(Phase.CHANGES, cursors, since=NOW)
    stand.world.clock.step(60)
    desk.change(leaves, 1, group=OUTSIDE)
    desk.change(closes, 1, state="closed")
    desk.delete(dies, 1)
    hidden = desk.get(hides)
    assert hidden is not None
    hidden.forbidden = True
    keys = [stand.key(n) for n in (stays, leaves, closes, dies, hides)]
    page = await stand.reader.fetch([*keys, "no such key"])
    ways = {departure.key: departure.way for departure in page.departures}
    assert ways == {
        keys[1]: WayOut.LEFT_SCOPE,
        keys[2]: WayOut.CLOSED,
        keys[3]: WayOut.DELETED,
        keys[4]: WayOut.FORBIDDEN,
        "no such key": WayOut.DELETED,
    }
    assert {ticket.key for ticket in page.tickets} == set(keys[:3])
    changes = await stand.pull(Phase.CHANGES, cursors)
    told = {departure.key: departure.way for departure in changes.departures}
    assert told[keys[1]] is WayOut.LEFT_SCOPE
    assert told[keys[3]] is WayOut.DELETED
    assert keys[1] not in {ticket.key for ticket in changes.tickets}
    listed = {key async for some in stand.reader.census() for key in some}
    assert keys[0] in listed
    assert not listed & set(keys[1:])


async def test_several_that_are_hidden_or_gone_are_told_apart(stand: Stand) -> None:
    await stand.reader.check()
    desk = stand.world.desk("servicenow")
    ours = [t.n for t in stand.truth(["incident"]).values() if stand.is_open(t)][:6]
    for n in ours[:3]:
        hidden = desk.get(n)
        assert hidden is not None
        hidden.forbidden = True
    for n in ours[3:]:
        desk.delete(n, 1)
    keys = [stand.key(n) for n in ours]
    for some, way in ((keys[:3], WayOut.FORBIDDEN), (keys[3:], WayOut.DELETED)):
        page = await stand.reader.fetch(some)
        assert {departure.key: departure.way for departure in page.departures} == dict.fromkeys(some, way)


async def test_only_the_scope_is_pulled(make_stand: Callable[..., Stand]) -> None:
    scope = {"groups": ["network", "Service Desk"], "query": "priorityIN1,2,3^NQpriority=5"}
    stand = make_stand(scope=scope, options={"page_size": 7})
    report = await stand.reader.check()
    assert report.cannot == ()
    truth = stand.truth()
    names = {gid: group.name for gid, group in stand.world.groups.items()}
    page = await stand.pull(Phase.OPEN)
    by_key = {ticket.key: ticket for ticket in page.tickets}
    assert {ticket.priority for ticket in page.tickets} <= {1, 2, 3, 5}
    expected = {key for key, t in truth.items() if stand.is_open(t) and names[t.group] in ("Network", "Service Desk")}
    unwanted = {t.key for t in (await everything_open(make_stand())) if t.priority == 4}
    assert by_key.keys() == expected - unwanted
    stand.world.clock.step(7200)
    stand.world.catch_up()
    changes = await stand.pull(Phase.CHANGES, since=NOW)
    for ticket in changes.tickets:
        assert names[truth_group(stand, ticket)] in ("Network", "Service Desk")
        assert ticket.priority != 4
    assert changes.departures
    streams = [await stand.pull(phase) for phase in (Phase.EVENTS, Phase.CLOCKS)]
    theirs = {event.ticket for event in streams[0].events} | {clock.ticket for clock in streams[1].clocks}
    assert theirs
    truth = stand.truth()
    assert {names[truth[key].group] for key in theirs} <= {"Network", "Service Desk"}


async def test_a_ticket_that_comes_into_scope_brings_its_past(make_stand: Callable[..., Stand]) -> None:
    stand = make_stand(scope={"groups": ["Network"]})
    await stand.reader.check()
    network = next(gid for gid, group in stand.world.groups.items() if group.name == "Network")
    key, moved = next(
        (key, t)
        for key, t in stand.truth(["incident"]).items()
        if stand.is_open(t) and t.group != network and stand.told(t)
    )
    cursors: dict[str, str] = {}
    for phase in (Phase.OPEN, Phase.CHANGES, Phase.EVENTS):
        page = await stand.pull(phase, cursors, since=NOW)
        assert key not in {event.ticket for event in page.events}
    stand.world.clock.step(60)
    stand.world.desk("servicenow").change(moved.n, 1, group=network)
    page = await stand.pull(Phase.CHANGES, cursors)
    assert key in {ticket.key for ticket in page.tickets}
    found = sorted((e.kind, e.at) for e in page.events if e.ticket == key and e.kind in SAID)
    spoken = stand.told(stand.truth(["incident"])[key])
    assert [one for one in found if one[1] > NOW - 80 * DAY] == spoken != []


async def test_a_scope_of_unknown_groups_is_refused_and_a_doubtful_query_told(make_stand: Callable[..., Stand]) -> None:
    with pytest.raises(ConfigError, match=r"sources\.desk\.scope\.groups.*Netwrok"):
        await make_stand(scope={"groups": ["Netwrok"]}).reader.check()
    stand = make_stand(scope={"groups": ["Network", "Netwrok"], "query": "u_regoin=EMEA"})
    report = await stand.reader.check()
    assert any("Netwrok" in sentence for sentence in report.cannot)
    assert sum("u_regoin" in sentence for sentence in report.cannot) == 3


@pytest.mark.parametrize(
    ("auth", "attribute"), [("api_key", "token"), ("oauth", "client_secret"), ("basic", "password")]
)
async def test_all_ways_to_sign_in(auth: str, attribute: str, make_stand: Callable[..., Stand]) -> None:
    probe = make_stand()
    stand = make_stand(auth=auth, client_id=probe.account.client_id)
    stand.secret.values = (getattr(stand.account, attribute),)
    assert (await stand.reader.check()).account == stand.account.login
    assert (await stand.pull(Phase.OPEN)).tickets


async def test_a_wrong_password_and_a_poor_account(make_stand: Callable[..., Stand]) -> None:
    with pytest.raises(AuthFailed, match="User Not Authenticated"):
        await make_stand(password="wrong").reader.check()
    poor = make_stand(role="requester")
    try:
        report = await poor.reader.check()
    except Refused:
        return
    assert report.cannot
    assert Capability.EVENTS_FEED not in poor.reader.capabilities


def truth_group(stand: Stand, ticket: Ticket) -> int:
    return next(gid for gid in stand.world.groups if stand.instance.group(gid) == ticket.group)


async def everything_open(stand: Stand) -> tuple[Ticket, ...]:
    await stand.reader.check()
    return (await stand.pull(Phase.OPEN)).tickets
