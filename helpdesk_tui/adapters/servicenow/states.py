"""What the states of the task tables mean.

Instances add states and rename them. So the tables here are only the platform's own; a source may override them
(`options.states`), and a value nobody knows is judged by its label, and last by whether the record is active.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from helpdesk_tui.domain.tickets import State

KINDS = {
    "incident": "incident",
    "sc_req_item": "request",
    "sc_request": "request",
    "sc_task": "task",
    "problem": "problem",
    "problem_task": "task",
    "change_request": "change",
    "change_task": "task",
}
"""Table to kind of ticket; other tables give their own name."""

_CATALOG = {
    "-5": State.PENDING,
    "1": State.NEW,
    "2": State.OPEN,
    "3": State.CLOSED,
    "4": State.CLOSED,
    "5": State.CLOSED,
    "7": State.CLOSED,
}
_STATES: Mapping[str, Mapping[str, State]] = {
    "incident": {
        "1": State.NEW,
        "2": State.OPEN,
        "3": State.HOLD,
        "6": State.SOLVED,
        "7": State.CLOSED,
        "8": State.CLOSED,
    },
    "sc_task": _CATALOG,
    "sc_req_item": _CATALOG,
    "sc_request": _CATALOG,
    "problem": {
        "101": State.NEW,
        "102": State.OPEN,
        "103": State.OPEN,
        "104": State.OPEN,
        "106": State.SOLVED,
        "107": State.CLOSED,
    },
    "change_request": {
        "-5": State.NEW,
        "-4": State.OPEN,
        "-3": State.HOLD,
        "-2": State.OPEN,
        "-1": State.OPEN,
        "0": State.OPEN,
        "3": State.CLOSED,
        "4": State.CLOSED,
    },
}
AWAITING_CALLER = "1"
"""The hold reason that means waiting for the customer."""
_BY_LABEL = (
    (re.compile(r"resolved|solved|fixed"), State.SOLVED),
    (re.compile(r"clos|cancel|complete|skipped|reject"), State.CLOSED),
    (re.compile(r"(await|pend|wait|hold).*(user|caller|customer|requester|info|evidence|reply)"), State.PENDING),
    (re.compile(r"await|pend|wait|hold|suspend"), State.HOLD),
    (re.compile(r"^(new|open|draft|submitted|registered|logged)\b"), State.NEW),
)


class States:
    """The meaning of states at one source; `overrides` map table to value to meaning and come before everything."""

    def __init__(self, overrides: Mapping[str, Mapping[str, State]] | None = None) -> None:
        self._known = {**_STATES}
        for table, values in (overrides or {}).items():
            self._known[table] = {**_STATES.get(table, {}), **values}

    def meaning(
        self, table: str, value: str, *, label: str = "", hold_reason: str = "", active: bool | None = None
    ) -> State:
        """What a state means for the desk."""
        state = self._known.get(table, {}).get(value) or by_label(label)
        if state is State.HOLD and hold_reason == AWAITING_CALLER:
            state = State.PENDING
        if active is False and (state is None or state.is_open):
            return State.CLOSED
        return state or State.OPEN

    def value_for(self, table: str, state: State) -> str | None:
        """The usual value for a meaning: the first that has it; None where no value of the table's own does."""
        return next((value for value, meaning in self._known.get(table, {}).items() if meaning is state), None)

    def not_open(self, table: str) -> list[str]:
        """The values that are known to mean that the desk owes nothing any more."""
        return [value for value, state in self._known.get(table, {}).items() if not state.is_open]


def by_label(label: str) -> State | None:
    """What a state's label suggests; None where it suggests nothing."""
    text = label.lower()
    return next((state for pattern, state in _BY_LABEL if pattern.search(text)), None) if text else None
