"""The batch API and tiny URLs: ways to send more in one request, or less in a URL."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from helpdesk_tui.sandbox.servicenow.tables import Settings
from helpdesk_tui.sandbox.servicenow.wire import JSON_TYPE, Answer, Call, Refusal, json_body, result

Dispatch = Callable[[Call], Awaitable[Answer]]
_TINY_KEPT = 1000


def _pairs(headers: Any) -> dict[str, str]:
    return {
        str(item.get("name", "")).lower(): str(item.get("value", ""))
        for item in headers or ()
        if isinstance(item, dict)
    }


class BatchApi:
    """Runs the requests of a batch one after another, as the platform does."""

    def __init__(self, dispatch: Dispatch, settings: Settings, monotonic: Callable[[], float]) -> None:
        """`dispatch` answers one request; `monotonic` measures the machine's seconds."""
        self._dispatch, self._settings, self._monotonic = dispatch, settings, monotonic

    async def answer(self, call: Call) -> Answer:
        """The answers of all requests there was time for; the others are named as unserviced."""
        if call.method != "POST":
            raise Refusal(405, "Method not supported", f"{call.method} is not supported here")
        data = json_body(call)
        requests = data.get("rest_requests")
        if not isinstance(requests, list):
            raise Refusal(400, "Invalid batch request", "rest_requests is missing")
        started = self._monotonic()
        serviced: list[dict[str, Any]] = []
        unserviced: list[str] = []
        for item in requests:
            if self._monotonic() - started >= self._settings.batch_seconds:
                unserviced.append(str(item.get("id", "")))
            else:
                serviced.append(await self._one(call, item))
        body = {
            "batch_request_id": str(data.get("batch_request_id", "")),
            "serviced_requests": serviced,
            "unserviced_requests": unserviced,
        }
        return Answer(200, orjson.dumps(body), {"Content-Type": JSON_TYPE})

    async def _one(self, call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
        began = self._monotonic()
        try:
            answer = await self._dispatch(self._inner(call, item))
        except Refusal as refusal:
            answer = refusal.answer()
        served: dict[str, Any] = {
            "id": str(item.get("id", "")),
            "body": base64.b64encode(answer.body).decode(),
            "status_code": answer.status,
            "status_text": HTTPStatus(answer.status).phrase,
            "headers": [],
            "execution_time": round((self._monotonic() - began) * 1000),
            "error_message": "",
            "redirect_url": "",
        }
        if not item.get("exclude_response_headers"):
            served["headers"] = [{"name": name, "value": value} for name, value in answer.headers.items()]
        return served

    def _inner(self, call: Call, item: Mapping[str, Any]) -> Call:
        url = urlsplit(str(item.get("url", "")))
        if "/batch" in url.path:
            raise Refusal(400, "Invalid batch request", "A batch cannot carry a batch")
        try:
            body = base64.b64decode(item.get("body") or b"", validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refusal(400, "Invalid batch request", "The body is not base64") from error
        path = url.path if url.path.startswith("/") else f"/{url.path}"
        return replace(
            call, method=str(item.get("method", "GET")).upper(), path=path, headers=_pairs(item.get("headers")),
            body=body,
            params=tuple(parse_qsl(url.query, keep_blank_values=True)),
        )  # fmt: skip


class TinyUrls:
    """Remembers long URLs under short names."""

    def __init__(self) -> None:
        """Starts with none."""
        self._kept: OrderedDict[str, tuple[tuple[str, str], ...]] = OrderedDict()

    def answer(self, call: Call) -> Answer:
        """Takes `{"url": …}` and answers with a relative address that has the short name as `sysparm_tiny`."""
        if call.method != "POST":
            raise Refusal(405, "Method not supported", f"{call.method} is not supported here")
        url = str(json_body(call).get("url", ""))
        parts = urlsplit(url)
        name = hashlib.blake2b(url.encode(), digest_size=16).hexdigest()
        self._kept[name] = tuple(parse_qsl(parts.query, keep_blank_values=True))
        if len(self._kept) > _TINY_KEPT:
            self._kept.popitem(last=False)
        table = parts.path.rstrip("/").rpartition("/")[2] or "home"
        return result(f"{table}_list.do?sysparm_tiny={name}", 201)

    def expanded(self, call: Call) -> Call:
        """The request with the parameters its short name stands for; unchanged where it has none that is known."""
        params = self._kept.get(call.get("sysparm_tiny"))
        return call if params is None else replace(call, params=params)
