"""What may be chosen for a ticket as text of cache.db, for those who write it and those who read it.

Standard library only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from helpdesk_tui.domain.choices import Choice, Choices, Demand, Transition
from helpdesk_tui.domain.tickets import State


def dumped(choices: Choices) -> str:
    """Choices as JSON."""
    return json.dumps(asdict(choices), ensure_ascii=False, separators=(",", ":"))


def choices_of(text: str) -> Choices | None:
    """Choices from JSON; None for what an older or newer version wrote otherwise: it is read from the platform anew."""
    try:
        return _choices(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _choices(raw: Mapping[str, Any]) -> Choices:
    if set(raw) != _NAMES:
        raise ValueError("of another version")
    return Choices(
        **dict(raw)
        | {
            "transitions": tuple(_transition(one) for one in raw["transitions"]),
            "priorities": _list(raw["priorities"]),
            "computed": tuple(_demand(one) for one in raw["computed"]),
            "link_kinds": _list(raw["link_kinds"]),
            "tags": tuple(raw["tags"]),
        }
    )


def _transition(raw: Mapping[str, Any]) -> Transition:
    demands = tuple(_demand(one) for one in raw["demands"])
    return Transition(**dict(raw) | {"state": State(raw["state"]), "demands": demands})


def _demand(raw: Mapping[str, Any]) -> Demand:
    return Demand(**dict(raw) | {"choices": _list(raw["choices"])})


def _list(raw: Any) -> tuple[Choice, ...]:
    return tuple(Choice(*one) for one in raw)


_NAMES = frozenset(one.name for one in fields(Choices))
