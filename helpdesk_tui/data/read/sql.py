"""A filter as the WHERE clause of a query on `ticket t`."""

from __future__ import annotations

from helpdesk_tui.data.read.conditions import Asked, Condition, condition_of, like
from helpdesk_tui.data.read.resolve import badges
from helpdesk_tui.data.read.search import has_token, match
from helpdesk_tui.domain.filter_ast import Filter, Match, Not, Phrase, Positive, Text, Word

_INDEXED = "t.id {} (SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH ?)"
_OPEN_WORDS = frozenset({"open", "stalled", "waiting"})


def where(filter_: Filter, asked: Asked) -> Condition:
    """All terms of a filter together. Without a word about scope, only tickets in scope pass.

    `t.is_open = 1` stands in it as just that where the filter says so: the indices of open tickets ask for it.
    """
    parts = [] if only_open(filter_) or _names_scope(filter_) else [Condition("t.scope = 'in'")]
    wanted: list[Word | Phrase] = []
    unwanted: list[Word | Phrase] = []
    for term in filter_.terms:
        positive = term.of if isinstance(term, Not) else term
        if isinstance(positive, Word | Phrase) and has_token(positive.text):
            (unwanted if isinstance(term, Not) else wanted).append(positive)
        else:
            made = _one(positive, asked)
            parts.append(Condition(f"NOT ({made.sql})", made.params) if isinstance(term, Not) else made)
    known = badges(asked.connection) if wanted or unwanted else frozenset()
    if wanted:
        parts.append(Condition(_INDEXED.format("IN"), (" AND ".join(match(term, known) for term in wanted),)))
    if unwanted:
        parts.append(Condition(_INDEXED.format("NOT IN"), (" OR ".join(match(term, known) for term in unwanted),)))
    return _all(parts)


def _one(term: Positive, asked: Asked) -> Condition:
    if isinstance(term, Match):
        return condition_of(term, asked)
    return Condition("t.title LIKE ? ESCAPE '\\'", (f"%{like(term.text)}%",))


def _all(parts: list[Condition]) -> Condition:
    if not parts:
        return Condition("1")
    return Condition(" AND ".join(part.sql for part in parts), tuple(param for part in parts for param in part.params))


def only_open(filter_: Filter) -> bool:
    """Whether nothing but open tickets can pass, by what a term says outright."""
    return any(
        isinstance(term, Match)
        and term.key == "is"
        and all(isinstance(value, Text) and value.text in _OPEN_WORDS for value in term.values)
        for term in filter_.terms
    )


def _names_scope(filter_: Filter) -> bool:
    return any(
        isinstance(term, Match) and term.key == "scope"
        for term in (term.of if isinstance(term, Not) else term for term in filter_.terms)
    )
