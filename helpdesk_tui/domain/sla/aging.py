"""The figures of the SLA screen as values: bands of risk, what is stalled, what was met, and the filter behind each.

Every figure has a filter of the filter language that lists just the tickets it counts. Instants are seconds UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.filters.ast import exactly
from helpdesk_tui.domain.rows import Row, SourceHealth
from helpdesk_tui.domain.sla.causes import Cause
from helpdesk_tui.domain.views import Grouping

HOUR, DAY = 3_600, 86_400
SOON, NEAR, HORIZON = 1_800, 2 * HOUR, 4 * HOUR
"""Where the bands end, seconds before a breach; the list of what breaches next goes as far as the last."""
HOURS = 8
"""Hours ahead for which breaches are counted."""
LONG_PAUSE = 5 * DAY


class Band(NamedTuple):
    """A column of the board: `filter` is what a ticket in it passes, beside being open."""

    name: str
    title: str
    filter: str


BANDS = (
    Band("breached", "BREACHED", "is:breached"),
    Band("soon", "<30m", "due:>0m due:<30m"),
    Band("near", "<2h", "due:>=30m due:<2h"),
    Band("today", "<4h", "due:>=2h due:<4h"),
    Band("later", "LATER", "due:>=4h"),
    Band("paused", "PAUSED", "is:paused"),
    Band("none", "NO-SLA", "due:none !is:paused"),
)
"""Every open ticket is in just one of them."""
_BY_CALENDAR = {
    "soon": "due:>0m left:<30m",
    "near": "left:>=30m left:<2h",
    "today": "left:>=2h left:<4h",
    "later": "left:>=4h",
}


def band_filter(band: Band, *, business: bool) -> str:
    """What a ticket in a band passes, by wall time or by the time of each clock's own calendar."""
    return _BY_CALENDAR.get(band.name, band.filter) if business else band.filter


class Stall(NamedTuple):
    """A way in which tickets stand still on our side."""

    name: str
    title: str
    filter: str


