"""What the account is set up with: fields, forms, brands, settings, schedules; and a few lists that are empty here."""

from __future__ import annotations

from datetime import UTC, datetime

from helpdesk_tui.sandbox.zendesk import ids, statuses
from helpdesk_tui.sandbox.zendesk.account import Call, Handler, Json
from helpdesk_tui.sandbox.zendesk.errors import not_found
from helpdesk_tui.sandbox.zendesk.paging import in_memory, page
from helpdesk_tui.sandbox.zendesk.people import FOUNDED
from helpdesk_tui.sandbox.zendesk.text import stamp

_FIELD = 6_130_852_537_114
_FIELDS = (
    ("subject", "Subject", True),
    ("description", "Description", True),
    ("status", "Status", False),
    ("tickettype", "Type", False),
    ("priority", "Priority", False),
    ("group", "Group", True),
    ("assignee", "Assignee", True),
    ("custom_status", "Ticket status", False),
)


_OPTIONS = {
    "priority": tuple(statuses.PRIORITIES.values()),
    "status": statuses.ORDER[:6],
    "tickettype": tuple(statuses.TYPES.values()),
}


def _fields(call: Call) -> list[Json]:
    rows = [
        _field(call, _FIELD - 128 * (place + 1), kind, title, required)
        for place, (kind, title, required) in enumerate(_FIELDS)
    ]
    own = [_field(call, ids.CATEGORY_FIELD, "text", "Category", False) | {"removable": True}]
    for made in call.account.settings.fields:
        row = _field(call, made.number, made.type, made.title, made.required) | {"removable": True}
        if made.options:
            named = [{"name": value.replace("_", " ").title(), "value": value} for value in made.options]
            row["custom_field_options"] = named
        own.append(row)
    return [*rows, *own]


def _field(call: Call, number: int, kind: str, title: str, required: bool) -> Json:
    row: Json = {
        "url": call.link(f"/ticket_fields/{number}"),
        "id": number,
        "type": kind,
        "title": title,
        "raw_title": title,
        "description": "",
        "raw_description": "",
        "position": 1,
        "active": True,
        "required": required,
        "collapsed_for_agents": False,
        "regexp_for_validation": None,
        "title_in_portal": title,
        "raw_title_in_portal": title,
        "agent_can_edit": True,
        "visible_in_portal": True,
        "editable_in_portal": kind in ("subject", "description"),
        "required_in_portal": required,
        "tag": None,
        "created_at": stamp(FOUNDED),
        "updated_at": stamp(FOUNDED),
        "removable": False,
        "key": None,
        "agent_description": None,
    }
    if kind == "custom_status":
        row["custom_statuses"] = statuses.custom_statuses(call)["custom_statuses"]
    if kind in ("priority", "status"):
        row["sub_type_id"] = 0
    if kind in _OPTIONS:
        row["system_field_options"] = [{"name": name.title(), "value": name} for name in _OPTIONS[kind]]
    return row


def ticket_fields(call: Call) -> Json:
    """GET /ticket_fields."""
    return page(call, "ticket_fields", in_memory(_fields(call), _ident), lambda some: some)


def _ident(row: Json) -> tuple[int, ...]:
    number = row["id"]
    return (number,) if isinstance(number, int) else (0,)


def _shown(single: str, rows: list[Json], call: Call) -> Json:
    for row in rows:
        if row["id"] == call.numbers["id"]:
            return {single: row}
    raise not_found()


def ticket_field(call: Call) -> Json:
    """GET /ticket_fields/{id}."""
    return _shown("ticket_field", _fields(call), call)


def _forms(call: Call) -> list[Json]:
    return [
        {
            "url": call.link(f"/ticket_forms/{ids.FORM}"),
            "id": ids.FORM,
            "name": "Default Ticket Form",
            "raw_name": "Default Ticket Form",
            "display_name": "Default Ticket Form",
            "raw_display_name": "Default Ticket Form",
            "end_user_visible": True,
            "position": 1,
            "ticket_field_ids": [row["id"] for row in _fields(call)],
            "active": True,
            "default": True,
            "in_all_brands": True,
            "restricted_brand_ids": [],
            "end_user_conditions": [],
            "agent_conditions": [],
            "created_at": stamp(FOUNDED),
            "updated_at": stamp(FOUNDED),
        }
    ]


