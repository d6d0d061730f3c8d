"""One ticket as `show` prints it: sentences on a terminal, JSON for programs. Outside text is made safe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import tzinfo

from helpdesk_tui import safe_text
from helpdesk_tui.clock import instant
from helpdesk_tui.desk.table import record, utc
from helpdesk_tui.domain.clocks import Clock, Stage
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.rows import PersonCard, TicketDetail
from helpdesk_tui.domain.spans import span, until


def page(detail: TicketDetail, now: int, width: int, zone: tzinfo | None = None) -> Iterator[str]:
    """The ticket for a reader: facts, clocks, description and conversation, newest first. Times are of `zone`."""
    yield from _head(detail, now, zone)
    for clock in detail.clocks:
        yield _clock(clock, now, zone)
    for like in detail.alike:
        yield safe_text.line(f"like {like.row.badge} {like.row.number}  {like.score:.2f}  {like.row.title}")
    if detail.body.strip():
        yield ""
        yield from safe_text.wrap(safe_text.block(detail.body), width)
    for entry in detail.activity:
        yield ""
        author = entry.author_name or entry.author or "?"
        yield safe_text.line(f"{wall(entry.at, zone)}  {author}  ({entry.kind.value})")
        yield from safe_text.wrap(safe_text.block(entry.text), width)
    if not detail.activity_at:
        yield ""
        yield "The conversation was not read from the platform yet."


def _head(detail: TicketDetail, now: int, zone: tzinfo | None) -> Iterator[str]:
    row = detail.row
    facts = {
        "state": f"{row.status or row.state.value} for {'at least ' if row.state_observed else ''}"
        f"{span(now - row.state_since) if row.state_since else '?'}",
        "scope": "" if row.scope == "in" else f"{row.scope} since {wall(detail.scope_at, zone)}",
        "priority": _priority(row.priority, detail.priority_name),
        "group": row.group,
        "owner": row.owner or "nobody",
        "requester": _person(detail.requester),
        "organisation": detail.organisation,
        "kind": " · ".join(part for part in (detail.kind, detail.category, detail.channel) if part),
        "tags": " ".join(detail.tags),
        "linked": " ".join(detail.linked),
        "opened": wall(row.created_at, zone),
        "changed": wall(row.updated_at, zone),
        "passed on": counted(row.bounces, "time") if row.bounces else "",
        "reopened": counted(row.reopens, "time") if row.reopens else "",
        "link": detail.url,
        "data": f"as of {wall(detail.data_at, zone)}" if detail.data_at else "",
    }
    number = f"{row.badge}-{row.number}" if row.number.isdigit() else row.number
    yield safe_text.line(f"{number}  {row.badge}  {row.title}")
    for name, text in facts.items():
        if text:
            yield f"{name:<13}{safe_text.line(text)}"


def _priority(level: int, name: str) -> str:
    """The level and the platform's own words for it, which may begin with a level themselves."""
    return name if name[:1].isdigit() else f"{level or '-'} {name}".strip()


def _person(person: PersonCard | None) -> str:
    if person is None:
        return ""
    about = ", ".join(part for part in ("VIP" if person.vip else "", person.title, person.email, person.phone) if part)
    return f"{person.name} ({about})" if about else person.name


def _clock(clock: Clock, now: int, zone: tzinfo | None) -> str:
    name = f"{clock.metric.letter}  {clock.name or clock.metric.value.replace('_', ' ')}"
    if clock.stage is Stage.RUNNING:
        due = f"due {wall(clock.due_at, zone)} ({until(clock.due_at, now)})"
        says = due if clock.due_at else "runs, no due time told"
    elif clock.stage is Stage.PAUSED:
        says = f"paused since {wall(clock.paused_at, zone)}" if clock.paused_at else "paused"
    elif clock.stage is Stage.BREACHED:
        says = f"missed: due {wall(clock.due_at, zone)}, done {wall(clock.stopped_at, zone)}"
    else:
        says = f"{clock.stage.value} {wall(clock.stopped_at, zone)}".rstrip(" -")
    return safe_text.line(f"{name:<28} {says}")


def wall(at: int, zone: tzinfo | None = None) -> str:
    """An instant on the wall, with its zone: `2026-11-20 09:10 CET`; "-" for none."""
    return f"{instant(at).astimezone(zone):%Y-%m-%d %H:%M %Z}" if at else "-"


def page_json(detail: TicketDetail) -> str:
    """The ticket as one JSON object; instants are ISO 8601 in UTC, null for none."""
    return json.dumps(
        {
            **record(detail.row),
            "kind": detail.kind,
            "body": detail.body,
            "url": detail.url,
            "category": detail.category or None,
            "channel": detail.channel or None,
            "tags": detail.tags,
            "linked": detail.linked,
            "organisation": detail.organisation or None,
            "requester": _card(detail.requester),
            "owner_card": _card(detail.owner),
            "solved_at": utc(detail.solved_at),
            "closed_at": utc(detail.closed_at),
            "scope_at": utc(detail.scope_at),
            "data_at": utc(detail.data_at),
            "activity_at": utc(detail.activity_at),
            "events": detail.events,
            "clocks": [_clock_record(clock) for clock in detail.clocks],
            "activity": [
                {"at": utc(entry.at), "kind": entry.kind.value, "author": entry.author_name or None, "text": entry.text}
                for entry in detail.activity
            ],
            "alike": [
                {"number": like.row.number, "source": like.row.source, "score": like.score} for like in detail.alike
            ],
            "alike_more": detail.alike_more,
        },
        indent=2,
    )


def _card(person: PersonCard | None) -> dict[str, object] | None:
    if person is None:
        return None
    return {"key": person.key, "name": person.name, "email": person.email or None, "vip": person.vip}


def _clock_record(clock: Clock) -> dict[str, object]:
    return {
        "metric": clock.metric.value,
        "name": clock.name,
        "stage": clock.stage.value,
        "due_at": utc(clock.due_at),
        "started_at": utc(clock.started_at),
        "stopped_at": utc(clock.stopped_at),
        "paused_at": utc(clock.paused_at),
        "target_seconds": clock.target or None,
        "calendar": clock.calendar or None,
        "origin": clock.origin,
        "as_of": utc(clock.as_of),
    }
