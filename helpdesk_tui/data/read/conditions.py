"""One term of a filter as an SQL condition on `ticket t`; every value is a bound parameter."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from helpdesk_tui.data.read import sla_terms
from helpdesk_tui.data.read.moment import Moment
from helpdesk_tui.data.read.resolve import resolve
from helpdesk_tui.data.read.times import ahead, behind, elapsed, lasting
from helpdesk_tui.domain.filters.ast import Match, Range, Text, Value
from helpdesk_tui.domain.filters.keys import RISK_WINDOW, STALLED_AFTER

Param = str | int


class Condition(NamedTuple):
    """SQL and the values it binds, in order."""

    sql: str
    params: tuple[Param, ...] = ()


class Asked(NamedTuple):
    """What a condition is made for: the cache that is asked, and the reader's present."""

    connection: sqlite3.Connection
    moment: Moment


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Either of them."""
    found = tuple(conditions)
    if len(found) == 1:
        return found[0]
    sql = " OR ".join(f"({condition.sql})" for condition in found)
    return Condition(f"({sql})", tuple(param for condition in found for param in condition.params))


def risk(now: int) -> Condition:
    """Within the risk window of a breach, or past it."""
    return Condition("t.due_at BETWEEN 1 AND ?", (now + RISK_WINDOW,))


def condition_of(term: Match, asked: Asked) -> Condition:
    """The condition a key and its values make."""
    make = _KEYS[term.key]
    return any_of(make(value, asked) for value in term.values)


def _is(value: Value, asked: Asked) -> Condition:
    word, now = _word(value), asked.moment.now
    if word == "breached":
        return Condition("t.due_at BETWEEN 1 AND ?", (now,))
    if word == "atrisk":
        return risk(now)
    if word == "missed":
        return Condition(*sla_terms.missed(now))
    if word == "paused-late":
        return Condition(*sla_terms.paused_late())
    if word == "stalled":
        sql = "t.is_open = 1 AND t.state <> 'pending' AND t.idle_since > 0 AND t.idle_since < ?"
        return Condition(sql, (now - STALLED_AFTER,))
    return Condition(_IS[word])


_IS = {
    "open": "t.is_open = 1",
    **{state: f"t.state = '{state}'" for state in ("new", "pending", "hold", "solved", "closed")},
    "unassigned": "t.owner = ''",
    "vip": "t.vip = 1",
    "reopened": "t.reopens > 0",
    "paused": "t.paused = 1",
    "dup": "t.alike_count > 0",
    "waiting": "t.is_open = 1 AND t.state <> 'pending' AND max(t.last_customer_at, t.created_at) > t.last_public_at",
}


def _person(column: str) -> Callable[[Value, Asked], Condition]:
    def make(value: Value, asked: Asked) -> Condition:
        if _fixed(value) == "none":
            return Condition(f"{column} = ''")
        if _fixed(value) == "me":
            return _me(column, asked.moment.me)
        if _fixed(value) in ("absent", "offshift"):
            return _logins(column, asked.moment.standing(_fixed(value)))
        typed = _word(value)
        if exact := _exact(value):
            return _called(column, "person", exact)
        known = resolve(asked.connection, "person", typed)
        return _keyed(column, "person", known) if known != "[]" else Condition(f"{column} = ?", (typed,))

    return make


def _logins(column: str, logins: Iterable[tuple[str, str]]) -> Condition:
    """One of these logins."""
    listed = json.dumps([list(login) for login in logins])
    sql = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)"
    return Condition(f"(+t.source, +{column}) IN ({sql})", (listed,))


def _me(column: str, logins: Mapping[str, str]) -> Condition:
    """The person each source is signed in as, or the one who is said to be the reader there."""
    given = "".join(" WHEN ? THEN ?" for _ in logins)
    login = f"CASE s.name{given} ELSE s.account END" if given else "s.account"
    sql = (
        f"(+t.source, +{column}) IN (SELECT p.source, p.key FROM source s JOIN person p ON p.source = s.name"
        f" WHERE ({login}) <> '' AND lower({login}) IN (lower(p.login), lower(p.email), lower(p.key)))"
    )
    pairs = tuple(part for pair in logins.items() for part in pair)
    return Condition(sql, pairs * 2)


def _named(column: str, table: str) -> Callable[[Value, Asked], Condition]:
    def make(value: Value, asked: Asked) -> Condition:
        if _fixed(value) == "none":
            return Condition(f"{column} = ''")
        if exact := _exact(value):
            return _called(column, table, exact)
        return _keyed(column, table, resolve(asked.connection, table, _word(value)))

    return make


def _keyed(column: str, table: str, ids: str) -> Condition:
    """The plus keeps SQLite from walking the index of a source once for each name: one pass over the tickets is
    quicker."""
    sql = f"SELECT n.source, n.key FROM {table} n WHERE n.id IN (SELECT value FROM json_each(?))"
    return Condition(f"(+t.source, +{column}) IN ({sql})", (ids,))


def _called(column: str, table: str, name: str) -> Condition:
    """Called just that; where nothing tells a name, the identifier is it."""
    named = f"SELECT source, key FROM {table} WHERE name = ? COLLATE NOCASE"
    known = f"SELECT source, key FROM {table} WHERE name <> ''"
    sql = f"(+t.source, +{column}) IN ({named}) OR {column} = ? AND (+t.source, +{column}) NOT IN ({known})"
    return Condition(f"({sql})", (name, name))


def _source(value: Value, asked: Asked) -> Condition:
    if exact := _exact(value):
        return Condition("+t.source = ?", (exact,))
    ids = resolve(asked.connection, "source", _word(value))
    return Condition("+t.source IN (SELECT name FROM source WHERE rowid IN (SELECT value FROM json_each(?)))", (ids,))


def _text(column: str) -> Callable[[Value, Asked], Condition]:
    """A word of the column begins so."""

    def make(value: Value, _: Asked) -> Condition:
        if _fixed(value) == "none":
            return Condition(f"{column} = ''")
        if exact := _exact(value):
            return Condition(f"{column} = ? COLLATE NOCASE", (exact,))
        patterns = [f"{lead}{like(form)}%" for form in _cases(_word(value)) for lead in ("", "% ")]
        return any_of(Condition(f"{column} LIKE ? ESCAPE '\\'", (pattern,)) for pattern in patterns)

    return make


def _cases(text: str) -> list[str]:
    """LIKE knows the two cases of ASCII letters only."""
    return [text] if text.isascii() else list(dict.fromkeys((text, text.lower(), text.capitalize(), text.upper())))


def _tag(value: Value, _: Asked) -> Condition:
    if _fixed(value) == "none":
        return Condition("trim(t.tags) = ''")
    return Condition("t.tags LIKE ? ESCAPE '\\'", (f"% {like(_word(value).lower())} %",))


def _number(value: Value, _: Asked) -> Condition:
    """The number itself, with or without its source's badge, or the project before the hyphen; or the identifier."""
    text = _word(value)
    badge, _hyphen, rest = text.partition("-")
    sql = (
        "t.number = ? COLLATE NOCASE OR t.key = ? OR t.number LIKE ? ESCAPE '\\' OR (t.number = ? COLLATE NOCASE"
        " AND t.source IN (SELECT name FROM source WHERE badge = ? COLLATE NOCASE))"
    )
    return Condition(f"({sql})", (text, text, f"{like(text)}-%", rest, badge))


