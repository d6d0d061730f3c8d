"""Which open tickets look like each other, by the words of their titles.

A title becomes a set of words: lower case, without accents, filler and endings; whatever holds a digit counts as `#`,
so that "CPU high on srv-041" and "CPU high on srv-117" are one. Two titles are alike when they share at least
`THRESHOLD` of all the words of both. Clusters are what hangs together by that, and do not depend on the order in
which tickets came.

Only titles that share one of their rarest words are compared: of two sets with that share, the first words in order of
rarity cannot all differ. So 10,000 titles cost a fraction of a second, and a changed one next to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import ceil

THRESHOLD = 0.6
LARGEST_BLOCK = 500
"""Where more titles than this share a rare word, further ones are not compared because of that word alone: it bounds
the work on floods of titles made of few words, of which the identical ones are found anyway."""

Words = frozenset[str]

_WORD = re.compile(r"[^\W_]+")
_FILLER_WORDS = (
    "a an and are as at be been by can cannot cant could do does doesn don dont for from fw fwd get gets "
    "getting had has have hello help hi how i in into is isn issue it its me my need needs no not of off on or "
    "our out please problem re request still t that the their there this to unable up urgent us use user users "
    "via was we were what when while with won work working works you your"
)
_FILLER = frozenset(_FILLER_WORDS.split())


def words(title: str) -> Words:
    """The words of a title that say what it is about; the empty set where there are none."""
    plain = title[:400].casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(character for character in plain if not unicodedata.combining(character))
    found = set()
    for word in _WORD.findall(plain):
        if word in _FILLER:
            continue
        numbered = not word.isalpha() and any(character.isdigit() for character in word)
        found.add("#" if numbered else _stem(word))
    return frozenset(found - {"#"}) and frozenset(found)


def _stem(word: str) -> str:
    """A word without its commonest English endings: drops, dropped, dropping → drop."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            stem = word[: -len(ending)]
            return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] and ending in ("ing", "ed") else stem
    return word


def likeness(one: Words, other: Words) -> float:
    """How much two titles share, 0 to 1: common words over all words."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


class Alikes:
    """The clusters of a changing set of titles."""

    def __init__(self, titles: Mapping[int, str]) -> None:
        """Begin with these titles by ticket id."""
        self._build({ticket: words(title) for ticket, title in titles.items()})

    def _build(self, found: Mapping[int, Words]) -> None:
        self._of: dict[int, Words] = {}
        self._members: dict[Words, set[int]] = defaultdict(set)
        self._near: dict[Words, set[Words]] = {}
        self._blocks: dict[str, set[Words]] = defaultdict(set)
        self._rank = Counter(word for title in found.values() for word in title)
        for ticket, title in found.items():
            self._add(ticket, title)
        self._ranked = len(found)

    def update(self, changed: Mapping[int, str], gone: Iterable[int] = ()) -> None:
        """Take in new and changed titles and let go of tickets that are no longer open."""
        for ticket in (*gone, *changed):
            self._remove(ticket)
        for ticket, title in changed.items():
            self._add(ticket, words(title))
        if len(self._of) > 2 * self._ranked + 100:
            self._build(dict(self._of))  # what is rare was learnt from far fewer titles: comparing would grow dear

    def clusters(self) -> dict[int, tuple[int, int]]:
        """For each ticket that is like another: its cluster (the smallest id in it) and how many others are in it.

        The title with the most others like it gathers those first, then the next among what is left. So everything in
        a cluster is like one of its titles, and clusters do not grow into chains of which the ends have nothing in
        common.
        """
        weights = {
            title: sum(len(self._members[other]) for other in near) + len(self._members[title])
            for title, near in self._near.items()
        }
        firsts = {title: min(members) for title, members in self._members.items()}
        found: dict[int, tuple[int, int]] = {}
        done: set[Words] = set()
        for title in sorted((t for t, weight in weights.items() if weight > 1), key=lambda t: (-weights[t], firsts[t])):
            if title in done:
                continue
            gathered = {title, *(self._near[title] - done)}
            done |= gathered
            tickets = [ticket for one in gathered for ticket in self._members[one]]
            if len(tickets) > 1:
                found.update(dict.fromkeys(tickets, (min(tickets), len(tickets) - 1)))
        return found

    def _prefix(self, title: Words) -> list[str]:
        """The rarest words of a title, of which every title like it has at least one among its own rarest."""
        ordered = sorted(title, key=lambda word: (self._rank.get(word, 0), word))
        return ordered[: len(title) - ceil(THRESHOLD * len(title)) + 1]

    def _add(self, ticket: int, title: Words) -> None:
        if not title:
            return
        self._of[ticket] = title
        members = self._members[title]
        if not members:
            self._connect(title)
        members.add(ticket)

    def _connect(self, title: Words) -> None:
        near = self._near[title] = set()
        for word in self._prefix(title):
            block = self._blocks[word]
            if len(block) <= LARGEST_BLOCK:
                near.update(other for other in block if likeness(title, other) >= THRESHOLD)
            block.add(title)
        for other in near:
            self._near[other].add(title)

    def _remove(self, ticket: int) -> None:
        title = self._of.pop(ticket, None)
        if title is None:
            return
        members = self._members[title]
        members.discard(ticket)
        if members:
            return
        del self._members[title]
        for other in self._near.pop(title):
            self._near[other].discard(title)
        for word in self._prefix(title):
            self._blocks[word].discard(title)