STALLS = (
    Stall("idle", "being worked, idle > 4 h", "is:open state:open idle:>4h"),
    Stall("untouched", "assigned, not begun > 2 h", "is:open state:new !owner:none instate:>2h"),
    Stall("unread", "customer wrote, unread > 1 h", "is:open is:waiting !state:new idle:>1h"),
    Stall("hold", "on hold, no news > 2 d", "is:open state:hold idle:>2d"),
    Stall("reopened", "reopened, idle > 30 m", "is:open is:reopened state:new,open idle:>30m"),
    Stall("bounced", "bounced 3x or more", "is:open bounced:>=3"),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """One row of the board: how many open tickets there are by band, how many of the breached and soon ones have no
    owner, and how many are stalled (nothing came from our side for long).

    `filter` lists its tickets. `sources` counts them by source: a figure is as old as its oldest one.
    """

    label: str
    filter: str
    total: int = 0
    bands: tuple[int, ...] = (0,) * len(BANDS)
    orphans: int = 0
    stalled: int = 0
    sources: Mapping[str, int] = field(default_factory=dict)

    @property
    def risk(self) -> int:
        """Breached or within half an hour of it."""
        return self.bands[0] + self.bands[1]


@dataclass(frozen=True, slots=True)
class Share:
    """How many clocks were met and missed."""

    met: int = 0
    missed: int = 0

    def __add__(self, other: Share) -> Share:
        """Both together."""
        return Share(self.met + other.met, self.missed + other.missed)

    @property
    def part(self) -> float | None:
        """Met of all, 0 to 1; None of none."""
        whole = self.met + self.missed
        return self.met / whole if whole else None


@dataclass(frozen=True, slots=True)
class Past:
    """What was met and missed: today, in the last seven days, in the seven before, in thirty, and by day (seven, the
    oldest first)."""

    today: Share = Share()
    week: Share = Share()
    before: Share = Share()
    month: Share = Share()
    days: tuple[Share, ...] = (Share(),) * 7

    @property
    def trend(self) -> float | None:
        """Points by which the share of this week is above the one of the week before; None where one is missing."""
        now, then = self.week.part, self.before.part
        return None if now is None or then is None else (now - then) * 100


@dataclass(frozen=True, slots=True)
class Due:
    """A running clock near its breach, with its ticket's row. `why` is told by `stuck`."""

    row: Row
    ident: str
    metric: Metric
    name: str
    due_at: int
    started_at: int
    target: int
    calendar: str
    origin: str
    as_of: int


@dataclass(frozen=True, slots=True)
class Hour:
    """What breaches in one hour: `start` is its beginning; `orphans` have no owner, `paused` would if they went on."""

    start: int
    count: int = 0
    orphans: int = 0
    urgent: int = 0
    """P1 and P2 among them."""
    paused: int = 0


@dataclass(frozen=True, slots=True)
class Paused:
    """Tickets whose clocks all stand, by the word for why."""

    words: str
    filter: str
    count: int
    oldest: int
    long: int
    """Of them, for longer than five days."""


@dataclass(frozen=True, slots=True)
class Stalled:
    """One row of the table of what is stalled: since when the oldest, and who has most of them."""

    stall: Stall
    count: int = 0
    oldest: int = 0
    worst: str = ""
    worst_count: int = 0


@dataclass(frozen=True, slots=True)
class Blame:
    """Tickets that missed a clock this week: `cause` None for those nobody has said anything about."""

    cause: Cause | None
    count: int
    filter: str = ""


@dataclass(frozen=True, slots=True)
class Worker:
    """A technician's part: load, capacity (0: not told), breached and near ones, stalled ones, and what was met."""

    name: str
    filter: str
    load: int
    capacity: int
    away: bool
    breached: int
    near: int
    stalled: int
    week: Share


class Calendars(NamedTuple):
    """Time by calendars: the seconds left of each clock that is listed, by ticket and clock (one whose calendar is not
    known is missing), and of how many of the open tickets with a breach to come the calendar is known."""

    seconds: Mapping[tuple[int, str], int]
    known: int
    of: int


class Stuck(NamedTuple):
    """A clock next to its breach, with the reasons why its ticket is not getting on; the gravest first, () for none."""

    due: Due
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What the SLA screen shows at once, as of `at` (seconds UTC): the board, its sum, what breaches next, the hours
    ahead, and how every source does. `left` is None where all of it is by wall time."""

    at: int
    rows: tuple[Tally, ...]
    total: Tally
    soon: tuple[Stuck, ...]
    hours: tuple[Hour, ...]
    sources: tuple[SourceHealth, ...]
    left: Calendars | None = None


@dataclass(frozen=True, slots=True)
class Depth:
    """What takes longer to count: what was met by row of the board, paused and stalled tickets, causes, technicians.

    `late` counts the tickets with a clock paused shortly before its breach, `drifts` those with a clock that differs,
    by reason.
    """

    past: Mapping[str, Past]
    paused: tuple[Paused, ...] = ()
    late: int = 0
    stalled: tuple[Stalled, ...] = ()
    blames: tuple[Blame, ...] = ()
    workers: tuple[Worker, ...] = ()
    drifts: Mapping[str, int] | None = None


_KEYS = {
    Grouping.GROUP: "group",
    Grouping.OWNER: "owner",
    Grouping.PRIORITY: "p",
    Grouping.SOURCE: "source",
    Grouping.ORGANISATION: "org",
    Grouping.CATEGORY: "category",
}
GROUPINGS = tuple(_KEYS)
"""What the board can be divided by."""


def narrowed(grouping: Grouping, *values: str) -> str:
    """The filter for one row of the board: its value in every spelling it has; "" stands for none."""
    key, plain = _KEYS[grouping], grouping is Grouping.PRIORITY
    texts = [(value if plain else exactly(value)) if value else "none" for value in values]
    return f"{key}:{','.join(dict.fromkeys(texts))}"


def both(*filters: str) -> str:
    """Filters that must all hold, as one."""
    return " ".join(dict.fromkeys(term for text in filters for term in [text] if term))
