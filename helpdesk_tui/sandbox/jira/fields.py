"""What the fields of a query mean on this site: names to values, refusing what does not exist as Jira does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from helpdesk_tui.sandbox.jira.catalog import (
    BY_STATE,
    CATEGORIES,
    F_CATEGORY,
    F_GROUP,
    F_ORGANISATIONS,
    F_REQUEST_TYPE,
    ISSUE_TYPES,
    NAMES,
    PRIORITIES,
    REQUEST_TYPES,
    RESOLUTIONS,
    SLA_FIELDS,
    STATUSES,
)
from helpdesk_tui.sandbox.jira.dates import duration
from helpdesk_tui.sandbox.jira.identity import Directory, group_uuid, ordinal
from helpdesk_tui.sandbox.jira.jql import Clause, JqlError, Value
from helpdesk_tui.sandbox.jira.meaning import ALL, Known, texts
from helpdesk_tui.sandbox.model import SlaClock, State, Ticket, World

Read = Callable[[Ticket], Any]
_EMPTY: Final = frozenset({"empty", "null"})
_LIVING: Final[frozenset[State]] = frozenset({"new", "open", "pending", "hold"})
_ALIASES: Final = {
    "issuekey": "key", "issue": "key", "id": "key", "type": "issuetype", "label": "labels", "component": "components",
}  # fmt: skip
_UNKNOWN: Final = frozenset(
    {"components", "fixversion", "affectedversion", "environment", "parent", "watcher", "voter", "sprint"}
)


@dataclass(slots=True)
class SiteFields:
    """The fields as one account sees them at one instant."""

    world: World
    directory: Directory
    now: int
    zone: ZoneInfo
    me: int
    sees: Callable[[Ticket], bool]

    def known(self, field: str, clause: Clause) -> Known:
        """The meaning of a clause on any field but dates. Raises JqlError."""
        name = self._canonical(_ALIASES.get(field, field))
        handler = getattr(self, f"_on_{name}", None)
        if handler is not None:
            known: Known = handler(clause)
            return known
        if name in _UNKNOWN:
            wanted = clause.operator in ("is", "not in", "!=")
            return Known(lambda _: wanted)
        raise JqlError(f"Field '{clause.field}' does not exist or you do not have permission to view it.")

    def _canonical(self, field: str) -> str:
        custom = f"customfield_{field[3:-1]}" if field.startswith("cf[") else field
        for fid, label in NAMES.items():
            if custom == fid or field == label.lower():
                return _CUSTOM_NAMES.get(fid, fid.lower())
        return field

    def _on_project(self, clause: Clause) -> Known:
        keys = {self.directory.project_key(text): text for text in texts(clause.values)}
        return self._membership(clause, keys, self.directory.project, "project")

    def _on_key(self, clause: Clause) -> Known:
        numbers = frozenset(self._number(clause, value.text) for value in clause.values)
        if clause.operator in ("<", "<=", ">", ">="):
            edge = next(iter(numbers))
            return Known(_comparing(clause.operator, edge, lambda ticket: ticket.n))
        positive = clause.operator in ("=", "in")
        test: Callable[[Ticket], bool] = lambda ticket: (ticket.n in numbers) == positive  # noqa: E731
        return Known(test, numbers=numbers if positive else None)

    def _number(self, clause: Clause, text: str) -> int:
        n = ordinal(text) or (int(text.rpartition("-")[2]) if text.rpartition("-")[2].isdigit() else 0)
        ticket = self.world.desk("jira").get(n) if n else None
        if clause.operator in ("=", "in", "!=", "not in") and (ticket is None or not self.sees(ticket)):
            what = "A value with ID" if text.isdigit() else "An issue with key"
            raise JqlError(f"{what} '{text}' does not exist for the field '{clause.field}'.")
        return n

    def _on_status(self, clause: Clause) -> Known:
        known = {text.lower(): status.state for status in STATUSES for text in (status.name, status.sid)}
        return self._states(
            clause, {text: {known[text.lower()]} for text in texts(clause.values) if text.lower() in known}
        )

    def _on_statuscategory(self, clause: Clause) -> Known:
        known: dict[str, set[State]] = {}
        for key, (number, _, name) in CATEGORIES.items():
            states = {status.state for status in STATUSES if status.category == key}
            known |= {key: states, name.lower(): states, str(number): states}
        return self._states(
            clause, {text: known[text.lower()] for text in texts(clause.values) if text.lower() in known}
        )

    def _states(self, clause: Clause, found: dict[str, set[State]]) -> Known:
        for text in texts(clause.values):
            if text not in found:
                raise JqlError(f"The value '{text}' does not exist for the field '{clause.field}'.")
        states: frozenset[State] = frozenset().union(*found.values())
        if clause.operator in ("!=", "not in"):
            states = ALL - states
        return Known(lambda ticket: ticket.state in states, states=states, exact=True)

    def _on_resolution(self, clause: Clause) -> Known:
        names = {text.lower() for text in texts(clause.values)}
        unresolved = bool(names & {*_EMPTY, "unresolved"})
        known = {name.lower() for _, name in RESOLUTIONS} | {"unresolved", *_EMPTY}
        if not names <= known:
            raise JqlError(f"The value '{texts(clause.values)[0]}' does not exist for the field 'resolution'.")
        positive = clause.operator in ("=", "in", "is")

        def test(ticket: Ticket) -> bool:
            name = ticket.marks.get("resolution", "Done").lower() if ticket.state not in _LIVING else ""
            return (name in names or (not name and unresolved)) == positive

        living = unresolved and names <= {*_EMPTY, "unresolved"} and positive
        return Known(test, states=_LIVING if living else ALL)

    def _on_assignee(self, clause: Clause) -> Known:
        return self._people(clause, lambda ticket: ticket.owner)

    def _on_reporter(self, clause: Clause) -> Known:
        return self._people(clause, lambda ticket: ticket.requester)

    _on_creator = _on_reporter

    def _people(self, clause: Clause, read: Read) -> Known:
        wanted: set[int] = set()
        for value in clause.values:
            wanted |= self._accounts(clause, value)
        positive = clause.operator in ("=", "in", "is")
        return Known(lambda ticket: (read(ticket) in wanted) == positive)

    def _accounts(self, clause: Clause, value: Value) -> set[int]:
        if value.function and value.text.lower() == "currentuser":
            return {self.me}
        if value.function and value.text.lower() == "membersof" and value.args:
            group = self.directory.group(value.args[0])
            return {person.uid for person in self.directory.members(group)} if group else set()
        if value.text.lower() in _EMPTY:
            return {0}
        person = self.directory.person(value.text)
        if person is None:
            raise JqlError(f"The value '{value.text}' does not exist for the field '{clause.field}'.")
        return {person.uid}

    def _on_priority(self, clause: Clause) -> Known:
        known = {text.lower(): number for number, row in PRIORITIES.items() for text in row[:2]}
        ranks = {known.get(text.lower(), 0): text for text in texts(clause.values)}
        if clause.operator in ("<", "<=", ">", ">="):
            edge = next(iter(ranks))
            return Known(_comparing(clause.operator, -edge, lambda ticket: -ticket.priority))
        return self._membership(clause, ranks, lambda ticket: ticket.priority, "priority")

    def _on_issuetype(self, clause: Clause) -> Known:
        known = {text.lower(): kind for kind, row in ISSUE_TYPES.items() for text in row}
        return self._membership(
            clause, {known.get(text.lower(), ""): text for text in texts(clause.values)}, lambda t: t.kind, "issuetype"
        )

    def _on_labels(self, clause: Clause) -> Known:
        wanted = set(texts(clause.values))
        empty = clause.operator.startswith("is")
        positive = clause.operator in ("=", "in", "is")
        return Known(lambda t: (not t.tags if empty else bool(wanted.intersection(t.tags))) == positive)

    def _on_summary(self, clause: Clause) -> Known:
        words = clause.values[0].text.lower().replace("*", "").split()
        positive = clause.operator in ("~", "=")
        return Known(lambda ticket: all(word in ticket.title.lower() for word in words) == positive)

    def _on_text(self, clause: Clause) -> Known:
        words = clause.values[0].text.lower().replace("*", "").strip('"').split()
        positive = clause.operator == "~"

        def test(ticket: Ticket) -> bool:
            whole = "\n".join((ticket.title, ticket.body, *(event.text for event in ticket.events))).lower()
            return all(word in whole for word in words) == positive

        return Known(test)

    _on_description = _on_comment = _on_text

    def _on_group(self, clause: Clause) -> Known:
        known = {text.lower(): g.gid for g in self.world.groups.values() for text in (g.name, group_uuid(g.gid))}
        known |= dict.fromkeys(_EMPTY, 0)
        found = {known.get(text.lower(), -1): text for text in texts(clause.values)}
        if -1 in found:
            raise JqlError(f"The value '{found[-1]}' does not exist for the field '{clause.field}'.")
        positive = clause.operator in ("=", "in", "is")
        return Known(lambda ticket: (ticket.group in found) == positive)

    def _on_category(self, clause: Clause) -> Known:
        wanted = {"" if text.lower() in _EMPTY else text for text in texts(clause.values)}
        positive = clause.operator in ("=", "in", "is")
        return Known(lambda ticket: (ticket.category in wanted) == positive)

    def _on_requesttype(self, clause: Clause) -> Known:
        wanted = {text.rpartition("(")[0].strip() or text for text in texts(clause.values)}
        positive = clause.operator in ("=", "in", "is")

        def test(ticket: Ticket) -> bool:
            row = REQUEST_TYPES.get(ticket.kind)
            return (row[1] in wanted if row else bool(_EMPTY & {text.lower() for text in wanted})) == positive

        return Known(test)

    def _on_organisations(self, clause: Clause) -> Known:
        known = {org.name.lower(): org.oid for org in self.world.organisations.values()}
        wanted = {known.get(text.lower(), 0) for text in texts(clause.values)}
        positive = clause.operator in ("=", "in", "is")

        def test(ticket: Ticket) -> bool:
            person = self.world.people.get(ticket.requester)
            return ((person.organisation if person else 0) in wanted) == positive

        return Known(test)

    def _on_first_response(self, clause: Clause) -> Known:
        return self._clock(clause, "first_response")

    def _on_resolution_time(self, clause: Clause) -> Known:
        return self._clock(clause, "resolution")

    def _clock(self, clause: Clause, metric: str) -> Known:
        value, desk = clause.values[0], self.world.desk("jira")
        check = _sla_test(clause, value)

        def test(ticket: Ticket) -> bool:
            return any(check(clock) for clock in desk.clocks(ticket) if clock.metric == metric)

        return Known(test)

    def _membership(self, clause: Clause, found: dict[Any, str], read: Read, name: str) -> Known:
        for missing in ("", 0):
            if missing in found and found[missing].lower() not in _EMPTY:
                raise JqlError(f"The value '{found[missing]}' does not exist for the field '{name}'.")
        positive = clause.operator in ("=", "in", "is")
        return Known(lambda ticket: (read(ticket) in found) == positive)


_CUSTOM_NAMES: Final = {
    F_REQUEST_TYPE: "requesttype",
    F_ORGANISATIONS: "organisations",
    F_GROUP: "group",
    F_CATEGORY: "category",
    SLA_FIELDS["first_response"]: "first_response",
    SLA_FIELDS["resolution"]: "resolution_time",
    "issuetype": "issuetype",
    "resolutiondate": "resolved",
}


def _comparing(operator: str, edge: int, read: Read) -> Callable[[Ticket], bool]:
    if operator == "<":
        return lambda ticket: read(ticket) < edge
    if operator == "<=":
        return lambda ticket: read(ticket) <= edge
    if operator == ">":
        return lambda ticket: read(ticket) > edge
    return lambda ticket: read(ticket) >= edge


def _sla_test(clause: Clause, value: Value) -> Callable[[SlaClock], bool]:
    name = value.text.lower()
    tests: dict[str, Callable[[SlaClock], bool]] = {
        "breached": lambda clock: clock.elapsed > clock.target if clock.ended is None else clock.breached,
        "everbreached": lambda clock: clock.breached,
        "completed": lambda clock: clock.ended is not None,
        "running": lambda clock: clock.ended is None and clock.paused_since is None,
        "paused": lambda clock: clock.ended is None and clock.paused_since is not None,
    }
    if value.function and name in tests:
        wanted = clause.operator == "="
        return lambda clock: tests[name](clock) == wanted
    if value.function and name in ("remaining", "elapsed") and value.args:
        edge = duration(value.args[0])
        return lambda clock: (
            clock.ended is None
            and _below(clause.operator, clock.elapsed if name == "elapsed" else clock.target - clock.elapsed, edge)
        )
    raise JqlError(f"Unable to find JQL function '{value.text}()' for the field '{clause.field}'.")


def _below(operator: str, figure: int, edge: int) -> bool:
    return {"<": figure < edge, "<=": figure <= edge, ">": figure > edge, ">=": figure >= edge}.get(operator, False)


assert set(BY_STATE) == ALL
