"""What can be made to go wrong, when, and how often; and the list of what is going wrong at present."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from helpdesk_tui.sandbox.model import PLATFORMS

KINDS: dict[str, str] = {
    "outage": "the connection is closed without an answer, nothing is done",
    "lost": "the request is carried out, then the connection is closed without an answer",
    "hang": "nothing is answered until the client gives up",
    "latency": "the answer comes so many seconds late (value, default 1)",
    "throttle": "429; value: seconds of Retry-After (default 2); form=date writes an HTTP date, form=none omits it",
    "error": "an HTML error page; value: the status (default 503)",
    "signin": "401, as if the token had been withdrawn",
    "reset": "the connection is reset in the middle of the body",
    "gzip": "a gzip body that ends half-way",
    "html": "200 with an HTML page to sign in at",
    "redirect": "302 to a page to sign in at",
    "rows": "some rows of the list are damaged; value: the share of them (default 0.2)",
    "repeat": "some rows of the list come twice",
    "shuffle": "the rows of the list come in another order",
    "skew": "the Date header is so many seconds off (value, default 300)",
    "drip": "the body comes in small pieces over so many seconds (value, default 5)",
    "json": "a body that is no JSON; form=nan, cut (default) or comma",
    "empty": "200 with an empty body",
}  # fmt: skip
"""Every kind of fault, in words."""

_DEFAULTS = {"latency": 1.0, "throttle": 2.0, "error": 503.0, "rows": 0.2, "skew": 300.0, "drip": 5.0}
_NUMBERS = {"every", "count", "p", "for", "value"}
_TEXTS = {"path", "method", "form"}


class BadFault(ValueError):
    """A fault was described in a way that means nothing; the message says what was expected."""


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong.

    It strikes on requests whose path and method match, on every `every`-th of them or with probability `p`, at most
    `count` times (None: always) and not after `until` (seconds of the machine's monotonic clock; None: never ends).
    """

    kind: str
    platform: str = "*"
    value: float = 0.0
    form: str = ""
    path: str = ""
    method: str = ""
    every: int = 1
    p: float = 1.0
    count: int | None = None
    until: float | None = None
    fid: int = 0
    seen: int = 0
    struck: int = 0
    pattern: re.Pattern[str] = field(default_factory=lambda: re.compile(""), repr=False)

    def strikes(self, platform: str, method: str, path: str, chance: Random, now: float) -> bool:
        """Whether it strikes this request; counts what it sees."""
        if self.platform not in ("*", platform) or (self.method and method != self.method.upper()):
            return False
        if not self.pattern.search(path) or self.over(now):
            return False
        self.seen += 1
        if self.seen % self.every or (self.p < 1.0 and chance.random() >= self.p):
            return False
        self.struck += 1
        return True

    def over(self, now: float) -> bool:
        """Whether it will never strike again."""
        return (self.count is not None and self.struck >= self.count) or (self.until is not None and now >= self.until)

    def plain(self) -> dict[str, object]:
        """What it is and what it did, for the control endpoint."""
        return {
            "id": self.fid, "platform": self.platform, "kind": self.kind, "value": self.value, "form": self.form,
            "path": self.path, "method": self.method, "every": self.every, "p": self.p, "count": self.count,
            "seen": self.seen, "struck": self.struck,
        }  # fmt: skip


def parse_fault(text: str, now: float) -> Fault:
    """A fault from `platform:kind[=value][,name=value …]`, as on the command line. Raises BadFault.

    `now` is the machine's monotonic clock. A comma inside a path is written `\\,`.
    """
    platform, colon, rest = text.partition(":")
    if not colon:
        raise BadFault(
            f"{text!r}: expected platform:kind[=value][,every=N][,p=0.1][,count=N][,path=REGEX][,for=SECONDS]"
        )
    head, *options = (part.replace("\\,", ",") for part in re.split(r"(?<!\\),", rest))
    kind, _, value = head.partition("=")
    row: dict[str, object] = {"platform": platform, "kind": kind}
    if value:
        row["value"] = value
    for option in options:
        name, equals, given = option.partition("=")
        if not equals:
            raise BadFault(f"{option!r}: expected name=value")
        row[name] = given
    return make_fault(row, now)


def make_fault(row: Mapping[str, object], now: float) -> Fault:
    """A fault from a JSON object with the names `parse_fault` knows. Raises BadFault."""
    kind, platform = str(row.get("kind", "")), str(row.get("platform", "*"))
    if kind not in KINDS:
        raise BadFault(f"no fault is called {kind!r}; there are {', '.join(KINDS)}")
    if platform not in (*PLATFORMS, "*", "all"):
        raise BadFault(f"no platform is called {platform!r}; there are {', '.join(PLATFORMS)} and * for all")
    unknown = set(row) - _NUMBERS - _TEXTS - {"kind", "platform"}
    if unknown:
        raise BadFault(f"unknown {', '.join(sorted(unknown))}; there are {', '.join(sorted(_NUMBERS | _TEXTS))}")
    numbers = {name: _number(name, row[name]) for name in _NUMBERS if row.get(name) is not None}
    path = str(row.get("path", ""))
    try:
        pattern = re.compile(path)
    except re.error as error:
        raise BadFault(f"path {path!r} is no regular expression: {error}") from None
    return Fault(
        kind, "*" if platform == "all" else platform, numbers.get("value", _DEFAULTS.get(kind, 0.0)),
        str(row.get("form", "")), path, str(row.get("method", "")), max(int(numbers.get("every", 1)), 1),
        numbers.get("p", 1.0), int(numbers["count"]) if "count" in numbers else None,
        now + numbers["for"] if "for" in numbers else None, pattern=pattern,
    )  # fmt: skip


def _number(name: str, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        raise BadFault(f"{name}={value!r} is no number") from None
    if not 0 <= number < 1e9 and name != "value":
        raise BadFault(f"{name}={value!r} must not be negative")
    return number


class Faults:
    """What goes wrong at present, for all platforms."""

    def __init__(self, seed: int = 1, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`seed` decides what probability decides."""
        self.chance = Random(seed * 71 + 9)
        self.monotonic = monotonic
        self._faults: list[Fault] = []
        self._made = 0

    def add(self, fault: Fault) -> Fault:
        """Let a fault begin; it gets its identifier."""
        self._made += 1
        fault.fid = self._made
        self._faults.append(fault)
        return fault

    def read(self, description: str | Mapping[str, object]) -> Fault:
        """A fault from text or a JSON object, not yet begun. Raises BadFault."""
        now = self.monotonic()
        return parse_fault(description, now) if isinstance(description, str) else make_fault(description, now)

    def clear(self, fid: int | None = None) -> None:
        """End one fault, or all."""
        self._faults = [fault for fault in self._faults if fid is not None and fault.fid != fid]

    def all(self) -> list[Fault]:
        """Every fault that was begun and not cleared, those that are over included."""
        return list(self._faults)

    def striking(self, platform: str, method: str, path: str) -> list[Fault]:
        """The faults that strike a request, in the order they were begun."""
        if not self._faults:
            return []
        now = self.monotonic()
        return [fault for fault in self._faults if fault.strikes(platform, method, path, self.chance, now)]
