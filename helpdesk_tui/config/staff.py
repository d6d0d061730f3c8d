"""The settings about who can take what: how much each term of the ranking counts, and words that ask for a skill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpdesk_tui.config.checks import plain, setting
from helpdesk_tui.errors import ConfigError

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class RankingConfig:
    """How much each term counts when people are ranked for a ticket, in parts of the sum of all."""

    skills: int = setting(30, "skills they have of those the ticket takes", least=0, most=_MOST)
    spare: int = setting(25, "spare capacity", least=0, most=_MOST)
    shift: int = setting(20, "on shift until the ticket is due", least=0, most=_MOST)
    continuity: int = setting(10, "had this ticket before, or tickets of its requester", least=0, most=_MOST)
    fairness: int = setting(10, "little was given to them today", least=0, most=_MOST)
    calm: int = setting(5, "few of their tickets are due within two hours", least=0, most=_MOST)


def check_ranking(ranking: RankingConfig, file: Path) -> RankingConfig:
    """Raises ConfigError where nothing counts."""
    parts = (ranking.skills, ranking.spare, ranking.shift, ranking.continuity, ranking.fairness, ranking.calm)
    if not any(parts):
        raise ConfigError("one term at least must be more than 0", file=file, key="ranking")
    return ranking


def skill_words(table: Any, file: Path) -> dict[str, tuple[str, ...]]:
    """The table `[skills]`: a skill to the words that ask for it. Raises ConfigError."""
    if not isinstance(table, Mapping):
        raise ConfigError("must be a table: [skills]", file=file, key="skills")
    found: dict[str, tuple[str, ...]] = {}
    for skill, value in table.items():
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            raise ConfigError('must be words, such as ["vpn", "tunnel"]', file=file, key=f"skills.{skill}")
        found[skill] = tuple(plain(word, f"skills.{skill}", file) for word in words)
    return found
