"""Signing in, sessions that take turns, rate rules, batches and tiny URLs."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from helpdesk_tui.sandbox.world import LiveWorld

Client = Callable[..., httpx.AsyncClient]
ONE = {"sysparm_limit": "1", "sysparm_fields": "number"}
TOKEN = "http://sn.example/oauth_token.do"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": httpx.BasicAuth("coordinator", "pw")._auth_header}, 200),
        ({"Authorization": httpx.BasicAuth("Coordinator", "pw")._auth_header}, 200),
        ({"Authorization": httpx.BasicAuth("coordinator", "wrong")._auth_header}, 401),
        ({"Authorization": "Basic ???"}, 401),
        ({"Authorization": "Bearer key-1"}, 401),
        ({"x-sn-apikey": "key-1"}, 200),
        ({"X-SN-ApiKey": "key-1"}, 200),
        ({"x-sn-apikey": ""}, 401),
    ],
)
async def test_who_may_come_in(client: Client, headers: dict[str, str], status: int) -> None:
    async with client(None) as nobody:
        answer = await nobody.get("/table/incident", params=ONE, headers=headers)
        assert answer.status_code == status
        if status == 401:
            assert answer.json() == {
                "error": {"message": "User Not Authenticated", "detail": "Required to provide Auth information"},
                "status": "failure",
            }
            assert "BASIC" in answer.headers["WWW-Authenticate"]
            assert answer.headers["X-Is-Logged-In"] == "false"


async def grant(client: httpx.AsyncClient, **form: str) -> httpx.Response:
    return await client.post(TOKEN, data={"client_id": "client-1", "client_secret": "secret-1", **form})


@pytest.mark.parametrize(
    ("form", "renewable"),
    [
        ({"grant_type": "password", "username": "coordinator", "password": "pw"}, True),
        ({"grant_type": "client_credentials"}, False),
    ],
)
async def test_tokens_live_their_time(client: Client, ticks: Any, form: dict[str, str], renewable: bool) -> None:
    async with client(None) as nobody:
        granted = (await grant(nobody, **form)).json()
        assert (granted["token_type"], granted["expires_in"], granted["scope"]) == ("Bearer", 1799, "useraccount")
        assert ("refresh_token" in granted) is renewable
        bearer = {"Authorization": f"Bearer {granted['access_token']}"}
        assert (await nobody.get("/table/incident", params=ONE, headers=bearer)).status_code == 200
        ticks.now += 1800
        assert (await nobody.get("/table/incident", params=ONE, headers=bearer)).status_code == 401
        if renewable:
            again = (await grant(nobody, grant_type="refresh_token", refresh_token=granted["refresh_token"])).json()
            bearer = {"Authorization": f"Bearer {again['access_token']}"}
            assert (await nobody.get("/table/incident", params=ONE, headers=bearer)).status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "password", "username": "coordinator", "password": "wrong"},
        {"grant_type": "client_credentials", "client_secret": "wrong"},
        {"grant_type": "refresh_token", "refresh_token": "made-up"},
    ],
)
async def test_tokens_are_denied_in_the_oauth_shape(client: Client, form: dict[str, str]) -> None:
    async with client(None) as nobody:
        answer = await grant(nobody, **form)
        assert answer.status_code == 401
        assert answer.json() == {"error": "access_denied", "error_description": "access_denied"}


async def test_a_client_may_name_itself_in_the_header(client: Client) -> None:
    async with client(None) as nobody:
        answer = await nobody.post(
            TOKEN, data={"grant_type": "client_credentials"}, auth=httpx.BasicAuth("client-2", "secret-2")
        )
        assert answer.status_code == 200


async def test_a_cookie_is_a_sign_in_and_takes_turns(app: Starlette, client: Client) -> None:
    settings = app.state.server.instance.settings
    async with client() as known:
        first = await known.get("/table/incident", params=ONE)
        assert {"JSESSIONID", "glide_user_route", "glide_session_store"} <= set(first.cookies)
        cookies = dict(known.cookies)
    async with client(None) as bare:
        bare.cookies.update(cookies)
        assert (await bare.get("/table/incident", params=ONE)).status_code == 200
        order: list[str] = []
        server = app.state.server
        plain = server.dispatch

        async def slow(call: Any) -> Any:
            order.append("in")
            await asyncio.sleep(0)
            answer = await plain(call)
            order.append("out")
            return answer

        server.dispatch = slow
        await asyncio.gather(*(bare.get("/table/incident", params=ONE) for _ in range(5)))
        assert order == ["in", "out"] * 5
        order.clear()
        async with client() as free:
            await asyncio.gather(*(_alone(free) for _ in range(5)))
        assert order != ["in", "out"] * 5
    assert settings.think == 0


async def _alone(client: httpx.AsyncClient) -> None:
    client.cookies.clear()
    await client.get("/table/incident", params=ONE)


async def test_a_session_drops_what_it_cannot_queue(app: Starlette, client: Client) -> None:
    app.state.server.instance.settings.think = 0.001
    async with client() as known:
        await known.get("/table/incident", params=ONE)
        answers = await asyncio.gather(*(known.get("/table/incident", params=ONE) for _ in range(20)))
        assert sorted({answer.status_code for answer in answers}) == [200, 202]
        assert all(not answer.content for answer in answers if answer.status_code == 202)


async def test_rate_rule(app: Starlette, world: LiveWorld, client: Client) -> None:
    async with client() as sn, client("key-2") as other:
        assert "X-RateLimit-Limit" not in (await sn.get("/table/incident", params=ONE)).headers
        app.state.server.instance.settings.rate_limit = 2
        for _ in range(2):
            answer = await sn.get("/table/incident", params=ONE)
            assert (answer.status_code, answer.headers["X-RateLimit-Limit"]) == (200, "2")
        blocked = await sn.get("/table/incident", params=ONE)
        assert blocked.status_code == 429
        assert blocked.json() == {
            "error": {
                "message": "Rate limit exceeded",
                "detail": "Rate limit of 2 requests per hour for Table API exceeded",
            },
            "status": "failure",
        }
        assert int(blocked.headers["X-RateLimit-Reset"]) - world.clock.now() == int(blocked.headers["Retry-After"])
        assert (await other.get("/table/incident", params=ONE)).status_code == 200
        world.clock.step(int(blocked.headers["Retry-After"]))
        assert (await sn.get("/table/incident", params=ONE)).status_code == 200


def item(name: int, method: str, url: str, body: Any = None) -> dict[str, Any]:
    headers = [{"name": "Content-Type", "value": "application/json"}]
    coded = {"body": base64.b64encode(json.dumps(body).encode()).decode()} if body is not None else {}
    return {"id": str(name), "method": method, "url": url, "headers": headers, **coded}


async def test_batch(client: Client, app: Starlette) -> None:
    async with client() as sn:
        made = item(1, "POST", "/api/now/table/incident", {"short_description": "In a batch"})
        requests = [
            made, item(2, "GET", "/api/now/v1/table/incident?sysparm_limit=2&sysparm_fields=number"),
            item(3, "GET", "/api/now/table/em_foo"), {**made, "id": "4", "exclude_response_headers": True},
        ]  # fmt: skip
        answer = await sn.post("/v1/batch", json={"batch_request_id": 7, "rest_requests": requests})
        body = answer.json()
        assert (body["batch_request_id"], body["unserviced_requests"]) == ("7", [])
        assert [(one["id"], one["status_code"]) for one in body["serviced_requests"]] == [
            ("1", 201), ("2", 200), ("3", 400), ("4", 201),
        ]  # fmt: skip
        listed = json.loads(base64.b64decode(body["serviced_requests"][1]["body"]))
        assert len(listed["result"]) == 2
        assert any(one["name"] == "X-Total-Count" for one in body["serviced_requests"][1]["headers"])
        assert body["serviced_requests"][3]["headers"] == []
        app.state.server.instance.settings.batch_seconds = 0
        late = await sn.post("/v1/batch", json={"batch_request_id": "8", "rest_requests": requests})
        assert late.json()["unserviced_requests"] == ["1", "2", "3", "4"]


async def test_tiny_urls(client: Client) -> None:
    async with client() as sn:
        long = f"{sn.base_url}table/incident?sysparm_query=numberIN{'INC0000001,' * 300}&sysparm_fields=number"
        tiny = await sn.post("/tinyurl", json={"url": long})
        name = tiny.json()["result"].partition("sysparm_tiny=")[2]
        assert len(name) == 32
        answer = await sn.get("/table/incident", params={"sysparm_tiny": name})
        assert answer.json() == {"result": [{"number": "INC0000001"}]}


async def test_a_long_address_ends_at_the_proxy(client: Client) -> None:
    async with client() as sn:
        answer = await sn.get("/table/incident", params={"sysparm_query": f"numberIN{'INC0000001,' * 1500}"})
        assert answer.status_code == 414
        assert answer.headers["Content-Type"].startswith("text/html")


async def test_who_am_i(client: Client, world: LiveWorld) -> None:
    async with client("key-3") as requester:
        me = (await requester.get("/ui/user/current_user")).json()["result"]
        person = next(p for p in world.people.values() if p.role == "requester")
        assert (me["user_name"], me["user_display_name"]) == (person.login, person.name)
        row = (await requester.get(f"/table/sys_user/{me['user_sys_id']}")).json()["result"]
        assert row["user_name"] == person.login
