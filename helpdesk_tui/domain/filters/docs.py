"""The manual page of the filter language, made from the table of keys."""

from __future__ import annotations

from helpdesk_tui.domain.filters.keys import KEYS, Key, Kind

_HEAD = """\
# Filters

A filter is a line of terms with spaces between them; every one of them must hold. It works the same behind `/` in the
queue, in saved views, and in `helpdesk-tui queue 'FILTER'`.

| you type | it keeps |
|---|---|
| `vpn` | tickets with a word that begins with vpn in number, title or description |
| `"vpn drops"` | those words, one after the other |
| `key:value` | tickets with that value, see below |
| `key:a,b` | either of them |
| `key:1..3` `key:>2h` `key:<=5` | a range; both ends of `..` are in it; `≥` and `≤` are understood |
| `!term` | the opposite of any of these |

Case and accents do not matter. A name finds whatever has a word that begins so; where something is called exactly that,
only that. A value with spaces or commas stands in quotation marks (`owner:"Dana K."`), with `\\"`
for a quotation mark in it. In quotation marks a value is always a name: `owner:none` is nobody, `owner:"none"` is
somebody called None. With `=` before it a name finds only what is called just that (`group:=Network`,
`category:"=Wi-Fi"`): the figures of the SLA screen lead to such filters.

Durations are written `30m`, `2h`, `3d`, `1w` or together (`1d12h`). Days are `2026-11-20`, `today`, `yesterday` or
`tomorrow`, in the time zone of the reader.

A filter typed over a view narrows the view. Where it asks for closed or solved tickets, the view's own `is:open` gives
way. Tickets that left the queue's scope show only to `scope:`. `helpdesk-tui queue 'FILTER'` lists what the same filter
shows over All open.

A mistake is underlined and the list stays as it was; a name that nobody has is one, with the nearest name. The command
prints the nearest name on standard error, and the list, empty or not.

Every term must hold: there is no `or`. Several values of one key are written with commas, `group:network,apps`.
"""

_TAKES = {
    Kind.WORDS: "one of its words",
    Kind.NAME: "a name",
    Kind.COUNT: "a number or a range",
    Kind.ELAPSED: "a duration, compared",
    Kind.AHEAD: "a duration from now, compared, or a day",
    Kind.BEHIND: "a duration ago, compared, or a day",
}


def manual() -> str:
    """docs/filters.md, whole."""
    rows = "\n".join(_row(key) for key in KEYS.values())
    words = "\n".join(_words(key) for key in KEYS.values() if key.words and key.kind is Kind.WORDS)
    return f"{_HEAD}\n## Keys\n\n| key | takes | meaning | examples |\n|---|---|---|---|\n{rows}\n\n## Words\n\n{words}"


def _row(key: Key) -> str:
    names = " ".join(f"`{name}:`" for name in (key.name, *key.aliases))
    own = "" if key.kind is Kind.WORDS else "".join(f", `{word}`" for word in key.words)
    later = _later(key)
    examples = " ".join(f"`{example}`" for example in key.examples)
    return f"| {names} | {_TAKES[key.kind]}{own} | {key.meaning}{later} | {examples} |"


def _later(key: Key) -> str:
    reasons: dict[str, list[str]] = {}
    for word, why in key.reserved.items():
        reasons.setdefault(why, []).append(f"`{word}`")
    return "".join(f" {' and '.join(words)}: not there yet, {why}." for why, words in reasons.items())


def _words(key: Key) -> str:
    lines = "\n".join(f"| `{key.name}:{word}` | {says} |" for word, says in key.words.items())
    return f"| `{key.name}:` | |\n|---|---|\n{lines}\n"
