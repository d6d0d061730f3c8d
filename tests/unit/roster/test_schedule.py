"""The final schedule against a plain oracle, minute by minute, and the order in which exceptions count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.duties import Empty, Origin, Span
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import History, Override, OverrideKind, Placed, Temporary, overlapping
from helpdesk_tui.domain.roster.restrictions import Restriction, Window, daily
from helpdesk_tui.domain.roster.rotations import Member, Rotation, Unit
from helpdesk_tui.domain.roster.schedule import Mode, People, Schedule, final, who
from tests.unit.roster.kit import DAY, HOUR, MINUTE, instant, local, slow_resolve

ZONES = ["Europe/Paris", "America/Chicago", "Australia/Lord_Howe", "Asia/Kathmandu"]
STARTS = [
    instant("2026-03-28T00:00"),
    instant("2026-10-24T00:00"),
    instant("2026-03-07T12:00"),
    instant("2026-04-04T06:00"),
    instant("2026-10-03T06:00"),
    instant("2024-02-28T00:00"),
]
NAMES = ["A", "B", "C", "D"]


def weekly_rotation(key: str, *names: str, zone: str = "UTC", unit: Unit = Unit.DAY) -> Rotation:
    members = tuple(Member(name, number) for number, name in enumerate(names))
    return Rotation(key, zone, unit, 1, local("2026-01-05T08:00"), members)


def layer(key: str, *names: str, rank: int = 0, restriction: Restriction | None = None) -> Layer:
    return Layer(key, weekly_rotation(key, *names), rank, restriction)


def shown(spans: list[Span]) -> list[tuple[str, str]]:
    return [(f"{datetime.fromtimestamp(span.start, UTC):%d %H:%M}", " ".join(span.people)) for span in spans]


def replace_with(key: str, remove: str, add: str, start: str, end: str, created: int, scope: str = "") -> Override:
    return Override(key, OverrideKind.REPLACE, instant(start), instant(end), created, add, remove, scope)


# --- the oracle -------------------------------------------------------------------------------------------------------


def plain_layer(one: Layer, at: int) -> list[str]:
    rotation = one.rotation
    if one.restriction is not None:
        day = datetime.fromtimestamp(at, UTC).replace(tzinfo=None).replace(hour=0, minute=0, second=0)
        found = False
        for back in range(-2, 10):
            date = day - timedelta(days=back)
            for window in one.restriction.windows:
                if window.weekday == date.weekday():
                    opens = date + timedelta(seconds=window.start)
                    closes = opens + timedelta(seconds=window.length)
                    begins, ends = cached(opens, one.restriction.zone), cached(closes, one.restriction.zone, last=True)
                    found = found or begins <= at < ends
        if not found:
            return []
    if not rotation.members:
        return []
    size = {Unit.HOUR: timedelta(hours=1), Unit.DAY: timedelta(days=1), Unit.WEEK: timedelta(days=7)}[rotation.unit]
    size *= rotation.length
    naive = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(rotation.zone)).replace(tzinfo=None)
    k = (naive - rotation.anchor) // size + 4
    while cached(rotation.anchor + k * size, rotation.zone) > at:
        k -= 1
    return [rotation.members[k % len(rotation.members)].person]


_KNOWN: dict[tuple[datetime, str, bool], int] = {}


def cached(moment: datetime, zone: str, *, last: bool = False) -> int:
    key = moment, zone, last
    if key not in _KNOWN:
        _KNOWN[key] = slow_resolve(moment, zone, last=last)
    return _KNOWN[key]


def plain_overridden(slots: list[list[str]], overrides: list[Override]) -> list[list[str]]:
    """Each slot is everybody who held it, the present holder last; "" for nobody."""
    for one in sorted(overrides, key=lambda o: (o.created_at, o.key)):
        if one.kind is OverrideKind.ADD:
            slots.append([one.add])
        for slot in slots:
            if one.kind is OverrideKind.REPLACE and one.remove in slot:
                slot.append(one.add)
            if one.kind is OverrideKind.REMOVE and slot[-1] == one.remove:
                slot.append("")
    return slots


def plain_who(schedule: Schedule, at: int) -> set[str]:
    running = [one for one in schedule.temporaries if one.start <= at < one.end]
    if running:
        newest = max(running, key=lambda one: (one.created_at, one.key))
        return {shift.person for shift in newest.shifts if shift.start <= at < shift.end}
    live = [one for one in schedule.overrides if one.start <= at < one.end]
    by_layer: list[tuple[int, list[str]]] = []
    for one in schedule.layers:
        slots = plain_overridden([[name] for name in plain_layer(one, at)], [o for o in live if o.layer == one.key])
        by_layer.append((one.rank, [slot[-1] for slot in slots if slot[-1]]))
    by_layer = [pair for pair in by_layer if pair[1]]
    if schedule.mode is Mode.PRIORITY and by_layer:
        top = max(rank for rank, _ in by_layer)
        by_layer = [pair for pair in by_layer if pair[0] == top]
    names = list(dict.fromkeys(name for _, names in by_layer for name in names))
    slots = plain_overridden([[name] for name in names], [o for o in live if not o.layer])
    return {slot[-1] for slot in slots if slot[-1]}


names_of = st.lists(st.sampled_from(NAMES), min_size=0, max_size=4, unique=True)


@st.composite
def restrictions(draw: st.DrawFn) -> Restriction | None:
    if draw(st.booleans()):
        return None
    windows = draw(
        st.lists(
            st.builds(
                Window,
                st.integers(0, 6),
                st.integers(0, 95).map(lambda q: q * 15 * MINUTE),
                st.sampled_from([HOUR, 2 * HOUR, 9 * HOUR, 14 * HOUR, DAY, 62 * HOUR, 7 * DAY]),
            ),
            min_size=1,
            max_size=5,
        )
    )
    return Restriction(draw(st.sampled_from(ZONES)), tuple(windows))


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Schedule, int]:
    start = draw(st.sampled_from(STARTS))
    layers = []
    for number in range(draw(st.integers(0, 3))):
        members = tuple(Member(name, place) for place, name in enumerate(draw(names_of)))
        unit, length = draw(
            st.sampled_from([(Unit.HOUR, 5), (Unit.HOUR, 1), (Unit.DAY, 1), (Unit.DAY, 2), (Unit.WEEK, 1)])
        )
        anchor = local("2024-02-26T00:00") + timedelta(minutes=15 * draw(st.integers(0, 95)))
        rotation = Rotation(f"l{number}", draw(st.sampled_from(ZONES)), unit, length, anchor, members)
        layers.append(Layer(f"l{number}", rotation, draw(st.integers(0, 1)), draw(restrictions())))

    def span() -> tuple[int, int]:
        begins = start + draw(st.integers(-24, 60)) * HOUR
        return begins, begins + draw(st.integers(1, 30)) * HOUR

    overrides = []
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(list(OverrideKind)))
        add, remove = draw(st.permutations(NAMES))[:2]
        scope = draw(st.sampled_from(["", "", "l0", "l1"]))
        add, remove = ("" if kind is OverrideKind.REMOVE else add), ("" if kind is OverrideKind.ADD else remove)
        overrides.append(Override(f"o{number}", kind, *span(), draw(st.integers(0, 3)), add, remove, scope))
    temporaries = []
    for number in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        shifts = tuple(Placed(name, *span()) for name in draw(names_of))
        temporaries.append(Temporary(f"t{number}", *span(), draw(st.integers(0, 3)), shifts))
    mode = draw(st.sampled_from(list(Mode)))
    return Schedule("s", "UTC", tuple(layers), mode, tuple(overrides), tuple(temporaries)), start


@given(made=schedules())
@settings(max_examples=80, deadline=None)
def test_the_final_schedule_is_what_a_plain_look_at_every_quarter_of_an_hour_says(made: tuple[Schedule, int]) -> None:
    schedule, start = made
    spans = final(schedule, start, start + 2 * DAY)
    assert spans[0].start == start
    assert spans[-1].end == start + 2 * DAY
    for one, two in pairwise(spans):
        assert one.end == two.start
        assert one.duties != two.duties
    place = 0
    for at in range(start, start + 2 * DAY, 15 * MINUTE):
        while spans[place].end <= at:
            place += 1
        assert set(spans[place].people) == plain_who(schedule, at), datetime.fromtimestamp(at, UTC)
        if at % HOUR == 0:
            assert who(schedule, at) == spans[place].duties


# --- D8, D9 and the rest of the order ------------------------------------------------------------------------------


def test_d8_priority_takes_the_highest_layer_that_has_anybody_and_equals_share() -> None:
    nights = daily("UTC", 20 * HOUR, 8 * HOUR)
    stack = (layer("base", "A", "B"), layer("night", "N", rank=5, restriction=nights), layer("second", "S", rank=5))
    top = Schedule("s", "UTC", stack[:2])
    assert shown(final(top, instant("2026-01-05T08:00"), instant("2026-01-06T12:00"))) == [
        ("05 08:00", "A"),
        ("05 20:00", "N"),
        ("06 08:00", "B"),
    ]
    assert {duty.person for duty in who(Schedule("s", "UTC", stack), instant("2026-01-05T21:00"))} == {"N", "S"}
    both = Schedule("s", "UTC", stack[:2], Mode.UNION)
    assert {duty.person for duty in who(both, instant("2026-01-05T21:00"))} == {"A", "N"}


def test_d8_a_layer_without_members_lets_the_one_below_through() -> None:
    stack = (layer("base", "A"), layer("hollow", rank=9))
    assert [duty.person for duty in who(Schedule("s", "UTC", stack), instant("2026-02-01"))] == ["A"]
    assert final(Schedule("s", "UTC", (layer("hollow"),)), 0, DAY) == [Span(0, DAY, ())]


def test_d9_replace_acts_only_while_the_replaced_one_is_on_call() -> None:
    override = replace_with("o", "A", "X", "2026-01-05T00:00", "2026-01-08T00:00", 1)
    schedule = Schedule("s", "UTC", (layer("l", "A", "B"),), overrides=(override,))
    assert shown(final(schedule, instant("2026-01-05T00:00"), instant("2026-01-08T12:00"))) == [
        ("05 00:00", "B"),
        ("05 08:00", "X"),
        ("06 08:00", "B"),
        ("07 08:00", "X"),
        ("08 00:00", "A"),
        ("08 08:00", "B"),
    ]
    [_, cover, *_] = final(schedule, instant("2026-01-05T00:00"), instant("2026-01-08T12:00"))
    [duty] = cover.duties
    assert (duty.origin, duty.via, duty.instead_of, duty.layer) == (Origin.OVERRIDE, "o", "A", "l")


def test_d9_the_newest_of_overlapping_overrides_wins_and_an_override_can_be_overridden() -> None:
    older = replace_with("o1", "A", "B", "2026-01-05T08:00", "2026-01-05T20:00", 1)
    newer = replace_with("o2", "A", "C", "2026-01-05T12:00", "2026-01-05T20:00", 2)
    again = replace_with("o3", "B", "D", "2026-01-05T10:00", "2026-01-05T14:00", 3)
    schedule = Schedule("s", "UTC", (layer("l", "A"),), overrides=(again, newer, older))
    assert shown(final(schedule, instant("2026-01-05T08:00"), instant("2026-01-05T22:00"))) == [
        ("05 08:00", "B"),
        ("05 10:00", "D"),
        ("05 14:00", "C"),
        ("05 20:00", "A"),
    ]
    pairs = {(one.key, two.key) for one, two in overlapping(schedule.overrides)}
    assert pairs == {("o1", "o2"), ("o1", "o3")}


def test_d9_taking_somebody_off_does_not_take_off_who_covers_for_them() -> None:
    cover = replace_with("o1", "A", "B", "2026-01-05T08:00", "2026-01-05T20:00", 1)
    off = Override("o2", OverrideKind.REMOVE, cover.start, cover.end, 2, remove="A")
    schedule = Schedule("s", "UTC", (layer("l", "A"),), overrides=(cover, off))
    assert [duty.person for duty in who(schedule, cover.start)] == ["B"]


def test_d9_an_override_of_one_layer_leaves_the_others_alone() -> None:
    stack = (layer("one", "A"), layer("two", "A", "B"))
    scoped = replace_with("o", "A", "X", "2026-01-05T00:00", "2026-01-09T00:00", 1, "two")
    schedule = Schedule("s", "UTC", stack, Mode.UNION, (scoped,))
    assert [duty.person for duty in who(schedule, instant("2026-01-05T09:00"))] == ["A", "X"]


def test_d9_a_temporary_schedule_replaces_everything_and_its_holes_are_gaps() -> None:
    a, b = instant("2026-01-05T10:00"), instant("2026-01-05T18:00")
    everywhere = Override("o", OverrideKind.ADD, a - DAY, b + DAY, 9, add="X")
    temporary = Temporary("t", a, b, 1, (Placed("T", a + HOUR, b - HOUR), Placed("U", a + 2 * HOUR, b + DAY)))
    schedule = Schedule("s", "UTC", (layer("l", "A"),), overrides=(everywhere,), temporaries=(temporary,))
    assert shown(final(schedule, a - HOUR, b + HOUR)) == [
        ("05 09:00", "A X"),
        ("05 10:00", ""),
        ("05 11:00", "T"),
        ("05 12:00", "T U"),
        ("05 17:00", "U"),
        ("05 18:00", "A X"),
    ]


def test_recorded_history_stays_whatever_the_rules_become() -> None:
    a = instant("2026-01-05T08:00")
    past = History(a, a + DAY, (Placed("Z", a, a + 12 * HOUR),))
    schedule = Schedule("s", "UTC", (layer("l", "A"),), history=(past,))
    assert shown(final(schedule, a, a + 2 * DAY)) == [("05 08:00", "Z"), ("05 20:00", ""), ("06 08:00", "A")]
    assert who(schedule, a)[0].origin is Origin.HISTORY


def test_the_absent_the_gone_and_the_unreachable_are_empty_duties() -> None:
    a = instant("2026-01-05T08:00")
    schedule = Schedule("s", "UTC", (layer("l", "A", "G", "U"),))
    people = People((Absence("1", "A", a + 6 * HOUR),), frozenset({"G"}), frozenset({"U"}))
    spans = final(schedule, a, a + 4 * DAY, people)
    assert [(span.people[0], span.duties[0].empty, bool(span.reached)) for span in spans] == [
        ("A", Empty.NO, True),
        ("A", Empty.ABSENT, False),
        ("G", Empty.GONE, False),
        ("U", Empty.UNREACHABLE, False),
        ("A", Empty.ABSENT, False),
    ]
    assert who(schedule, a + 7 * HOUR, people)[0].empty is Empty.ABSENT


def test_undoing_an_override_restores_the_schedule() -> None:
    a = instant("2026-03-28T00:00")
    plain = Schedule("s", "UTC", (layer("l", "A", "B"),))
    changed = Schedule(
        "s", "UTC", plain.layers, overrides=(replace_with("o", "A", "X", "2026-03-28", "2026-03-30", 1),)
    )
    assert final(changed, a, a + 3 * DAY) != final(plain, a, a + 3 * DAY)
    assert final(Schedule("s", "UTC", changed.layers), a, a + 3 * DAY) == final(plain, a, a + 3 * DAY)


def test_layers_begin_and_end() -> None:
    a = instant("2026-01-05T08:00")
    short = Layer("l", weekly_rotation("l", "A"), start=a + HOUR, end=a + 2 * HOUR)
    assert shown(final(Schedule("s", "UTC", (short,)), a, a + DAY)) == [
        ("05 08:00", ""),
        ("05 09:00", "A"),
        ("05 10:00", ""),
    ]
    assert not who(Schedule("s", "UTC", (short,)), a + 2 * HOUR)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), (10, 5), (0, 4_000 * DAY), (-(10**12), -(10**12) + 5), (10**12, 10**12 + 5)]
)
def test_windows_that_cannot_be(start: int, end: int) -> None:
    with pytest.raises(RosterError):
        final(Schedule("s", "UTC", (layer("l", "A"),)), start, end)


def test_exceptions_that_cannot_be() -> None:
    with pytest.raises(RosterError, match="ends before"):
        replace_with("o", "A", "B", "2026-01-02", "2026-01-01", 1)
    with pytest.raises(RosterError, match="put on"):
        Override("o", OverrideKind.ADD, 0, 1, 0)
    with pytest.raises(RosterError, match="taken off"):
        Override("o", OverrideKind.ADD, 0, 1, 0, add="A", remove="B")
    with pytest.raises(RosterError, match="ends before"):
        Temporary("t", 5, 5, 0)
    with pytest.raises(RosterError, match="one name"):
        Schedule("s", "UTC", (layer("l", "A"), layer("l", "B")))
    with pytest.raises(RosterError, match="ends before"):
        Layer("l", weekly_rotation("l", "A"), start=5, end=5)
