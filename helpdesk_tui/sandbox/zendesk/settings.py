"""How strictly the Zendesk sandbox behaves. The defaults suit tests; a demo may ask for the real limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True, slots=True)
class OwnField:
    """A ticket field that administrators made. `required` means: to be filled in before a ticket can be solved."""

    number: int
    type: str
    title: str
    required: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Durations are seconds of the sandbox's own clock, except in `ticker`, which times the request budgets.

    `enforce_limits` answers 429 once a budget is used up; `limit_scale` multiplies every budget. `per_minute` is the
    account's plan. `retry_after` False leaves the header out of 429 answers, as the edge sometimes does.
    `export_delay` is how long a change stays invisible to exports, `index_lag` the same for search.
    `token_life` and `refresh_life` are OAuth lifetimes. `token_sign_in` says whether API tokens still work at all.
    """

    enforce_limits: bool = False
    limit_scale: float = 1.0
    per_minute: int = 700
    retry_after: bool = True
    export_delay: int = 60
    index_lag: int = 2
    token_life: int = 1800
    refresh_life: int = 2_592_000
    token_sign_in: bool = True
    slas_on_export: bool = True
    fields: tuple[OwnField, ...] = ()
    """Ticket fields of the account's own, beside the category."""
    undone: frozenset[str] = frozenset()
    """Keys of an update that a trigger puts back at once: the answer is 200 and the value is as it was."""
    agents_cannot: frozenset[str] = frozenset()
    """What the role of agents lacks (admins may all): public_comments, tags, merge. Asking for it is answered 403."""
    ticker: Callable[[], float] = monotonic
