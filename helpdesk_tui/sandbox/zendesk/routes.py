"""Every path of the platform that the sandbox answers, with the least role that may call it."""

from __future__ import annotations

from helpdesk_tui.sandbox.zendesk import (
    auth,
    availability,
    ids,
    kept,
    routes_account,
    routes_bulk,
    routes_incremental,
    routes_people,
    routes_search,
    routes_tickets,
    routes_views,
    routes_writes,
    sla,
    statuses,
)
from helpdesk_tui.sandbox.zendesk.account import Call, Handler, Json, Role
from helpdesk_tui.sandbox.zendesk.listing import readable

Entry = tuple[str, str, Handler, Role]


def _of_user(call: Call) -> Json:
    """Tickets requested by, or assigned to, one user."""
    uid = ids.uid(call.numbers["user"])
    requested = call.path.endswith("requested")
    own = [t for t in call.account.desk.unsettled() if (t.requester if requested else t.owner) == uid and readable(t)]
    return routes_tickets.of_person(call, own)


def _of_organisation(call: Call) -> Json:
    """Tickets whose requester belongs to one organisation."""
    people, oid = call.account.world.people, ids.oid(call.numbers["organisation"])
    own = [
        t for t in call.account.desk.unsettled() if t.requester in people and people[t.requester].organisation == oid
    ]
    return routes_tickets.of_person(call, own)


_PEOPLE: list[Entry] = [
    ("GET", "/users/me", routes_people.me, "anonymous"),
    ("GET", "/users", routes_people.users, "agent"),
    ("POST", "/users", routes_people.user_create_or_update, "agent"),
    ("POST", "/users/create_or_update", routes_people.user_create_or_update, "agent"),
    ("GET", "/users/count", routes_people.users_count, "agent"),
    ("GET", "/users/show_many", routes_people.users_many, "agent"),
    ("GET", "/users/search", routes_people.users_search, "agent"),
    ("GET", "/users/autocomplete", routes_people.users_search, "agent"),
    ("GET", "/users/{user:int}", routes_people.user, "agent"),
    ("GET", "/users/{user:int}/groups", routes_people.groups, "agent"),
    ("GET", "/users/{user:int}/groups/count", routes_people.groups_count, "agent"),
    ("GET", "/users/{user:int}/tickets/ccd", routes_account.empty("tickets"), "agent"),
    ("GET", "/users/{user:int}/tickets/followed", routes_account.empty("tickets"), "agent"),
    ("GET", "/groups/{group:int}/users/count", routes_people.users_count, "agent"),
    ("GET", "/organizations/{organisation:int}/users/count", routes_people.users_count, "agent"),
    ("GET", "/users/{user:int}/group_memberships", routes_people.group_memberships, "agent"),
    ("GET", "/users/{user:int}/organizations", routes_people.organisations, "agent"),
    ("GET", "/users/{user:int}/organization_memberships", routes_people.organisation_memberships, "agent"),
    ("GET", "/users/{user:int}/tickets/requested", _of_user, "agent"),
    ("GET", "/users/{user:int}/tickets/assigned", _of_user, "agent"),
    ("GET", "/groups", routes_people.groups, "agent"),
    ("GET", "/groups/assignable", routes_people.groups, "agent"),
    ("GET", "/groups/count", routes_people.groups_count, "agent"),
    (
        "POST",
        "/groups",
        kept.creator("groups", "group", {"deleted": False, "is_public": True, "default": False}),
        "admin",
    ),
    ("PUT", "/groups/{id:int}", kept.changer("groups", "group"), "admin"),
    ("DELETE", "/groups/{id:int}", kept.remover("groups"), "admin"),
    ("GET", "/groups/{group:int}", routes_people.group, "agent"),
    ("GET", "/groups/{group:int}/users", routes_people.users, "agent"),
    ("GET", "/groups/{group:int}/memberships", routes_people.group_memberships, "agent"),
    ("GET", "/group_memberships", routes_people.group_memberships, "agent"),
    ("GET", "/group_memberships/assignable", routes_people.group_memberships, "agent"),
    ("GET", "/group_memberships/{membership:int}", routes_people.group_membership, "agent"),
    ("GET", "/organizations", routes_people.organisations, "agent"),
    ("GET", "/organizations/count", routes_people.organisations_count, "agent"),
    ("GET", "/organizations/show_many", routes_people.organisations_many, "agent"),
    ("GET", "/organizations/search", routes_people.organisations_search, "agent"),
    ("GET", "/organizations/autocomplete", routes_people.organisations_search, "agent"),
    ("GET", "/organizations/{organisation:int}", routes_people.organisation, "agent"),
    ("GET", "/organizations/{organisation:int}/users", routes_people.users, "agent"),
    ("GET", "/organizations/{organisation:int}/tickets", _of_organisation, "agent"),
    (
        "GET",
        "/organizations/{organisation:int}/organization_memberships",
        routes_people.organisation_memberships,
        "agent",
    ),
    ("GET", "/organization_memberships", routes_people.organisation_memberships, "agent"),
]

