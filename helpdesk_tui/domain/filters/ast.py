"""The filter language as values: what `domain.filters.parse` returns and `data.read` compiles.

`str()` of any of these is text of the language that parses to the same value again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpdesk_tui.domain.filters.keys import KEYS

DAY_WORDS = ("today", "yesterday", "tomorrow")
"""Days that depend on when they are read."""

_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
_PLAIN = re.compile(r'[^\s,"]+')


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time in seconds."""

    seconds: int

    def __str__(self) -> str:
        left, text = self.seconds, ""
        for unit, size in _UNITS:
            count, left = divmod(left, size)
            text += f"{count}{unit}" if count else ""
        return text or "0m"


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day in the reader's zone: YYYY-MM-DD, or one of `DAY_WORDS`."""

    text: str

    def __str__(self) -> str:
        return self.text


Quantity = int | Duration | Day


@dataclass(frozen=True, slots=True)
class Text:
    """A name as typed, or one of a key's own words (`fixed`, lower case): in quotation marks it is always a name.

    A name that begins with `=` means whatever is called just that, letters' case aside.
    """

    text: str
    fixed: bool = False

    @property
    def exact(self) -> str:
        """The name without its `=`; "" where it has none."""
        return "" if self.fixed else self.text[1:] if self.text.startswith("=") else ""

    def __str__(self) -> str:
        return self.text if self.fixed or _PLAIN.fullmatch(self.text) else quoted(self.text)


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both of one kind, None for no bound; `above` and `below` leave the bound itself out."""

    low: Quantity | None
    high: Quantity | None
    above: bool = False
    below: bool = False

    def __str__(self) -> str:
        if self.low is None:
            return f"{'<' if self.below else '<='}{self.high}"
        if self.high is None:
            return f"{'>' if self.above else '>='}{self.low}"
        if self.low == self.high and not isinstance(self.low, Duration):
            return str(self.low)
        return f"{self.low}..{self.high}"


Value = Text | Range


@dataclass(frozen=True, slots=True)
class Word:
    """Text that some word of the ticket begins with."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other."""

    text: str

    def __str__(self) -> str:
        return quoted(self.text)


@dataclass(frozen=True, slots=True)
class Match:
    """A key with the values it may have: any of them will do. `key` is the key's first name."""

    key: str
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"{self.key}:{','.join(map(self._text, self.values))}"

    def _text(self, value: Value) -> str:
        """A name that reads like one of the key's own words (somebody called "Me") keeps its quotation marks."""
        if isinstance(value, Text) and not value.fixed:
            key = KEYS[self.key]
            if value.text.lower() in key.words or value.text.lower() in key.reserved:
                return quoted(value.text)
        return str(value)


Positive = Word | Phrase | Match


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Positive

    def __str__(self) -> str:
        return f"!{self.of}"


Term = Positive | Not


@dataclass(frozen=True, slots=True)
class Filter:
    """All terms must hold; none means every ticket in scope."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def __bool__(self) -> bool:
        return bool(self.terms)


def quoted(text: str) -> str:
    """Text between quotation marks, with those inside it escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def exactly(name: str) -> str:
    """The value that means what is called just that."""
    return str(Text(f"={name}"))
