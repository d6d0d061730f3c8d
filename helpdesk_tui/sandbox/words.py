"""Puts words together: titles, bodies, notes and replies with their blanks filled in."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from helpdesk_tui.sandbox.company import Company
from helpdesk_tui.sandbox.topics import PIECES

T = TypeVar("T")


def pick(chance: Random, options: Sequence[T]) -> T:
    """One of `options`, all alike; several times as fast as `Random.choice`."""
    return options[int(chance.random() * len(options))]


class _Blanks(dict[str, str]):
    """Draws a piece the first time a blank asks for it, so that a text speaks of one printer and not of three."""

    def __init__(self, chance: Random, names: Sequence[str]) -> None:
        super().__init__()
        self._chance, self._names = chance, names

    def __missing__(self, key: str) -> str:
        options = self._names if key == "other" else PIECES[key]
        self[key] = found = pick(self._chance, options)
        return found


class Words:
    """Fills blanks from a source of chance and the company's names."""

    def __init__(self, company: Company) -> None:
        """Names in texts are those of requesters."""
        self._names = tuple(company.people[uid].name for uid in company.requesters[:400])

    def blanks(self, chance: Random) -> _Blanks:
        """What one ticket's texts are filled with; keep it for all texts of the ticket."""
        return _Blanks(chance, self._names)

    @staticmethod
    def fill(text: str, blanks: dict[str, str]) -> str:
        """The text with every `{blank}` filled; a blank nobody knows raises KeyError."""
        return text.format_map(blanks) if "{" in text else text
