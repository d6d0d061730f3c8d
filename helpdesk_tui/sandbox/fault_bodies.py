"""Bodies gone wrong: rows damaged, JSON broken, gzip cut, pages where data was expected."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from random import Random
from typing import Any

from helpdesk_tui.sandbox.fault_spec import Fault

LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Session expired</h1>"
    b'<form method="post" action="/login"><input name="user"><input name="secret"></form></body></html>'
)
_IDENTITIES = ("id", "sys_id", "key", "number")


def error_page(status: int) -> bytes:
    """What a load balancer says instead of the platform."""
    return (
        f"<html><head><title>{status}</title></head><body><center><h1>{status} Temporarily out of service</h1></center>"
        f"<hr><center>edge-{status}</center></body></html>"
    ).encode()


def _rows(body: Any) -> list[Any] | None:
    """The list of rows an answer carries: the answer itself, or the longest list of objects right inside it."""
    if isinstance(body, list):
        return body
    if isinstance(body, dict):
        lists = [value for value in body.values() if isinstance(value, list)]
        return max((rows for rows in lists if any(isinstance(row, dict) for row in rows)), key=len, default=None)
    return None


def damage_rows(body: bytes, share: float, chance: Random) -> bytes:
    """The answer with about `share` of its rows damaged, at least one: wrong types, no identity, or no object."""

    def damage(rows: list[Any]) -> None:
        places = [place for place in range(len(rows)) if chance.random() < share] or [int(chance.random() * len(rows))]
        for place in places:
            rows[place] = _damaged(rows[place], int(chance.random() * 4))

    return _with_rows(body, damage)


def _damaged(row: Any, way: int) -> Any:
    if not isinstance(row, dict) or way == 0:
        return ("not an object", None, 42)[len(str(row)) % 3]
    if way == 1:
        return {name: value for name, value in row.items() if name not in _IDENTITIES}
    if way == 2:
        return {name: [value, {"was": type(value).__name__}] for name, value in row.items()}
    return {
        name: (None if name in _IDENTITIES else 7 if isinstance(value, (str, dict)) else "?")
        for name, value in row.items()
    }


def repeat_rows(body: bytes, chance: Random) -> bytes:
    """The answer with some rows twice."""

    def repeat(rows: list[Any]) -> None:
        for row in [row for row in rows if chance.random() < 0.3] or rows[:1]:
            rows.insert(int(chance.random() * (len(rows) + 1)), row)

    return _with_rows(body, repeat)


def shuffle_rows(body: bytes, chance: Random) -> bytes:
    """The answer with its rows in another order."""
    return _with_rows(body, chance.shuffle)


def _with_rows(body: bytes, act: Callable[[list[Any]], None]) -> bytes:
    """The answer with `act` done to its rows; untouched where it carries none."""
    try:
        value = json.loads(body)
    except ValueError:
        return body
    rows = _rows(value)
    if not rows:
        return body
    act(rows)
    return json.dumps(value, ensure_ascii=False).encode()


def break_json(body: bytes, form: str) -> bytes:
    """The answer as something that only looks like JSON: with NaN, with a comma too many, or cut off (the default)."""
    if form == "nan":
        return b'{"result": NaN, "issues": NaN, "tickets": NaN, "count": Infinity}'
    if form == "comma":
        return body[:-1] + b"," + body[-1:] if body else b","
    return body[: max(len(body) * 2 // 3, 1)] if body else b"{"


def cut_gzip(body: bytes) -> bytes:
    """The first half of the answer compressed."""
    packed = gzip.compress(body)
    return packed[: len(packed) // 2]


def changed(fault: Fault, body: bytes, chance: Random) -> bytes:
    """The body a fault of kind rows, repeat, shuffle or json makes of an answer."""
    if fault.kind == "rows":
        return damage_rows(body, fault.value, chance)
    if fault.kind == "repeat":
        return repeat_rows(body, chance)
    if fault.kind == "shuffle":
        return shuffle_rows(body, chance)
    return break_json(body, fault.form)
