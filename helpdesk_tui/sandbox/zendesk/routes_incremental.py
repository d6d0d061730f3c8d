"""The incremental exports: for admins, never younger than a minute, in order of `generated_timestamp`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, takewhile
from typing import TypeVar

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.zendesk import ids, sla
from helpdesk_tui.sandbox.zendesk.account import Account, Call, Json
from helpdesk_tui.sandbox.zendesk.errors import Refusal, bad_cursor, invalid_attribute
from helpdesk_tui.sandbox.zendesk.history import Update, export_event, updates
from helpdesk_tui.sandbox.zendesk.paging import address, in_memory, page
from helpdesk_tui.sandbox.zendesk.people import FOUNDED, organisation_json, user_json
from helpdesk_tui.sandbox.zendesk.stream import Row, Stream
from helpdesk_tui.sandbox.zendesk.tickets import beside, with_embeds

T = TypeVar("T")
_MOST = 1000
_SAMPLE = 50


def _size(call: Call) -> int:
    most = _SAMPLE if call.path.endswith("/sample") else _MOST
    return max(1, min(most, call.number("per_page", most)))


def _start(call: Call) -> int:
    """`start_time`. Raises Refusal where it is missing, not a number, or less than a minute old."""
    text = call.query.get("start_time")
    if text is None:
        raise invalid_attribute("start_time", "Invalid parameter: start_time is missing")
    start = call.number("start_time", 0)
    if start > call.account.now - call.account.settings.export_delay:
        words = "Too recent start_time. Use a start_time older than 60 seconds"
        raise Refusal(422, {"error": "InvalidValue", "description": words})
    return start


def _end(call: Call) -> int:
    """The instant from which on nothing is shown yet."""
    return call.account.now - call.account.settings.export_delay


def _exported(call: Call, after: tuple[int, int]) -> Iterator[Ticket]:
    """Tickets in order of their last change: deleted ones too, those nobody may read never."""
    end = _end(call)
    drop = call.query.get("exclude_deleted") == "true"
    rows = takewhile(lambda t: t.updated < end, call.account.desk.by_update(after))
    return (t for t in rows if not t.forbidden and not (drop and t.deleted))


def tickets_cursor(call: Call) -> Json:
    """GET /incremental/tickets/cursor: the last page carries its cursor too; an empty one repeats what it was asked."""
    _refuse_audits(call)
    size, text = _size(call), call.query.get("cursor")
    if text:
        after = ids.read_export_cursor(text)
        if after is None:
            raise bad_cursor("cursor")
    else:
        after = (_start(call) - 1, 1 << 60)
    found = list(islice(_exported(call, after), size + 1))
    more, found = len(found) > size, found[:size]
    last = ids.export_cursor(found[-1].updated, found[-1].n) if found else (text or ids.export_cursor(after[0] + 1, 0))
    answer: Json = {"tickets": _rows(call, found)} | beside(call, found)
    return answer | {
        "after_url": address(_without(call, "start_time"), cursor=last),
        "after_cursor": last,
        "before_url": None,
        "before_cursor": None,
        "end_of_stream": not more,
    }


def _refuse_audits(call: Call) -> None:
    if "last_audits" in call.includes:
        raise Refusal(400, {"error": "InvalidSideload", "description": "last_audits sideload is not supported"})


def _without(call: Call, name: str) -> Call:
    pairs = [(key, value) for key, value in call.query.multi_items() if key not in (name, "cursor")]
    return Call(
        call.account, call.caller, call.method, call.path, call.base, type(call.query)(pairs), {}, {}, {}, {}, b""
    )  # fmt: skip


def _rows(call: Call, tickets: list[Ticket]) -> list[Json]:
    if "slas" in call.includes and not call.account.settings.slas_on_export:
        rows = [with_embeds(call, ticket) for ticket in tickets]
        for row in rows:
            row.pop("slas", None)
        return rows
    return [with_embeds(call, ticket) for ticket in tickets]


def tickets_timed(call: Call) -> Json:
    """GET /incremental/tickets: a page never ends within a second, and may so be longer than asked for."""
    start, size = _start(call), _size(call)
    rows = _exported(call, (start - 1, 1 << 60))
    found = list(islice(rows, size))
    more = False
    for ticket in rows:
        if len(found) < _MOST and found and ticket.updated == found[-1].updated:
            found.append(ticket)
            continue
        more = True
        break
    full = len(found) >= _MOST
    end = found[-1].updated + (1 if more and not full else 0) if found else start
    answer: Json = {"tickets": _rows(call, found)} | beside(call, found)
    return answer | _timed(call, len(found), end, ended=not more)


def _timed(call: Call, count: int, end: int, *, ended: bool) -> Json:
    follow = address(call, start_time=end)
    return {"count": count, "end_of_stream": ended, "next_page": follow, "end_time": end}


def _stream(account: Account, name: str, rows: Callable[[Ticket], Iterator[Row[T]]]) -> Stream[T]:
    """The account's stream of this name, made at its first use."""
    kept: dict[str, Stream[T]] = account.streams  # type: ignore[assignment]
    if name not in kept:
        kept[name] = Stream(account, rows)
    return kept[name]


