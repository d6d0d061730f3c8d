"""People, groups, memberships and organisations: stored as they come, and let go of once a whole listing did not hold
them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from helpdesk_tui.data import dialect
from helpdesk_tui.data.write.sql import Revision, Row, Sql, json_list
from helpdesk_tui.domain.people import Group, Membership, Organisation, Person

LARGEST_SHARE = 0.05
ALWAYS_ALLOWED = 3
"""A listing that would take more than this share (and more than this number) away, or everything, is not believed."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of reference record: its table, its columns after `source`, and how many of those make its key."""

    table: str
    columns: tuple[str, ...]
    key: int = 1

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that name a record."""
        return ("source", *self.columns[: self.key])


_PERSON = (
    *("key", "name", "email", "login", "phone", "zone", "organisation", "title"),
    *("active", "vip", "works_tickets", "skills", "version"),
)
KINDS = {
    "people": Kind("person", _PERSON),
    "groups": Kind("grp", ("key", "name", "active")),
    "organisations": Kind("organisation", ("key", "name")),
    "memberships": Kind("membership", ("grp", "person"), key=2),
}


def person_row(person: Person) -> Row:
    """A person in the order of `KINDS["people"]`."""
    return (
        person.key,
        person.name,
        person.email,
        person.login,
        person.phone,
        person.zone,
        person.organisation,
        person.title,
        int(person.active),
        int(person.vip),
        int(person.works_tickets),
        json_list(person.skills) if person.skills else "[]",
        person.version,
    )


def rows_of(
    people: Iterable[Person],
    groups: Iterable[Group],
    memberships: Iterable[Membership],
    organisations: Iterable[Organisation],
) -> dict[str, list[Row]]:
    """What a page brings, as rows by kind."""
    return {
        "people": [person_row(person) for person in people],
        "groups": [(group.key, group.name, int(group.active)) for group in groups],
        "organisations": [(organisation.key, organisation.name) for organisation in organisations],
        "memberships": [(membership.group, membership.person) for membership in memberships],
    }


def store(sql: Sql, source: str, kind: Kind, rows: Sequence[Row], rev: Revision, now: int) -> int:
    """Store records that are new or different (a person of an older version is left out); all are marked as seen now.

    Returns how many were written.
    """
    if not rows:
        return 0
    newest = {row[: kind.key]: row for row in _oldest_first(kind, rows)}
    stored = _stored(sql, source, kind, newest)
    fresh = {name: row for name, row in newest.items() if _is_news(kind, row, stored.get(name))}
    if fresh:
        columns = ("source", *kind.columns, "seen_at", "rev")
        number = rev.take()
        statement = dialect.upsert(kind.table, columns, kind.key_columns)
        sql.put(statement, [(source, *row, now, number) for row in fresh.values()])
    condition = " AND ".join(f"{column} = ?" for column in kind.key_columns)
    others = [(now, source, *name) for name in newest if name not in fresh]
    sql.many(f"UPDATE {kind.table} SET seen_at = ? WHERE {condition}", others)
    return len(fresh)


def _oldest_first(kind: Kind, rows: Sequence[Row]) -> Sequence[Row]:
    return sorted(rows, key=lambda row: int(row[-1])) if kind.table == "person" else rows


def _stored(sql: Sql, source: str, kind: Kind, names: Iterable[Row]) -> dict[Row, Row]:
    query = f"SELECT {', '.join(kind.columns)} FROM {kind.table} WHERE source = ? AND {dialect.one_of(kind.columns[0])}"
    firsts = {name[0] for name in names}
    return {row[: kind.key]: row for row in sql.all(query, (source, json_list(firsts)))}


def _is_news(kind: Kind, row: Row, stored: Row | None) -> bool:
    if stored is None:
        return True
    return row != stored and (kind.table != "person" or row[-1] >= stored[-1])


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a completed listing took away, by kind; `held` is what it would have taken and was not believed."""

    removed: dict[str, int]
    held: dict[str, int]


def sweep(sql: Sql, source: str, kinds: Collection[str], started_at: int, rev: Revision, *, force: bool) -> Sweep:
    """Let go of records that a whole listing begun at `started_at` did not hold.

    People and groups that tickets name stay, marked as not active, so that their names can still be shown. Where too
    many would go, nothing of that kind goes unless `force`.
    """
    removed: dict[str, int] = {}
    held: dict[str, int] = {}
    for name in sorted(kinds):
        kind = KINDS[name]
        known, unseen = sql.all(
            f"SELECT count(*), coalesce(sum(seen_at < ?), 0) FROM {kind.table} WHERE source = ?{_living(kind)}",
            (started_at, source),
        )[0]
        if not unseen:
            continue
        believable = unseen < known and unseen <= max(ALWAYS_ALLOWED, LARGEST_SHARE * known)
        if not (force or believable):
            held[name] = unseen
            continue
        removed[name] = unseen
        _remove(sql, source, kind, started_at, rev.take())
    return Sweep(removed, held)


def _living(kind: Kind) -> str:
    return " AND active = 1" if "active" in kind.columns else ""


_NAMED = {
    "person": "SELECT owner FROM ticket WHERE source = ? UNION SELECT requester FROM ticket WHERE source = ?",
    "grp": "SELECT grp FROM ticket WHERE source = ? UNION SELECT '' WHERE ? IS NOT NULL",
}


def _remove(sql: Sql, source: str, kind: Kind, started_at: int, rev: int) -> None:
    if kind.table in _NAMED:
        named = [row[0] for row in sql.all(_NAMED[kind.table], (source, source))]
        sql.run(
            f"UPDATE {kind.table} SET active = 0, rev = ?"
            f" WHERE source = ? AND seen_at < ? AND active = 1 AND {dialect.one_of('key')}",
            (rev, source, started_at, json_list(named)),
        )
        sql.run(
            f"DELETE FROM {kind.table} WHERE source = ? AND seen_at < ? AND NOT {dialect.one_of('key')}",
            (source, started_at, json_list(named)),
        )
        return
    sql.run(f"DELETE FROM {kind.table} WHERE source = ? AND seen_at < ?", (source, started_at))
