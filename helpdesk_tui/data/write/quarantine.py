"""Records that did not parse: kept with the reason until the same record comes whole, or is none of ours any more.

What is bad in one feed often comes whole in another: a ticket of the first listing by its id, a ticket of the changes
in the nightly comparison. So a record is healed by its identifier, whichever feed brings it.
"""

from __future__ import annotations

from collections.abc import Iterator

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write.parts import Part
from helpdesk_tui.data.write.sql import Sql, json_list

RAW_KEPT = 10_000
"""Characters of a record that are kept."""
BAD_DAYS = 30
"""Days after which a record that did not come again is forgotten: nobody will ever read it."""
_KEEP = dialect.upsert(
    "quarantine", ("source", "feed", "key", "reason", "raw", "at", "healed_at"), ("source", "feed", "key")
)
ANY = "EXISTS (SELECT 1 FROM quarantine WHERE source = ? AND healed_at = 0)"
_HEAL = f"UPDATE quarantine SET healed_at = ? WHERE source = ? AND healed_at = 0 AND {dialect.one_of('key')}"


def keep(sql: Sql, part: Part, *, some: bool) -> None:
    """Heal what came whole or left with this page, where there are `some` to heal, then keep what of it did not
    parse."""
    if some and (good := set(_good(part))):
        sql.run(_HEAL, (part.now, part.source, json_list(sorted(good))))
    sql.many(
        _KEEP, [(part.source, part.feed, key, reason, raw[:RAW_KEPT], part.now, 0) for key, reason, raw in part.bad]
    )


def listed_again(sql: Sql, source: str, feed: str, started_at: int) -> None:
    """Heal what a list of which every record parsed, begun at `started_at`, did not have as bad any more."""
    sql.run(
        "UPDATE quarantine SET healed_at = ? WHERE source = ? AND feed = ? AND healed_at = 0 AND at < ?",
        (started_at, source, feed, started_at),
    )


def forget(sql: Sql, healed_before: int, bad_before: int) -> None:
    """Drop what was healed, and what did not come again."""
    sql.run("DELETE FROM quarantine WHERE (healed_at > 0 AND healed_at < ?) OR at < ?", (healed_before, bad_before))


def _good(part: Part) -> Iterator[str]:
    """Identifiers of everything that parsed, and of the tickets that are none of ours any more."""
    yield from (ticket.key for ticket in part.tickets)
    yield from (departure.key for departure in part.departures)
    yield from (person.key for person in part.people)
    yield from (group.key for group in part.groups)
    yield from (organisation.key for organisation in part.organisations)
    yield from (clock.ident for clock in part.clocks)
    yield from (event.ident for event in part.events)
    yield from (entry.ident for entry in part.activity)
