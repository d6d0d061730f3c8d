"""What a site is made of, found by schema and never by (localised) names alone: fields, statuses, priorities, scope."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from helpdesk_tui.adapters.jira.wire import FieldInfo, Named, Project, Status
from helpdesk_tui.domain.clocks import Metric
from helpdesk_tui.domain.tickets import State
from helpdesk_tui.errors import Garbled

N = TypeVar("N", bound=Named)

_SD = "com.atlassian.servicedesk:"
_GROUP_PICKER = "com.atlassian.jira.plugin.system.customfieldtypes:grouppicker"
_TEAMS = ("com.atlassian.teams:rm-teams-custom-field-team", "com.atlassian.teams:atlassian-team", "atlassian-team")
_GROUP_NAMES = (
    "assignment group",
    "assigned group",
    "support group",
    "resolver group",
    "assigned team",
    "team",
    "group",
)
_PRIORITY_WORDS = {
    "blocker": 1, "critical": 1, "highest": 1, "urgent": 1, "high": 2, "major": 2,
    "medium": 3, "normal": 3, "minor": 4, "low": 4, "lowest": 5, "trivial": 5,
}  # fmt: skip
_WAITS_FOR_CUSTOMER = re.compile(r"customer|reporter|requester|requestor|user|client|information|kunde|client", re.I)
_WAITS = re.compile(r"wait|pend|await|hold|block|suspend|paus|vendor|supplier|third|approval|wart|attente|espera", re.I)
_FINAL = re.compile(r"clos|cancel|declin|reject|withdraw|geschlossen|abgebrochen|ferm|annul|cerrad", re.I)
_FIRST = re.compile(r"first\s+(response|reply)|erste\s+(reaktion|antwort)|premi.re r.ponse", re.I)
_NEXT = re.compile(r"(next|subsequent|periodic)\s+(response|reply)", re.I)
_RESOLUTION = re.compile(r"resol|l.sung|close|fix", re.I)


@dataclass(frozen=True, slots=True)
class Profile:
    """Field identifiers and catalogues of one site.

    `group_by` says what plays the part of a group: a custom field's identifier, "components", or "project".
    """

    group_by: str = "project"
    request_type: str = ""
    organisations: str = ""
    category: str = ""
    slas: Mapping[str, str] = field(default_factory=dict)
    """Field identifier to name."""
    states: Mapping[str, State] = field(default_factory=dict)
    """Status identifier to state."""
    priorities: Mapping[str, int] = field(default_factory=dict)
    """Priority identifier to 1 … 5."""
    projects: Mapping[str, Project] = field(default_factory=dict)
    """The visible projects in scope, by key."""
    where: str = ""
    """The scope as a JQL restriction."""
    by_query: bool = False
    """Whether the scope is more than its projects."""
    own_states: Mapping[str, str] = field(default_factory=dict)
    own_metrics: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The fields a ticket is made of."""
        custom = (self.request_type, self.organisations, self.category, *self.slas)
        named = (*_SYSTEM, self.group_by if self.group_by.startswith("customfield_") else "", *custom)
        return tuple(dict.fromkeys(name for name in named if name))

    def state(self, status: Status) -> State:
        """What a status means for the desk: by configuration, by its category, and between open ones by its words."""
        for name in (status.id, status.name, status.name.lower()):
            if name in self.own_states:
                return State(self.own_states[name])
        return state_of(status.category.key, status.name)

    def metric(self, name: str) -> Metric:
        """What an SLA measures, from its name."""
        told = self.own_metrics.get(name)
        if told:
            return Metric(told)
        for pattern, metric in (
            (_FIRST, Metric.FIRST_RESPONSE),
            (_NEXT, Metric.NEXT_REPLY),
            (_RESOLUTION, Metric.RESOLUTION),
        ):
            if pattern.search(name):
                return metric
        return Metric.OTHER


_SYSTEM = (
    "summary", "status", "priority", "assignee", "reporter", "created", "updated", "resolution", "resolutiondate",
    "labels", "components", "issuetype", "project", "issuelinks", "parent", "description",
)  # fmt: skip


