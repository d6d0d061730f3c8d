"""What people write to a help desk about: each kind of trouble with its words, read from `topics.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from helpdesk_tui.sandbox.model import Kind


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of trouble. `weights` are the chances of priority 1 to 4; `groups` the names of groups that own it."""

    key: str
    kind: Kind
    category: str
    groups: tuple[str, ...]
    weights: tuple[int, int, int, int]
    titles: tuple[str, ...]
    bodies: tuple[str, ...]
    notes: tuple[str, ...]
    replies: tuple[str, ...]
    messages: tuple[str, ...]
    tags: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Outage:
    """The words of the one ticket everybody watches: the core switch that failed."""

    title: str
    body: str
    promise: str
    notes: tuple[str, ...]


def _topic(row: dict[str, Any], talk: dict[str, Any]) -> Topic:
    common = talk[row["talk"]]
    said = {name: (*row.get(name, ()), *common[name]) for name in ("notes", "replies", "messages")}
    first, second, third, fourth = row["weights"]
    return Topic(
        row["key"], row["kind"], row["category"], tuple(row["groups"]), (first, second, third, fourth),
        tuple(row["titles"]), tuple(row["bodies"]), said["notes"], said["replies"], said["messages"],
        tuple(row["tags"]), row["weight"],
    )  # fmt: skip


def _read() -> dict[str, Any]:
    text = files("helpdesk_tui.sandbox").joinpath("topics.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


_DATA = _read()
PIECES: dict[str, tuple[str, ...]] = {blank: tuple(pieces) for blank, pieces in _DATA["pieces"].items()}
"""What fills a blank of a text."""
STAFF_TOPICS: tuple[Topic, ...] = tuple(_topic(row, _DATA["talk"]) for row in _DATA["topic"] if row["talk"] == "staff")
"""What colleagues report."""
CUSTOMER_TOPICS: tuple[Topic, ...] = tuple(
    _topic(row, _DATA["talk"]) for row in _DATA["topic"] if row["talk"] == "customer"
)
"""What outside customers write about."""
BY_KEY: dict[str, Topic] = {topic.key: topic for topic in (*STAFF_TOPICS, *CUSTOMER_TOPICS)}
OUTAGE = Outage(
    _DATA["outage"]["title"], _DATA["outage"]["body"], _DATA["outage"]["promise"], tuple(_DATA["outage"]["notes"])
)
