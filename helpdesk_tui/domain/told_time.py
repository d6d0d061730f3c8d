"""The time by which a text tells somebody to expect the next update, read from the text and written into it.

What was promised is what the customer reads, nothing else: the text is the one place where it stands. Instants are
seconds UTC; times of day are of the writer's zone (None: the host's).
"""

from __future__ import annotations

import re
from datetime import timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from helpdesk_tui.clock import instant
from helpdesk_tui.domain.when import read_when
from helpdesk_tui.errors import UsageError

SENTENCE = "Next update by {time}."
"""How a text says it where the team's settings say nothing else."""
_DAY = r"(?:(?:today|tomorrow|(?:on )?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|\d{4}-\d\d-\d\d),? (?:at )?)"
_CLOCK = rf"{_DAY}?\d{{1,2}}(?::\d\d(?: ?[ap]\.?m\b)?| ?[ap]\.?m\b)"
_SPAN = r"(?:half an hour|an hour|\d{1,4} ?(?:m|h|d|min|mins|minutes?|hrs?|hours?|days?)\b)"
_TIME = rf"(?P<time>{_CLOCK}|{_SPAN})"
_LEAD = (
    r"(?:next update|(?:we|i)(?:['’]ll| will| shall) (?:update you|write|report|be back|get back to you)(?: again)?)"
    r"(?: is)?(?: due)?:? (?:(?:by|at|before|in|within|until|no later than) )?"
)
_HALF = re.compile(r"(\d{1,2})(?::(\d\d))? ?([ap])\.?m\b")
_SPANS = {"half an hour": "30m", "an hour": "1h"}


class Promised(NamedTuple):
    """An update that a text promises by `at`; the words that say so are `text[start:end]`."""

    at: int
    start: int
    end: int


def promised_in(text: str, now: int, zone: tzinfo | None = None, sentence: str = SENTENCE) -> Promised | None:
    """What a text promises last: by the team's own sentence, or by what English texts say; None for nothing.

    A time that is over, or no time at all, promises nothing.
    """
    found = [promised for way in (_pattern(sentence), _pattern("")) for promised in _read(way, text, now, zone)]
    return max(found, key=lambda one: (one.start, -one.end), default=None)


def with_promise(text: str, at: int, now: int, zone: tzinfo | None = None, sentence: str = SENTENCE) -> str:
    """The text with the promise in it: in the place of the one it had by the same sentence, else at its end."""
    bare = without_promise(text, now, zone, sentence).rstrip()
    words = sentence.replace("{time}", written(at, now, zone))
    return f"{bare}{_gap(bare)}{words}"


def without_promise(text: str, now: int, zone: tzinfo | None = None, sentence: str = SENTENCE) -> str:
    """The text without the sentence that `with_promise` writes; other words that promise something stay."""
    for one in reversed(list(_read(_pattern(sentence), text, now, zone))):
        text = f"{text[: one.start].rstrip(' ')}{text[one.end :]}"
    return text


def written(at: int, now: int, zone: tzinfo | None = None) -> str:
    """A time as a text tells it, whole minutes: `14:30`, `tomorrow 09:00`, `2026-11-24 10:00`."""
    then, today = (instant(each).astimezone(zone) for each in (at, now))
    if then.date() == today.date():
        return f"{then:%H:%M}"
    if then.date() == today.date() + timedelta(days=1):
        return f"tomorrow {then:%H:%M}"
    return f"{then:%Y-%m-%d %H:%M}"


@lru_cache(maxsize=8)
def _pattern(sentence: str) -> re.Pattern[str]:
    """A sentence with a place for the time; "" for what English texts say."""
    if not sentence:
        return re.compile(_LEAD + _TIME, re.IGNORECASE)
    before, _, after = sentence.partition("{time}")
    return re.compile(re.escape(before) + _TIME + re.escape(after), re.IGNORECASE)


def _read(way: re.Pattern[str], text: str, now: int, zone: tzinfo | None) -> list[Promised]:
    found = []
    for match in way.finditer(text):
        try:
            found.append(Promised(read_when(_plain(match["time"]), now, zone), match.start(), match.end()))
        except UsageError:
            continue
    return found


def _plain(told: str) -> str:
    """A time as `read_when` takes it."""
    words = " ".join(told.casefold().replace(",", " ").split())
    words = _SPANS.get(words, words).replace(" at ", " ").removeprefix("on ")
    if half := _HALF.search(words):
        hour = int(half[1]) % 12 + 12 * (half[3] == "p") if 1 <= int(half[1]) <= 12 else 99
        words = f"{words[: half.start()]}{hour}:{half[2] or '00'}"
    if re.fullmatch(r"\d+ ?[a-z]+", words):
        number = re.match(r"\d+", words)
        assert number is not None
        return f"{number[0]}{words[len(number[0]) :].strip()[0]}"
    return re.sub(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*", r"\1", words)


def _gap(bare: str) -> str:
    if not bare:
        return ""
    return "\n" if "\n" in bare else " " if bare[-1] in ".!?:" else ". "
