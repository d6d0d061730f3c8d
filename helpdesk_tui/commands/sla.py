"""`sla`: the figures of the SLA screen, a ticket's clocks explained, what other policies would have made of the past,
and re-pointing running clocks to another version of the policies.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk_tui import clock, safe_text
from helpdesk_tui.commands.common import Place, configured, need_cache, say, warn
from helpdesk_tui.commands.sla_past import print_repoint, print_simulation
from helpdesk_tui.commands.tickets import pointed
from helpdesk_tui.desk.clocks.clocks import Clocks
from helpdesk_tui.desk.clocks.told import Explained, explained
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.table import instant, utc
from helpdesk_tui.domain.sla.aging import BANDS, GROUPINGS, Past, Picture, Stuck, Tally
from helpdesk_tui.domain.sla.explain import text
from helpdesk_tui.domain.spans import until
from helpdesk_tui.domain.views import Grouping
from helpdesk_tui.errors import FilterError, UsageError

VERBS = ("explain", "simulate", "repoint")


@dataclass(frozen=True, slots=True)
class SlaOptions:
    """What the command line says beside the words."""

    as_json: bool = False
    by: str = "group"
    limit: int = 50
    policy: str = ""
    days: int = 30
    dry_run: bool = False
    against: str = ""


def run_sla(home: str | None, words: Sequence[str], options: SlaOptions) -> int:
    """Do what the first word says; without one of the verbs, the words are a filter. The exit code."""
    verb = words[0] if words and words[0] in VERBS else ""
    there = configured(home)
    need_cache(there)
    desk = Desk.open(there.paths)
    try:
        if verb == "explain":
            return _explain(desk, words[1:], options)
        if verb == "simulate":
            told = (options.policy, options.days, options.against)
            return print_simulation(there, desk.clocks, *told, as_json=options.as_json)
        if verb == "repoint":
            return print_repoint(there, desk.clocks, dry_run=options.dry_run, as_json=options.as_json)
        return _figures(there, desk.clocks, " ".join(words), options)
    finally:
        desk.close()


def _figures(there: Place, clocks: Clocks, typed: str, options: SlaOptions) -> int:
    del there
    known = {grouping.value: grouping for grouping in GROUPINGS}
    if options.by not in known:
        raise UsageError(f"there is no {options.by} to group by; there is {', '.join(known)}")
    try:
        picture = clocks.picture(typed, known[options.by])
        past = clocks.depth(typed, known[options.by]).past
    except FilterError as error:
        raise pointed(typed, error) from None
    if options.as_json:
        print(json.dumps(_json(picture, past, options.limit), indent=1))
    elif sys.stdout.isatty():
        for line in _table(picture, past, known[options.by], options.limit, shutil.get_terminal_size().columns):
            print(line)
    else:
        for line in _tabbed(picture, options.limit):
            print(line)
    return 0


def _share(past: dict[str, Past] | object, label: str) -> Past:
    from helpdesk_tui.domain.filters.names import fold

    return past.get(fold(label), Past()) if isinstance(past, dict) else Past()


def _json(picture: Picture, past: object, limit: int) -> dict[str, object]:
    """The figures for programs: instants as ISO 8601 in UTC, null for none."""

    def row(tally: Tally, told: Past) -> dict[str, object]:
        bands = {band.name: count for band, count in zip(BANDS, tally.bands, strict=True)}
        share = told.week.part
        return {
            "label": tally.label or None, "open": tally.total, **bands, "without_owner": tally.orphans,
            "met_7d": None if share is None else round(share, 4), "filter": tally.filter or None,
        }  # fmt: skip

    return {
        "at": utc(picture.at),
        "rows": [row(tally, _share(past, tally.label)) for tally in picture.rows],
        "all": row(picture.total, _share(past, "*")),
        "next": [_due_json(stuck) for stuck in picture.soon[:limit]],
        "hours": [
            {"from": utc(hour.start), "due": hour.count, "without_owner": hour.orphans} for hour in picture.hours
        ],
        "sources": [
            {"name": source.name, "health": source.health, "data_at": utc(source.data_at)} for source in picture.sources
        ],
    }


def _due_json(stuck: Stuck) -> dict[str, object]:
    due = stuck.due
    return {
        "ticket": due.row.number, "source": due.row.source, "clock": due.metric.value, "name": due.name,
        "origin": due.origin, "due_at": utc(due.due_at), "owner": due.row.owner or None, "group": due.row.group or None,
        "state": due.row.status, "state_since": utc(due.row.state_since), "why": list(stuck.why),
    }  # fmt: skip


def _tabbed(picture: Picture, limit: int) -> Iterator[str]:
    """A line a clock: due, clock, platform, number, priority, owner, group, state, why."""
    for stuck in picture.soon[:limit]:
        due, row = stuck.due, stuck.due.row
        fields = (
            instant(due.due_at), due.metric.letter, row.badge, row.number, str(row.priority or ""), row.owner,
            row.group, row.status, "; ".join(stuck.why),
        )  # fmt: skip
        yield "\t".join(safe_text.line(field) for field in fields)


def _table(picture: Picture, past: object, by: Grouping, limit: int, width: int) -> Iterator[str]:
    size, first = (9, 22) if width >= 100 else (7, 15)
    titles = [band.title if len(band.title) < size else "BREACH" for band in BANDS]
    yield f"{by.value.upper():<{first}}{'OPEN':>6}" + "".join(f"{title:>{size}}" for title in titles) + f"{'7d MET':>8}"
    for tally in (*picture.rows, picture.total):
        share = _share(past, tally.label if tally is not picture.total else "*").week.part
        met = "-" if share is None else f"{share * 100:.1f}%"
        label = safe_text.fit(safe_text.line(tally.label or "none"), first)
        yield f"{label}{tally.total:>6}" + "".join(f"{count:>{size}}" for count in tally.bands) + f"{met:>8}"
    yield ""
    yield "    DUE CK P KEY          OWNER          STATE            WHY IT IS STUCK"[:width]
    for stuck in picture.soon[:limit]:
        due, row = stuck.due, stuck.due.row
        number = f"{row.badge}-{row.number}" if row.number.isdigit() else row.number
        cells = [
            safe_text.fit(until(due.due_at, picture.at), 7, right=True), f"{due.metric.letter} ",
            str(row.priority or "-"),
            safe_text.fit(safe_text.line(number), 12), safe_text.fit(safe_text.line(row.owner or "-"), 14),
            safe_text.fit(safe_text.line(row.status), 16), safe_text.line("; ".join(stuck.why) or "being worked"),
        ]  # fmt: skip
        yield safe_text.fit(" ".join(cells), width).rstrip()
    for source in picture.sources:
        yield f"{source.badge} {source.health}, data of {instant(source.data_at) or 'never'}"


def _explain(desk: Desk, words: Sequence[str], options: SlaOptions) -> int:
    if len(words) != 1:
        raise UsageError("sla explain takes one ticket's number or key")
    rows = desk.reads.find(words[0])
    found = explained(desk.clocks, rows[0].id, clock.now()) if rows else None
    if found is None:
        warn(f"there is no ticket {words[0]} in the cache")
        return 1
    if options.as_json:
        print(json.dumps(_explained_json(found), indent=1))
        return 0
    for told in found.clocks:
        say(f"{found.number}  {told.title}  {told.clock.stage.value} ({told.clock.origin})")
        for line in text(told.lines).splitlines():
            say(f"  {line}")
        if told.missed:
            say(f"  cause    {told.cause.words if told.cause else 'nobody has said'}")
        print()
    if found.none:
        say(f"{found.number}: {found.none}")
    return 0


def _explained_json(found: Explained) -> dict[str, object]:
    return {
        "ticket": found.number,
        "clocks": [
            {
                "clock": told.clock.metric.value, "name": told.clock.name, "origin": told.clock.origin,
                "stage": told.clock.stage.value, "due_at": utc(told.clock.due_at), "missed": told.missed,
                "cause": told.cause.value if told.cause else None,
                "lines": [
                    {"part": line.part.value, "words": line.words, "at": utc(line.at), "seconds": line.seconds}
                    for line in told.lines
                ],
            }
            for told in found.clocks
        ],
        "none": found.none or None,
    }  # fmt: skip