_TICKETS: list[Entry] = [
    ("GET", "/tickets", routes_tickets.tickets, "agent"),
    ("POST", "/tickets", routes_writes.ticket_create, "agent"),
    ("GET", "/tickets/count", routes_tickets.tickets_count, "agent"),
    ("GET", "/tickets/recent", routes_tickets.tickets_recent, "agent"),
    ("GET", "/tickets/show_many", routes_tickets.tickets_many, "agent"),
    ("PUT", "/tickets/update_many", routes_bulk.update_many, "agent"),
    ("POST", "/tickets/{ticket:int}/merge", routes_bulk.merge, "agent"),
    ("POST", "/tickets/create_many", routes_bulk.create_many, "agent"),
    ("DELETE", "/tickets/destroy_many", routes_bulk.destroy_many, "admin"),
    ("GET", "/tickets/{ticket:int}", routes_tickets.ticket, "agent"),
    ("PUT", "/tickets/{ticket:int}", routes_writes.ticket_update, "agent"),
    ("DELETE", "/tickets/{ticket:int}", routes_writes.ticket_delete, "admin"),
    ("GET", "/tickets/{ticket:int}/comments", routes_tickets.ticket_comments, "agent"),
    ("GET", "/tickets/{ticket:int}/comments/count", routes_tickets.comments_count, "agent"),
    ("GET", "/tickets/{ticket:int}/audits", routes_tickets.ticket_audits, "agent"),
    ("GET", "/tickets/{ticket:int}/audits/{audit:int}", routes_tickets.ticket_audit, "agent"),
    ("GET", "/tickets/{ticket:int}/metrics", routes_tickets.ticket_metrics, "agent"),
    ("GET", "/tickets/{ticket:int}/related", routes_tickets.ticket_related, "agent"),
    ("GET", "/tickets/{ticket:int}/incidents", routes_tickets.ticket_incidents, "agent"),
    ("GET", "/tickets/{ticket:int}/collaborators", routes_tickets.empty_users, "agent"),
    ("GET", "/tickets/{ticket:int}/followers", routes_tickets.empty_users, "agent"),
    ("GET", "/tickets/{ticket:int}/email_ccs", routes_tickets.empty_users, "agent"),
    ("GET", "/tickets/{ticket:int}/slas/policy_metrics", routes_tickets.ticket_slas, "admin"),
    ("GET", "/tickets/{ticket:int}/tags", routes_tickets.ticket_tags, "agent"),
    ("PUT", "/tickets/{ticket:int}/tags", routes_writes.tags_change, "agent"),
    ("POST", "/tickets/{ticket:int}/tags", routes_writes.tags_change, "agent"),
    ("DELETE", "/tickets/{ticket:int}/tags", routes_writes.tags_change, "agent"),
    ("GET", "/ticket_metrics", routes_tickets.all_metrics, "agent"),
    ("GET", "/ticket_metrics/{metric:int}", routes_tickets.metric_by_id, "agent"),
    ("GET", "/problems", routes_tickets.problems, "agent"),
    ("GET", "/tickets/problems", routes_tickets.problems, "agent"),
    ("GET", "/deleted_tickets", routes_tickets.deleted_tickets, "agent"),
    ("PUT", "/deleted_tickets/{ticket:int}/restore", routes_writes.ticket_restore, "admin"),
    ("GET", "/job_statuses", routes_bulk.job_statuses, "agent"),
    ("GET", "/job_statuses/show_many", routes_bulk.job_statuses, "agent"),
    ("GET", "/job_statuses/{job}", routes_bulk.job_status, "agent"),
]

