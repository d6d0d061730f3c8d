"""Final schedules whose answers are public: what two other schedulers are known to say of the same rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpdesk_tui.domain.roster.duties import stretches
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import History, Override, OverrideKind, Placed, Temporary
from helpdesk_tui.domain.roster.restrictions import Restriction, daily, is_open, windows
from helpdesk_tui.domain.roster.rotations import Member, Rotation, TurnState, Unit
from helpdesk_tui.domain.roster.schedule import Mode, Schedule, final
from helpdesk_tui.domain.roster.swaps import Slot, Swap, SwapState
from tests.unit.roster.kit import DAY, HOUR, MINUTE, instant

CHICAGO = "America/Chicago"
EIGHT, NINE = instant("2018-01-01T08:00"), instant("2018-01-01T09:00")


def always(key: str, *people: str, zone: str = "UTC", hours: Restriction | None = None, rank: int = 0) -> Layer:
    members = tuple(Member(person, turn) for turn, person in enumerate(people))
    return Layer(key, Rotation(key, zone, Unit.DAY, 1, datetime.fromisoformat("2017-01-01"), members), rank, hours)


def shown(schedule: Schedule, start: int, end: int, zone: str = "UTC") -> list[str]:
    """Who from when to when, as local times."""

    def local(at: int) -> str:
        return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).strftime("%d %H:%M")

    return [f"{one.person} {local(one.start)}-{local(one.end)}" for one in stretches(final(schedule, start, end))]


TEN = always("day", "foo", hours=daily("UTC", 8 * HOUR, 10 * HOUR))
HALF, QUARTER = EIGHT + 30 * MINUTE, EIGHT + 45 * MINUTE


@pytest.mark.parametrize(
    ("overrides", "wanted"),
    [
        ((), ["foo 01 08:00-01 09:00"]),
        (
            (Override("o", OverrideKind.REPLACE, HALF, QUARTER, 1, "bin", "foo"),),
            ["foo 01 08:00-01 08:30", "bin 01 08:30-01 08:45", "foo 01 08:45-01 09:00"],
        ),
        (
            (
                Override("a", OverrideKind.ADD, HALF, QUARTER, 1, "bin"),
                Override("b", OverrideKind.ADD, EIGHT, EIGHT + 15 * MINUTE, 1, "bin"),
            ),
            ["bin 01 08:00-01 08:15", "foo 01 08:00-01 09:00", "bin 01 08:30-01 08:45"],
        ),
        (
            (Override("o", OverrideKind.REMOVE, HALF, QUARTER, 1, "", "foo"),),
            ["foo 01 08:00-01 08:30", "foo 01 08:45-01 09:00"],
        ),
        ((Override("o", OverrideKind.REPLACE, HALF, QUARTER, 1, "bin", "rab"),), ["foo 01 08:00-01 09:00"]),
    ],
)
def test_overrides_of_a_day(overrides: tuple[Override, ...], wanted: list[str]) -> None:
    assert shown(Schedule("s", "UTC", (TEN,), Mode.UNION, overrides), EIGHT, NINE) == wanted


def test_three_kinds_at_once() -> None:
    three = (
        Override("a", OverrideKind.ADD, EIGHT, NINE, 1, "foo"),
        Override("b", OverrideKind.REPLACE, EIGHT, NINE, 1, "bar", "rab"),
        Override("c", OverrideKind.REMOVE, EIGHT, NINE, 1, "", "baz"),
    )
    layers = tuple(always(name, name) for name in ("rab", "baz", "bin"))
    [span] = final(Schedule("s", "UTC", layers, Mode.UNION, three), EIGHT, NINE)
    assert set(span.people) == {"bar", "bin", "foo"}


def test_a_temporary_schedule_of_half_an_hour() -> None:
    span = Temporary("t", EIGHT + 15 * MINUTE, QUARTER, 1, (Placed("baz", EIGHT + 25 * MINUTE, EIGHT + 35 * MINUTE),))
    schedule = Schedule("s", "UTC", (TEN,), Mode.UNION, temporaries=(span,))
    assert shown(schedule, EIGHT, NINE) == ["foo 01 08:00-01 08:15", "baz 01 08:25-01 08:35", "foo 01 08:45-01 09:00"]


def test_day_and_night_turns_go_on_from_what_is_on_record() -> None:
    def turns(key: str, zone: str, anchor: str, state: int, *people: str) -> Rotation:
        members = tuple(Member(person, turn) for turn, person in enumerate(people))
        states = (TurnState(instant("2018-09-12T13:00:03"), state),)
        return Rotation(key, zone, Unit.DAY, 1, datetime.fromisoformat(anchor), members, states=states)

    day = turns("day", CHICAGO, "2018-06-15T08:00", 2, "Donna", "Aru", "Craig")
    night = turns("night", "UTC", "2018-06-15T13:00", 0, "Caza", "Cook")
    layers = (
        Layer("day", day, 0, daily(CHICAGO, 8 * HOUR, 20 * HOUR)),
        Layer("night", night, 0, daily(CHICAGO, 20 * HOUR, 8 * HOUR)),
    )
    now = instant("2018-09-12T10:25", CHICAGO)
    past = History(now - DAY, now, (Placed("Cook", now - DAY, now - 9 * HOUR), Placed("Craig", now - 2 * HOUR, now)))
    schedule = Schedule("s", CHICAGO, layers, Mode.UNION, history=(past,))
    assert shown(schedule, now - DAY, instant("2018-09-16T19:00", CHICAGO), CHICAGO) == [
        "Cook 11 10:25-12 01:25", "Craig 12 08:25-12 20:00", "Caza 12 20:00-13 08:00", "Donna 13 08:00-13 20:00",
        "Cook 13 20:00-14 08:00", "Aru 14 08:00-14 20:00", "Caza 14 20:00-15 08:00", "Craig 15 08:00-15 20:00",
        "Cook 15 20:00-16 08:00", "Donna 16 08:00-16 19:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "days", "inside", "outside"),
    [
        (8, 20, (0,), ["24T08:00", "24T09:00"], ["20T08:00", "25T08:00", "24T20:00"]),
        (20, 8, (0,), ["24T20:00", "24T21:00", "25T07:00"], ["20T08:00", "26T08:00", "25T08:00", "24T09:00"]),
        (8, 8, (0, 1, 2, 3, 4), ["24T08:00", "26T03:00", "29T07:00"], ["23T08:00", "24T07:00", "29T08:00"]),
        (
            20,
            8,
            (0, 1, 2, 3, 4),
            ["24T20:00", "28T20:00", "29T07:00"],
            ["23T20:00", "24T07:00", "29T20:00", "30T07:00"],
        ),
    ],
)
def test_windows_of_weekdays(
    start: int, end: int, days: tuple[int, ...], inside: list[str], outside: list[str]
) -> None:
    hours = daily("UTC", start * HOUR, end * HOUR, days)
    assert all(is_open(hours, instant(f"2017-07-{text}")) for text in inside)
    assert not any(is_open(hours, instant(f"2017-07-{text}")) for text in outside)
    found = windows(hours, instant("2017-07-20"), instant("2017-07-31"))
    assert all(any(a <= instant(f"2017-07-{text}") < b for a, b in found) for text in inside)


def test_priorities_over_a_day_with_an_override_of_an_override() -> None:
    midnight = instant("2026-03-02")

    def shift(key: str, person: str, rank: int, start: int, length: int) -> Layer:
        hours = daily("UTC", start * HOUR, (start + length) % 24 * HOUR)
        return always(key, person, hours=hours, rank=rank)

    shifts = [
        ("A", 1, 10, 5), ("B", 1, 11, 2), ("A", 1, 16, 3), ("A", 1, 21, 1), ("B", 1, 22, 2), ("C", 2, 12, 2),
        ("D", 2, 14, 1), ("D", 2, 17, 1), ("D", 2, 20, 3),
    ]  # fmt: skip
    layers = tuple(shift(f"{number}", *one) for number, one in enumerate(shifts))
    late = midnight + 22 * HOUR
    covers = (
        Temporary("first", late, late + HOUR, 1, (Placed("E", late, late + HOUR),)),
        Temporary("second", late, late + HOUR // 2, 2, (Placed("A", late, late + HOUR // 2),)),
    )
    found = final(Schedule("s", "UTC", layers, temporaries=covers), midnight, midnight + DAY)
    hours = [(span.start - midnight) / HOUR for span in found]
    who = ["+".join(sorted(span.people)) for span in found]
    plain = list(zip(hours, who, strict=True))
    assert [pair for number, pair in enumerate(plain) if not number or pair[1] != plain[number - 1][1]] == [
        (0, ""), (10, "A"), (11, "A+B"), (12, "C"), (14, "D"), (15, ""), (16, "A"), (17, "D"), (18, "A"), (19, ""),
        (20, "D"), (22, "A"), (22.5, "E"), (23, "B"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        (13, 18, ["Ada 12:00-13:00", "Ben 13:00-15:00"]),
        (10, 13, ["Ben 12:00-13:00", "Ada 13:00-15:00"]),
        (13, 14, ["Ada 12:00-13:00", "Ben 13:00-14:00", "Ada 14:00-15:00"]),
        (12, 15, ["Ben 12:00-15:00"]),
    ],
)
@pytest.mark.parametrize("state", [SwapState.TAKEN, SwapState.APPROVED, SwapState.PROPOSED])
def test_a_shift_given_away_is_cut_at_the_edges(first: int, last: int, wanted: list[str], state: SwapState) -> None:
    noon = instant("2026-03-02T12:00")
    layer = always("l", "Ada", hours=daily("UTC", 12 * HOUR, 15 * HOUR))
    slot = Slot("s", "Ada", noon + (first - 12) * HOUR, noon + (last - 12) * HOUR)
    swap = Swap("x", slot, "Ben", noon - DAY, state=state)
    found = shown(Schedule("s", "UTC", (layer,), swaps=(swap,)), noon, noon + 6 * HOUR)
    assert found == (
        [text.replace(" ", " 02 ", 1).replace("-", "-02 ") for text in wanted]
        if state is SwapState.TAKEN
        else ["Ada 02 12:00-02 15:00"]
    )


def test_the_clocks_change_inside_a_daily_window() -> None:
    start = instant("2026-03-28T12:00", "Europe/Paris")
    night = always("n", "Ada", zone="Europe/Paris", hours=daily("Europe/Paris", 22 * HOUR, 6 * HOUR))
    lengths = [one.end - one.start for one in stretches(final(Schedule("s", "UTC", (night,)), start, start + 3 * DAY))]
    assert lengths[:2] == [7 * HOUR, 8 * HOUR]
    assert timedelta(seconds=sum(lengths[:2])) == timedelta(hours=15)
