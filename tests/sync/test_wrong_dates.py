"""A `Date` header that is far off, as a proxy with a wrong clock gives it: no change is missed for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import PLATFORM, Floor

pytestmark = pytest.mark.integration

ALL_WELL = {"sn": True, "jira": True, "zd": True}


def rename(floor: Floor, place: int, title: str) -> None:
    """Give an open ticket of every platform another title, and let five minutes pass."""
    for source, platform in PLATFORM.items():
        number = sorted(floor.truth(source), key=int)[place]
        floor.control("POST", "change", {"platform": platform, "n": int(number), "title": title})
    floor.control("POST", "step", {"seconds": 300})


@pytest.mark.parametrize("early", [True, False], ids=["from the start", "later"])
def test_changes_are_found_whatever_the_header_says(make_floor: Callable[..., Floor], early: bool) -> None:
    floor = make_floor(tickets=60)
    faults = [f"{platform}:skew=4000" for platform in PLATFORM.values()]
    if early:
        floor.control("POST", "faults", faults)
    assert floor.pull() == ALL_WELL
    if not early:
        floor.control("POST", "faults", faults)
    titles = ["while it was off", "still off", "right again"]
    for place, title in enumerate(titles):
        if title == titles[-1]:
            floor.control("DELETE", "faults")
        rename(floor, place, title)
        assert floor.pull() == ALL_WELL
        floor.agree()
