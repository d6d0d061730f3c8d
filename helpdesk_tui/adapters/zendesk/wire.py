"""Records as Zendesk sends them, each parsed on its own.

Identifiers are integers up to 2**53. Instants come as `2023-09-18T15:57:42Z` or with `+00:00`, in whole seconds, and
are kept as seconds UTC, 0 for null. Words of open sets (status, priority, type, channel, stage) stay text: deleted
tickets have a status that the official list does not name, and accounts add their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from helpdesk_tui.adapters.base import BadRecord

RAW_MOST = 10_000


def seconds(value: object) -> int:
    """An instant in either of the forms, as seconds UTC; 0 for null. Raises ValueError for anything else."""
    if value is None or value == "":
        return 0
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("not an instant")
    moment = datetime.fromisoformat(value)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _text(value: object) -> object:
    return "" if value is None else value


def _listed(value: object) -> object:
    return () if value is None else value


def _mapped(value: object) -> object:
    return {} if value is None else value


Stamp = Annotated[int, BeforeValidator(seconds)]
Text = Annotated[str, BeforeValidator(_text)]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Numbers = Annotated[tuple[int, ...], BeforeValidator(_listed)]
Raw = Annotated[Mapping[str, Any], BeforeValidator(_mapped)]
RawList = Annotated[tuple[Any, ...], BeforeValidator(_listed)]


class Wire(BaseModel):
    """What every record has in common: keys nobody asked for are dropped."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class MetricSet(Wire):
    """The sideload `metric_sets` of a ticket."""

    reopens: int | None = None
    group_stations: int | None = None
    assignee_stations: int | None = None
    solved_at: Stamp = 0
    status_updated_at: Stamp = 0


class TicketRow(Wire):
    """A ticket of a list, an export or on its own. `slas` is raw: each clock is parsed on its own."""

    id: int
    status: str
    created_at: Stamp
    updated_at: Stamp
    generated_timestamp: int | None = None
    subject: Text = ""
    description: Text = ""
    type: Text = ""
    priority: Text = ""
    custom_status_id: int | None = None
    requester_id: int | None = None
    assignee_id: int | None = None
    group_id: int | None = None
    organization_id: int | None = None
    brand_id: int | None = None
    problem_id: int | None = None
    followup_ids: Numbers = ()
    tags: Words = ()
    via: Raw = {}
    custom_fields: RawList = ()
    metric_set: MetricSet | None = None
    slas: Mapping[str, Any] | None = None


class FoundRow(Wire):
    """A ticket of a listing, as far as it matters before it is looked up."""

    id: int
    updated_at: Stamp = 0


class PolicyMetric(Wire):
    """One SLA clock. The time left that comes with it is stale when it is read; it is taken over of a clock that stands
    only. It is in one unit of three, rounded."""

    metric: str
    stage: Text = ""
    breach_at: Stamp = 0
    minutes: int | None = None
    hours: int | None = None
    days: int | None = None

    @property
    def left(self) -> int | None:
        """Seconds left, rounded; None where it is not told."""
        units = ((self.minutes, 60), (self.hours, 3600), (self.days, 86_400))
        return next((count * seconds for count, seconds in units if count is not None), None)


class UserRow(Wire):
    """A user: agents and admins work tickets, end users request them."""

    id: int
    name: Text = ""
    email: Text = ""
    phone: Text = ""
    role: Text = ""
    iana_time_zone: Text = ""
    organization_id: int | None = None
    active: bool = True
    suspended: bool = False
    permanently_deleted: bool = False
    tags: Words = ()
    updated_at: Stamp = 0


class GroupRow(Wire):
    """An agent group."""

    id: int
    name: Text = ""
    deleted: bool = False


class MembershipRow(Wire):
    """An agent's membership in a group."""

    id: int
    user_id: int
    group_id: int


class OrganisationRow(Wire):
    """An organisation."""

    id: int
    name: Text = ""


class CustomStatusRow(Wire):
    """A status of the account's own, or one of the standard ones."""

    id: int
    status_category: str
    agent_label: Text = ""


class FieldRow(Wire):
    """A ticket field."""

    id: int
    type: Text = ""
    title: Text = ""
    raw_title: Text = ""
    active: bool = True
    custom_field_options: RawList = ()


class CommentRow(Wire):
    """A comment of a ticket."""

    id: int
    author_id: int | None = None
    body: Text = ""
    plain_body: Text = ""
    public: bool = True
    created_at: Stamp


class AuditRow(Wire):
    """A ticket's audit, or an entry of the event export, where the lines are called child events."""

    id: int
    ticket_id: int
    created_at: Stamp = 0
    timestamp: int = 0
    author_id: int | None = None
    updater_id: int | None = None
    via: Any = None
    events: RawList = ()
    child_events: RawList = ()

    @property
    def at(self) -> int:
        """When, seconds UTC."""
        return self.created_at or self.timestamp

    @property
    def actor(self) -> int:
        """Who; below 1 for the platform itself, 0 where it is not told."""
        return self.author_id if self.author_id is not None else (self.updater_id or 0)


class Me(Wire):
    """Who is signed in. Wrong credentials make it a nobody without identifier, with status 200."""

    id: int | None = None
    name: Text = ""
    email: Text = ""
    role: Text = ""
    iana_time_zone: Text = ""
    time_zone: Text = ""
    restricted_agent: bool | None = None
    ticket_restriction: Text = ""
    only_private_comments: bool | None = None
    suspended: bool | None = None
    active: bool | None = None


W = TypeVar("W", bound=Wire)


def parse(model: type[W], rows: Iterable[object], feed: str) -> tuple[list[W], list[BadRecord]]:
    """The records that are what they should be, and the others with the reason."""
    good: list[W] = []
    bad: list[BadRecord] = []
    for raw in rows:
        try:
            good.append(model.model_validate(raw))
        except ValidationError as error:
            bad.append(bad_record(feed, raw, error))
    return good, bad


def bad_record(feed: str, raw: object, error: ValidationError) -> BadRecord:
    """A record for quarantine."""
    reasons = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
    number = raw.get("id") if isinstance(raw, dict) else None
    key = str(number) if isinstance(number, int | str) else ""
    text = orjson.dumps(raw, default=str).decode("utf-8", "replace")
    return BadRecord(feed=feed, key=key[:40], reason="; ".join(reasons)[:300], raw=text[:RAW_MOST])
