"""The roster at the desk: what is found wrong, who could mend it, what is written where, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from helpdesk_tui.data.read.facts import Facts
from helpdesk_tui.desk.acts.deciding import change_for
from helpdesk_tui.desk.roster.cover import cover_plan
from helpdesk_tui.desk.roster.desk import RosterDesk
from helpdesk_tui.desk.roster.floor import RosterRules
from helpdesk_tui.desk.roster.problems import covers, shares_of
from helpdesk_tui.desk.roster.text import age_of, oncall_rows, plan_lines
from helpdesk_tui.domain.changes import ChangeState
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.people import Group, Person
from helpdesk_tui.domain.roster.absences import Absence
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.overrides import Override, OverrideKind
from helpdesk_tui.domain.roster.roster_file import FileSchedule
from helpdesk_tui.domain.roster.rotations import Member, Unit
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.roster.shifts import Dated, Hours
from helpdesk_tui.domain.roster.told import ToldOverride
from helpdesk_tui.domain.tickets import State, Ticket, TicketRef
from helpdesk_tui.errors import UsageError
from tests.unit.roster.desk_place import DAY, NAMES, NOW, PARIS, H, Place, duty


def test_a_schedule_without_members_is_one_gap(place: Place) -> None:
    place.schedule()
    [gap] = place.problems()
    assert (gap.kind, gap.end - gap.start, gap.label) == ("gap", 14 * DAY, "Network")


def test_a_member_who_was_deleted_leaves_an_empty_duty(place: Place) -> None:
    place.schedule("Ada", unit=Unit.MONTH)
    ada = next(one for one in place.desk.floor().technicians.values() if one.name == "Ada")
    place.desk.intents.save_technician(replace(ada, active=False))
    [empty] = place.problems()
    assert (empty.kind, empty.what) == ("empty", "Ada gone")
    place.told(duty("zoe", NOW - DAY, NOW + 90 * DAY))
    place.cache.commit_page(
        "jsm", "people", now=NOW, people=[Person("jsm", "zoe", "Zoe", works_tickets=True, active=False)]
    )
    assert ("Ops", "Zoe gone") in {(one.label, one.what) for one in place.problems()}


def test_what_was_read_holds_while_stores_are_written_for_other_reasons(place: Place) -> None:
    """Marks, drafts and the sender's sign of life are written all day; reading the roster takes a twentieth second."""
    start, end = NOW + 4 * DAY, NOW + 6 * DAY
    line = place.told(duty("ada", NOW - DAY, start), duty("ada", end, NOW + 90 * DAY))
    floor, ticket = place.desk.floor(), TicketRef("jsm", "1")
    place.outbox.mark([ticket])
    place.outbox.enqueue([change_for(ticket, Facts({"owner": ""}, "1", 1, NOW, "me"), {"owner": "ada"}, (), NOW)])
    assert place.desk.floor() is floor
    [change] = place.desk.carry_out(cover_plan(floor, line, start, end, "Ben", place.now)).changes
    covered = place.desk.floor()
    assert covered is not floor
    place.outbox.undo([change.id])
    assert place.desk.floor() is not covered


def test_overlapping_overrides_are_told_and_the_newer_counts(place: Place) -> None:
    line = place.schedule("Ada", unit=Unit.MONTH)
    for number, name in enumerate(("Ben", "Chen")):
        override = Override(name, OverrideKind.REPLACE, NOW + DAY, NOW + 2 * DAY, NOW + number, name, "Ada")
        place.desk.intents.add_override(line.key, override)
    [conflict] = place.problems()
    assert (conflict.kind, conflict.what) == ("conflict", "two overrides speak of Ben and Chen")
    assert place.desk.floor().spans(place.line("net"), NOW + DAY, NOW + 2 * DAY)[0].people == ("Chen",)
    assert place.desk.take_back("Chen")
    assert place.problems() == []


def test_a_gap_of_ours_is_closed_at_once_and_opened_again(place: Place) -> None:
    line = place.schedule("Ada", "Ben", unit=Unit.WEEK)
    place.desk.intents.add_absence(Absence("a", "Ben", NOW, NOW + 30 * DAY))
    [empty] = place.problems()
    assert (empty.kind, empty.end - empty.start) == ("empty", 7 * DAY)
    found = covers(place.desk.floor(), empty)
    assert [one.person for one in found][-1] == "Ben"
    assert (found[0].person, found[0].can) == ("Chen", True)
    floor = place.desk.floor()
    plan = cover_plan(floor, line, empty.start, empty.end, "Chen", place.now)
    assert any("the team's own schedule Network" in text for text in plan_lines(plan, PARIS))
    assert plan.effects[0].burden.week[1] > plan.effects[0].burden.week[0]
    done = place.desk.carry_out(plan)
    assert place.problems() == []
    assert place.desk.take_back(done.own[0])
    assert [one.kind for one in place.problems()] == ["empty"]
    with pytest.raises(RosterError, match="Ben is away then"):
        place.desk.carry_out(cover_plan(floor, line, empty.start, empty.end, "Ben", place.now))


