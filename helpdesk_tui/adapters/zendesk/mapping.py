"""Wire records as values of the domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from helpdesk_tui.adapters.base import BadRecord
from helpdesk_tui.adapters.zendesk.wire import (
    CustomStatusRow,
    FieldRow,
    GroupRow,
    MembershipRow,
    OrganisationRow,
    PolicyMetric,
    TicketRow,
    UserRow,
    parse,
)
from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.people import Group, Membership, Organisation, Person
from helpdesk_tui.domain.tickets import State, Ticket

DELETED = "deleted"
PRIORITIES = {"urgent": 1, "high": 2, "normal": 3, "low": 4}
_STATES = {state.value: state for state in State}
_LABELS = {
    "new": "New",
    "open": "Open",
    "pending": "Pending",
    "hold": "On-hold",
    "solved": "Solved",
    "closed": "Closed",
}
_CHANNELS = {"web": "portal", "mail": "email", "voice": "phone", "native_messaging": "chat", "rule": "automation"}
_METRICS = {
    "first_reply_time": Metric.FIRST_RESPONSE,
    "next_reply_time": Metric.NEXT_REPLY,
    "periodic_update_time": Metric.PERIODIC_UPDATE,
    "pausable_update_time": Metric.PERIODIC_UPDATE,
    "requester_wait_time": Metric.REQUESTER_WAIT,
    "agent_work_time": Metric.AGENT_WORK,
    "total_resolution_time": Metric.RESOLUTION,
    "resolution_time": Metric.RESOLUTION,
    "group_ownership_time": Metric.OWNERSHIP,
}
_STAGES = {"active": Stage.RUNNING, "paused": Stage.PAUSED, "achieved": Stage.MET, "fulfilled": Stage.MET}
_NO_TARGETS: Mapping[tuple[str, str], tuple[int, str]] = {}


@dataclass(slots=True)
class Vocabulary:
    """The words an account has made for itself: labels and categories of custom statuses, and the field it keeps a
    category in, with the names of its options."""

    labels: dict[int, str] = field(default_factory=dict)
    categories: dict[int, str] = field(default_factory=dict)
    category_field: int = 0
    options: dict[str, str] = field(default_factory=dict)

    def learn_statuses(self, rows: Iterable[CustomStatusRow]) -> None:
        """Take over the custom statuses."""
        for row in rows:
            self.labels[row.id] = row.agent_label
            self.categories[row.id] = row.status_category

    def learn_fields(self, rows: Iterable[FieldRow]) -> None:
        """Find the account's category field: an active field of its own with that title."""
        for row in rows:
            titles = {row.title.strip().casefold(), row.raw_title.strip().casefold()}
            if row.active and "category" in titles and row.type in ("text", "tagger"):
                self.category_field = row.id
                self.options = {
                    str(option.get("value")): str(option.get("name"))
                    for option in row.custom_field_options
                    if isinstance(option, dict)
                }
                return


def state_of(row: TicketRow, words: Vocabulary) -> State:
    """The state a status stands for. One that nobody knows counts as open: it must not hide the ticket."""
    known = _STATES.get(row.status)
    if known is None and row.custom_status_id is not None:
        known = _STATES.get(words.categories.get(row.custom_status_id, ""))
    return known or State.OPEN


def _status(row: TicketRow, state: State, words: Vocabulary) -> str:
    """What agents read: the custom status, except for closed tickets, which keep that of solved ones."""
    label = words.labels.get(row.custom_status_id or 0, "")
    if label and state is not State.CLOSED:
        return label
    return _LABELS.get(row.status, row.status)


def version_of(row: TicketRow) -> int:
    """`generated_timestamp` moves on every change; older lists have `updated_at` only, never later than it."""
    return max(row.generated_timestamp or 0, row.updated_at)


def ticket_of(row: TicketRow, source: str, base: str, words: Vocabulary) -> Ticket:
    """A ticket; `base` is the address agents open, ending in a slash."""
    state, metrics = state_of(row, words), row.metric_set
    channel = row.via.get("channel")
    channel = channel if isinstance(channel, str) else ""
    linked = [row.problem_id] if row.problem_id else []
    return Ticket(
        source=source,
        key=str(row.id),
        number=str(row.id),
        kind=row.type.lower(),
        title=row.subject or row.description.strip().partition("\n")[0][:200],
        state=state,
        status=_status(row, state, words),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=version_of(row),
        priority=PRIORITIES.get(row.priority, 0),
        priority_name=row.priority,
        group=_key(row.group_id),
        owner=_key(row.assignee_id),
        requester=_key(row.requester_id),
        organisation=_key(row.organization_id),
        category=_category(row, words),
        tags=row.tags,
        vip="vip" in row.tags,
        url=f"{base}agent/tickets/{row.id}",
        body=row.description,
        solved_at=metrics.solved_at if metrics and not state.is_open else 0,
        closed_at=_closed_at(row, state),
        reopened=_count(metrics.reopens if metrics else None),
        bounced=_bounced(row),
        channel=_CHANNELS.get(channel, channel),
        linked=tuple(str(number) for number in (*linked, *row.followup_ids)),
    )


