"""Journals as the platform displays them: one text, newest entry first, for accounts that may not read the journal
table.

An entry begins `2026-06-28 10:12:13 - Full Name (Work notes)`, in the zone and format of the account that reads; its
text may hold blank lines. The zone's offset is worked out from a stamp that came in both forms with the same answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from helpdesk_tui.adapters.servicenow.wire import Cell, seconds

_HEAD = re.compile(
    r"^(?P<at>\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4} \d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[AaPp][Mm])?) - (?P<who>[^\n]*) "
    r"\((?P<what>[^()\n]+)\)[ \t]*$",
    re.MULTILINE,
)
_DATES = ("%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d")
_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H.%M.%S", "%H.%M")
FORMATS = tuple(f"{date} {time}" for date in _DATES for time in _TIMES)
_MAX_OFFSET = 15 * 3600


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: when (seconds UTC, 0 where its form is unknown) and as it was displayed, who by full name, the
    words."""

    at: int
    shown_at: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """How an account sees times: the format, its zone where that is known, and else the zone's offset from UTC in
    seconds at the stamp it was learnt from."""

    form: str
    offset: int
    zone: ZoneInfo | None = None

    def instant(self, text: str) -> int:
        """A displayed time as seconds UTC; 0 where it is not of this form."""
        moment = _parsed(text, self.form)
        if moment is None:
            return 0
        if self.zone is not None:
            return int(moment.replace(tzinfo=self.zone).timestamp())
        return int(moment.replace(tzinfo=UTC).timestamp()) - self.offset


def learn(stamps: list[Cell], zone: ZoneInfo | None = None) -> Shown | None:
    """The format and offset under which each of these stamps displays as it does; None if there is none.

    Offsets may differ by an hour between summer and winter: the first stamp's is taken, within that hour, unless the
    account's `zone` is known and agrees with all of them.
    """
    known = [(seconds(one.value), one.label) for one in stamps if one.value and one.label]
    for form in FORMATS:
        moments = [(at, _parsed(label, form)) for at, label in known]
        offsets = [int(moment.replace(tzinfo=UTC).timestamp()) - at for at, moment in moments if moment]
        if len(offsets) < len(moments):
            continue
        offsets = [round(offset / 60) * 60 for offset in offsets]
        if offsets and all(abs(o) <= _MAX_OFFSET for o in offsets) and max(offsets) - min(offsets) <= 3600:
            fits = zone is not None and all(Shown(form, 0, zone).instant(label) == at for at, label in known)
            return Shown(form, offsets[0], zone if fits else None)
    return None


def entries(text: str, shown: Shown | None) -> list[Entry]:
    """The entries of a displayed journal, in the order of the text (newest first)."""
    heads = list(_HEAD.finditer(text))
    found = []
    for place, head in enumerate(heads):
        end = heads[place + 1].start() if place + 1 < len(heads) else len(text)
        words = text[head.end() : end].strip("\n")
        found.append(Entry(shown.instant(head["at"]) if shown else 0, head["at"], head["who"].strip(), words))
    return found


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return None
