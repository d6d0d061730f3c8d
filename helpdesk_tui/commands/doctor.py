"""`doctor`: look at everything that can be wrong, and say how to mend each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

from helpdesk_tui.commands.checks import Finding, Grade, local_findings, platform_findings, store_findings
from helpdesk_tui.commands.checks_roster import roster_findings
from helpdesk_tui.commands.common import Place, place, say

MARKS = {Grade.GOOD: "ok  ", Grade.NOTE: "note", Grade.BAD: "BAD "}


def run_doctor(home: str | None, *, quarantine: bool, offline: bool, as_json: bool) -> int:
    """Print every finding; 1 where something is bad."""
    there = place(home)
    if quarantine:
        return list_quarantine(there, as_json=as_json)
    findings = list(look(there, offline=offline))
    if as_json:
        print(json.dumps([finding.as_json() for finding in findings], indent=2))
    else:
        for finding in findings:
            say(f"{MARKS[finding.grade]} {finding.what}: {finding.words}")
            if finding.mend:
                say(f"       -> {finding.mend}")
    return 1 if any(finding.grade is Grade.BAD for finding in findings) else 0


def look(there: Place, *, offline: bool) -> Iterator[Finding]:
    """Everything that can be looked at, in the order in which it is told."""
    yield from local_findings(there)
    yield from store_findings(there)
    yield from roster_findings(there)
    if not offline:
        yield from asyncio.run(platform_findings(there))


def list_quarantine(there: Place, *, as_json: bool) -> int:
    """Print the records that could not be read, newest first; 1 where there are any."""
    from helpdesk_tui.desk.desk import Desk

    desk = Desk.open(there.paths)
    try:
        kept = desk.reads.quarantine()
    finally:
        desk.close()
    if as_json:
        print(json.dumps([{"source": bad.source, "feed": bad.feed, "key": bad.key, "reason": bad.reason, "raw": bad.raw}
                          for bad in kept], indent=2))  # fmt: skip
    else:
        for bad in kept:
            say(f"{bad.source} {bad.feed} {bad.key or '?'}: {bad.reason}")
            say(f"       {bad.raw[:300]}")
        if not kept:
            say("nothing is in quarantine")
    return 1 if kept else 0
