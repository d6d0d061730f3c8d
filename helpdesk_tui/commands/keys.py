"""`keys`: the keys of the desk, from the same registry as its bindings and its help."""

from __future__ import annotations

import json

from helpdesk_tui import keymap
from helpdesk_tui.commands.common import place, say
from helpdesk_tui.keymap.words import WORDS

PAGE_HEAD = """# Keys

`?` in the desk lists the keys that work on the screen you are on; `helpdesk-tui keys` prints this page's table with
your own. Presets: `vim` (below), `arrows`, `mutt`, `jira` (`[screen] preset`). Your own, under `[keys]` in the
settings: `"list.filter" = ["ctrl+f", "/"]`. Two commands on one key are refused.

| keys | on | id | what it does |
|---|---|---|---|
"""
WORDS_HEAD = """
## Typed after `:`

On every screen. Tab goes through what may follow: the words, then names of people, groups, platforms, views; Up and
Down bring back what was typed before. The id of any command above works too, on its screens.

| command | on | what it does |
|---|---|---|
"""


def run_keys(home: str | None, preset: str, *, as_json: bool) -> int:
    """Print every command with its keys. Raises ConfigError where the user's own keys clash."""
    found = place(home)
    commands = keymap.build(preset or found.config.screen.preset, found.config.keys).commands.values()
    if as_json:
        print(json.dumps({command.id: list(command.keys) for command in commands}, indent=2))
        return 0
    for command in commands:
        say(f"{'  '.join(map(keymap.shown, command.keys)):<22} {command.id:<16} {command.help}")
    return 0


def keys_page() -> str:
    """docs/keys.md."""
    rows = []
    for command in keymap.build().commands.values():
        written = " ".join(f"`{keymap.shown(key)}`" for key in command.keys)
        rows.append(f"| {written} | {_screens(command.where)} | `{command.id}` | {command.help} |")
    words = (f"| `:{word.name}` | {_screens(word.where)} | {word.hint} |" for word in WORDS)
    return PAGE_HEAD + "\n".join(rows) + "\n" + WORDS_HEAD + "\n".join(words) + "\n"


def _screens(where: tuple[str, ...]) -> str:
    """On which screens something works; "" for all, or all but help."""
    return "" if {*keymap.EVERYWHERE} - {*where} <= {keymap.HELP} else ", ".join(where)