def state_of(category: str, name: str) -> State:
    """A status by its category's key and its own words, in no configuration."""
    if category == "done":
        return State.CLOSED if _FINAL.search(name) else State.SOLVED
    if _WAITS.search(name) and "support" not in name.lower():
        return State.PENDING if _WAITS_FOR_CUSTOMER.search(name) else State.HOLD
    return State.NEW if category == "new" else State.OPEN


def rank(priorities: Sequence[Named]) -> dict[str, int]:
    """Priorities, listed in order of rank, as 1 (most urgent) to 5: by well-known words, else by place."""
    found: dict[str, int] = {}
    for place, priority in enumerate(priorities):
        numbered = re.match(r"\s*(?:p|prio\w*|sev\w*)?\s*([1-5])\b", priority.name, re.I)
        known = _PRIORITY_WORDS.get(priority.name.strip().lower())
        scaled = 1 + place if len(priorities) <= 5 else 1 + place * 5 // len(priorities)
        found[priority.id] = known or (int(numbered[1]) if numbered else scaled)
    return found


def read(kind: type[N], data: Any) -> list[N]:
    """A catalogue of the site, whole: a field or project less would change what every ticket means. Raises Garbled."""
    if not isinstance(data, list):
        raise Garbled(f"the site gives no list where its {kind.__name__} records should be")
    try:
        found = [kind.model_validate(raw) for raw in data]
    except ValidationError:
        found = []
    if len(found) < len(data) or not all(record.id for record in found):
        raise Garbled(f"the site gives a {kind.__name__} record that cannot be read")
    return found


def by_schema(fields: Sequence[FieldInfo], custom: str) -> list[FieldInfo]:
    """The fields of a kind."""
    return [info for info in fields if info.shape.custom == custom]


def first(fields: Sequence[FieldInfo], custom: str) -> str:
    """The identifier of the only or first field of a kind, "" where there is none."""
    found = by_schema(fields, custom)
    return found[0].id if found else ""


def organisations_field(fields: Sequence[FieldInfo]) -> str:
    """The field that names the customer's organisations."""
    return first(fields, f"{_SD}sd-customer-organizations")


def request_type_field(fields: Sequence[FieldInfo]) -> str:
    """The field that makes an issue a request."""
    return first(fields, f"{_SD}vp-origin")


def sla_fields(fields: Sequence[FieldInfo]) -> dict[str, str]:
    """The SLA fields: identifier to name."""
    return {info.id: info.name for info in by_schema(fields, f"{_SD}sd-sla-field")}


def category_field(fields: Sequence[FieldInfo]) -> str:
    """A single-choice field called Category, if there is one."""
    kind = "com.atlassian.jira.plugin.system.customfieldtypes:select"
    named = [info for info in by_schema(fields, kind) if info.name.strip().lower() == "category"]
    return named[0].id if named else ""


def group_field(fields: Sequence[FieldInfo], asked: str) -> str:
    """What plays the part of an assignment group.

    `asked` is the option `group_field`: a field's name or identifier, "project" or "components". Without it, a group
    picker or Team field with one of the usual names is taken, else the project. "" where what was asked for is not
    there.
    """
    wanted = asked.strip().lower()
    if wanted in ("project", "components"):
        return wanted
    if wanted:
        named = [info.id for info in fields if wanted in (info.id.lower(), info.name.strip().lower())]
        return named[0] if named else ""
    usual = [info for info in fields if info.shape.custom == _GROUP_PICKER or info.shape.custom in _TEAMS]
    usual = [info for info in usual if info.name.strip().lower() in _GROUP_NAMES]
    usual.sort(key=lambda info: _GROUP_NAMES.index(info.name.strip().lower()))
    return usual[0].id if usual else "project"


def stripped(jql: str) -> str:
    """A restriction without its order."""
    return re.sub(r"\border\s+by\b.*$", "", jql, flags=re.I | re.S).strip()


def restriction(keys: Sequence[str], jql: str) -> str:
    """The scope as JQL: these projects, and what the configuration adds; its own order is of no use here."""
    projects = "project in (" + ", ".join(quoted(key) for key in keys) + ")"
    more = stripped(jql)
    return f"{projects} AND ({more})" if more else projects


def quoted(text: str) -> str:
    """A value that stays one value in JQL, whatever is in it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
