"""Every address this Jira answers, as a table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.responses import Response

from helpdesk_tui.sandbox.jira import links, operations, reads, reference, search, servicedesk, users, writes
from helpdesk_tui.sandbox.jira.call import Call

Handler = Callable[[Call], Awaitable[Response]]
Row = tuple[str, str, Handler]

PLATFORM: Final[tuple[Row, ...]] = (
    ("GET", "/myself", users.myself),
    ("GET", "/field", reference.fields),
    ("GET", "/field/search", reference.field_search),
    ("GET", "/project", reference.project_list),
    ("GET", "/project/search", reference.project_search),
    ("GET", "/project/{project}", reference.project),
    ("GET", "/project/{project}/statuses", reference.project_statuses),
    ("GET", "/project/{project}/components", reference.project_list_empty),
    ("GET", "/project/{project}/versions", reference.project_list_empty),
    ("GET", "/status", reference.statuses),
    ("GET", "/status/{status}", reference.status),
    ("GET", "/statuscategory", reference.categories),
    ("GET", "/priority", reference.priorities),
    ("GET", "/priority/search", reference.priorities),
    ("GET", "/resolution", reference.resolutions),
    ("GET", "/resolution/search", reference.resolutions),
    ("GET", "/issuetype", reference.issue_types),
    ("GET", "/issuetype/project", reference.issue_types),
    ("GET", "/mypermissions", reference.permissions),
    ("GET", "/configuration", reference.configuration),
    ("GET", "/issueLinkType", links.types),
    ("POST", "/issueLink", links.make),
    ("DELETE", "/issueLink/{link}", links.remove),
    ("GET", "/workflow", reference.workflow_names),
    ("GET", "/filter/search", reference.nothing),
    ("GET", "/filter/favourite", reference.no_rows),
    ("GET", "/dashboard", reference.nothing),
    ("GET", "/label", reference.nothing),
    ("GET", "/user", users.one),
    ("GET", "/user/search", users.search),
    ("GET", "/user/bulk", users.bulk),
    ("GET", "/user/assignable/search", users.assignable),
    ("GET", "/user/assignable/multiProjectSearch", users.assignable),
    ("GET", "/users", users.everyone),
    ("GET", "/users/search", users.everyone),
    ("GET", "/group/member", users.members),
    ("GET", "/group/bulk", users.groups_bulk),
    ("GET", "/groups/picker", users.groups_picker),
    ("GET", "/search/jql", search.get),
    ("POST", "/search/jql", search.post),
    ("POST", "/search/approximate-count", search.count),
    ("GET", "/search", search.removed),
    ("POST", "/search", search.removed),
    ("POST", "/jql/parse", search.jql_parse),
    ("POST", "/changelog/bulkfetch", reads.changelog_bulk),
    ("POST", "/comment/list", reads.comment_list),
    ("GET", "/comment/{comment}/properties", reads.comment_properties),
    ("GET", "/comment/{comment}/properties/{key}", reads.comment_property),
    ("PUT", "/comment/{comment}/properties/{key}", reads.comment_property),
    ("POST", "/issue", writes.create),
    ("POST", "/issue/bulkfetch", search.bulk_fetch),
    ("GET", "/issue/createmeta", reference.create_meta),
    ("GET", "/issue/createmeta/{project}/issuetypes", reference.create_meta),
    ("GET", "/issue/createmeta/{project}/issuetypes/{type}", reference.create_meta),
    ("GET", "/issue/{issue}", reads.issue),
    ("PUT", "/issue/{issue}", writes.edit),
    ("DELETE", "/issue/{issue}", writes.delete),
    ("GET", "/issue/{issue}/editmeta", reads.editmeta),
    ("PUT", "/issue/{issue}/assignee", writes.assign),
    ("GET", "/issue/{issue}/changelog", reads.changelog),
    ("GET", "/issue/{issue}/comment", reads.comments),
    ("POST", "/issue/{issue}/comment", writes.add_comment),
    ("GET", "/issue/{issue}/comment/{comment}", reads.comment),
    ("GET", "/issue/{issue}/transitions", reads.transitions),
    ("POST", "/issue/{issue}/transitions", writes.transition),
    ("GET", "/issue/{issue}/watchers", reads.watchers),
    ("GET", "/issue/{issue}/worklog", reads.no_worklogs),
    ("GET", "/issue/{issue}/remotelink", reads.no_links),
)
"""Under /rest/api/{version}."""

DESK: Final[tuple[Row, ...]] = (
    ("GET", "/servicedesk", servicedesk.desks),
    ("GET", "/servicedesk/{desk}", servicedesk.one_desk),
    ("GET", "/servicedesk/{desk}/queue", servicedesk.queues),
    ("GET", "/servicedesk/{desk}/queue/{queue}", servicedesk.one_queue),
    ("GET", "/servicedesk/{desk}/queue/{queue}/issue", servicedesk.queue_issues),
    ("GET", "/servicedesk/{desk}/requesttype", servicedesk.request_types),
    ("GET", "/servicedesk/{desk}/organization", servicedesk.organisations),
    ("GET", "/servicedesk/{desk}/customer", servicedesk.customers),
    ("GET", "/requesttype", servicedesk.request_types),
    ("GET", "/request", servicedesk.requests),
    ("GET", "/request/{issue}", servicedesk.request),
    ("GET", "/request/{issue}/status", servicedesk.request_status),
    ("GET", "/request/{issue}/sla", servicedesk.request_sla),
    ("GET", "/request/{issue}/sla/{metric}", servicedesk.request_one_sla),
    ("GET", "/request/{issue}/comment", servicedesk.comments),
    ("POST", "/request/{issue}/comment", servicedesk.comments),
    ("GET", "/request/{issue}/comment/{comment}", servicedesk.one_comment),
    ("GET", "/request/{issue}/participant", servicedesk.participants),
    ("GET", "/request/{issue}/transition", servicedesk.transitions),
    ("POST", "/request/{issue}/transition", servicedesk.transitions),
    ("GET", "/organization", servicedesk.organisations),
    ("GET", "/organization/{organisation}", servicedesk.organisation),
    ("GET", "/organization/{organisation}/user", servicedesk.organisation_users),
)
"""Under /rest/servicedeskapi."""

AGILE: Final[tuple[Row, ...]] = (
    ("GET", "/board", reference.nothing),
    ("GET", "/sprint", reference.nothing),
)
"""Under /rest/agile/1.0: there are no boards."""

OPERATIONS: Final[tuple[Row, ...]] = (
    ("GET", "/schedules", operations.schedules),
    ("GET", "/schedules/{schedule}", operations.schedule),
    ("GET", "/schedules/{schedule}/rotations", operations.rotations),
    ("GET", "/schedules/{schedule}/timeline", operations.timeline),
    ("GET", "/schedules/{schedule}/on-calls", operations.on_calls),
    ("GET", "/schedules/{schedule}/overrides", operations.overrides),
    ("POST", "/schedules/{schedule}/overrides", operations.overrides),
    ("GET", "/schedules/{schedule}/overrides/{alias}", operations.override),
    ("PUT", "/schedules/{schedule}/overrides/{alias}", operations.override),
    ("DELETE", "/schedules/{schedule}/overrides/{alias}", operations.override),
)
"""Under /jsm/ops/api/{cloud}/v1."""

OPEN: Final[tuple[Row, ...]] = (
    ("GET", "/rest/api/{version}/serverInfo", reference.server_info),
    ("GET", "/rest/servicedeskapi/info", servicedesk.info),
    ("GET", "/_edge/tenant_info", reference.tenant_info),
)
"""Open to everybody."""


def table() -> list[tuple[Row, bool]]:
    """Every row with its whole path, and whether it is open to everybody."""
    closed = [(method, f"/rest/api/{{version}}{path}", handler) for method, path, handler in PLATFORM]
    closed += [(method, f"/rest/servicedeskapi{path}", handler) for method, path, handler in DESK]
    closed += [(method, f"/rest/agile/1.0{path}", handler) for method, path, handler in AGILE]
    closed += [(method, f"/jsm/ops/api/{{cloud}}/v1{path}", handler) for method, path, handler in OPERATIONS]
    return [(row, True) for row in OPEN] + [(row, False) for row in closed]
