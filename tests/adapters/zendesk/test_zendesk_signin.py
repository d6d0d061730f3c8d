"""The sign-in check: who is nobody, which feed is chosen, what is invisible, and how tokens are renewed."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Capability, Phase
from helpdesk_tui.adapters.zendesk.adapter import rates_of
from helpdesk_tui.errors import AuthFailed, ConfigError
from helpdesk_tui.sandbox.zendesk import Settings


class Words:
    def __init__(self, value: str) -> None:
        self.value, self.expired = value, 0

    def held(self) -> str:
        return self.reveal()

    def reveal(self) -> str:
        return self.value

    def expire(self) -> None:
        self.expired += 1


async def test_admin_reads_the_export(floor: Any) -> None:
    adapter = floor.adapter("admin")
    told = await adapter.check()
    assert (told.role, told.feed, told.cannot) == ("admin", "admin export", ())
    assert told.account == "coordinator@example.com"
    assert told.server_time == floor.clock.now()
    assert Capability.EVENTS_FEED in adapter.capabilities
    assert Capability.EVENTS_BY_KEY not in adapter.capabilities
    assert adapter.feeds()[0].phase is Phase.OPEN
    assert Phase.EVENTS in {feed.phase for feed in adapter.feeds()}


async def test_agent_reads_by_listing_and_is_told_what_that_misses(floor: Any) -> None:
    adapter = floor.adapter("agent")
    told = await adapter.check()
    assert (told.role, told.feed) == ("agent", "agent listing")
    assert any("Deleted" in sentence for sentence in told.cannot)
    assert Capability.EVENTS_BY_KEY in adapter.capabilities
    assert Phase.EVENTS not in {feed.phase for feed in adapter.feeds()}
    assert not any("incremental" in path for path in floor.transport.seen)


async def test_admin_whose_token_may_not_export_falls_back(floor: Any) -> None:
    def refuse(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(403, json={"error": "Forbidden"}) if "/incremental/" in request.url.path else None

    floor.transport.before = refuse
    told = await floor.adapter("admin").check()
    assert told.feed == "agent listing"
    assert "export" in told.cannot[0]


@pytest.mark.parametrize(
    ("role", "settings", "words"),
    [
        ("admin", {"username": "nobody@example.com"}, "anonymous"),
        ("requester", {}, "end-user"),
    ],
)
async def test_nobody_and_requesters_are_refused_though_the_status_is_200(
    floor: Any, role: str, settings: dict[str, str], words: str
) -> None:
    with pytest.raises(AuthFailed, match=words):
        await floor.adapter(role, **settings).check()


async def test_a_wrong_token_is_never_quoted(floor: Any) -> None:
    with pytest.raises(AuthFailed) as caught:
        await floor.adapter("admin", secret=Words("wr0ng-token")).check()
    assert "wr0ng" not in str(caught.value)


async def test_scope_by_name_and_number_and_a_name_that_is_not_there(floor: Any) -> None:
    group = floor.served[0]
    told = await floor.adapter(scope={"groups": [group.name.upper()]}).check()
    assert told.sees[0] == "tickets of 1 groups"
    with pytest.raises(ConfigError, match="Clint Support"):
        await floor.adapter(scope={"groups": ["Clint Support"]}).check()
    with pytest.raises(ConfigError, match="list of names"):
        await floor.adapter(scope={"groups": {"a": 1}}).check()


@pytest.mark.parametrize(
    "settings",
    [{"auth": "password"}, {"auth": "oauth", "client_id": ""}, {"username": ""}, {"options": {"per_minute": "many"}}],
)
def test_settings_that_cannot_work(floor: Any, settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        floor.adapter(**settings)


def test_a_real_account_is_asked_below_its_limits_and_the_loopback_at_will(floor: Any) -> None:
    real = rates_of(dataclasses.replace(floor.adapter().source, url="https://z3n.example"))
    assert real["incremental"] < 10
    assert real[""] < 200
    assert rates_of(floor.adapter().source) == {}
    own = dataclasses.replace(floor.adapter().source, options={"incremental_per_minute": 30, "per_minute": 0})
    assert rates_of(own) == {"incremental": 30}


def _oauth(floor: Any) -> Any:
    return floor.adapter(auth="oauth", client_id="floor", username="", secret=Words("floor-secret"))


async def test_oauth_gets_one_token_for_many_requests_at_once(floor: Any) -> None:
    adapter = _oauth(floor)
    await asyncio.gather(*(adapter.check() for _ in range(3)))
    assert floor.transport.seen["/oauth/tokens"] == 1


async def test_oauth_renews_before_the_end_and_after_a_refusal(floor: Any) -> None:
    adapter = _oauth(floor)
    await adapter.check()
    floor.clock.step(Settings().token_life - 30)
    await asyncio.gather(*(adapter.check() for _ in range(3)))
    assert floor.transport.seen["/oauth/tokens"] == 2
    assert b"refresh_token" in [r.content for r in floor.transport.requests if r.url.path == "/oauth/tokens"][1]
    floor.account.tokens.clear()  # revoked by somebody else
    floor.account.refreshes.clear()
    assert (await adapter.check()).role == "admin"


async def test_oauth_with_a_wrong_secret(floor: Any) -> None:
    adapter = floor.adapter(auth="oauth", client_id="floor", username="", secret=Words("not-it"))
    with pytest.raises(AuthFailed) as caught:
        await adapter.check()
    assert "not-it" not in str(caught.value)
