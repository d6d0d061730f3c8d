"""A need that names nothing there is; a floor on which nobody works yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from time_machine import TimeMachineFixture

from helpdesk_tui.commands.rosters import Options, run_gaps
from helpdesk_tui.commands.settings import run_check
from helpdesk_tui.desk.roster.needs import named_wrong, unknown_needs
from helpdesk_tui.desk.roster.problems import BEGIN
from helpdesk_tui.domain.roster.feasibility import Work
from helpdesk_tui.domain.roster.needs import NeedRule
from tests.unit.roster.desk_place import NOW, Place
from tests.unit.roster.test_roster_commands import ROSTER, TEAM

SCHEDULE = 'roster.toml: [[need]] schedule = "{}" names no schedule'
SKILL = 'roster.toml: [[need]] skill = "{}" names no skill or group that anybody has'


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (NeedRule(1, pool="emea"), []),
        (NeedRule(1, pool="Client Support EMEA"), []),
        (NeedRule(1, pool="emaa"), [SCHEDULE.format("emaa") + '; did you mean "emea"?']),
        (NeedRule(1, pool="EMEA"), [SCHEDULE.format("EMEA") + '; did you mean "emea"?']),
        (NeedRule(1, pool="nothing like it"), [SCHEDULE.format("nothing like it")]),
        (NeedRule(1, skill="net"), []),
        (NeedRule(1, skill="Network"), []),
        (NeedRule(1, skill="netwrok"), [SKILL.format("netwrok") + '; did you mean "Network"?']),
        (
            NeedRule(2, pool="emaa", skill="sap"),
            [SCHEDULE.format("emaa") + '; did you mean "emea"?', SKILL.format("sap")],
        ),
        (NeedRule(1), []),
    ],
)
def test_one_line_names_file_key_and_the_nearest(rule: NeedRule, wanted: list[str]) -> None:
    assert named_wrong([rule, rule], {"emea", "Client Support EMEA"}, {"net", "vpn", "Network"}) == wanted


def test_it_is_among_the_problems(place: Place) -> None:
    place.schedule("Ada", "Ben")
    place.desk.intents.save_shifts([])
    from helpdesk_tui.data import stores
    from helpdesk_tui.data.write.presences import PresenceWriter

    store = stores.open_write(place.paths.team_db, stores.StoreKind.TEAM)
    PresenceWriter(store).replace_needs([NeedRule(1, pool="Netwrok"), NeedRule(1, skill="Net")], origin="roster.toml")
    store.close()
    assert unknown_needs(place.desk.floor()) == [SCHEDULE.format("Netwrok") + '; did you mean "Network"?']
    [one] = [one for one in place.problems() if one.kind == "need"]
    assert (one.label, one.what) == ("roster.toml", '[[need]] schedule = "Netwrok" names no schedule')
    assert one.cure == 'did you mean "Network"?'
    assert not one.lasts
    assert one.hole is None


def test_a_bare_floor_has_no_problem_but_a_beginning(place: Place) -> None:
    floor = place.desk.floor()
    assert floor.is_bare
    late = replace(floor, works=(Work("A", NOW + 60, 3_600),))
    assert late.shortages(NOW, NOW + 86_400) == []
    place.schedule("Ada")
    assert not place.desk.floor().is_bare


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachineFixture) -> Path:
    monkeypatch.setenv("TZ", "UTC")
    time_machine.move_to(NOW, tick=False)
    return tmp_path


def test_the_command_says_how_to_begin(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_gaps(str(home), days=14, exit_code=False, options=Options()) == 0
    assert capsys.readouterr().err.splitlines() == list(BEGIN)
    assert run_gaps(str(home), days=14, exit_code=True, options=Options(as_json=True)) == 1
    assert capsys.readouterr().out == "[]\n"


def test_config_check_names_the_mistake_before_the_file_is_read(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "technicians.toml").write_text(TEAM)
    need = '[[need]]\nschedule = "nett"\n[[need]]\nschedule = "Network; on call"\n'
    (home / "roster.toml").write_text(ROSTER + need)
    (home / "config.toml").write_text(
        '[sources.zd]\nplatform = "zendesk"\nurl = "http://127.0.0.1:9"\nusername = "a@x"\n'
    )
    assert run_check(str(home)) == 2
    told = capsys.readouterr()
    assert SCHEDULE.format("nett") + '; did you mean "net"?' in told.err.splitlines()
    assert "roster.toml: good" in told.out
    (home / "roster.toml").write_text(ROSTER)
    run_check(str(home))
    assert "[[need]]" not in capsys.readouterr().err
