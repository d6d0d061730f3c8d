"""Ticket metrics: counts and instants the platform derives from a ticket's history."""

from __future__ import annotations

from helpdesk_tui.sandbox.model import Event, Ticket
from helpdesk_tui.sandbox.zendesk.account import Call, Json
from helpdesk_tui.sandbox.zendesk.text import stamp

_FIRST, _STEP = 6_131_000_000_000, 128


def measured(number: int) -> int:
    """The number of the ticket whose metrics have this identifier, 0 where there cannot be one."""
    ticket, rest = divmod(number - _FIRST, _STEP)
    return ticket if rest == 0 and ticket > 0 else 0


def _last(ticket: Ticket, *kinds: str) -> Event | None:
    return next((event for event in reversed(ticket.events) if event.kind in kinds), None)


def _first(ticket: Ticket, *kinds: str) -> Event | None:
    return next((event for event in ticket.events if event.kind in kinds), None)


def _at(event: Event | None) -> str | None:
    return stamp(event.at) if event else None


def _stations(ticket: Ticket, kind: str, now: int) -> int:
    """How many groups (owners) have held the ticket: each arrival at one counts."""
    moves = [event for event in ticket.events if event.kind == kind]
    held = sum(1 for event in moves if event.new not in ("", "0"))
    started = bool(moves and moves[0].old not in ("", "0")) or (not moves and bool(now))
    return held + started


def ticket_dates(ticket: Ticket) -> Json:
    """The sideload `dates`."""
    return {
        "assignee_updated_at": _at(_last(ticket, "reply", "note")),
        "requester_updated_at": _at(_last(ticket, "message", "created")),
        "status_updated_at": _at(_last(ticket, "status", "reopened", "created")),
        "initially_assigned_at": _at(_first(ticket, "owner")),
        "assigned_at": _at(_last(ticket, "owner")),
        "solved_at": stamp(ticket.solved),
        "latest_comment_added_at": _at(_last(ticket, "reply", "note", "message", "created")),
    }


def metric_set(call: Call, ticket: Ticket) -> Json:
    """One ticket's metrics, as sideloaded and as GET /tickets/{id}/metrics gives them."""
    number = _FIRST + ticket.n * _STEP
    reply = _first(ticket, "reply")
    minutes = (reply.at - ticket.created) // 60 if reply else None
    solved = (ticket.solved - ticket.created) // 60 if ticket.solved else None
    pair = {"calendar": minutes, "business": minutes}
    waited = {"calendar": solved, "business": solved}
    return {
        "url": call.link(f"/ticket_metrics/{number}"),
        "id": number,
        "ticket_id": ticket.n,
        "created_at": stamp(ticket.created),
        "updated_at": stamp(ticket.updated),
        "group_stations": _stations(ticket, "group", ticket.group),
        "assignee_stations": _stations(ticket, "owner", ticket.owner),
        "reopens": ticket.reopened,
        "replies": sum(event.kind == "reply" for event in ticket.events),
        **ticket_dates(ticket),
        "reply_time_in_minutes": pair,
        "first_resolution_time_in_minutes": waited,
        "full_resolution_time_in_minutes": waited,
        "agent_wait_time_in_minutes": {"calendar": None, "business": None},
        "requester_wait_time_in_minutes": waited,
        "on_hold_time_in_minutes": {"calendar": None, "business": None},
        "custom_status_updated_at": _at(_last(ticket, "status", "reopened", "created")),
    }
