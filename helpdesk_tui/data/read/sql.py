"""A filter as the WHERE clause of a query on `ticket t`."""

from __future__ import annotations

from helpdesk_tui.data.read.conditions import Asked, Condition, condition_of, like
from helpdesk_tui.data.read.resolve import badges
from helpdesk_tui.data.read.search import badged, has_token, match
from helpdesk_tui.domain.filters.ast import Filter, Match, Not, Phrase, Positive, Text, Word

_INDEXED = "SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH ?"
_OPEN_WORDS = frozenset({"open", "stalled", "waiting"})


def where(filter_: Filter, asked: Asked) -> Condition:
    """All terms of a filter together. Without a word about scope, only tickets in scope pass.

    `t.is_open = 1` stands in it as just that where the filter says so: the indices of open tickets ask for it.
    """
    parts = [] if only_open(filter_) or _names_scope(filter_) else [Condition("t.scope = 'in'")]
    wanted: list[str] = []
    unwanted: list[str] = []
    for term in filter_.terms:
        positive = term.of if isinstance(term, Not) else term
        if isinstance(positive, Word | Phrase) and has_token(positive.text) and not _badged(positive, asked):
            (unwanted if isinstance(term, Not) else wanted).append(match(positive))
        else:
            made = _one(positive, asked)
            parts.append(Condition(f"NOT ({made.sql})", made.params) if isinstance(term, Not) else made)
    if wanted:
        parts.append(Condition(f"t.id IN ({_INDEXED})", (" AND ".join(wanted),)))
    if unwanted:
        parts.append(Condition(f"t.id NOT IN ({_INDEXED})", (" OR ".join(unwanted),)))
    return _all(parts)


def _one(term: Positive, asked: Asked) -> Condition:
    """Whatever the full text index does not answer alone."""
    if isinstance(term, Match):
        return condition_of(term, asked)
    number = _badged(term, asked)
    if number is None:
        return Condition("t.title LIKE ? ESCAPE '\\'", (f"%{like(term.text)}%",))
    sql = "t.number LIKE ? ESCAPE '\\' AND +t.source IN (SELECT name FROM source WHERE badge = ? COLLATE NOCASE)"
    return Condition(f"(t.id IN ({_INDEXED}) OR ({sql}))", (match(term), f"{like(number[1])}%", number[0]))


def _badged(term: Word | Phrase, asked: Asked) -> tuple[str, str] | None:
    """What a word like ZD-91177 names; the sources are asked for their badges only where it may be one."""
    return badged(term, badges(asked.connection)) if "-" in term.text else None


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
