"""Small pure parts of the SLA screen: times as people type them, reasons in words, versions in force."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.domain.sla.stuck import Owner, Talk, promise_words, why
from helpdesk_tui.domain.sla.versions import Force, Reach, in_force, version_of
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.domain.when import read_when
from helpdesk_tui.errors import UsageError

PARIS = ZoneInfo("Europe/Paris")
H = 3600
SATURDAY = int(datetime(2026, 10, 24, 12, 30, tzinfo=UTC).timestamp())
"""14:30 in Paris; on the night the clocks go back."""
ROW = Row(
    1, "sn", "k", "INC1", "SN", "it", 3, State.OPEN, "In Progress", "Network", "Ana Reyes", 0, "R", False, SATURDAY,
    False, SATURDAY, False, SATURDAY - 9 * H, SATURDAY, 0, 0, 0, False, True, "in", 1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("30m", "2026-10-24 15:00"),
        ("1h30m", "2026-10-24 16:00"),
        ("2d", "2026-10-26 13:30"),  # an hour of the clock less: the clocks were set back
        ("15:00", "2026-10-24 15:00"),
        ("14:30", "2026-10-25 14:30"),
        ("9:05", "2026-10-25 09:05"),
        ("tomorrow 9:00", "2026-10-25 09:00"),
        ("mon 8:00", "2026-10-26 08:00"),
        ("sat 8:00", "2026-10-31 08:00"),
        ("sat 18:00", "2026-10-24 18:00"),
        ("2026-11-02 10:15", "2026-11-02 10:15"),
        ("  Tomorrow   9:00 ", "2026-10-25 09:00"),
    ],
)
def test_a_time_is_read_as_it_is_meant(text: str, when: str) -> None:
    at = read_when(text, SATURDAY, PARIS)
    assert f"{datetime.fromtimestamp(at, PARIS):%Y-%m-%d %H:%M}" == when


@pytest.mark.parametrize(
    "text",
    ["", "soon", "25:00", "9:60", "today 9:00", "2026-10-23 10:00", "2026-13-01 10:00", "400d", "0m", "-5m", "\x1b"],
)
def test_what_is_no_time_to_come_is_said(text: str) -> None:
    with pytest.raises(UsageError):
        read_when(text, SATURDAY, PARIS)


@pytest.mark.parametrize(
    ("changes", "owner", "talk", "first"),
    [
        ({"owner": ""}, Owner(), Talk(), "nobody assigned"),
        ({"trouble": "status moved"}, Owner(), Talk(), "write waits for you: status moved, see gy"),
        ({"pending": ("owner",)}, Owner(), Talk(), "owner waits in the outbox"),
        ({}, Owner(away=True), Talk(), "owner absent"),
        ({}, Owner(away=True, away_until=SATURDAY + 2 * H), Talk(), "owner absent for 2h more"),
        ({}, Owner(off=True), Talk(), "owner not on shift"),
        ({}, Owner(load=12, capacity=12), Talk(), "owner at 12/12"),
        ({}, Owner(load=11, capacity=12), Talk(), None),
        ({"state": State.NEW, "state_since": SATURDAY - H}, Owner(), Talk(), "not begun for 1h"),
        ({"bounces": 3}, Owner(), Talk(), "bounced 3x"),
        ({"state": State.HOLD, "status": "Awaiting vendor", "state_since": SATURDAY - 26 * H}, Owner(), Talk(),
         "on hold: Awaiting vendor for 1d02"),
        ({"state": State.PENDING, "state_since": SATURDAY - 300}, Owner(), Talk(), "waits for the customer for 5m"),
        ({"idle_since": SATURDAY - H}, Owner(), Talk(customer_at=SATURDAY - H), "customer wrote 1h ago, nobody read"),
        ({"idle_since": SATURDAY - 60}, Owner(), Talk(customer_at=SATURDAY - H), None),
        ({"idle_since": SATURDAY - H}, Owner(), Talk(SATURDAY - H, SATURDAY - 60), None),
        ({"reopens": 1, "idle_since": SATURDAY - H}, Owner(), Talk(), "reopened, not picked up for 1h"),
        ({"idle_since": SATURDAY - 6 * H}, Owner(), Talk(), "STALLED: nothing from us for 6h"),
        ({}, Owner(), Talk(), None),
    ],
)  # fmt: skip
def test_the_gravest_reason_comes_first(
    changes: dict[str, object], owner: Owner, talk: Talk, first: str | None
) -> None:
    told = why(ROW._replace(**changes), SATURDAY, owner=owner, talk=talk)  # type: ignore[arg-type]
    assert (told[0] if told else None) == first


def test_nothing_is_said_of_why_somebody_is_absent() -> None:
    assert "sick" not in " ".join(why(ROW, SATURDAY, owner=Owner(away=True))).casefold()


def test_what_was_promised_goes_before_everything() -> None:
    words = promise_words(Metric.PROMISE, "promise:1", "promised update", mine=True, by="ana")
    assert why(ROW._replace(owner=""), SATURDAY, promised=words)[:2] == ["you promised an update", "nobody assigned"]
    assert promise_words(Metric.PROMISE, "promise:1", "", mine=False, by="") == "somebody promised an update"
    assert promise_words(Metric.PROMISE, "reminder:1", "reminder: call", mine=False, by="") == "reminder: call"
    assert promise_words(Metric.RESOLUTION, "r", "", mine=True, by="") == ""


def test_the_version_of_a_ticket_follows_what_was_put_in_force() -> None:
    forces = (
        Force(100, 1, Reach.ALL),
        Force(200, 2, Reach.NEW),
        Force(300, 3, Reach.NEW),
        Force(400, 2, Reach.RUNNING),
    )
    assert [version_of(forces, made, 0) for made in (50, 150, 250, 350, 450)] == [2] * 5
    assert [version_of(forces, made, 390) for made in (50, 150, 200, 250, 300)] == [1, 1, 2, 2, 3]
    assert version_of(forces, 50, 500) == 2
    assert version_of((), 50, 0) == in_force(()) == 0
    assert in_force(forces) == 2