_EXPORTS: list[Entry] = [
    ("GET", "/incremental/tickets/cursor", routes_incremental.tickets_cursor, "admin"),
    ("GET", "/incremental/tickets", routes_incremental.tickets_timed, "admin"),
    ("GET", "/incremental/tickets/sample", routes_incremental.tickets_timed, "admin"),
    ("GET", "/incremental/ticket_events", routes_incremental.ticket_events, "admin"),
    ("GET", "/incremental/ticket_events/sample", routes_incremental.ticket_events, "admin"),
    ("GET", "/incremental/ticket_metric_events", routes_incremental.metric_events, "admin"),
    ("GET", "/incremental/users/cursor", routes_incremental.users_cursor, "admin"),
    ("GET", "/incremental/users", routes_incremental.users_timed, "admin"),
    ("GET", "/incremental/organizations", routes_incremental.organisations_timed, "admin"),
    ("GET", "/search", routes_search.search, "agent"),
    ("GET", "/search/count", routes_search.search_count, "agent"),
    ("GET", "/search/export", routes_search.search_export, "agent"),
]

_SETUP: list[Entry] = [
    ("GET", "/views", routes_views.views, "agent"),
    ("POST", "/views", routes_views.view_create, "agent"),
    ("GET", "/views/active", routes_views.views, "agent"),
    ("GET", "/views/compact", routes_views.views, "agent"),
    ("GET", "/views/count", routes_views.views_count, "agent"),
    ("GET", "/views/count_many", routes_views.view_counts, "agent"),
    ("GET", "/views/show_many", routes_views.views_many, "agent"),
    ("GET", "/views/search", routes_views.views_search, "agent"),
    ("GET", "/views/{view:int}", routes_views.view, "agent"),
    ("PUT", "/views/{id:int}", kept.changer("views", "view"), "agent"),
    ("DELETE", "/views/{id:int}", kept.remover("views"), "agent"),
    ("GET", "/views/{view:int}/tickets", routes_views.view_tickets, "agent"),
    ("GET", "/views/{view:int}/execute", routes_views.view_execute, "agent"),
    ("GET", "/views/{view:int}/count", routes_views.view_count, "agent"),
    ("GET", "/ticket_fields", routes_account.ticket_fields, "agent"),
    ("GET", "/ticket_fields/{id:int}", routes_account.ticket_field, "agent"),
    ("GET", "/ticket_forms", routes_account.ticket_forms, "agent"),
    ("GET", "/ticket_forms/{id:int}", routes_account.ticket_form, "agent"),
    ("GET", "/custom_statuses", statuses.custom_statuses, "agent"),
    ("GET", "/brands", routes_account.brands, "agent"),
    ("GET", "/brands/{id:int}", routes_account.brand, "agent"),
    ("GET", "/slas/policies", sla.policies, "admin"),
    ("GET", "/group_slas/policies", routes_account.empty("group_sla_policies"), "admin"),
    ("GET", "/account/settings", routes_account.settings, "agent"),
    ("GET", "/business_hours/schedules", routes_account.schedules, "agent"),
    ("GET", "/business_hours/schedules/{id:int}", routes_account.schedule, "agent"),
    ("GET", "/business_hours/schedules/{id:int}/holidays", routes_account.holidays, "agent"),
    ("GET", "/agent_availabilities", availability.availabilities, "admin"),
    ("GET", "/agent_availabilities/agent_statuses", availability.statuses, "agent"),
    ("GET", "/satisfaction_ratings", routes_account.empty("satisfaction_ratings"), "admin"),
    ("GET", "/macros", routes_account.empty("macros"), "agent"),
    ("GET", "/macros/active", routes_account.empty("macros"), "agent"),
    ("GET", "/triggers", routes_account.empty("triggers"), "agent"),
    ("GET", "/automations", routes_account.empty("automations"), "agent"),
    ("GET", "/automations/active", routes_account.empty("automations"), "agent"),
    ("GET", "/triggers/active", routes_account.empty("triggers"), "agent"),
    ("GET", "/suspended_tickets", routes_account.empty("suspended_tickets"), "agent"),
    ("GET", "/user_fields", routes_account.empty("user_fields"), "agent"),
    ("GET", "/organization_fields", routes_account.empty("organization_fields"), "agent"),
    ("GET", "/tags", routes_account.empty("tags"), "agent"),
]

ENTRIES: list[Entry] = [
    *(
        (method, f"/api/v2{path}", handler, role)
        for method, path, handler, role in _PEOPLE + _TICKETS + _EXPORTS + _SETUP
    ),
    ("POST", "/oauth/tokens", auth.grant, "anonymous"),
]
