"""Rosters as lines of text and as JSON, for commands and for lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpdesk_tui.clock import instant
from helpdesk_tui.desk.roster.cover import Effect, Plan
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.problems import Problem
from helpdesk_tui.domain.roster.duties import Duty, Span
from helpdesk_tui.domain.roster.lines import Line
from helpdesk_tui.domain.roster.moments import ago_shown, hours_shown, shown, span_shown
from helpdesk_tui.domain.roster.standing import Presence
from helpdesk_tui.domain.technicians import Technician, Unjoined
from helpdesk_tui.domain.wall_time import DAY

FRESH = 900
"""A platform's word is worth its age once it is older than so many seconds: three readings were missed."""


def iso(at: int | None) -> str | None:
    """An instant for JSON."""
    return None if at is None else instant(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def age_of(line: Line, now: int) -> str:
    """How old a platform's word on a schedule is, and why it could not be read since; "" where there is nothing to
    say."""
    if line.told is None:
        return ""
    if line.told.unread:
        read = f"as of {ago_shown(now - line.told.read_at)}" if line.told.read_at else "never read"
        return f"{read}, not read since: {line.told.unread}"
    return f"as of {ago_shown(now - line.told.read_at)}" if now - line.told.read_at > FRESH else ""


def span_at(floor: Floor, line: Line, at: int) -> Span | None:
    """Who is on at an instant and until when that is so; None where nobody can say."""
    opens, closes = line.known(at, at + 40 * DAY)
    if opens != at or closes <= at:
        return None
    return floor.spans(line, opens, closes)[0]


def who_words(span: Span | None) -> str:
    """Who is on: names with what keeps them from being reached; `nobody`, or `not known`."""
    if span is None:
        return "not known"
    if not span.duties:
        return "nobody"
    return ", ".join(_named(duty) for duty in span.duties)


def _named(duty: Duty) -> str:
    return f"{duty.person} ({duty.empty})" if duty.empty else duty.person


def oncall_rows(floor: Floor, lines: Sequence[Line], at: int, now: int, zone: str = "") -> list[tuple[str, ...]]:
    """For each schedule: name, who, how to reach them, until when, where it is kept, its age. `zone` is written after
    each time, where no heading names it."""
    rows: list[tuple[str, ...]] = []
    for line in lines:
        span = span_at(floor, line, at)
        reach = ", ".join(reach_words(floor, name) for name in (span.reached if span else ()))
        until = f"{shown(span.end, floor.zone, at)} {zone}".rstrip() if span else ""
        who = who_words(span) if span is None or span.duties or _is_needed(line, at) else "nobody, none needed"
        rows.append((line.name, who, reach, until, line.source or "team", age_of(line, now)))
    return rows


def _is_needed(line: Line, at: int) -> bool:
    return any(need.start <= at < need.end for need in line.needed(at, at + 1))


def reach_words(floor: Floor, name: str) -> str:
    """The first way to reach somebody."""
    return next((contact.value for contact in floor.reach(name)), "no contact")


def oncall_json(floor: Floor, lines: Sequence[Line], at: int, now: int) -> list[dict[str, Any]]:
    """The same as JSON."""
    found = []
    for line in lines:
        span = span_at(floor, line, at)
        found.append({
            "schedule": line.key, "name": line.name, "source": line.source, "at": iso(at), "known": span is not None,
            "people": [
                {"name": duty.person, "reached": not duty.empty, "why": str(duty.empty), "origin": str(duty.origin),
                 "contacts": [{"kind": one.kind, "value": one.value} for one in floor.reach(duty.person)],
                 "accounts": {one.source: one.key for one in floor.joined.people.get(duty.person, ())}}
                for duty in (span.duties if span else ())
            ],
            "until": iso(span.end) if span else None,
            "read_at": iso(line.told.read_at) if line.told else None,
            "age": age_of(line, now),
        })  # fmt: skip
    return found


def gap_rows(found: Sequence[Problem], zone: str, *, named: bool = False) -> list[tuple[str, ...]]:
    """For each problem: kind, where, when, how long, what, what is lost, the nearest cure. `named`: each time with its
    zone."""
    after = f" {zone}" if named else ""
    return [
        (
            one.kind, one.label, span_shown(one.start, one.end, zone) + after if one.lasts else "",
            hours_shown(one.end - one.start) if one.lasts else "",
            one.said(zone, named=named), one.lost, one.cure,
        )
        for one in found
    ]  # fmt: skip


def gap_json(one: Problem) -> dict[str, Any]:
    """A problem as JSON."""
    return {
        "kind": one.kind, "pool": one.pool, "label": one.label, "from": iso(one.start), "to": iso(one.end),
        "seconds": one.end - one.start, "what": one.said("UTC", named=True), "lost": one.lost, "cure": one.cure,
        "skill": one.finding.skill if one.finding else "", "people": list(one.finding.people if one.finding else ()),
    }  # fmt: skip


def presence_words(one: Presence, floor: Floor, now: int, zone: str = "") -> str:
    """Where somebody stands, in a few words: "on until 17:00, on call net". `zone` is written after each time, where
    nothing beside it names it."""

    def at(moment: int) -> str:
        return f"{shown(moment, floor.zone, now)} {zone}".rstrip()

    if not one.active:
        return "works here no more"
    parts = []
    if one.absent:
        parts.append(f"absent until {at(one.absent_until)}" if one.absent_until else "absent")
    elif one.on_shift and one.until is not None:
        parts.append(f"{'on break, ' if one.on_break else ''}on until {at(one.until)}")
    elif one.next_start is not None:
        parts.append(f"off, back {at(one.next_start)}")
    else:
        parts.append("off" if one.known else "no shift on record")
    if one.on_call:
        parts.append("on call " + ", ".join(floor.label(key) for key in one.on_call))
    return ", ".join(parts)


def technician_row(floor: Floor, one: Technician, stand: Presence | None, now: int, zone: str = "") -> tuple[str, ...]:
    """Name, presence, open/capacity, zone, skills, groups, how to reach them, logins, whose word the entry is."""
    skills = " ".join(f"{name}:{level}" for name, level in sorted(one.levels.items(), key=lambda pair: -pair[1]))
    load = f"{floor.open_tickets(one.name)}/{one.capacity or '-'}"
    logins = " ".join(f"{p.source}:{p.login or p.key}" for p in floor.joined.people.get(one.name, ()))
    where = presence_words(stand, floor, now, zone) if stand else ""
    reach = reach_words(floor, one.name)
    return one.name, where, load, one.zone, skills, ", ".join(one.groups), reach, logins, one.origin or "team"


def technician_json(floor: Floor, one: Technician, stand: Presence | None) -> dict[str, Any]:
    """A technician as JSON."""
    return {
        "name": one.name, "email": one.email, "zone": one.zone, "capacity": one.capacity, "lead": one.lead,
        "active": one.active, "groups": list(one.groups), "origin": one.origin,
        "skills": [{"name": s.name, "level": s.level, "origin": s.origin} for s in one.skills],
        "contacts": [{"kind": c.kind, "value": c.value} for c in floor.reach(one.name)],
        "accounts": [
            {"source": p.source, "key": p.key, "login": p.login} for p in floor.joined.people.get(one.name, ())
        ],
        "open": floor.open_tickets(one.name), "lacks": list(one.lacks),
        "presence": None if stand is None else {
            "word": stand.word, "on_shift": stand.on_shift, "until": iso(stand.until), "absent": stand.absent,
            "absent_until": iso(stand.absent_until), "on_call": list(stand.on_call),
            "next_start": iso(stand.next_start), "said": stand.said,
        },
    }  # fmt: skip


def unjoined_row(one: Unjoined) -> tuple[str, ...]:
    """A person of a source who is no technician of the team: source, name, login, e-mail, why."""
    person = one.person
    return person.source, person.name, person.login or person.key, person.email, one.why


def plan_lines(plan: Plan, zone: str) -> list[str]:
    """What a plan means, before it is carried out."""
    lines = []
    for step in plan.steps:
        instead = f" instead of {step.instead}" if step.instead else ""
        lines.append(f"{step.person}{instead} on {step.line.name} {span_shown(step.start, step.end, zone)} ({zone})")
    lines += [effect_line(effect) for effect in plan.effects]
    lines += [f"written: {where}" for where in dict.fromkeys(step.where for step in plan.steps)]
    lines += [f"cannot be done: {reason}" for reason in plan.against]
    return lines


def effect_line(effect: Effect) -> str:
    """What it means for one person: "Dana: week 40 -> 52 h, rest 14 -> 9 h !!, weekends in 90 days 1 -> 2; ..."."""
    means = effect.burden
    rests, week = (words.replace(" > ", " -> ") for words in (means.rests_words, means.week_words))
    warned = f"; {', '.join(means.over)}" if means.over else ""
    ends = " -> ".join(map(str, effect.weekends))
    return f"{effect.person}: week {week}, rest {rests}, weekends in 90 days {ends}{warned}"
