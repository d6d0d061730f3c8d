"""One ticket as lines: in short for the preview, whole for the pane and the page. Times are wall times of the host."""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk_tui.domain.clocks import Clock, Metric, Stage
from helpdesk_tui.domain.events import Activity, ActivityKind
from helpdesk_tui.domain.rows import PersonCard, Row, TicketDetail
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.text import EMPTY, Line, Run, fitted, line, pad, paragraph, run, width

_METRICS = {
    Metric.FIRST_RESPONSE: "first response",
    Metric.NEXT_REPLY: "next reply",
    Metric.PERIODIC_UPDATE: "periodic update",
    Metric.REQUESTER_WAIT: "requester wait",
    Metric.AGENT_WORK: "agent work",
    Metric.RESOLUTION: "resolve",
    Metric.OWNERSHIP: "ownership",
    Metric.PROMISE: "promised update",
}
_KIND_STYLE = {
    ActivityKind.PUBLIC: "public",
    ActivityKind.CUSTOMER: "customer",
    ActivityKind.INTERNAL: "internal",
    ActivityKind.SYSTEM: "dim",
}


def shown_number(row: Row) -> str:
    """The number as people say it, with the platform's badge where it is only digits."""
    return f"{row.badge}-{row.number}" if row.number.isdigit() else row.number


def _name(clock: Clock) -> str:
    """What a clock is called: a reminder by its own words."""
    if clock.ident.startswith("reminder:"):
        return clock.name
    return _METRICS.get(clock.metric) or clock.name or "clock"


def _clock_words(clock: Clock, now: int) -> tuple[str, str]:
    if clock.stage is Stage.PAUSED:
        since = f" since {times.clock(clock.paused_at, now)}" if clock.paused_at else ""
        return f"paused{since}", "paused"
    if clock.stage is Stage.MET:
        return (f"met {times.clock(clock.stopped_at, now)}" if clock.stopped_at else "met"), "good"
    if clock.stage is Stage.CANCELLED:
        return "cancelled", "dim"
    if clock.stage is Stage.BREACHED:
        told = [f"due {times.clock(clock.due_at, now)}"] if clock.due_at else []
        told += [f"done {times.clock(clock.stopped_at, now)}"] if clock.stopped_at else []
        return f"missed: {', '.join(told)}".rstrip(": "), "late"
    if not clock.due_at:
        return "running, due time not told", "dim"
    rest = clock.due_at - now
    due = f"due {times.clock(clock.due_at, now)} "
    if rest < 0:
        return f"{due} BREACHED {times.span(-rest)}", "late"
    return f"{due} in {times.left(clock.due_at, now)}", "soon" if rest < times.HOUR else ""


def _person(card: PersonCard | None, glyphs: Glyphs) -> str:
    return card.name if card and card.name else glyphs.nobody


def headline(row: Row, glyphs: Glyphs) -> Line:
    """Number, priority, platform, group and owner, and what is unusual about the ticket."""
    out: list[Run] = [run(shown_number(row), "strong"), run("  ")]
    if row.priority:
        out += [run(f"P{row.priority}", f"p{row.priority}" if row.priority <= 5 else ""), run("  ")]
    group, owner = row.group or glyphs.nobody, row.owner or glyphs.nobody
    out += [run(row.badge, "badge"), run(f"  {group} / {owner}")]
    if row.vip:
        out.append(run("  VIP", "vip"))
    if row.scope != "in":
        out.append(run(f"  {row.scope}", "bad"))
    if row.others:
        out.append(run(f"  @ {row.others}", "warn"))
    return tuple(out)


def facts(detail: TicketDetail, now: int, glyphs: Glyphs) -> Line:
    """State, how often it was handed on or came back, caller, opening: what is lost last stands first."""
    row, who = detail.row, detail.requester
    firm = [part for part in (detail.organisation, "VIP" if row.vip else "") if part]
    caller = f"caller {_person(who, glyphs)}" + (f" ({', '.join(firm)})" if firm else "")
    handed = f"reassigned {row.bounces}x" if row.bounces > 0 else ""
    back = f"reopened {row.reopens}x" if row.reopens > 0 else ""
    parts = [row.status, handed, back, caller, f"opened {times.clock(row.created_at, now)}"]
    return (run(f" {glyphs.sep} ".join(filter(None, parts)), "dim"),)


def clock_summary(clocks: Iterable[Clock], now: int, cells: int) -> Line:
    """The clocks in one line."""
    out: list[Run] = []
    for clock in clocks:
        words, style = _clock_words(clock, now)
        name = _name(clock)
        out += [run(f"{clock.metric.letter} {name} ", ""), run(words, style), run("   ")]
    return fitted(tuple(out), cells) if out else line("no clock runs on it", "dim")


def clock_lines(clocks: Iterable[Clock], now: int, cells: int) -> list[Line]:
    """The clocks, one a line."""
    out: list[Line] = []
    for clock in clocks:
        words, style = _clock_words(clock, now)
        name = _name(clock)
        origin = {"local": "  (by our policies)", "desk": "  (kept here)"}.get(clock.origin, "")
        out.append(
            fitted((pad(clock.metric.letter, 2, "key"), pad(name, 17), run(words, style), run(origin, "dim")), cells)
        )
    return out or [line("none runs on it", "dim")]


def activity_lines(entries: Iterable[Activity], now: int, cells: int, *, most: int = 1_000) -> list[Line]:
    """The conversation, newest first: who and when on one line, the words beneath."""
    out: list[Line] = []
    for entry in entries:
        who = entry.author_name or entry.author or "?"
        head = (run(f"{times.clock(entry.at, now)} ", "dim"), run(who, "strong"), run("  "))
        out.append((*head, run(entry.kind.value, _KIND_STYLE[entry.kind])))
        out += paragraph(entry.text, cells, most=most)
        if len(out) >= most:
            break
    return out[:most]


