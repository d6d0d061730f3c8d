"""`x` on a duty of a plan: everybody who could cover it, with figures and the reasons for and against."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from helpdesk_tui.domain.planning.cover import Cover, Duty, Stand
from helpdesk_tui.screens.plans.screen import PlanScreen
from helpdesk_tui.screens.plans.why import CoverWhyScreen
from helpdesk_tui.widgets.plan_text import reasoned
from helpdesk_tui.widgets.text import width

NOW = 1_795_343_640
"""Sunday 22 November 2026, 10:34 UTC: Lee is on call until Monday 08:00."""
Open = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_duty_tells_why_and_why_not(open_roster: Open, size: tuple[int, int]) -> None:
    async with open_roster(size, now=NOW) as desk:
        await desk.press("colon")
        await desk.type("sick lee")
        await desk.press("enter")
        screen = desk.app.screen
        assert isinstance(screen, PlanScreen)
        await desk.press("n", "x")
        assert isinstance(desk.app.screen, CoverWhyScreen)
        assert "Who could take Sun 10:34-Mon 08:00 win primary, and why" in desk.text
        for name in ("Lindqvist", "Costa", "Novak"):
            assert name in desk.text
        assert "for: " in desk.text
        assert "against: " in desk.text
        assert "rest " in desk.text
        await desk.press("q")
        assert isinstance(desk.app.screen, PlanScreen)


OPTIONS = (
    Stand("A", "Ada", "rest 14 h", True, "", "knows net; rested", "rest 14 h, week 40 > 48 h, weekends 90 d 0 > 1"),
    Stand("B", "Ben", "week 52 h !!", True, "52 h in a week, limit 48 h", "rested", "rest 14 h, week 44 > 52 h !!"),
    Stand("C", "Chen", "away !!", False, "away", "", "rest 14 h"),
    Stand("D", "Dee", "on shift"),
)


def test_each_is_told_with_what_speaks_for_and_against_them() -> None:
    duty = Cover("d", Duty.ON_CALL, "tonight net", NOW, NOW + 3_600, "net", OPTIONS)
    rows = reasoned(duty, 80)
    assert all(width(row) <= 80 for row in rows)
    assert ["".join(one.text for one in row).rstrip() for row in rows] == [
        " 1 Ada  rest 14 h, week 40 > 48 h, weekends 90 d 0 > 1",
        "     for: knows net; rested",
        "",
        " 2 Ben  rest 14 h, week 44 > 52 h !!",
        "     for: rested",
        "     against: 52 h in a week, limit 48 h",
        "",
        " - Chen  rest 14 h",
        "     against: away",
        "",
        " 3 Dee  on shift",
        "",
    ]
    assert "Nobody is known" in reasoned(Cover("d", Duty.ON_CALL, "tonight", NOW, NOW + 60), 80)[0][0].text