def _count(column: str) -> Callable[[Value, Asked], Condition]:
    def make(value: Value, _: Asked) -> Condition:
        if not isinstance(value, Range):
            return Condition(f"{column} = 0")
        parts, params = [], []
        if isinstance(value.low, int):
            parts.append(f"{column} {'>' if value.above else '>='} ?")
            params.append(value.low)
        if isinstance(value.high, int):
            parts.append(f"{column} {'<' if value.below else '<='} ?")
            params.append(value.high)
        return Condition(" AND ".join(parts), tuple(params))

    return make


def _priority(value: Value, asked: Asked) -> Condition:
    """No priority is no low number."""
    counted = _count("t.priority")(value, asked)
    return Condition(f"t.priority > 0 AND {counted.sql}", counted.params) if isinstance(value, Range) else counted


def _due(value: Value, asked: Asked) -> Condition:
    if isinstance(value, Range):
        sql, params = ahead("t.due_at", value, asked.moment)
        return Condition(f"t.due_at > 0 AND {sql}", params)
    return (
        Condition("t.due_at = 0")
        if value.text == "none"
        else Condition("t.due_at BETWEEN 1 AND ?", (asked.moment.now,))
    )


def _left(value: Value, asked: Asked) -> Condition:
    low, high = lasting(_range(value))
    left = asked.moment.left(asked.connection, asked.moment.now)
    ids = json.dumps(sorted(ident for ident, seconds in left.items() if low <= seconds < high))
    return Condition("t.is_open = 1 AND t.id IN (SELECT value FROM json_each(?))", (ids,))


