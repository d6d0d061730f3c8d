"""How a change meets what others did meanwhile: field by field, without overwriting anybody unasked.

Standard library only, no I/O. Values are as in the vocabulary of `domain.changes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from helpdesk_tui.domain.changes import APPENDING, Change, items

_WORDS = frozenset({"status", "priority_name"})
"""Fields that hold a platform's own words."""


class Standing(StrEnum):
    """How a platform's present values relate to what was wanted and to what was seen."""

    AS_DESIRED = "as desired"
    AS_BASE = "as base"
    MOVED = "moved"
    UNKNOWN = "unknown"
    """A value that matters could not be read."""
    APPENDS = "appends"
    """No value tells it from done: it adds a text or a link, which values cannot show, and overwrites nothing that is
    not as desired already."""


def standing(change: Change, now: Mapping[str, str]) -> Standing:
    """Where a change stands, by the platform's present values.

    Tags count: they are as desired when all that were to be added are there and all that were to go are gone. A note,
    reply or link cannot be told by values: what adds one is never as desired by them alone.
    """
    wanted = {name: change.desired[name] for name in change.overwrites}
    tags = _tags(change, now)
    if not wanted:
        return tags
    if any(name not in now for name in wanted):
        return Standing.UNKNOWN
    if all(same(name, now[name], value) for name, value in wanted.items()) and tags in (
        Standing.APPENDS,
        Standing.AS_DESIRED,
    ):
        return Standing.APPENDS if change.adds else Standing.AS_DESIRED
    return Standing.MOVED if moved(change, now) else Standing.AS_BASE


def same(name: str, one: str, other: str) -> bool:
    """Whether two values of a field are one: platforms write line ends and blanks at the edges their own way, and take
    their own words in any case."""
    if one == other:
        return True
    plain, others = (value.replace("\r\n", "\n").strip() for value in (one, other))
    return plain == others or (name in _WORDS and plain.casefold() == others.casefold())


def moved(change: Change, now: Mapping[str, str]) -> tuple[str, ...]:
    """The names that somebody else changed since they were seen, to something other than what we want: writing would
    overwrite them."""
    return tuple(
        name
        for name in change.overwrites
        if name in now
        and not same(name, now[name], change.base.get(name, ""))
        and not same(name, now[name], change.desired[name])
    )


def kept(change: Change, now: Mapping[str, str]) -> tuple[str, ...]:
    """The names the platform did not take although it said yes. What cannot be read is not counted."""
    lost = [name for name in change.overwrites if name in now and not same(name, now[name], change.desired[name])]
    if "tags" in now:
        here = {tag.casefold() for tag in items(now["tags"])}
        if any(tag.casefold() not in here for tag in items(change.desired.get("tags+", ""))):
            lost.append("tags+")
        if any(tag.casefold() in here for tag in items(change.desired.get("tags-", ""))):
            lost.append("tags-")
    return tuple(lost)


def _tags(change: Change, now: Mapping[str, str]) -> Standing:
    add, drop = items(change.desired.get("tags+", "")), items(change.desired.get("tags-", ""))
    if not (add or drop) or any(name in APPENDING - {"tags+", "tags-"} for name in change.desired):
        return Standing.APPENDS
    if "tags" not in now:
        return Standing.UNKNOWN
    here = {tag.casefold() for tag in items(now["tags"])}
    done = all(tag.casefold() in here for tag in add) and not any(tag.casefold() in here for tag in drop)
    return Standing.AS_DESIRED if done else Standing.AS_BASE
