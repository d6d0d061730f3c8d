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
ASKED = frozenset({"platform", "url", "auth", "username", "client_id", "token_command", "token_file"})
"""Keys whose value setup asks for."""


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
    """The file's text with what setup asks for written anew; scope, options and whatever else a source has stay, unless
    the name goes to another platform, which has its own."""
    head = re.compile(rf"^\[sources\.{re.escape(source.name)}\]")
    within = re.compile(rf"^\[sources\.{re.escape(source.name)}\.")
    before: list[str] = []
    own: list[str] = []
    nested: list[str] = []
    after: list[str] = []
    part = before
    for line in text.splitlines():
        if line.lstrip().startswith("["):
            rest = nested if within.match(line.strip()) else after if own else before
            part = own if head.match(line.strip()) else rest
        part.append(line)
    platform = re.compile(rf"""["']{re.escape(source.platform)}["']""")
    same = any(_key(line) == "platform" and platform.search(line) for line in own)
    kept = [*_others(own[1:]), *nested] if same else [""] if after else []
    scoped = any(_key(line) == "scope" for line in kept) or (same and f"[sources.{source.name}.scope]" in text)
    lines = [*before, *([] if own or not before else [""]), *table(source, had_scope=scoped), *kept, *after]
    return "\n".join(lines).rstrip("\n") + "\n"


def _others(own: list[str]) -> list[str]:
    """The lines of a source that setup does not ask for; a value that goes on over several lines is one of them."""
    kept: list[str] = []
    asked = False
    for line in own:
        if key := _key(line):
            asked = key in ASKED
        elif not line.strip() or line.lstrip().startswith("#"):
            asked = False
        if not asked and not line.startswith("# scope = "):
            kept.append(line)
    return kept


def _key(line: str) -> str:
    """The bare key that a line sets, if it sets one."""
    found = re.match(r"\s*([A-Za-z0-9_-]+)(\.[A-Za-z0-9_.-]+)?\s*=", line)
    return found[1] if found else ""


def table(source: SourceConfig, *, had_scope: bool = False) -> list[str]:
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
    if not had_scope:
        lines.append(f"# {SCOPE_EXAMPLES.get(source.platform, 'scope = { }')}")
    return lines


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'
