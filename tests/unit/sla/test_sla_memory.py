"""What is remembered to be quick stays small."""

from __future__ import annotations

import pytest

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.sla.business_time import BusinessTime
from helpdesk_tui.domain.sla.calendars import ALWAYS
from helpdesk_tui.domain.sla.dues import due_instants
from helpdesk_tui.domain.sla.fold import fold
from helpdesk_tui.domain.sla.history import Facts, Happening, history
from helpdesk_tui.domain.sla.measure import measure
from helpdesk_tui.domain.sla.rules import RULES


def ticket(number: int, length: int) -> list[Happening]:
    words = [f"word {number >> place & 1}" for place in range(length)]
    return [Happening(100 + 10 * place, "status", "", word) for place, word in enumerate(words)]


def test_shapes_are_forgotten_and_long_ones_never_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk_tui.domain.sla.fold._KEPT", 100)
    rule = RULES[Metric.RESOLUTION].but()
    for number in range(150):
        fold(rule, history(Facts(100), ticket(number, 13)))
    assert 0 < len(rule.folded) <= 100
    kept = len(rule.folded)
    assert fold(rule, history(Facts(100), ticket(1, 60)))
    assert len(rule.folded) == kept


def test_many_due_instants_at_once_are_those_of_each_one() -> None:
    rule, time = RULES[Metric.RESOLUTION], BusinessTime(ALWAYS, 0)
    told = [
        [],
        [Happening(150, "status", "new", "pending"), Happening(170, "status", "pending", "open")],
        [Happening(150, "status", "new", "pending")],
        [Happening(150, "status", "new", "solved")],
        [Happening(400, "status", "new", "pending"), Happening(470, "status", "pending", "open")],
    ]
    cases = [(Facts(100), each) for each in told] + [(Facts(0), list[Happening]())]
    found = due_instants(rule, cases, 200, time)
    assert found == [300, 320, 0, 300, 300, 0]
    for (facts, events), due in zip(cases, found, strict=True):
        cycles = fold(rule, history(facts, events))
        assert due == (measure(cycles[-1], 200, time, 999).due_at if cycles else 0)
