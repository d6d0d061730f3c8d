"""One is one: what a reader sees of counts."""

from __future__ import annotations

import pytest

from helpdesk_tui.domain.counted import agrees, counted


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "ticket", "0 tickets"),
        (1, "ticket", "1 ticket"),
        (2, "ticket", "2 tickets"),
        (1, "duty", "1 duty"),
        (3, "duty", "3 duties"),
        (2, "day", "2 days"),
        (2, "batch", "2 batches"),
        (2, "address", "2 addresses"),
        (21, "shift on call", "21 shifts on call"),
    ],
)
def test_counted(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words


def test_its_own_plural() -> None:
    assert (counted(1, "person", "people"), counted(4, "person", "people")) == ("1 person", "4 people")


def test_agrees() -> None:
    assert [agrees(number, "needs", "need") for number in (0, 1, 2)] == ["0 need", "1 needs", "2 need"]