def ticket_events(call: Call) -> Json:
    """GET /incremental/ticket_events: an audit an entry, in whole seconds."""
    account, start = call.account, _start(call)

    def rows(ticket: Ticket) -> Iterator[Row[Update]]:
        shown = [] if ticket.forbidden else updates(account, ticket)
        return ((update.at, update.ident, update) for update in shown)

    found, ended = _stream(account, "events", rows).since(start, _end(call), _size(call))
    spoken = "comment_events" in call.includes
    events = [export_event(account, update, with_comments=spoken) for _, _, update in found]
    end = found[-1][0] + (0 if ended else 1) if found else start
    return {"ticket_events": events} | _timed(call, len(events), end, ended=ended)


def metric_events(call: Call) -> Json:
    """GET /incremental/ticket_metric_events: in time, or in cursor pages of at most 100."""
    account, start = call.account, _start(call)

    def rows(ticket: Ticket) -> Iterator[Row[Json]]:
        shown = [] if ticket.forbidden else sla.metric_events(account, ticket)
        return ((at, place, event) for place, (at, event) in enumerate(shown, ticket.n * 64))

    stream = _stream(account, "metrics", rows)
    if any(key.startswith("page[") for key in call.query):
        every, _ = stream.since(start, _end(call), 1 << 40)
        return page(
            call, "ticket_metric_events", in_memory(every, lambda row: row[:2]), lambda some: [row[2] for row in some]
        )
    found, ended = stream.since(start, _end(call), _size(call))
    end = found[-1][0] + (0 if ended else 1) if found else start
    return {"ticket_metric_events": [row[2] for row in found]} | _timed(call, len(found), end, ended=ended)


def users_cursor(call: Call) -> Json:
    """GET /incremental/users/cursor. All were made when the account was, so they come in order of their numbers."""
    size, text = _size(call), call.query.get("cursor")
    after = ids.read_export_cursor(text) if text else (_start(call) - 1, 1 << 60)
    if after is None:
        raise bad_cursor("cursor")
    people = [p for uid, p in sorted(call.account.world.people.items()) if (FOUNDED, uid) > after]
    found = people[:size]
    last = ids.export_cursor(FOUNDED, found[-1].uid) if found else (text or ids.export_cursor(after[0] + 1, 0))
    return {
        "users": [user_json(call, person) | {"permanently_deleted": False} for person in found],
        "after_url": address(_without(call, "start_time"), cursor=last),
        "after_cursor": last,
        "before_url": None,
        "before_cursor": None,
        "end_of_stream": len(people) <= size,
    }


def users_timed(call: Call) -> Json:
    """GET /incremental/users."""
    start = _start(call)
    people = sorted(call.account.world.people.items()) if start <= FOUNDED else []
    rows = [user_json(call, person) | {"permanently_deleted": False} for _, person in people]
    return {"users": rows} | _timed(call, len(rows), FOUNDED if rows else start, ended=True)


def organisations_timed(call: Call) -> Json:
    """GET /incremental/organizations."""
    start = _start(call)
    known = sorted(call.account.world.organisations.items()) if start <= FOUNDED else []
    rows = [organisation_json(call, organisation) for _, organisation in known]
    return {"organizations": rows} | _timed(call, len(rows), FOUNDED if rows else start, ended=True)
