"""What is too much for anybody is one rule: suggestions, previews and desk shifts warn by the settings alike."""

from __future__ import annotations

import pytest

from helpdesk_tui.config.roster import RosterConfig
from helpdesk_tui.desk.roster.acts import desk_shift
from helpdesk_tui.desk.roster.cover import cover_plan
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.desk.roster.floor import rules_of
from helpdesk_tui.desk.roster.problems import covers, problems, shares_of, suggested
from helpdesk_tui.domain.roster.rotations import Unit
from helpdesk_tui.domain.roster.suggest import Hole, Suggestion
from tests.unit.roster.desk_place import DAY, NOW, PARIS, H, Place, duty


def desk_of(place: Place, rest: int, week: int) -> RosterDesk:
    """Ada has the nights of Ops, and Wednesday's has nobody."""
    place.told(
        *(duty("ada", NOW + day * DAY + 18 * H, NOW + (day + 1) * DAY + 6 * H) for day in (0, 2)),
        *(duty("ben", NOW + day * DAY + 6 * H, NOW + day * DAY + 18 * H) for day in range(90)),
    )
    rules = rules_of(RosterConfig(rest_hours=rest, week_hours=week))
    return RosterDesk(
        place.paths, place.paths.config_dir, place.outbox, by="lead", now=lambda: NOW, zone=PARIS, rules=rules
    )


def told(found: list[Suggestion], person: str) -> set[str]:
    one = next(one for one in found if one.person == person)
    return {text for text in one.reasons_against if "limit" in text}


@pytest.mark.parametrize(
    ("rest", "week", "words"),
    [
        (11, 48, set()),
        (13, 48, {"rest of 12 h, limit 13 h"}),
        (13, 30, {"rest of 12 h, limit 13 h", "36 h in a week, limit 30 h"}),
        (0, 168, set()),
    ],
)
def test_previews_warn_by_the_settings_as_suggestions_do(place: Place, rest: int, week: int, words: set[str]) -> None:
    desk = desk_of(place, rest, week)
    floor = desk.floor()
    line = floor.line("Ops")
    assert line is not None
    night = NOW + DAY + 18 * H
    gap = next(one for one in problems(floor, NOW, NOW + 14 * DAY) if one.kind == "gap" and one.start == night)
    assert told(covers(floor, gap), "Ada") == words
    [effect] = cover_plan(floor, line, gap.start, min(gap.end, night + 12 * H), "Ada", NOW).effects
    assert set(effect.burden.over) == words
    desk.close()


def test_a_desk_shift_warns_by_the_settings(place: Place) -> None:
    desk = desk_of(place, 13, 30)
    shift = desk_shift(desk.floor(), "Ada", NOW + 40 * H, NOW + 42 * H, NOW)
    assert shift.effect.burden.over == ("rest of 10 h, limit 13 h",)
    desk.close()


def test_a_share_of_ninety_days_is_told_with_suggestions_for_calls_and_for_the_desk(place: Place) -> None:
    place.now = NOW + 60 * DAY
    line = place.schedule("Ada", "Ben", unit=Unit.WEEK)
    desk = place.another("lead")
    floor = desk.floor()
    start = place.now + 8 * H
    [most, least] = shares_of(floor, line, start)
    assert {most.person, least.person} == {"Ada", "Ben"}
    assert most.carried > most.fair == least.fair > least.carried
    for pool in ("net", ""):
        hole = Hole(start, start + 4 * H, pool)
        found = {one.person: one for one in suggested(floor, hole)}
        assert most.line in found[most.person].reasons_against
        assert least.line in found[least.person].reasons_for
        assert not any("share" in text for text in (*found["Dee"].reasons_for, *found["Dee"].reasons_against))
    desk.close()
