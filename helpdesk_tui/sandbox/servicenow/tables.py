"""What every table has in common, and what the tables of an instance share: identities and the way along references."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from helpdesk_tui.sandbox.model import World
from helpdesk_tui.sandbox.servicenow.fields import Field, Viewer
from helpdesk_tui.sandbox.servicenow.identity import Identity
from helpdesk_tui.sandbox.servicenow.predicate import Accessor
from helpdesk_tui.sandbox.servicenow.prepare import Prepared


@dataclass(slots=True)
class Settings:
    """How the instance behaves; may be changed while it runs."""

    rate_limit: int | None = None
    """Requests an hour for each user on the Table API, None for no rule."""
    think: float = 0.0
    """Seconds of the machine's time that each request keeps its session busy."""
    invalid_query_returns_no_rows: bool = False
    """`glide.invalid_query.returns_no_rows`: off, as it comes, a condition that makes no sense is dropped."""
    owner_must_be_member: bool = False
    """Whether a rule clears an assignee who is not in the assignment group."""
    default_zone: str = "US/Pacific"
    """`glide.sys.default.tz`, for users without a zone of their own."""
    batch_seconds: float = 30.0
    """What a batch may take before the rest of it is left unserviced."""
    token_seconds: int = 1799
    """Life of an access token, in the machine's time."""
    roles: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The roles of single persons, by their identifier; of those that are not named, what they usually have."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a table: the prepared query, the window (after sorting, before access rules) and whether to count."""

    query: Prepared
    viewer: Viewer
    offset: int = 0
    limit: int = 10_000
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of a window and how many there are in all (None where not asked), both before access rules."""

    rows: list[Any]
    total: int | None


class Table(ABC):
    """One table. Rows are whatever the table makes them; only its own fields look into them."""

    def __init__(self, name: str, label: str, fields: Mapping[str, Field], *, shown_by: str, parent: str = "") -> None:
        """`shown_by` names the column that a reference to a row displays; `parent` the table this one extends."""
        self.name, self.label, self.fields, self.shown_by, self.parent = name, label, dict(fields), shown_by, parent

    @abstractmethod
    def find(self, sys_id: str) -> Any | None:
        """The row with this sys_id, whoever asks; None where there is none."""

    @abstractmethod
    async def select(self, wanted: Wanted) -> Selection:
        """The rows of a window."""

    def visible(self, row: Any, viewer: Viewer) -> bool:  # noqa: ARG002
        """Whether access rules let the viewer read the row."""
        return True

    def open_to(self, viewer: Viewer) -> bool:  # noqa: ARG002
        """Whether access rules let the viewer read the table at all; where not, lists are empty and records missing."""
        return True


@dataclass(slots=True)
class Instance:
    """One ServiceNow instance: the world as it shows it."""

    world: World
    identity: Identity
    settings: Settings
    tables: dict[str, Table] = field(default_factory=dict)
    seen: int = 0
    """The instant (seconds UTC) up to which the world is known to have lived before the present request."""

    def begin(self) -> None:
        """Let the world live on; what changes from `seen` on is what caches have to look at again."""
        self.seen = self.world.clock.now()
        self.world.catch_up()

    def user(self, uid: int) -> str:
        """The sys_id of a person, "" for nobody."""
        return self.identity.sys_id("sys_user", uid) if uid in self.world.people else ""

    def group(self, gid: int) -> str:
        """The sys_id of a group, "" for none."""
        return self.identity.sys_id("sys_user_group", gid) if gid in self.world.groups else ""

    def user_name(self, uid: int) -> str:
        """A person's name, "" for nobody."""
        person = self.world.people.get(uid)
        return person.name if person else ""

    def group_name(self, gid: int) -> str:
        """A group's name, "" for none."""
        group = self.world.groups.get(gid)
        return group.name if group else ""

    def zone(self, uid: int) -> str:
        """The IANA zone a person's dates are displayed in."""
        return self.own_zone(uid) or self.settings.default_zone

    def own_zone(self, uid: int) -> str:
        """The zone in a person's own profile: some never set it."""
        person = self.world.people.get(uid)
        return person.zone if person and uid % 7 else ""

    def login(self, uid: int) -> str:
        """A person's user name; what the platform writes for its own doings where there is no such person."""
        person = self.world.people.get(uid)
        return person.login if person else "system"

    def access(self, table: Table, path: str) -> Accessor | None:
        """The column a dotted path leads to, None where a step of it does not exist."""
        *steps, last = path.split(".")
        hop: Callable[[Any], Any] | None = None
        here = table
        for step in steps:
            through = here.fields.get(step)
            if through is None or through.kind != "reference" or through.target not in self.tables:
                return None
            here = self.tables[through.target]
            hop = _joined(hop, through.follow or _finder(through, here))
        final = here.fields.get(last)
        return None if final is None else Accessor(final, hop)


def _finder(through: Field, table: Table) -> Callable[[Any], Any]:
    def find(row: Any) -> Any:
        sys_id = through.raw(row)
        return table.find(sys_id) if sys_id else None

    return find


def _joined(first: Callable[[Any], Any] | None, then: Callable[[Any], Any]) -> Callable[[Any], Any]:
    if first is None:
        return then
    before = first

    def both(row: Any) -> Any:
        middle = before(row)
        return None if middle is None else then(middle)

    return both
