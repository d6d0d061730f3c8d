"""Which skills a ticket takes: by its group, its category, its tags and its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from helpdesk_tui.domain.filters.names import fold

COMMON: Mapping[str, tuple[str, ...]] = {
    "vpn": ("vpn", "anyconnect", "globalprotect", "remote access"),
    "net": ("network", "switch", "router", "wifi", "wi-fi", "wlan", "lan", "dns", "dhcp"),
    "fw": ("firewall", "proxy"),
    "win": ("windows", "laptop", "desktop", "pc", "bluescreen"),
    "mac": ("macos", "macbook", "mac"),
    "linux": ("linux", "ubuntu", "rhel"),
    "m365": ("outlook", "exchange", "mailbox", "teams", "sharepoint", "onedrive", "office"),
    "print": ("printer", "print", "toner", "scanner"),
    "av": ("projector", "meeting room", "audio", "beamer"),
    "phone": ("phone", "telephone", "voip", "mobile"),
    "access": ("password", "locked", "lockout", "mfa", "permission"),
    "apps": ("sap", "erp", "payroll", "crm"),
    "db": ("database", "sql", "oracle"),
    "field": ("badge reader", "docking station", "monitor arm", "on site"),
}
"""Words that go with skills many desks have. They count only where somebody of the team has the skill."""

_WORD = re.compile(r"[^\W_]+(?:[-.+][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")


class SkillRules:
    """Finds the skills that texts speak of: for any number of tickets, each in one pass over its words."""

    def __init__(self, known: Iterable[str], configured: Mapping[str, Iterable[str]] | None = None) -> None:
        """`known` are the skills people of the team have, `configured` the settings: a skill to its words.

        A skill's own name is always a word of it. What is configured counts even where nobody has the skill: that is
        worth knowing. A configured skill takes none of the common words.
        """
        own = {skill: tuple(words) for skill, words in (configured or {}).items()}
        names = {*known, *own}
        self._single: dict[str, set[str]] = {}
        self._phrases: list[tuple[str, str]] = []
        for skill in sorted(names):
            for word in (skill, *own.get(skill, COMMON.get(fold(skill), ()))):
                parts = _WORD.findall(fold(word))
                if len(parts) == 1:
                    self._single.setdefault(parts[0], set()).add(skill)
                elif parts:
                    self._phrases.append((f" {' '.join(parts)} ", skill))

    def needs(self, *texts: str) -> frozenset[str]:
        """The skills that any of these texts speaks of: title, group, category, tags."""
        if not self._single and not self._phrases:
            return frozenset()
        found: set[str] = set()
        for text in texts:
            words = _WORD.findall(fold(text))
            for word in words:
                for form in _forms(word):
                    found |= self._single.get(form, frozenset())
            if self._phrases and len(words) > 1:
                line = f" {' '.join(words)} "
                found.update(skill for phrase, skill in self._phrases if phrase in line)
        return frozenset(found)


def _forms(word: str) -> Iterable[str]:
    """A word, what it is the plural of, and its parts: printers is printer too, vpn-gateway also vpn."""
    yield word
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith("es"):
        yield word[:-2]
    if not word.isalnum():
        yield from _PART.findall(word)
