"""Signing in: which Jira this is, who we are there, what the scope comes to, and what stays invisible."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from helpdesk_tui.adapters.base import SignIn
from helpdesk_tui.adapters.jira import permits
from helpdesk_tui.adapters.jira import profile as facts
from helpdesk_tui.adapters.jira.profile import Profile
from helpdesk_tui.adapters.jira.site import Site, gathered
from helpdesk_tui.adapters.jira.wire import FieldInfo, Named, Project, ServerInfo, Status, User
from helpdesk_tui.errors import ConfigError, Garbled, Refused

_MOST_PROJECTS = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """What a sign-in finds out."""

    signed: SignIn
    profile: Profile
    statuses: dict[str, Status]
    desks: dict[str, str]
    """Service desk identifiers by project key; empty without Jira Service Management."""
    fields: tuple[FieldInfo, ...] = ()


@dataclass(slots=True)
class _Report:
    sees: list[str] = field(default_factory=list)
    cannot: list[str] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)


async def sign_in(site: Site, now: int) -> Found:
    """Ask the site everything a source depends on. `now` is our clock, seconds UTC."""
    info = await site.open()
    me = _me(await site.get("myself"))
    report = _Report()
    fields = facts.read(FieldInfo, await site.get("field"))
    statuses = {status.id: status for status in facts.read(Status, await site.get("status"))}
    priorities = facts.read(Named, await site.get("priority"))
    desks = await _desks(site, report)
    projects = _scoped(site, await _projects(site), desks, report)
    profile = _profile(site, fields, statuses, priorities, projects, report)
    if profile.by_query:
        await _try_query(site, profile)
    report.cannot += await permits.lacking(site, list(projects))
    role = await _role(site, [desks[key] for key in projects if key in desks], report)
    _describe(site, info, profile, report)
    signed = SignIn(
        account=me.ident,
        name=me.display_name,
        role=role,
        zone=me.zone,
        server_time=site.server_now(),
        skew=info.time - now if info.time else site.skew,
        feed="issue search by update time",
        sees=tuple(report.sees),
        cannot=tuple(report.cannot),
        details=report.details,
    )
    return Found(signed, profile, statuses, desks, tuple(fields))


def _me(data: Any) -> User:
    try:
        return User.model_validate(data)
    except ValidationError:
        raise Garbled("the site does not say who we are") from None


async def _desks(site: Site, report: _Report) -> dict[str, str]:
    """Service desks by project key; a site without Jira Service Management, or an account without it, has none."""
    try:
        found = await gathered(lambda start: site.desk("servicedesk", {"start": start, "limit": 100}))
    except Refused as error:
        report.cannot.append(f"Service desks, queues and organisations are not visible to this account ({error}).")
        return {}
    return {str(row.get("projectKey")): str(row.get("id")) for row in found if isinstance(row, dict)}


async def _projects(site: Site) -> list[Project]:
    """Every visible project."""
    if not site.cloud:
        return facts.read(Project, await site.get("project"))
    found = await gathered(
        lambda start: site.get("project/search", {"startAt": start, "maxResults": 100}), most=_MOST_PROJECTS
    )
    return facts.read(Project, found)


def _scoped(site: Site, visible: list[Project], desks: dict[str, str], report: _Report) -> dict[str, Project]:
    """The projects of the scope: those configured, else all service desks, else all that can be seen."""
    known = {project.key: project for project in visible}
    given = site.source.scope.get("projects") or ()
    asked = [given] if isinstance(given, str) else [str(key) for key in given]
    if not asked:
        chosen = [key for key in known if key in desks or known[key].kind == "service_desk"] or list(known)
    else:
        upper = {key.upper(): key for key in known}
        chosen = [upper[key.upper()] for key in asked if key.upper() in upper]
        hidden = [key for key in asked if key.upper() not in upper]
        report.cannot += [f"The project {key} does not exist or is not visible to this account." for key in hidden]
    if not chosen:
        raise Refused("none of the projects in scope is visible to this account")
    report.sees.append(f"{len(chosen)} of {len(known)} visible projects are in scope: {', '.join(chosen[:20])}")
    return {key: known[key] for key in chosen}


def _profile(
    site: Site,
    fields: list[FieldInfo],
    statuses: dict[str, Status],
    priorities: list[Named],
    projects: dict[str, Project],
    report: _Report,
) -> Profile:
    options = site.source.options
    asked = str(options.get("group_field") or "")
    group_by = facts.group_field(fields, asked)
    if not group_by:
        raise ConfigError(
            f"no field “{asked}” is visible on this site", key=f"sources.{site.source.name}.options.group_field"
        )
    slas = facts.sla_fields(fields)
    if not slas:
        report.cannot.append("No SLA fields are visible: clocks of this source cannot be shown.")
    jql = str(site.source.scope.get("jql") or "")
    own_states, own_metrics = _words(options.get("states")), _words(options.get("slas"))
    profile = Profile(
        group_by=group_by,
        request_type=facts.request_type_field(fields),
        organisations=facts.organisations_field(fields),
        category=facts.category_field(fields),
        slas=slas,
        priorities=facts.rank(priorities),
        projects=projects,
        where=facts.restriction(list(projects), jql),
        by_query=bool(facts.stripped(jql)),
        own_states=own_states,
        own_metrics=own_metrics,
    )
    _checked(site, profile, statuses, report)
    named = {info.id: info.name for info in fields}
    report.details["group"] = named.get(group_by, group_by)
    return profile


async def _try_query(site: Site, profile: Profile) -> None:
    """Ask for a single issue of the scope. Raises ConfigError, with the site's words, where it does not take the
    query: better told before anything is read anew than by every search."""
    body = {"jql": profile.where, "maxResults": 1, "fields": ["id"]}
    try:
        await site.post("search/jql" if site.cloud else "search", body)
    except Refused as error:
        if error.status != 400:
            raise
        raise ConfigError(f"the site refuses it: {error}", key=f"sources.{site.source.name}.scope.jql") from None


def _words(value: Any) -> dict[str, str]:
    return {str(name): str(word) for name, word in value.items()} if isinstance(value, dict) else {}


def _checked(site: Site, profile: Profile, statuses: dict[str, Status], report: _Report) -> None:
    """Words of the configuration that mean nothing are told before the first ticket fails on them."""
    try:
        for status in statuses.values():
            profile.state(status)
        for name in profile.slas.values():
            profile.metric(name)
    except ValueError as error:
        raise ConfigError(str(error), key=f"sources.{site.source.name}.options") from None
    report.details["statuses"] = ", ".join(f"{s.name} = {profile.state(s)}" for s in list(statuses.values())[:30])


async def _role(site: Site, desks: list[str], report: _Report) -> str:
    """agent where queues can be read, else what is left."""
    if not desks:
        return "user"
    try:
        await site.desk(f"servicedesk/{desks[0]}/queue", {"start": 0, "limit": 1})
    except Refused as error:
        report.cannot.append(f"This account is no agent of its service desks: queues are closed to it ({error}).")
        return "customer"
    return "agent"


def _describe(site: Site, info: ServerInfo, profile: Profile, report: _Report) -> None:
    report.details |= {
        "deployment": "Cloud" if site.cloud else "Data Center",
        "version": info.version,
        "clocks": ", ".join(f"{name} ({profile.metric(name)})" for name in profile.slas.values()) or "none",
        "scope": profile.where,
    }
    report.cannot.append(
        "An issue that was deleted and one that was hidden from this account often look the same to Jira's API."
    )
    if site.cloud:
        report.cannot.append("E-mail addresses of customers are private on Jira Cloud.")
