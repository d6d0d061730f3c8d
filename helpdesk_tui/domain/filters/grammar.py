"""The grammar of the filter language: text to `Filter`, or a FilterError that says where and what was expected.

filter  = [term {" " term}]
term    = ["!"] (word | phrase | key ":" value {"," value})
phrase  = '"' characters '"'        with a backslash before a quotation mark or a backslash in it
value   = phrase | characters without space, comma, quotation mark
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from helpdesk_tui.domain.filters.ast import Filter, Match, Not, Phrase, Positive, Term, Text, Value, Word, quoted
from helpdesk_tui.domain.filters.keys import BY_NAME, CLOCK_LETTERS, Key, Kind
from helpdesk_tui.domain.filters.names import Names
from helpdesk_tui.domain.filters.values import read_range, wanted
from helpdesk_tui.errors import FilterError

_SURROGATE = re.compile("[\ud800-\udfff]")
"""Bytes of the command line that were no UTF-8; no store can be asked for them."""
LONGEST = 2_000
"""The longest filter, in characters."""
MOST_TERMS = 40
"""How many conditions a filter may have."""
_SPACE = re.compile(r"\s*")
_KEY = re.compile(r"([^\W\d_]+):")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\])')
_BARE = re.compile(r'[^\s,"]+')
_WORD = re.compile(r"\S+")
_CHECKED = frozenset({"owner", "group", "source", "org"})


def parse(text: str, names: Names | None = None) -> Filter:
    """The filter that `text` says. With `names`, a name that nobody and nothing has is a mistake too.

    Raises FilterError with the offsets of the mistake in `text`.
    """
    return Filter(tuple(_Reader(text, names).terms()))


@dataclass(slots=True)
class _Reader:
    """Reads one filter from left to right."""

    text: str
    names: Names | None
    at: int = 0

    def terms(self) -> Iterator[Term]:
        """Every term. A filter longer than any that is typed by hand would keep the cache busy for minutes."""
        if len(self.text) > LONGEST:
            self._fail(f"expected a filter of at most {LONGEST} characters", LONGEST, len(self.text))
        if odd := _SURROGATE.search(self.text):
            self._fail("expected text in UTF-8", odd.start(), odd.end())
        found = 0
        self._skip()
        while self.at < len(self.text):
            start = self.at
            term = self._term()
            found += 1
            if found > MOST_TERMS:
                self._fail(f"expected at most {MOST_TERMS} conditions", start, self.at)
            yield term
            self._skip()

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _term(self) -> Term:
        if not self.text.startswith("!", self.at):
            return self._positive()
        self.at += 1
        if self.at == len(self.text) or self.text[self.at].isspace() or self.text[self.at] == "!":
            self._fail("expected a word, a phrase or a key after !", self.at - 1, self.at)
        return Not(self._positive())

    def _positive(self) -> Positive:
        start = self.at
        if self.text[start] == '"':
            phrase = self._quoted()
            if self.at < len(self.text) and not self.text[self.at].isspace():
                self._fail('expected a space after the closing "', self.at, self.at + 1)
            return Phrase(phrase)
        key = _KEY.match(self.text, start)
        if key:
            self.at = key.end()
            return self._match(self._key(key[1], start))
        word = _WORD.match(self.text, start)
        self.at = word.end() if word else len(self.text)
        return Word(self.text[start : self.at])

    def _key(self, name: str, start: int) -> Key:
        found = BY_NAME.get(name.lower())
        if found is None:
            whole = _WORD.match(self.text, start)
            quote = f"to search for the text, quote it: {quoted(whole[0] if whole else name)}"
            self._fail(f"there is no key {name}; {nearest(name, BY_NAME, ':') or quote}", start, start + len(name))
        return found

    def _match(self, key: Key) -> Match:
        values = [self._value(key)]
        while self.text.startswith(",", self.at):
            self.at += 1
            values.append(self._value(key))
        if self.at < len(self.text) and not self.text[self.at].isspace():
            self._fail("expected a space or a comma", self.at, self.at + 1)
        return Match(key.name, tuple(values))

    def _value(self, key: Key) -> Value:
        start = self.at
        if self.text.startswith('"', start):
            value = self._quoted()
            if key.kind is not Kind.NAME or not value.strip():
                self._fail(f"expected {_wants(key)}", start, self.at)
            return self._name(key, value, start)
        bare = _BARE.match(self.text, start)
        if bare is None:
            self._fail(f"expected {_wants(key)} after {key.name}:", start, start + 1)
        self.at = bare.end()
        return self._bare(key, bare[0], start)

    def _bare(self, key: Key, text: str, start: int) -> Value:
        low = text.lower()
        if low in key.words:
            return Text(low, fixed=True)
        if low in key.reserved:
            self._fail(f"{key.name}:{low} is not there yet, {key.reserved[low]}", start, self.at)
        if key.kind is Kind.NAME:
            return self._name(key, text, start)
        if key.kind is Kind.WORDS:
            return Text(self._fixed(key, low, start), fixed=True)
        return read_range(key, text, start)

    def _fixed(self, key: Key, low: str, start: int) -> str:
        if key.name == "clock" and low in CLOCK_LETTERS:
            return CLOCK_LETTERS[low]
        near = nearest(low, key.words) or f"expected {_wants(key)}"
        self._fail(f"{key.name}: has no word {low}; {near}", start, self.at)

    def _name(self, key: Key, text: str, start: int) -> Text:
        if text == "=":
            self._fail("expected a name after =", start, self.at)
        # Who asks for just that name has it from somewhere: it may be of a closed ticket, or an identifier.
        if (
            not text.startswith("=")
            and key.name in _CHECKED
            and self.names is not None
            and not self.names.knows(key.name, text)
        ):
            near = nearest(text, (*self.names.of(key.name), *key.words))
            self._fail(f"no {key.name} is called {text}" + (f"; {near}" if near else ""), start, self.at)
        return Text(text)

    def _quoted(self) -> str:
        match = _QUOTED.match(self.text, self.at)
        if match is None:
            self._fail('expected a closing "', self.at, len(self.text))
        self.at = match.end()
        return _ESCAPE.sub(r"\1", match[1])

    def _fail(self, message: str, start: int, end: int) -> NoReturn:
        raise FilterError(message, start=start, end=end)


def _wants(key: Key) -> str:
    if key.kind is Kind.WORDS:
        return "one of " + ", ".join(key.words)
    return "a name" if key.kind is Kind.NAME else wanted(key)


def nearest(word: str, known: Iterable[str], suffix: str = "") -> str:
    """The known name most like a word, as a question to the user; "" where none is like it."""
    from difflib import get_close_matches  # whoever types without mistakes does not wait for it

    whole = {name.lower(): name for name in known}
    parts = {part: name for low, name in whole.items() for part in low.split()}
    for among, cutoff in ((whole, 0.6), (parts, 0.7)):
        found = get_close_matches(word.lower(), among, n=1, cutoff=cutoff)
        if found:
            return f"did you mean {among[found[0]]}{suffix}?"
    return ""
