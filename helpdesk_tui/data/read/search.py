"""Words and phrases of a filter as a query of the full text index."""

from __future__ import annotations

from collections.abc import Collection

from helpdesk_tui.domain.filter_ast import Phrase, Word


def has_token(text: str) -> bool:
    """Whether the index holds anything of this text: it knows letters and digits, nothing else."""
    return any(char.isalnum() for char in text)


def match(term: Word | Phrase, badges: Collection[str] = ()) -> str:
    """The term as an FTS5 query: a word stands for whatever begins so, a phrase for itself.

    Everything typed is inside quotation marks, so none of it is read as syntax.
    """
    if isinstance(term, Phrase):
        return _string(term.text)
    badge, hyphen, number = term.text.partition("-")
    if hyphen and number.isalnum() and badge.lower() in badges:
        return f"({_string(term.text)} * OR number : ^ {_string(number)} *)"
    return f"{_string(term.text)} *"


def _string(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\0", " ") + '"'
