"""The platforms as lines: how each does, in its own words, and what sync knows of it. Times are of the host."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.rows import SourceHealth
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets import bars, times
from helpdesk_tui.widgets.text import EMPTY, Line, fitted, line, pad, paragraph, run

_LABEL = 10


def sources_text(sources: Sequence[SourceHealth], now: int, cells: int, glyphs: Glyphs) -> list[Line]:
    """Every source, the ones in trouble with what to do about it."""
    if not sources:
        return [line(" no platform is configured; helpdesk-tui setup connects one", "dim")]
    out: list[Line] = []
    for source in sources:
        title = f" {source.label or source.name}  "
        out.append(fitted((run(title, "head"), *bars.health(source, now, glyphs, wide=True)), cells))
        for name, words in _facts(source, now):
            rows = paragraph(words, cells - _LABEL - 2)
            out.append((run(" "), pad(name, _LABEL, "dim"), *rows[0]) if rows else EMPTY)
            out += [(run(" " * (_LABEL + 1)), *row) for row in rows[1:]]
        out.append(EMPTY)
    return out


def _facts(source: SourceHealth, now: int) -> list[tuple[str, str]]:
    facts = []
    if source.words and source.health != "ok":
        facts.append(("says", source.words))
    if mend := _mend(source):
        facts.append(("do", mend))
    if source.next_try > now:
        facts.append(("next try", times.clock(source.next_try, now)))
    if source.data_at:
        facts.append(("data", f"as of {times.clock(source.data_at, now)}, looked for every {source.poll} s"))
    if source.account:
        role = f" ({source.role})" if source.role else ""
        facts.append(("account", f"{source.account}{role}, changes by {source.feed}"))
    if source.quarantined:
        facts.append(
            ("unread", f"{counted(source.quarantined, 'record')} could not be read: helpdesk-tui doctor --quarantine")
        )
    if abs(source.skew) > 120:
        facts.append(("clock", f"{source.skew:+d} s from ours, by which times left are told"))
    facts += [("cannot", what) for what in source.cannot]
    return facts


def _mend(source: SourceHealth) -> str:
    if source.health == "signin":
        return f":signin {source.name} takes a new secret, or tries the old one again"
    if source.health == "narrowed":
        return f"if that is right: helpdesk-tui sync --source {source.name} --accept-removals"
    if source.health == "stopped":
        return "sync has ended; R starts it again"
    if source.health == "offline":
        return "look after network and VPN; it is tried again by itself, and R tries now. What was pulled stays here"
    if source.health == "garbled":
        return "something between answers in its place, such as a login page or a proxy; R tries now"
    return ""