def _elapsed(column: str) -> Callable[[Value, Asked], Condition]:
    def make(value: Value, asked: Asked) -> Condition:
        sql, params = elapsed(column, _range(value), asked.moment)
        return Condition(f"{column} > 0 AND {sql}", params)

    return make


def _behind(column: str) -> Callable[[Value, Asked], Condition]:
    def make(value: Value, asked: Asked) -> Condition:
        sql, params = behind(column, _range(value), asked.moment)
        return Condition(f"{column} > 0 AND {sql}", params)

    return make


def _equal(column: str) -> Callable[[Value, Asked], Condition]:
    return lambda value, _: Condition(f"{column} = ?", (_word(value),))


def like(text: str) -> str:
    """Text that LIKE takes as it stands, with a backslash for escape."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _word(value: Value) -> str:
    assert isinstance(value, Text)
    return value.text


def _fixed(value: Value) -> str:
    return value.text if isinstance(value, Text) and value.fixed else ""


def _exact(value: Value) -> str:
    return value.exact if isinstance(value, Text) else ""


def _range(value: Value) -> Range:
    assert isinstance(value, Range)
    return value


def _cause(value: Value, asked: Asked) -> Condition:
    return Condition(*sla_terms.cause(_word(value), asked.moment.causes(), asked.moment.now))


def _missed(value: Value, asked: Asked) -> Condition:
    ended, due = (behind(column, _range(value), asked.moment) for column in ("c.stopped_at", "c.due_at"))
    return Condition(*sla_terms.missed_at(ended, due, asked.moment.now))


def _drift(value: Value, _: Asked) -> Condition:
    return Condition(*sla_terms.drift(_word(value)))


_KEYS: Mapping[str, Callable[[Value, Asked], Condition]] = {
    "is": _is,
    "owner": _person("t.owner"),
    "requester": _person("t.requester"),
    "group": _named("t.grp", "grp"),
    "org": _named("t.organisation", "organisation"),
    "source": _source,
    "p": _priority,
    "bounced": _count("t.bounces"),
    "reopened": _count("t.reopens"),
    "alike": _count("t.alike_count"),
    "due": _due,
    "left": _left,
    "idle": _elapsed("t.idle_since"),
    "age": _elapsed("t.created_at"),
    "instate": _elapsed("t.state_since"),
    "updated": _behind("t.updated_at"),
    "created": _behind("t.created_at"),
    "state": _equal("t.state"),
    "scope": _equal("t.scope"),
    "clock": _equal("t.due_metric"),
    "missed": _missed,
    "cause": _cause,
    "drift": _drift,
    "status": _text("t.status"),
    "kind": _text("t.kind"),
    "category": _text("t.category"),
    "tag": _tag,
    "key": _number,
}
