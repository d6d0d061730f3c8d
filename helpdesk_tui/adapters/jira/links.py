"""Links between issues: the kinds a site has, which one is meant, and the request that makes one.

The documents call the ends the other way round: the issue sent as `inwardIssue` is the one that reads the outward
phrase ("duplicates"), and the one sent as `outwardIssue` reads the inward phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk_tui.adapters.base import BadRecord
from helpdesk_tui.adapters.jira.asking import parsed
from helpdesk_tui.adapters.jira.site import Site, rows
from helpdesk_tui.adapters.jira.wire import LinkType
from helpdesk_tui.domain.choices import Choice
from helpdesk_tui.errors import Garbled, Refused

RELATED, DUPLICATE = "related", "duplicate"
_USUAL = {
    RELATED: ("relates to", "relates", "related", "related to", "is related to"),
    DUPLICATE: ("duplicates", "duplicate", "duplicate of"),
}
"""Phrases and names by which kinds of ours are known."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One end of a type of links: `phrase` is how the link reads from the ticket."""

    type: LinkType
    phrase: str
    outward: bool

    @property
    def phrases(self) -> tuple[str, ...]:
        """How such a link may read from the ticket: a type that reads the same from both ends has no direction."""
        same = self.type.inward == self.type.outward
        return (self.type.inward, self.type.outward) if same else (self.phrase,)


class LinkTypes:
    """The types of a site, asked for once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._types: list[LinkType] | None = None

    async def all(self) -> list[LinkType]:
        """Every type. Raises Refused where the site has no links."""
        if self._types is None:
            bad: list[BadRecord] = []
            self._types = parsed(LinkType, rows(await self._site.get("issueLinkType"), "issueLinkTypes"), bad)
            if bad:
                self._types = None
                raise Garbled("the site names a type of links that cannot be read")
        return self._types

    async def kind(self, wanted: str) -> Kind:
        """The kind that is meant: one of ours, a phrase, or a type's name (as it reads outward). Raises Refused."""
        word = (wanted or RELATED).casefold()
        known = ends(await self.all())
        for names in ((word,), _USUAL.get(word, ())):
            for kind in known:
                if kind.phrase.casefold() in names:
                    return kind
            for kind in known:
                if kind.outward and kind.type.name.casefold() in names:
                    return kind
        there = ", ".join(dict.fromkeys(kind.phrase for kind in known)) or "none"
        raise Refused(f"there are no links of the kind “{wanted or RELATED}” here; there are {there}")

    async def choices(self) -> tuple[Choice, ...]:
        """The kinds that may be chosen; those of ours first, by our names."""
        known = ends(await self.all())
        found: list[Choice] = []
        for ours in (RELATED, DUPLICATE):
            try:
                found.append(Choice(ours, (await self.kind(ours)).phrase))
            except Refused:
                continue
        taken = {choice.word for choice in found}
        return (*found, *(Choice(kind.phrase, kind.phrase) for kind in known if kind.phrase not in taken))


def ends(types: Sequence[LinkType]) -> list[Kind]:
    """Both ends of each type; one of those that read the same from either end."""
    found = []
    for one in types:
        found.append(Kind(one, one.outward, True))
        if one.inward != one.outward:
            found.append(Kind(one, one.inward, False))
    return found


def body(kind: Kind, key: str, other: str) -> dict[str, Any]:
    """The request that links an issue (by identifier) to another (by identifier or key)."""
    here, there = {"id": key}, {"id": other} if other.isdecimal() else {"key": other}
    ours, theirs = ("inwardIssue", "outwardIssue") if kind.outward else ("outwardIssue", "inwardIssue")
    return {"type": {"name": kind.type.name}, ours: here, theirs: there}
