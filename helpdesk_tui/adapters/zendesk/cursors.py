"""Our cursors: small JSON objects that stay good over a restart."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64

import orjson

Place = dict[str, str | int]


def write(**place: str | int) -> str:
    """A cursor; parts that are empty or 0 are left out."""
    return orjson.dumps({key: value for key, value in place.items() if value}).decode()


def read(cursor: str) -> Place:
    """The parts of a cursor, none for an empty or damaged one: a feed then begins anew, which costs time and nothing
    else."""
    try:
        value = orjson.loads(cursor) if cursor else {}
    except orjson.JSONDecodeError:
        return {}
    known = value.items() if isinstance(value, dict) else ()
    return {str(key): part for key, part in known if isinstance(part, str | int)}


def text(place: Place, name: str) -> str:
    """A part as text."""
    return str(place.get(name, ""))


def number(place: Place, name: str) -> int:
    """A part as a number, 0 where it is none."""
    value = place.get(name, 0)
    return value if isinstance(value, int) else 0


def begun(place: Place) -> int:
    """The instant a stream had reached, seconds UTC, from either feed's cursor: an account may lose or gain the right
    to export between two looks."""
    return number(place, "t") or instant_in(text(place, "c"))


def instant_in(export_cursor: str) -> int:
    """The instant of a platform's export cursor, seconds UTC; 0 where it cannot be read. It is opaque by contract, and
    looked into only when the platform refuses it."""
    try:
        return int(float(b64decode(export_cursor, validate=True).decode("ascii").partition("|")[0]))
    except (BadBase64, ValueError, OverflowError):
        return 0
