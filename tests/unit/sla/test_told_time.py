"""By when a text promises the next update: read from what people write, and written so that it is read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui.domain.told_time import SENTENCE, promised_in, with_promise, without_promise, written

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = datetime(2026, 11, 20, 9, 7, 23, tzinfo=PARIS)
NOW = int(FRIDAY.timestamp())
GERMAN = "Nächste Meldung bis {time} Uhr."


def local(day: int, hour: int, minute: int = 0, second: int = 0) -> int:
    return int(datetime(2026, 11, day, hour, minute, second, tzinfo=PARIS).timestamp())


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("VPN is being mended. Next update by 09:48.", local(20, 9, 48)),
        ("next update by 8:00", local(21, 8)),
        ("Next update: tomorrow at 9:30, sorry", local(21, 9, 30)),
        ("next update is due at 3pm", local(20, 15)),
        ("next update by 12:30 am", local(21, 0, 30)),
        ("Next update by 12 p.m.", local(20, 12)),
        ("We'll get back to you by Monday, 10:00", local(23, 10)),
        ("I will update you again within 30 minutes.", NOW + 1800),
        ("Next update in half an hour", NOW + 1800),
        ("next update within 2 hours", NOW + 7200),
        ("Next update by 2026-11-24 10:00.", local(24, 10)),
        ("Next update by 10:00.\nCorrection: next update by 11:00.", local(20, 11)),
    ],
)
def test_what_people_write_is_read(text: str, at: int) -> None:
    found = promised_in(text, NOW, PARIS)
    assert found is not None
    assert found.at == at
    assert text[found.start : found.end].casefold().startswith(("next", "we", "i "))


@pytest.mark.parametrize(
    "text",
    ["", "We are on it.", "Next update by 25:00", "next update by today 8:00", "next update soon",
     "next update by 13 pm", "The update by 10:00 failed", "Next update by 2025-01-01 10:00",
     "it was 10:00", "next update in 2 years"],
)  # fmt: skip
def test_what_promises_nothing_is_no_promise(text: str) -> None:
    assert promised_in(text, NOW, PARIS) is None


def test_a_promise_takes_the_place_of_the_one_before() -> None:
    text = with_promise("Working on it", local(20, 10, 37, 23), NOW, PARIS)
    assert text == "Working on it. Next update by 10:37."
    text = with_promise(text, local(21, 9), NOW, PARIS)
    assert text == "Working on it. Next update by tomorrow 09:00."
    assert without_promise(text, NOW, PARIS) == "Working on it."
    assert without_promise("We'll write again by 10:00", NOW, PARIS) == "We'll write again by 10:00"
    assert with_promise("One.\nTwo.", local(24, 9), NOW, PARIS) == "One.\nTwo.\nNext update by 2026-11-24 09:00."
    assert with_promise("", local(20, 10), NOW, PARIS) == "Next update by 10:00."


def test_the_teams_own_sentence_is_read_in_its_language() -> None:
    text = with_promise("Wir sind dran.", local(20, 10, 30), NOW, PARIS, GERMAN)
    assert text == "Wir sind dran. Nächste Meldung bis 10:30 Uhr."
    found = promised_in(text, NOW, PARIS, GERMAN)
    assert found is not None
    assert found.at == local(20, 10, 30)
    assert promised_in(text, NOW, PARIS) is None
    assert without_promise(text, NOW, PARIS, GERMAN) == "Wir sind dran."


@given(st.integers(60, 360 * 86_400), st.sampled_from([SENTENCE, GERMAN]), st.text(alphabet="ab .\n", max_size=20))
def test_what_is_written_is_read_back_to_the_minute(ahead: int, sentence: str, before: str) -> None:
    at = NOW + ahead
    told = datetime.fromtimestamp(at, UTC).astimezone(PARIS)
    twice = (told - timedelta(hours=1)).utcoffset() != told.utcoffset()  # an hour of the night that comes twice
    found = promised_in(with_promise(before, at, NOW, PARIS, sentence), NOW, PARIS, sentence)
    assert found is not None
    assert found.at == at - at % 60 or twice
    assert written(found.at, NOW, PARIS) == written(at, NOW, PARIS)
