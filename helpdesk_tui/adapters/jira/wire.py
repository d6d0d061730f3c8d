"""Jira's records as they travel. Only what is read is named; what else there is, and what is new, is let through."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from helpdesk_tui.adapters.jira.moments import Millis, Seconds


def _text(value: Any) -> Any:
    """Identifiers and names: a number is taken as its digits, null as nothing."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_text)]


def _listed(value: Any) -> Any:
    return [] if value is None else value


class Wire(BaseModel):
    """A record of the platform."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True, frozen=True)


class User(Wire):
    """A person: by account id on Cloud, by key and name on Data Center."""

    account_id: Text = Field("", alias="accountId")
    key: Text = ""
    name: Text = ""
    display_name: Text = Field("", alias="displayName")
    email: Text = Field("", alias="emailAddress")
    active: bool = True
    zone: Text = Field("", alias="timeZone")
    account_type: Text = Field("", alias="accountType")

    @property
    def ident(self) -> str:
        """The unchanging identifier."""
        return self.account_id or self.key or self.name


class Named(Wire):
    """Something with an identifier and a name: a priority, a resolution, an issue type, a component."""

    id: Text = ""
    name: Text = ""


class Category(Wire):
    """The fixed category behind a status; its name is localised, its key is not."""

    key: Text = ""


class Status(Named):
    """A workflow status."""

    category: Category = Field(default_factory=Category, alias="statusCategory")


class Project(Named):
    """A project."""

    key: Text = ""
    kind: Text = Field("", alias="projectTypeKey")


class LinkType(Named):
    """A kind of link and how it reads from either end: the issue that is sent as `inwardIssue` reads `outward`."""

    inward: Text = ""
    outward: Text = ""


class Link(Wire):
    """A link to another issue, in one direction or the other."""

    type: LinkType = Field(default_factory=LinkType)
    inward: Linked | None = Field(None, alias="inwardIssue")
    outward: Linked | None = Field(None, alias="outwardIssue")


class Linked(Wire):
    """The other end of a link, or a parent."""

    id: Text = ""
    key: Text = ""


class Fields(Wire):
    """The system fields of an issue; custom ones are found by their schema, elsewhere."""

    summary: Text = ""
    status: Status
    issuetype: Named = Field(default_factory=Named)
    project: Project = Field(default_factory=lambda: Project.model_validate({}))
    priority: Named | None = None
    resolution: Named | None = None
    assignee: User | None = None
    reporter: User | None = None
    created: Millis
    updated: Millis
    resolved: Seconds = Field(0, alias="resolutiondate")
    labels: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    components: Annotated[tuple[Named, ...], BeforeValidator(_listed)] = ()
    links: Annotated[tuple[Link, ...], BeforeValidator(_listed)] = Field((), alias="issuelinks")
    parent: Linked | None = None
    description: Any = None


class Issue(Wire):
    """An issue with the fields that were asked for."""

    id: Annotated[Text, Field(min_length=1)]
    key: Text = ""
    fields: Fields


class Change(Wire):
    """One field of one history."""

    field: Text = ""
    field_id: Text = Field("", alias="fieldId")
    old: Text = Field("", alias="from")
    old_text: Text = Field("", alias="fromString")
    new: Text = Field("", alias="to")
    new_text: Text = Field("", alias="toString")


class History(Wire):
    """Changes made together."""

    id: Text
    author: User | None = None
    created: Seconds
    items: Annotated[tuple[Change, ...], BeforeValidator(_listed)] = ()


class Property(Wire):
    """An entity property."""

    key: Text = ""
    value: Any = None


class Comment(Wire):
    """A comment; hidden from customers where `jsdPublic` is false or the property says internal."""

    id: Text
    author: User | None = None
    body: Any = None
    created: Seconds
    public: bool | None = Field(None, alias="jsdPublic")
    properties: Annotated[tuple[Property, ...], BeforeValidator(_listed)] = ()

    @property
    def internal(self) -> bool:
        """Whether customers cannot see it. Nothing said means that they can."""
        if self.public is not None:
            return not self.public
        marks = [p.value for p in self.properties if p.key == "sd.public.comment"]
        return any(isinstance(mark, dict) and mark.get("internal") in (True, "true") for mark in marks)


class Span(Wire):
    """A duration."""

    millis: int = 0


class Cycle(Wire):
    """One measurement of a metric, ended or going on."""

    start: Seconds = Field(0, alias="startTime")
    stop: Seconds = Field(0, alias="stopTime")
    breach: Seconds = Field(0, alias="breachTime")
    breached: bool = False
    paused: bool = False
    within: bool | None = Field(None, alias="withinCalendarHours")
    goal: Span = Field(default_factory=Span, alias="goalDuration")
    remaining: Span | None = Field(None, alias="remainingTime")


class Sla(Wire):
    """The value of an SLA field, the same as the service desk API's."""

    id: Text = ""
    name: Text = ""
    completed: Annotated[tuple[Cycle, ...], BeforeValidator(_listed)] = Field((), alias="completedCycles")
    ongoing: Cycle | None = Field(None, alias="ongoingCycle")


class FieldSchema(Wire):
    """What a field is made of."""

    type: Text = ""
    items: Text = ""
    custom: Text = ""


class FieldInfo(Named):
    """A field of the site."""

    shape: FieldSchema = Field(default_factory=FieldSchema, alias="schema")


class ServerInfo(Wire):
    """Which Jira this is."""

    deployment: Text = Field("Server", alias="deploymentType")
    version: Text = ""
    time: Seconds = Field(0, alias="serverTime")
    title: Text = Field("", alias="serverTitle")


class FieldMeta(Wire):
    """What a screen says of one of its fields. `allowed` are the values it may have, as they are written in an
    issue."""

    required: bool = False
    name: Text = ""
    has_default: bool = Field(False, alias="hasDefaultValue")
    shape: FieldSchema = Field(default_factory=FieldSchema, alias="schema")
    allowed: Annotated[tuple[Any, ...], BeforeValidator(_listed)] = Field((), alias="allowedValues")


class Transition(Named):
    """A way from the present status to another, for this account."""

    to: Status
    available: bool = Field(True, alias="isAvailable")
    fields: dict[str, FieldMeta] = Field(default_factory=dict)
