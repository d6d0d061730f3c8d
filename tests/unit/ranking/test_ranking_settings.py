"""The settings of ranking: weights that weigh something, words that are words."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest

from helpdesk_tui import config
from helpdesk_tui.config.reading import declared
from helpdesk_tui.config.staff import RankingConfig
from helpdesk_tui.domain.ranking.values import CUSTOMARY, TERMS
from helpdesk_tui.errors import ConfigError

FILE = Path("config.toml")


def test_without_settings_the_customary_weights_count() -> None:
    found = config.parse("", FILE)
    assert astuple(found.ranking) == CUSTOMARY.parts
    assert tuple(key for key, *_ in declared(RankingConfig)) == TERMS
    assert found.skills == {}


def test_weights_and_words_are_read() -> None:
    found = config.parse(
        '[ranking]\nskills = 0\ncalm = 50\n[skills]\nvpn = ["vpn", "tunnel"]\n"SAP HR" = "payroll"', FILE
    )
    assert (found.ranking.skills, found.ranking.calm, found.ranking.spare) == (0, 50, 25)
    assert found.skills == {"vpn": ("vpn", "tunnel"), "SAP HR": ("payroll",)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[ranking]\nskill = 1", "did you mean skills"),
        ("[ranking]\nskills = -1", "at least 0"),
        ("[ranking]\nskills=0\nspare=0\nshift=0\ncontinuity=0\nfairness=0\ncalm=0", "one term at least"),
        ("[skills]\nvpn = 3", "must be words"),
        ('[skills]\nvpn = [""]', "must be words"),
        ("skills = 3", "must be a table"),
        ('[skills]\nvpn = ["a\\u0007b"]', "control characters"),
    ],
)
def test_mistakes_are_named(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        config.parse(text, FILE)
