"""Issues as tickets, with what comes along: their clocks, and the people, groups and organisations they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import ValidationError

from helpdesk_tui.adapters.base import BadRecord, Page
from helpdesk_tui.adapters.jira import adf
from helpdesk_tui.adapters.jira.profile import Profile
from helpdesk_tui.adapters.jira.wire import Issue, Sla, User
from helpdesk_tui.domain.clocks import Clock, Stage
from helpdesk_tui.domain.people import Group, Organisation, Person
from helpdesk_tui.domain.tickets import State, Ticket

RAW_KEPT = 10_000
VIP = frozenset({"vip"})


@dataclass(slots=True)
class Reader:
    """Turns raw issues of one source into values. `link` makes the address of a ticket for people."""

    source: str
    profile: Profile
    link: Callable[[str], str]
    workers: set[str] = field(default_factory=set)
    """Who is known to own tickets: a technician who reports one is still a technician."""
    groups: dict[str, str] = field(default_factory=dict)
    """Names of groups that were seen, to identifiers: some changelogs name them only."""

    def page(
        self, feed: str, issues: Iterable[Any], *, as_of: int, cursor: str, last: bool, total: int | None = None
    ) -> Page:
        """A page of tickets; what does not parse is in `bad`. `as_of` is when the platform said it, seconds UTC."""
        catch = _Catch()
        for raw in issues:
            try:
                self._one(raw, as_of, catch)
            except (ValidationError, ValueError, TypeError) as error:
                catch.bad.append(bad_record(feed, raw, error))
        return Page(
            cursor,
            last,
            tickets=tuple(catch.tickets),
            clocks=tuple(catch.clocks),
            clocks_whole=frozenset(t.key for t in catch.tickets) if self.profile.slas else frozenset(),
            people=tuple(catch.people.values()),
            groups=tuple(catch.groups.values()),
            organisations=tuple(catch.organisations.values()),
            bad=tuple(catch.bad),
            total=total,
        )

    def _one(self, raw: Any, as_of: int, catch: _Catch) -> None:
        issue = Issue.model_validate(raw)
        custom: dict[str, Any] = raw["fields"]
        clocks = self.clocks(issue.id, custom, as_of)
        group = self.group(issue, custom)
        organisations = self._organisations(custom)
        ticket = self._ticket(issue, custom, group, organisations[0].key if organisations else "")
        catch.tickets.append(ticket)
        catch.clocks.extend(clocks)
        if group is not None:
            catch.groups[group.key] = group
            self.groups[group.name] = group.key
        catch.organisations |= {organisation.key: organisation for organisation in organisations}
        for user in (issue.fields.reporter, issue.fields.assignee):
            if user is not None and user.ident:
                if user is issue.fields.assignee:
                    self.workers.add(user.ident)
                catch.people[user.ident] = person(self.source, user, works=user.ident in self.workers)

    def _ticket(self, issue: Issue, custom: dict[str, Any], group: Group | None, organisation: str) -> Ticket:
        told = issue.fields
        state = self.profile.state(told.status)
        return Ticket(
            source=self.source,
            key=issue.id,
            number=issue.key or issue.id,
            kind=kind_of(told.issuetype.name),
            title=told.summary,
            state=state,
            status=told.status.name,
            created_at=told.created // 1000,
            updated_at=told.updated // 1000,
            version=told.updated,
            priority=self.profile.priorities.get(told.priority.id, 0) if told.priority else 0,
            priority_name=told.priority.name if told.priority else "",
            group=group.key if group else "",
            owner=told.assignee.ident if told.assignee else "",
            requester=told.reporter.ident if told.reporter else "",
            organisation=organisation,
            category=self._category(custom),
            tags=told.labels,
            vip=any(label.lower() in VIP for label in told.labels),
            url=self.link(issue.key or issue.id),
            body=adf.to_text(told.description),
            solved_at=told.resolved if not state.is_open else 0,
            closed_at=told.resolved if state is State.CLOSED else 0,
            channel="portal" if isinstance(custom.get(self.profile.request_type), dict) else "",
            linked=_linked(issue),
        )

    def group(self, issue: Issue, custom: dict[str, Any]) -> Group | None:
        """What plays the part of the ticket's group."""
        by = self.profile.group_by
        if by == "project":
            project = issue.fields.project
            return Group(self.source, project.id, project.name or project.key) if project.id else None
        if by == "components":
            components = issue.fields.components
            return Group(self.source, components[0].id, components[0].name) if components else None
        return group_value(self.source, custom.get(by))

    def _organisations(self, custom: dict[str, Any]) -> list[Organisation]:
        value = custom.get(self.profile.organisations)
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        return [Organisation(self.source, str(row["id"]), str(row.get("name") or "")) for row in rows if row.get("id")]

    def _category(self, custom: dict[str, Any]) -> str:
        value = custom.get(self.profile.category)
        if isinstance(value, dict):
            return str(value.get("value") or "")
        kind = custom.get(self.profile.request_type)
        kind = kind.get("requestType") if isinstance(kind, dict) else None
        return str(kind.get("name") or "") if isinstance(kind, dict) else ""

    def clocks(self, ticket: str, custom: dict[str, Any], as_of: int) -> list[Clock]:
        """The clocks of a ticket: one for each cycle of each SLA field. A metric that is not configured, or was never
        started, has none. Raises ValueError for a value that is no SLA."""
        found: list[Clock] = []
        for fid, label in self.profile.slas.items():
            value = custom.get(fid)
            if not isinstance(value, dict):
                continue
            sla = Sla.model_validate(value)
            found += clocks_of(self.source, ticket, fid, sla.name or label, sla, self.profile, as_of)
        return found