def test_an_override_on_its_way_is_shown_and_one_that_stands_is_its_base(place: Place) -> None:
    start, end = NOW + 4 * DAY, NOW + 6 * DAY
    line = place.told(duty("ada", NOW - DAY, start), duty("ada", end, NOW + 90 * DAY))
    [gap] = place.problems()
    assert (gap.kind, gap.start, gap.end) == ("gap", start, end)
    plan = cover_plan(place.desk.floor(), line, start, end, "Ben", place.now)
    [change] = place.desk.carry_out(plan).changes
    assert (change.state, change.desired, change.base) == (ChangeState.QUEUED, {"person": "ben"}, {"person": ""})
    assert place.problems() == []
    covered = place.line("Ops")
    assert [(one.person, one.state) for one in covered.covers] == [("Ben", "waiting")]
    place.outbox.undo([change.id])
    place.told(
        duty("ada", NOW - DAY, start), duty("ben", start, end), duty("ada", end, NOW + 90 * DAY),
        overrides=(ToldOverride("jsm", "s1", "o1", "ben", start, end),),
    )  # fmt: skip
    again = cover_plan(place.desk.floor(), place.line("Ops"), start, end, "Chen", place.now)
    step = replace(again.steps[0], rotations=())
    [change] = place.desk.carry_out(replace(again, steps=(step,))).changes
    assert change.base == {"person": "ben"}
    [removal] = place.desk.remove_override("jsm", "o1")
    assert removal.desired == {"person": ""}


def test_what_could_not_be_read_keeps_its_age_and_says_so(place: Place) -> None:
    place.told(duty("ada", NOW - DAY, NOW + 90 * DAY))
    place.now = NOW + 2 * H
    line = place.told(unread="no rights")
    assert age_of(line, place.now) == "as of 2 h ago, not read since: no rights"
    [(name, who, reach, _, kept, age)] = oncall_rows(place.desk.floor(), [line], place.now, place.now)
    assert (name, who, reach, kept, age.startswith("as of 2 h ago")) == ("Ops", "Ada", "+1", "jsm", True)
    far = oncall_rows(place.desk.floor(), [line], NOW + 200 * DAY, place.now)
    assert far[0][1] == "not known"


def test_nobody_is_missing_where_nobody_said(place: Place) -> None:
    place.told(duty("ada", NOW - DAY, NOW + 200 * DAY))
    assert place.problems(days=366) == []


def test_read_only_decides_nothing(place: Place) -> None:
    line = place.schedule("Ada", unit=Unit.MONTH)
    reading = place.another("x", read_only=True)
    with pytest.raises(UsageError, match="read only"):
        reading.carry_out(cover_plan(reading.floor(), line, NOW + DAY, NOW + 2 * DAY, "Ben", NOW))
    with pytest.raises(UsageError, match="read only"):
        reading.intents.add_absence(Absence("a", "Ben", NOW))
    reading.close()


def test_the_past_is_written_down_and_stays(place: Place) -> None:
    place.schedule("Ada", "Ben")
    place.now = NOW + 3 * DAY
    assert place.desk.record() > 0
    assert place.desk.record() == 0
    before = place.desk.floor().spans(place.line("net"), NOW, NOW + 2 * DAY)
    place.schedule("Chen")
    after = place.desk.floor().spans(place.line("net"), NOW, NOW + 2 * DAY)
    assert [span.people for span in after] == [span.people for span in before]
    assert place.desk.floor().spans(place.line("net"), place.now + H, place.now + DAY)[0].people == ("Chen",)
    assert {share.person for share in shares_of(place.desk.floor(), place.line("net"), place.now)} >= {"Chen"}


def test_whoever_is_on_stays_on_when_a_colleague_leaves_or_joins(place: Place) -> None:
    place.schedule("Ada", "Ben", "Chen")
    floor = place.desk.floor()
    on = floor.spans(place.line("net"), NOW, NOW + 1)[0].people[0]
    others = [name for name in ("Ada", "Ben", "Chen") if name != on]
    own = place.line("net").own
    assert own is not None
    for people in ([others[1], on], [on, *others, "Dee"]):
        members = tuple(Member(person, turn) for turn, person in enumerate(people))
        layer = own.layers[0]
        fresh = replace(layer, rotation=replace(layer.rotation, members=members, states=()))
        before = place.line("net").own
        place.desk.intents.save_schedule(FileSchedule(Schedule("net", PARIS, (fresh,)), "Network"), before)
        spans = place.desk.floor().spans(place.line("net"), NOW, NOW + 10 * DAY)
        assert spans[0].people == (on,)
        assert {span.people[0] for span in spans} == set(people)
        place.now += 60


