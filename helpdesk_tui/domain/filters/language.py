"""The filter language, whole: text to values and back, what they mean, and how to go on typing.

The grammar is in `grammar`, the keys in `keys`, the values in `ast`. Everything here is pure;
mistakes raise FilterError with the offsets in the text and what was expected there.
"""

from __future__ import annotations

from helpdesk_tui.domain.filters.ast import Day, Duration, Filter, Match, Not, Phrase, Range, Term, Text, Value, Word
from helpdesk_tui.domain.filters.complete import Completion, complete
from helpdesk_tui.domain.filters.docs import manual
from helpdesk_tui.domain.filters.explain import explain
from helpdesk_tui.domain.filters.grammar import nearest, parse
from helpdesk_tui.domain.filters.names import Names, fold

__all__ = [
    "Completion",
    "Day",
    "Duration",
    "Filter",
    "Match",
    "Names",
    "Not",
    "Phrase",
    "Range",
    "Term",
    "Text",
    "Value",
    "Word",
    "combine",
    "complete",
    "explain",
    "fold",
    "manual",
    "nearest",
    "parse",
]

_OPEN = Match("is", (Text("open", fixed=True),))
_DONE = {"closed", "solved"}


def combine(view: Filter, typed: Filter) -> Filter:
    """A view narrowed by what was typed over it; the view's `is:open` gives way to a wish for closed tickets."""
    kept = tuple(term for term in view.terms if term != _OPEN) if any(map(_wants_done, typed.terms)) else view.terms
    return Filter(kept + tuple(term for term in typed.terms if term not in kept))


def _wants_done(term: Term) -> bool:
    if isinstance(term, Not):
        return term.of == _OPEN
    if not isinstance(term, Match) or term.key not in ("is", "state", "scope"):
        return False
    words = {value.text for value in term.values if isinstance(value, Text)}
    return bool(words - {"in"}) if term.key == "scope" else bool(words & _DONE)
