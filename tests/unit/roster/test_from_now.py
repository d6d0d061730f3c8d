"""What has been worked stays: a cover, swap or plan of a running duty begins now, wherever it is shown or written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk_tui.desk.roster.acts import propose
from helpdesk_tui.desk.roster.cover import Plan, cover_plan, from_now
from helpdesk_tui.desk.roster.slots import at_instant, covering, swapping
from helpdesk_tui.desk.roster.text import plan_lines
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.rotations import Unit
from helpdesk_tui.domain.roster.slots import slot_of
from helpdesk_tui.domain.wall_time import DAY
from helpdesk_tui.screens.roster.draw import plan_view
from helpdesk_tui.widgets.text import width
from tests.unit.roster.desk_place import NOW, PARIS, H, Place, duty

LATER = NOW + 9 * H + 34 * 60 + 21
"""11:34:21 in Paris, in the middle of a week's shift."""
MINUTE = LATER - 21


@pytest.mark.parametrize(
    ("start", "wanted"), [(LATER - DAY, MINUTE), (MINUTE, MINUTE), (LATER, LATER), (LATER + H, LATER + H)]
)
def test_a_change_begins_in_this_minute_at_the_earliest(start: int, wanted: int) -> None:
    assert from_now(start, LATER) == wanted


def running(place: Place, *, told: bool) -> tuple[Line, Plan]:
    """A schedule whose shift runs since days, and the swap of what is left of it with the next one."""
    if told:
        line = place.told(duty("ada", NOW - 2 * DAY, NOW + 5 * DAY), duty("ben", NOW + 5 * DAY, NOW + 90 * DAY))
    else:
        line = place.schedule("Ada", "Ben", "Chen", unit=Unit.WEEK)
    place.now = LATER
    floor = place.desk.floor()
    first = at_instant(floor, line, LATER)
    second = at_instant(floor, line, first.end)
    assert first.start < MINUTE - H
    return line, swapping(floor, first, second, LATER)


@pytest.mark.parametrize("told", [False, True], ids=["own", "a platform's"])
def test_a_swap_of_a_running_shift_leaves_what_was_worked(place: Place, told: bool) -> None:
    line, plan = running(place, told=told)
    first, second = plan.steps
    assert (first.start, plan.against) == (MINUTE, ())
    assert f"{first.person} instead of {first.instead} on {line.name} Tue 22 Sep 11:34 - " in plan_lines(plan, PARIS)[0]
    before = place.desk.floor().spans(line, NOW, MINUTE)
    done = place.desk.carry_out(plan)
    if told:
        assert [slot_of(one.key).start for one in done.changes] == [MINUTE, second.start]
    else:
        assert place.desk.floor().swaps[0].swap.gives.start == MINUTE
    after = place.desk.floor()
    changed = after.line(line.key)
    assert changed is not None
    assert [one.people for one in after.spans(changed, NOW, MINUTE)] == [one.people for one in before]
    assert after.spans(changed, MINUTE, MINUTE + H)[0].people == (first.person,)
    assert after.spans(changed, second.start, second.start + H)[0].people == (second.person,)


def test_a_cover_of_a_running_shift_begins_now(place: Place) -> None:
    line = place.schedule("Ada", "Ben", unit=Unit.WEEK)
    place.now = LATER
    floor = place.desk.floor()
    piece = at_instant(floor, line, LATER)
    plans = cover_plan(floor, line, piece.start, piece.end, "Chen", LATER), covering(floor, piece, "Chen", LATER)
    assert [(one.steps[0].start, one.steps[0].end) for one in plans] == [(MINUTE, piece.end)] * 2
    place.desk.carry_out(plans[0])
    assert [one.people for one in place.desk.floor().spans(place.line("net"), MINUTE - H, MINUTE)] == [piece.people]


def test_who_asks_for_a_running_shift_is_told_why_it_cannot_wait(place: Place) -> None:
    _, plan = running(place, told=False)
    with pytest.raises(RosterError, match="has begun: swap it at once"):
        propose(place.desk, plan, LATER)
    assert place.desk.floor().swaps == ()


@pytest.mark.parametrize("cells", [80, 200])
def test_the_preview_of_a_swap_has_both_spans_whole(place: Place, cells: int) -> None:
    line, plan = running(place, told=False)
    named = replace(line, name="Service Desk second line, Europe")
    plan = replace(plan, steps=tuple(replace(one, line=named) for one in plan.steps))
    rows = plan_view(plan, place.desk.floor(), PARIS, cells, 9)
    assert all(width(row) <= cells for row in rows)
    said = ["".join(one.text for one in row).rstrip() for row in rows]
    wanted = ["Tue 22 11:34 - ", "Tue 29 08:00 - "] if cells < 120 else ["Tue 22 Sep 11:34 - ", "Tue 29 Sep 08:00 - "]
    for words in wanted:
        [row] = [row for row in said if words in row]
        assert row.endswith(" 08:00 Europe/Paris")
