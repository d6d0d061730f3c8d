"""Write the pages that are made from the code: `python docs/generate.py`; with `--check`, fail where one is stale."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import typer.main

from helpdesk_tui import config
from helpdesk_tui.cli import cli
from helpdesk_tui.commands.keys import keys_page
from helpdesk_tui.config import reading
from helpdesk_tui.domain.filters.docs import manual

HERE = Path(__file__).resolve().parent
NOTE = "<!-- Made by docs/generate.py; change the code it is made from. -->\n\n"

CONFIG_HEAD = """# Settings

One file, `config.toml`, in the configuration folder (`helpdesk-tui doctor` says where; `--home DIR` moves everything
under one folder). `helpdesk-tui config check` reads it and names file, key and nearest match for every mistake;
`helpdesk-tui config schema` prints its JSON Schema for your editor. No secret is ever written here.

```toml
[sources.sn]
platform = "servicenow"
url = "https://example.service-now.com"
auth = "basic"
username = "desk.sync"
token_file = "secrets/sn.token"
scope = { groups = ["Network", "Service Desk"] }
```
"""


def config_page() -> str:
    """Every setting, from its declaration."""
    parts = [CONFIG_HEAD]
    for name, section in config.sections().items():
        heading = f"[{name}.NAME]" if name in ("sources", "views", "macros") else f"[{name}]"
        parts += [
            f"\n## `{heading}`\n",
            " ".join((section.__doc__ or "").split("\n\n")[0].split()),
            "",
            "| key | type | default | meaning |",
        ]
        parts.append("|---|---|---|---|")
        for key, kind, default, words in reading.declared(section):
            shown = (
                ""
                if default in ("", (), {}, 0) and kind != "true or false"
                else f"`{str(default).lower() if kind == 'true or false' else default}`"
            )
            parts.append(f"| `{key}` | {kind} | {shown} | {words} |")
    parts += [
        "\n## `[skills]`\n",
        'Words in a title, group, category or tag that ask for a skill: `vpn = ["vpn", "tunnel"]`. A skill\'s own name'
        " always does; common words stand for common skills that somebody of the team has.",
        "\n## `[keys]`\n",
        'Your own keys: `"command id" = "key"` or `["key", "key"]`. [keys.md](keys.md) lists the ids.',
    ]
    return "\n".join(parts) + "\n"


def commands_page() -> str:
    """Every command with its help, as the program prints it."""
    root = typer.main.get_command(cli)
    parts = ["# Commands\n", _help(root, "helpdesk-tui")]
    for name, command in sorted(getattr(root, "commands", {}).items()):
        parts.append(_help(command, f"helpdesk-tui {name}"))
        for inner, nested in sorted(getattr(command, "commands", {}).items()):
            parts.append(_help(nested, f"helpdesk-tui {name} {inner}"))
    codes = "0 done, 1 the answer is no, 2 usage or settings, 3 a platform could not be reached, 4 a platform refused"
    return "\n".join([*parts, f"Exit codes: {codes}.\n"])


def _help(command: object, name: str) -> str:
    make_context = getattr(command, "make_context")  # noqa: B009
    context = make_context(name, [], resilient_parsing=True, terminal_width=100, max_content_width=100)
    text = getattr(command, "get_help")(context)  # noqa: B009
    return f"## {name}\n\n```text\n{text.strip()}\n```\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "configuration.md": config_page,
    "commands.md": commands_page,
    "filters.md": manual,
    "keys.md": keys_page,
}


def main(check: bool) -> int:
    """Write or compare every page; 1 where one was stale."""
    stale = 0
    for name, make in PAGES.items():
        path, text = HERE / name, NOTE + make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if check:
            print(f"docs/{name} is stale: run make docs", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8")
            print(f"docs/{name} written")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