def _key(number: int | None) -> str:
    return str(number) if number else ""


def _category(row: TicketRow, words: Vocabulary) -> str:
    for entry in row.custom_fields if words.category_field else ():
        if isinstance(entry, dict) and entry.get("id") == words.category_field:
            value = entry.get("value")
            return words.options.get(value, value) if isinstance(value, str) else ""
    return ""


def _closed_at(row: TicketRow, state: State) -> int:
    """When it was closed: its last change of status, since nothing follows; else its last change of any kind."""
    if state is not State.CLOSED:
        return 0
    return (row.metric_set.status_updated_at if row.metric_set else 0) or row.updated_at


def _count(value: int | None) -> int:
    return value if value is not None and value >= 0 else -1


def _bounced(row: TicketRow) -> int:
    """Hand-overs: every group and every owner after the first."""
    metrics = row.metric_set
    if metrics is None or metrics.group_stations is None:
        return -1
    return max(0, metrics.group_stations - 1) + max(0, (metrics.assignee_stations or 0) - 1)


def clocks_of(
    row: TicketRow, source: str, as_of: int, feed: str, targets: Mapping[tuple[str, str], tuple[int, str]] = _NO_TARGETS
) -> tuple[list[Clock], list[BadRecord]]:
    """The SLA clocks sent along with a ticket. Only `breach_at` is trusted for the time; `targets` are seconds and the
    hours they are counted in, by metric and priority."""
    given = row.slas.get("policy_metrics") if row.slas else None
    good, bad = parse(PolicyMetric, given if isinstance(given, list) else (), feed)
    seen: dict[str, int] = {}
    clocks = []
    for metric in good:
        seen[metric.metric] = count = seen.get(metric.metric, 0) + 1
        target, calendar = targets.get((metric.metric, row.priority), (0, ""))
        stage = _stage(metric, row)
        clocks.append(
            Clock(
                source=source,
                ticket=str(row.id),
                ident=metric.metric if count == 1 else f"{metric.metric}#{count}",
                metric=_METRICS.get(metric.metric, Metric.OTHER),
                name=metric.metric.replace("_", " "),
                stage=stage,
                due_at=metric.breach_at,
                as_of=as_of,
                target=target,
                calendar=calendar,
                left=metric.left if stage is Stage.PAUSED else None,
            )
        )
    return clocks, bad


def _stage(metric: PolicyMetric, row: TicketRow) -> Stage:
    known = _STAGES.get(metric.stage)
    if known is not None:
        return known
    if metric.stage == "breached":
        # Rarely seen; a clock past its time that still runs is running, and it runs until the ticket is solved.
        return Stage.BREACHED if row.status in ("solved", "closed") else Stage.RUNNING
    return Stage.RUNNING if metric.breach_at else Stage.PAUSED


def person_of(row: UserRow, source: str) -> Person:
    """A user. Suspended and deleted ones are not active."""
    return Person(
        source=source,
        key=str(row.id),
        name=row.name,
        email=row.email,
        login=row.email,
        phone=row.phone,
        zone=row.iana_time_zone,
        organisation=_key(row.organization_id),
        active=row.active and not row.suspended and not row.permanently_deleted,
        vip="vip" in row.tags,
        works_tickets=works_tickets(row),
        version=row.updated_at,
    )


def works_tickets(row: UserRow) -> bool:
    """Whether the user is on the desk's side."""
    return row.role in ("agent", "admin")


def group_of(row: GroupRow, source: str) -> Group:
    """An agent group."""
    return Group(source=source, key=str(row.id), name=row.name, active=not row.deleted)


def membership_of(row: MembershipRow, source: str) -> Membership:
    """A membership."""
    return Membership(source=source, group=str(row.group_id), person=str(row.user_id))


def organisation_of(row: OrganisationRow, source: str) -> Organisation:
    """An organisation."""
    return Organisation(source=source, key=str(row.id), name=row.name)


def listed(data: object, name: str) -> list[object]:
    """The list under `name` of an answer, empty where there is none."""
    value = data.get(name) if isinstance(data, Mapping) else None
    return value if isinstance(value, list) else []