def _short_activity(entries: Iterable[Activity], now: int, cells: int, most: int) -> list[Line]:
    """The newest entries run in one after the other, as the small preview has them."""
    out: list[Line] = []
    for entry in entries:
        head = f"{times.clock(entry.at, now)} {entry.author_name or entry.author or '?'} ({entry.kind.value}): "
        lead = (run(head, _KIND_STYLE[entry.kind]),)
        room = cells - width(lead)
        words = " ".join(entry.text.split())
        first = paragraph(words, max(16, room), most=1)
        rest = words[len(first[0][0].text) if first and first[0] else 0 :].strip()
        out.append((*lead, *(first[0] if first else EMPTY)))
        out += paragraph(rest, cells, indent="      ", most=3) if rest else []
        if len(out) >= most:
            break
    return out[:most]


def conversation_note(detail: TicketDetail, asked: bool) -> Line:
    """Why there is no conversation to read."""
    if detail.activity_at:
        return line("nobody has written on it", "dim")
    return line(f"asking {detail.row.badge} for the conversation" if asked else "conversation not read yet", "dim")


def preview(detail: TicketDetail, now: int, cells: int, height: int, glyphs: Glyphs, *, asked: bool) -> list[Line]:
    """What fits into a few lines under the list: facts, clocks, the last words."""
    room = cells - 2
    row = detail.row
    out: list[Line] = []
    if height > 6:
        out.append((run(row.title, "strong"),))
    who = f"{row.badge} {row.group or glyphs.nobody}/{row.owner or glyphs.nobody}  "
    who += f"@ {row.others}  " if row.others else ""
    out.append((*((run(f"P{row.priority} ", f"p{row.priority}"),) if 1 <= row.priority <= 5 else EMPTY), run(who)))
    out[-1] += facts(detail, now, glyphs)
    clocks = [clock for clock in detail.clocks if clock.stage is not Stage.CANCELLED]
    out += clock_lines(clocks[:4], now, room) if height > 10 else [clock_summary(clocks, now, room)]
    rest = height - len(out)
    if detail.activity:
        out += _short_activity(detail.activity, now, room, rest)
    else:
        out.append(conversation_note(detail, asked))
        out += paragraph(" ".join(detail.body.split()), room, "", most=max(0, rest - 1)) if detail.body else []
    return [(run(" "), *content) for content in out[:height]]


def whole(detail: TicketDetail, now: int, cells: int, glyphs: Glyphs, *, asked: bool, presence: str = "") -> list[Line]:
    """Everything the cache knows about a ticket, for the pane and the page; `presence` says where its owner stands."""
    row, room = detail.row, cells - 2
    out: list[Line] = [headline(row, glyphs), *paragraph(row.title, room, "strong")]
    out += [tuple(run(text, "dim") for text in (piece,)) for piece in _wrapped(facts(detail, now, glyphs), room)]
    out += _extra(detail, now, room, glyphs, presence)
    out += [EMPTY, line("CLOCKS", "head"), *clock_lines(detail.clocks, now, room)]
    if detail.alike:
        out += [EMPTY, line("LIKE THIS (open)", "head")]
        for like in detail.alike:
            name = pad(shown_number(like.row), 12, "badge")
            out.append((name, pad(like.row.title, max(8, room - 18)), pad(f"{like.score:.2f}", 5, "dim", right=True)))
        if detail.alike_more:
            out.append(line(f"and {detail.alike_more} more; * in the list marks them all", "dim"))
    out += [EMPTY, line("ACTIVITY", "head")]
    out += activity_lines(detail.activity, now, room) if detail.activity else [conversation_note(detail, asked)]
    if detail.body.strip():
        out += [EMPTY, line("TEXT", "head"), *paragraph(detail.body, room)]
    return [(run(" "), *content) for content in out]


def _wrapped(content: Line, cells: int) -> list[str]:
    return [piece.text for row in paragraph("".join(part.text for part in content), cells) for piece in row]


def _extra(detail: TicketDetail, now: int, cells: int, glyphs: Glyphs, presence: str) -> list[Line]:
    """What is known beyond the row, one fact a line, where there is one."""
    who, owner, row = detail.requester, detail.owner, detail.row
    contact = [part for part in (who.email, who.phone, who.title, who.zone) if part] if who else []
    state = f"{row.status} since {'at least ' if row.state_observed else ''}{times.clock(row.state_since, now)}"
    pairs = (
        ("contact", f" {glyphs.sep} ".join(contact)),
        (
            "owner",
            f" {glyphs.sep} ".join(part for part in (owner.email, owner.phone, owner.zone) if part) if owner else "",
        ),
        ("is now", presence),
        ("state", state if row.state_since else row.status),
        ("kind", f" {glyphs.sep} ".join(part for part in (detail.kind, detail.category, detail.channel) if part)),
        ("tags", ", ".join(detail.tags)),
        ("linked", ", ".join(detail.linked)),
        ("history", ", ".join(f"{count} {name}" for name, count in detail.events.items() if count)),
        ("link", detail.url),
        ("data", f"as of {times.clock(detail.data_at, now)}" if detail.data_at else ""),
    )
    return [fitted((pad(name, 8, "dim"), run(text)), cells) for name, text in pairs if text]


def as_text(detail: TicketDetail, now: int, glyphs: Glyphs) -> str:
    """The ticket as plain text for the clipboard."""
    lines = whole(detail, now, 100, glyphs, asked=False)
    return "\n".join("".join(piece.text for piece in content).rstrip() for content in lines)