def test_files_are_read_when_they_say_something_else(place: Place) -> None:
    folder = place.paths.config_dir
    (folder / "technicians.toml").write_text("[[technician]]\nname = 'Eve'\n[[technician]]\nname = 'Finn'\n")
    assert place.desk.refresh() == ["technicians.toml: 2 technicians"]
    assert place.desk.refresh() == []
    (folder / "technicians.toml").write_text("[[technician]]\nname = 'Eve'\n")
    assert place.desk.refresh()[1] == "Finn is no longer in technicians.toml and counts as gone"
    assert {name for name, one in place.desk.floor().technicians.items() if one.active} == {*NAMES, "Eve"}
    (folder / "roster.toml").write_text(
        "[[schedule]]\nkey='e'\n[[schedule.layer]]\nanchor='2026-01-01'\nmembers=['Eve']\n"
    )
    assert place.desk.refresh() == ["roster.toml: 1 schedule, 0 needs"]
    assert place.line("e").members == ("Eve",)
    (folder / "roster.toml").write_text("[[schedule]\n")
    with pytest.raises(RosterError, match=r"roster.toml: "):
        place.desk.refresh()
    assert place.line("e").members == ("Eve",)
    (folder / "roster.toml").write_text("")
    place.desk.refresh()
    assert place.desk.floor().line("e") is None


def test_a_queue_that_does_not_fit_the_roster_is_told_with_its_hours(place: Place) -> None:
    ticket = Ticket("jsm", "t", "T-1", "incident", "t", State.OPEN, "Open", NOW, NOW, 1, group="g")
    clock = Clock("jsm", "t", "c", Metric.RESOLUTION, "Resolution", Stage.RUNNING, due_at=NOW + H, as_of=NOW)
    place.cache.begin([{"name": "jsm", "platform": "jira"}], NOW)
    place.cache.commit_page(
        "jsm", "open", now=NOW, tickets=[ticket], clocks=[clock], groups=[Group("jsm", "g", "Net")]
    )  # fmt: skip
    assert [one for one in place.problems() if one.kind == "short"] == []  # nobody has said who works when
    place.desk.intents.save_shifts([Dated("s", "Ada", PARIS, date(2026, 9, 23), Hours(0, 8 * H))])
    short = {one.label: one for one in place.problems() if one.kind == "short"}
    assert short["Net"].what == "by 03:00 Net is 0.3 hours short, 1 ticket due by then"
    assert short["Net"].lost == "jsm T-1 will be late"
    hours = Hours(0, 8 * H)
    place.desk.intents.save_shifts([Dated("s", "Ada", PARIS, date(2026, 9, 22), hours)])
    assert [one for one in place.problems() if one.kind == "short"] == []


def test_the_need_is_counted_from_arrivals_where_that_is_asked_for(place: Place) -> None:
    tickets = [
        Ticket("jsm", f"t{n}", f"T-{n}", "incident", "t", State.OPEN, "Open", at, at, 1, group="g")
        for n, at in enumerate(NOW - week * 7 * DAY + 10 * H + k for week in range(1, 9) for k in range(3))
    ]
    place.cache.begin([{"name": "jsm", "platform": "jira"}], NOW)
    place.cache.commit_page("jsm", "open", now=NOW, tickets=tickets, groups=[Group("jsm", "g", "Net")])
    assert place.desk.floor().needs(NOW, NOW + DAY) == []
    counting = RosterDesk(
        place.paths, place.paths.config_dir, place.outbox, by="x", now=lambda: NOW, zone="UTC",
        rules=RosterRules(1_200, from_arrivals=True),
    )  # fmt: skip
    [need] = counting.floor().needs(NOW, NOW + 7 * DAY)
    assert (need.start, need.end, need.required, need.skill) == (NOW + 10 * H, NOW + 10 * H + 1_800, 3, "Net")
    counting.close()


def test_a_file_that_names_nobody_of_the_team_is_refused_whole(place: Place) -> None:
    (place.paths.config_dir / "roster.toml").write_text(
        "[[schedule]]\nkey='a'\n[[schedule.layer]]\nanchor='2026-01-01'\nmembers=['Ada']\n"
        "[[schedule]]\nkey='b'\n[[schedule.layer]]\nanchor='2026-01-01'\nmembers=['Zoe']\n"
    )
    with pytest.raises(RosterError, match=r"roster.toml: schedule b: there is no technician 'Zoe'"):
        place.desk.refresh()
    assert place.desk.floor().lines == ()
