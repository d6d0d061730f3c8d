"""Write one source into config.toml and leave everything else in it, comments too, as it is."""

from __future__ import annotations

import os
import re
from pathlib import Path

from helpdesk_tui import config
from helpdesk_tui.config import SourceConfig

HEAD = """# helpdesk-tui settings. docs/configuration.md explains every key; helpdesk-tui config check reads them.
# No secret belongs here: token_file and token_command say where one is.
"""
SCOPE_EXAMPLES = {
    "servicenow": 'scope = { groups = ["Network", "Service Desk"] }  # or query = "an encoded query"',
    "jira": 'scope = { projects = ["DESK"] }  # or jql = "a query"',
    "zendesk": 'scope = { groups = ["Support"] }',
}


def write(file: Path, source: SourceConfig) -> None:
    """Put the source's table in the place of an older one of that name, or at the end.

    Raises ConfigError where the result could not be read; then nothing was written.
    """
    old = file.read_text(encoding="utf-8") if file.exists() else HEAD
    text = replaced(old, source)
    config.parse(text, file)
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(file)


def replaced(text: str, source: SourceConfig) -> str:
    """The file's text with this source's tables taken out and its new one put in."""
    own = re.compile(rf"^\[sources\.{re.escape(source.name)}(\.[^\]]*)?\]")
    kept: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.lstrip().startswith("["):
            inside = own.match(line.strip()) is not None
        if not inside:
            kept.append(line)
    return "\n".join([*kept, "", *table(source)]).lstrip("\n") + "\n"


def table(source: SourceConfig) -> list[str]:
    """The lines of one source, with comments that say what else could be set."""
    lines = [f"[sources.{source.name}]", f"platform = {_quoted(source.platform)}", f"url = {_quoted(source.url)}"]
    lines += [f"auth = {_quoted(source.auth)}"]
    if source.username:
        lines.append(f"username = {_quoted(source.username)}")
    if source.client_id:
        lines.append(f"client_id = {_quoted(source.client_id)}")
    if source.token_command:
        lines.append(f"token_command = [{', '.join(map(_quoted, source.token_command))}]")
    if source.token_file:
        lines.append(f"token_file = {_quoted(source.token_file)}  # mode 0600, relative to this folder")
    lines.append(f"# {SCOPE_EXAMPLES.get(source.platform, 'scope = { }')}")
    return lines


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'
