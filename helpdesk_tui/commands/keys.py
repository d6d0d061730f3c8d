"""`keys`: the keys of the desk, from the same registry as its bindings and its help."""

from __future__ import annotations

import json

from helpdesk_tui import keymap
from helpdesk_tui.commands.common import place, say

PAGE_HEAD = """# Keys

`?` in the desk lists the keys that work on the screen you are on; `helpdesk-tui keys` prints this page's table with
your own. Presets: `vim` (below), `arrows`, `mutt`, `jira` (`[screen] preset`). Your own, under `[keys]` in the
settings: `"list.filter" = ["ctrl+f", "/"]`. Two commands on one key are refused.

| keys | id | what it does |
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
        rows.append(f"| {written} | `{command.id}` | {command.help} |")
    return PAGE_HEAD + "\n".join(rows) + "\n"
