"""Counts in words: a thing is named as its number asks for, `1 ticket`, `2 tickets`, and so is what it does."""

from __future__ import annotations


def counted(number: int, noun: str, many: str = "") -> str:
    """A number and what is counted; `many` is its plural where that is not formed as usual."""
    return f"{number} {noun if number == 1 else many or plural(noun)}"


def plural(noun: str) -> str:
    """A noun as for several: `tickets`, `duties`, `batches`, `shifts on call`."""
    noun, blank, rest = noun.partition(" ") if " on " in noun else (noun, "", "")
    return f"{_several(noun)}{blank}{rest}"


def _several(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def agrees(number: int, one: str, many: str) -> str:
    """A number and the word that agrees with it: `1 needs`, `2 need`."""
    return f"{number} {one if number == 1 else many}"
