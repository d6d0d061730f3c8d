"""A request and its answer without the server around them, so that one request can carry others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from helpdesk_tui.sandbox.servicenow.fields import Viewer

JSON_TYPE = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Call:
    """One request by a viewer who is known. Header names are in lower case; `origin` is `https://host`."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    viewer: Viewer
    origin: str

    def get(self, name: str, default: str = "") -> str:
        """A parameter's last value."""
        for key, value in reversed(self.params):
            if key == name:
                return value
        return default

    def on(self, name: str) -> bool:
        """Whether a parameter says true, in whichever case."""
        return self.get(name).lower() == "true"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body and the headers beside those that every answer has."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """A request the platform refuses, in its words."""

    def __init__(
        self, status: int, message: str, detail: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """`message` and `detail` are what the body says."""
        super().__init__(message)
        self.status, self.message, self.detail, self.headers = status, message, detail, dict(headers or {})

    def answer(self) -> Answer:
        """The refusal as an answer."""
        return Answer(
            self.status,
            orjson.dumps({"error": {"message": self.message, "detail": self.detail}, "status": "failure"}),
            {"Content-Type": JSON_TYPE, **self.headers},
        )


def missing() -> Refusal:
    """There is no such record, or the viewer may not know of it: the platform does not say which."""
    return Refusal(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")


def result(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A successful answer with a result."""
    return Answer(status, orjson.dumps({"result": value}), {"Content-Type": JSON_TYPE, **(headers or {})})


def json_body(call: Call) -> dict[str, Any]:
    """The object a write carries. Raises Refusal 400 or 415 where there is none."""
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind:
        raise Refusal(400, "Exception while reading request", "Content-Type header is missing")
    if kind not in {"application/json", "text/json"}:
        raise Refusal(415, "Media-Type Not Supported", f"The media type {kind} is not supported")
    try:
        value = orjson.loads(call.body or b"{}")
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "Exception while reading request", f"Exception while reading request: {error}") from error
    if not isinstance(value, dict):
        raise Refusal(400, "Exception while reading request", "The request body is not a JSON object")
    return value
