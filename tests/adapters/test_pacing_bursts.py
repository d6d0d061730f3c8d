"""How many requests of a class may go at once, and how many a minute."""

from __future__ import annotations

import pytest
from aiolimiter import AsyncLimiter

from helpdesk_tui.adapters import pacing
from helpdesk_tui.adapters.pacing import Pacer
from helpdesk_tui.adapters.zendesk.adapter import BURST, rates_of
from helpdesk_tui.adapters.zendesk.writing import UPDATES
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import ConfigError


class Counted(AsyncLimiter):
    """A limiter that tells how it was made."""

    made: list[tuple[float, float]] = []  # noqa: RUF012

    def __init__(self, max_rate: float, time_period: float = 60) -> None:
        super().__init__(max_rate, time_period)
        self.made.append((max_rate, time_period))


@pytest.mark.parametrize(
    ("rates", "bursts", "kind", "most", "seconds"),
    [
        ({"": 120}, {}, "", 120, 60),
        ({"updates": 60}, {"updates": 10}, "updates", 10, 10),
        ({"updates": 6}, {"updates": 10}, "updates", 6, 60),
        ({"updates": 0.5}, {"updates": 10}, "updates", 1, 120),
        ({"": 120}, {"updates": 10}, "updates", 120, 60),
    ],
)
async def test_a_burst_is_bounded_and_the_rate_is_kept(
    monkeypatch: pytest.MonkeyPatch,
    rates: dict[str, float],
    bursts: dict[str, float],
    kind: str,
    most: float,
    seconds: float,
) -> None:
    Counted.made = []
    monkeypatch.setattr(pacing, "AsyncLimiter", Counted)
    await Pacer(rates, bursts=bursts).turn(kind)
    assert Counted.made == [(most, seconds)]


def test_updates_have_a_pace_of_their_own_that_fits_into_the_accounts() -> None:
    real = SourceConfig(name="zd", platform="zendesk", url="https://floor.zendesk.com")
    rates = rates_of(real)
    assert rates[UPDATES] + BURST <= 100, "what the platform takes from all agents together, in any minute"
    assert rates[""] + rates[UPDATES] + rates["incremental"] <= 200, "the smallest plan"
    assert UPDATES not in rates_of(SourceConfig(name="zd", platform="zendesk", url="http://127.0.0.1:1"))
    own = SourceConfig(name="zd", platform="zendesk", url="https://z", options={"updates_per_minute": 30})
    assert rates_of(own)[UPDATES] == 30
    with pytest.raises(ConfigError, match="updates_per_minute"):
        rates_of(SourceConfig(name="zd", platform="zendesk", url="https://z", options={"updates_per_minute": "fast"}))