def ticket_forms(call: Call) -> Json:
    """GET /ticket_forms."""
    return page(call, "ticket_forms", in_memory(_forms(call), _ident), lambda some: some)


def ticket_form(call: Call) -> Json:
    """GET /ticket_forms/{id}."""
    return _shown("ticket_form", _forms(call), call)


def _brands(call: Call) -> list[Json]:
    return [
        {
            "url": call.link(f"/brands/{ids.BRAND}"),
            "id": ids.BRAND,
            "name": "Service Desk",
            "brand_url": call.base,
            "subdomain": "sandbox",
            "host_mapping": None,
            "has_help_center": False,
            "help_center_state": "disabled",
            "active": True,
            "default": True,
            "is_deleted": False,
            "logo": _logo(call),
            "ticket_form_ids": [ids.FORM],
            "signature_template": "{{agent.signature}}",
            "created_at": stamp(FOUNDED),
            "updated_at": stamp(FOUNDED),
        }
    ]


def _logo(call: Call) -> Json:
    address = f"{call.base}/attachments/logo.png"
    return {
        "url": call.link(f"/attachments/{ids.BRAND + 1}"),
        "id": ids.BRAND + 1,
        "file_name": "logo.png",
        "content_url": address,
        "mapped_content_url": address,
        "content_type": "image/png",
        "size": 1024,
        "width": 80,
        "height": 80,
        "inline": False,
        "deleted": False,
        "thumbnails": [],
    }


def brands(call: Call) -> Json:
    """GET /brands."""
    return page(call, "brands", in_memory(_brands(call), _ident), lambda some: some)


def brand(call: Call) -> Json:
    """GET /brands/{id}."""
    return _shown("brand", _brands(call), call)


def settings(_: Call) -> Json:
    """GET /account/settings: the ones that decide how writes behave."""
    tickets = {
        "status_hold": True,
        "assign_tickets_upon_solve": True,
        "allow_group_reset": False,
        "comments_public_by_default": True,
        "maximum_personal_views_to_list": 8,
        "list_newest_comments_first": True,
    }
    return {
        "settings": {
            "tickets": tickets,
            "active_features": {"business_hours": True, "on_hold_status": True},
            "agents": {"unified_agent_statuses": False},
            "routing": {"enabled": False},
        }
    }


def schedules(call: Call) -> Json:
    """GET /business_hours/schedules: minutes since Sunday 00:00 in a zone with a Rails name."""
    return {"schedules": [_schedule()], "url": call.link("/business_hours/schedules")}


def schedule(call: Call) -> Json:
    """GET /business_hours/schedules/{id}."""
    return _shown("schedule", [_schedule()], call)


def _schedule() -> Json:
    days = [{"start_time": day * 1440 + 480, "end_time": day * 1440 + 1080} for day in range(1, 6)]
    row: Json = {"id": ids.SCHEDULE, "name": "Office", "time_zone": "Paris", "intervals": days}
    return row | {"created_at": stamp(FOUNDED), "updated_at": stamp(FOUNDED)}


_HOLIDAYS = (("12-25", "12-26", "Winter"), ("05-01", "05-01", "May"))


def holidays(call: Call) -> Json:
    """GET /business_hours/schedules/{id}/holidays."""
    year = datetime.fromtimestamp(call.account.now, UTC).year
    days = [
        {"id": ids.SCHEDULE + place, "name": name, "start_date": f"{when}-{first}", "end_date": f"{when}-{last}"}
        for place, (when, first, last, name) in enumerate(
            (when, *day) for when in (year, year + 1) for day in _HOLIDAYS
        )
    ]
    return {"holidays": days, "url": f"{call.base}{call.path}.json"}


def empty(name: str) -> Handler:
    """A handler for a list that has nothing in it here."""

    def handler(call: Call) -> Json:
        return page(call, name, in_memory([], _ident), lambda some: some)

    return handler