@dataclass(slots=True)
class _Catch:
    """What a page gathers."""

    tickets: list[Ticket] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    bad: list[BadRecord] = field(default_factory=list)


def clocks_of(source: str, ticket: str, ident: str, name: str, sla: Sla, profile: Profile, as_of: int) -> list[Clock]:
    """The cycles of one SLA as clocks. A cycle is known by its start, which it keeps when it ends."""
    found = []
    for cycle, running in [(c, False) for c in sla.completed] + ([(sla.ongoing, True)] if sla.ongoing else []):
        paused = running and cycle.paused
        stage = Stage.PAUSED if paused else Stage.RUNNING
        if not running:
            stage = Stage.BREACHED if cycle.breached else Stage.MET
        found.append(
            Clock(
                source=source,
                ticket=ticket,
                ident=f"{ident}:{cycle.start}",
                metric=profile.metric(name),
                name=name,
                stage=stage,
                due_at=0 if paused else cycle.breach,
                as_of=as_of,
                started_at=cycle.start,
                stopped_at=0 if running else cycle.stop,
                target=cycle.goal.millis // 1000,
                within_hours=cycle.within if running else None,
                left=cycle.remaining.millis // 1000 if paused and cycle.remaining is not None else None,
            )
        )
    return found


def person(source: str, user: User, *, works: bool) -> Person:
    """A user as a person. Portal customers and apps never work tickets, whatever a list says."""
    human = user.account_type not in ("customer", "app")
    return Person(
        source=source,
        key=user.ident,
        name=user.display_name or user.name or user.ident,
        email=user.email,
        login=user.name or user.email,
        zone=user.zone,
        active=user.active,
        works_tickets=works and human,
    )


def group_value(source: str, value: Any) -> Group | None:
    """The value of a group picker, Team or choice field: an object, several, or a bare identifier."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str) and value:
        return Group(source, value, value)
    if not isinstance(value, dict):
        return None
    name = value.get("name") or value.get("value") or value.get("title")
    key = value.get("groupId") or value.get("id") or value.get("teamId") or name
    return Group(source, str(key), str(name or key)) if key else None


def kind_of(name: str) -> str:
    """incident, request, problem, change or task where the issue type's name says so, else the name in lower case."""
    lowered = name.lower().removeprefix("[system] ").strip()
    for word, kind in (("incident", "incident"), ("problem", "problem"), ("change", "change"), ("request", "request")):
        if word in lowered:
            return kind
    return lowered or "task"


def _linked(issue: Issue) -> tuple[str, ...]:
    ends = [end for link in issue.fields.links for end in (link.inward, link.outward)]
    return tuple(dict.fromkeys(end.key for end in (*ends, issue.fields.parent) if end is not None and end.key))


def bad_record(feed: str, raw: Any, error: Exception) -> BadRecord:
    """A record that did not parse, with a reason of one line."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        reason = ".".join(str(part) for part in first["loc"]) + ": " + first["msg"]
    else:
        reason = str(error)
    key = str(raw.get("id") or raw.get("key") or "")[:100] if isinstance(raw, dict) else ""
    text = orjson.dumps(raw, default=str).decode("utf-8", "replace")
    return BadRecord(feed, key, " ".join(reason.split())[:300], text[:RAW_KEPT])
