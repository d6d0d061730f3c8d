"""Who may sign in to the sandbox, made anew at every start, and how that is told to people and to configurations."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from helpdesk_tui.sandbox.company import COORDINATOR, Company
from helpdesk_tui.sandbox.model import PLATFORMS, Credential, Platform, World

Told = dict[str, dict[str, str]]


def make_credentials(company: Company) -> dict[Platform, tuple[Credential, ...]]:
    """For each platform an admin (the coordinator), an agent (a technician of a group it serves) and a requester."""
    found: dict[Platform, tuple[Credential, ...]] = {}
    for platform in PLATFORMS:
        agent = company.members[company.serving[platform][0].gid][0]
        roles: tuple[tuple[int, Literal["admin", "agent", "requester"]], ...] = (
            (COORDINATOR, "admin"),
            (agent, "agent"),
            (company.requesters[0], "requester"),
        )
        found[platform] = tuple(
            Credential(
                company.people[uid].login, secrets.token_urlsafe(12), secrets.token_urlsafe(24), role, uid,
                f"{platform}-{role}", secrets.token_urlsafe(24),
            )
            for uid, role in roles
        )  # fmt: skip
    return found


def tell(
    credentials: Mapping[Platform, tuple[Credential, ...]], urls: Mapping[Platform, str], company: Company, role: str
) -> Told:
    """What a client needs to know, in each platform's own words; `role` decides whose account stands first."""
    told: Told = {}
    for platform, accounts in credentials.items():
        own = next(account for account in accounts if account.role == role)
        agent = next(account for account in accounts if account.role == "agent")
        email = company.people[own.uid].email
        common = {"url": urls[platform], "client_id": own.client_id, "client_secret": own.client_secret}
        if platform == "servicenow":
            told[platform] = {**common, "username": own.login, "password": own.password, "api_key": own.token,
                              "agent_username": agent.login, "agent_password": agent.password}  # fmt: skip
        else:
            told[platform] = {**common, "email": email, "token": own.token,
                              "agent_email": company.people[agent.uid].email, "agent_token": agent.token}  # fmt: skip
        if platform == "jira":
            told[platform] |= {"pat": own.token, "username": own.login, "password": own.password}
    return told


_FIRST_LINE = "# Written by the sandbox for what it serves now. Its accounts are invented anew at every start."
_SOURCES: tuple[tuple[str, Platform, str, str, str], ...] = (
    ("sn", "servicenow", "basic", "username", "password"),
    ("jira", "jira", "token", "email", "token"),
    ("zd", "zendesk", "token", "email", "token"),
)


def scopes(world: World) -> dict[Platform, str]:
    """For each platform the line of settings that names what its desk serves, and so leaves other departments out."""

    def names(found: Iterable[str]) -> str:
        return ", ".join(json.dumps(name) for name in sorted(set(found)))

    return {
        "servicenow": f"scope = {{ groups = [{names(group.name for group in world.served('servicenow'))}] }}",
        "jira": f"scope = {{ projects = [{names(group.project for group in world.served('jira'))}] }}",
        "zendesk": f"scope = {{ groups = [{names(group.name for group in world.served('zendesk'))}] }}",
    }


POLICIES = """[calendars.office]
zone = "Europe/Paris"
mon-fri = ["08:00-18:00"]

[[policies]]
name = "every request"
calendar = "office"

[policies.targets]
first_response = { 1 = { target = "15m", calendar = "24x7" }, 2 = { target = "30m", calendar = "24x7" }, 3 = "4h", \
4 = "8h" }
next_reply = { 1 = { target = "30m", calendar = "24x7" }, 2 = { target = "1h", calendar = "24x7" }, 3 = "4h", 4 = "8h" }
resolution = { 1 = { target = "4h", calendar = "24x7" }, 2 = { target = "8h", calendar = "24x7" }, 3 = "30h", \
4 = "50h" }
"""
"""What the sandbox's own clocks are reckoned by (see `sla`), in the words of a team that wrote it down for the desk."""


def write_config(folder: Path, told: Told, scope: Mapping[Platform, str] | None = None) -> Path:
    """Write `config.toml`, `policies.toml` and one secret file for each source (0600 each) into `folder` (0700); return
    the first.

    `scope` adds a line for each platform.
    Raises OSError where that cannot be done, FileExistsError where a configuration of somebody else's is in the way.
    """
    target = folder / "config.toml"
    for path in (target, folder / "policies.toml"):
        if path.exists() and not path.read_text(encoding="utf-8", errors="replace").startswith(_FIRST_LINE):
            raise FileExistsError(f"{path} was not written by the sandbox; it is left alone")
    hidden = folder / "secrets"
    for directory in (folder, hidden):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
    lines = [_FIRST_LINE, ""]
    for source, platform, auth, name, secret in _SOURCES:
        account = told[platform]
        _write(hidden / f"{source}.token", account[secret] + "\n")
        lines += [
            f"[sources.{source}]", f'platform = "{platform}"', f'url = "{account["url"]}"',
            f'username = "{account[name]}"', f'auth = "{auth}"', f'token_file = "secrets/{source}.token"',
            *([scope[platform]] if scope else []), "",
        ]  # fmt: skip
    _write(folder / "policies.toml", f"{_FIRST_LINE}\n{POLICIES}")
    return _write(target, "\n".join(lines))


def _write(path: Path, text: str) -> Path:
    """Replace a file as a whole, readable by its owner alone from its first byte."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
    return path
