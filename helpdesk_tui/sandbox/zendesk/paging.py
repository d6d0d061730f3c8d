"""The platform's two ways of paging: by number (`page`, at most 10,000 records) and by cursor (`page[size]`).

With cursors `links.next` is set on the last page too, as the real one sets it; only `meta.has_more` tells the end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar
from urllib.parse import urlencode

from helpdesk_tui.sandbox.zendesk import errors, ids
from helpdesk_tui.sandbox.zendesk.account import Call, Json

T = TypeVar("T")
Key = tuple[int, ...]
_OFFSET_WALL = 10_000


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """A sorted collection that need not be in memory: `walk(after, backward)` goes from strictly beyond a key (from the
    end it starts at, where the key is empty); `count` is how many there are."""

    walk: Callable[[Key, bool], Iterator[T]]
    key: Callable[[T], Key]
    count: Callable[[], int]


def in_memory(values: Sequence[T], key: Callable[[T], Key]) -> Rows[T]:
    """Rows over a sequence; keys must differ."""
    ordered = sorted(values, key=key)
    keys = [key(value) for value in ordered]

    def walk(after: Key, backward: bool) -> Iterator[T]:
        if backward:
            end = bisect_left(keys, after) if after else len(keys)
            return iter(ordered[:end][::-1])
        return iter(ordered[bisect_right(keys, after) if after else 0 :])

    return Rows(walk, key, lambda: len(ordered))


def page(
    call: Call, name: str, rows: Rows[T], render: Callable[[list[T]], Json | list[Json]], *, most: int = 100
) -> Json:
    """One page of `rows` under `name`. `render` gives the list, or an object with the list and its sideloads."""
    if any(key.startswith("page[") for key in call.query):
        return _cursor_page(call, name, rows, render, most)
    return _offset_page(call, name, rows, render, most)


def _rendered(name: str, made: Json | list[Json]) -> Json:
    return made if isinstance(made, dict) else {name: made}


def _offset_page(
    call: Call, name: str, rows: Rows[T], render: Callable[[list[T]], Json | list[Json]], most: int
) -> Json:
    size = max(1, min(most, call.number("per_page", most)))
    place = max(1, call.number("page", 1))
    if place * size > _OFFSET_WALL and place > 1:
        raise errors.too_deep()
    found = list(islice(rows.walk((), False), (place - 1) * size, place * size))
    count = rows.count()
    more = place * size < count and len(found) == size
    answer = _rendered(name, render(found))
    answer["next_page"] = address(call, page=place + 1) if more else None
    answer["previous_page"] = address(call, page=place - 1) if place > 1 else None
    answer["count"] = count
    return answer


def _cursor_page(
    call: Call, name: str, rows: Rows[T], render: Callable[[list[T]], Json | list[Json]], most: int
) -> Json:
    size = max(1, min(most, call.number("page[size]", most)))
    after, before = (_key(call, f"page[{side}]") for side in ("after", "before"))
    found = list(islice(rows.walk(before or after, bool(before)), size + 1))
    further = len(found) > size
    found = found[:size]
    if before:
        found.reverse()
    answer = _rendered(name, render(found))
    first, last = (ids.pack(*rows.key(found[0])), ids.pack(*rows.key(found[-1]))) if found else (None, None)
    answer["meta"] = {"has_more": further, "after_cursor": last, "before_cursor": first}
    answer["links"] = {
        "prev": address(call, **{"page[before]": first, "page[size]": size}) if first else None,
        "next": address(call, **{"page[after]": last, "page[size]": size}) if last else None,
    }
    return answer


def _key(call: Call, parameter: str) -> Key:
    text = call.query.get(parameter)
    if not text:
        return ()
    key = ids.unpack(text)
    if key is None:
        raise errors.bad_cursor(parameter)
    return key


def address(call: Call, **changed: object) -> str:
    """The absolute address of this request with some parameters set anew; new paging parameters replace all old."""
    paging = any(name.startswith("page") for name in changed)
    kept = [
        (key, value)
        for key, value in call.query.multi_items()
        if key not in changed and not (paging and (key == "page" or key.startswith("page[")))
    ]
    pairs = kept + [(key, str(value)) for key, value in changed.items()]
    return f"{call.base}{call.path}.json?{urlencode(pairs)}"
