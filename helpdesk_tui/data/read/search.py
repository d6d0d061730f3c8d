"""Words and phrases of a filter as a query of the full text index."""

from __future__ import annotations

from collections.abc import Collection

from helpdesk_tui.domain.filters.ast import Phrase, Word


def has_token(text: str) -> bool:
    """Whether the index holds anything of this text: it knows letters and digits, nothing else."""
    return any(char.isalnum() for char in text)


def match(term: Word | Phrase) -> str:
    """The term as an FTS5 query: a word stands for whatever begins so, a phrase for itself.

    Everything typed is inside quotation marks, so none of it is read as syntax.
    """
    quoted = '"' + term.text.replace('"', '""').replace("\0", " ") + '"'
    return quoted if isinstance(term, Phrase) else f"{quoted} *"


def badged(term: Word | Phrase, badges: Collection[str]) -> tuple[str, str] | None:
    """The badge and the number of a word like ZD-91177, where the badge is one of `badges` (lower case)."""
    badge, _, number = term.text.partition("-")
    return (badge, number) if isinstance(term, Word) and number.isalnum() and badge.lower() in badges else None
