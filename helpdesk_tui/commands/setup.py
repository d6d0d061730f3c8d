"""`setup`: connect a platform. Asks, tries the sign-in for real, writes the settings without a secret."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from helpdesk_tui.adapters.base import SignIn
from helpdesk_tui.commands import setup_file
from helpdesk_tui.commands.common import place, say, warn
from helpdesk_tui.commands.sign_in import check, sight, who_is
from helpdesk_tui.config import AUTH_WAYS, SourceConfig
from helpdesk_tui.config.checks import LOOPBACK, PLATFORMS
from helpdesk_tui.errors import PlatformError, SecretError, UsageError
from helpdesk_tui.paths import private_folder
from helpdesk_tui.secrets import SourceSecret, variable, write_private

ADDRESSES = {
    "servicenow": "https://example.service-now.com",
    "jira": "https://example.atlassian.net",
    "zendesk": "https://example.zendesk.com",
}
"""What an address looks like, for the question; never taken as an answer."""
SECRET_WORDS = {
    "basic": "password",
    "oauth": "client secret",
    "api_key": "API key",
    "token": "API token",
    "scoped_token": "API token with scopes",
    "pat": "personal access token",
}
DEFAULT_NAMES = {"servicenow": "sn", "jira": "jira", "zendesk": "zd"}


@dataclass(slots=True)
class Conversation:
    """How questions are put; replaced in tests."""

    ask: Callable[[str], str] = input
    ask_secret: Callable[[str], str] = getpass.getpass

    def choose(self, question: str, choices: tuple[str, ...], default: str = "") -> str:
        """One of the choices, by name or number; the default, else the first, where nothing is typed."""
        default = default if default in choices else choices[0]
        numbered = "  ".join(f"{number} {choice}" for number, choice in enumerate(choices, 1))
        while True:
            typed = self.ask(f"{question}  {numbered}  [{default}]: ").strip().lower()
            if not typed:
                return default
            if typed.isdigit() and 1 <= int(typed) <= len(choices):
                return choices[int(typed) - 1]
            if typed in choices:
                return typed
            warn(f"please type one of: {', '.join(choices)}")

    def text(self, question: str, default: str = "") -> str:
        """What was typed, or the default; asks again where there is neither."""
        while True:
            typed = self.ask(f"{question}{f' [{default}]' if default else ''}: ").strip() or default
            if typed:
                return typed


def run_setup(home: str | None, name: str, conversation: Conversation | None = None) -> int:
    """Add or mend one source; 0 once it is written. Raises UsageError without a terminal to ask on."""
    if conversation is None:
        if not sys.stdin.isatty():
            raise UsageError(
                "setup asks questions and needs a terminal; or write the settings by hand: docs/connect.md"
            )
        conversation = Conversation()
    found = place(home)
    folder = private_folder(found.paths.config_dir)
    source = ask_source(conversation, name, found.config.sources)
    way = ""
    while True:
        way, source, secret_value = ask_secret(conversation, source, way)
        answer = try_sign_in(conversation, source, folder, secret_value)
        if answer == "change":
            source, way = ask_source(conversation, source.name, {source.name: source}), ""
        elif answer != "again":
            break
    if answer == "no":
        return 1
    if secret_value:
        private_folder(folder / "secrets")
        write_private(folder / source.token_file, secret_value)
    setup_file.write(found.paths.config_file, source)
    say(f"{found.paths.config_file}: [sources.{source.name}] is written. Open the desk with: helpdesk-tui")
    return 0


def ask_secret(conversation: Conversation, source: SourceConfig, way: str = "") -> tuple[str, SourceConfig, str]:
    """Where the secret will be, unless that is known, and the secret itself where it was typed.

    Who tries again types the secret next: a question about its place there would show it on the screen.
    """
    source = replace(source, token_command=(), token_file="")
    way = way or conversation.choose("Where will the secret be?", ("file", "command", "environment"))
    if way == "command":
        words = conversation.text("A command that prints it (no shell), such as: pass show desk/token")
        return way, replace(source, token_command=tuple(words.split())), ""
    if way == "file":
        value = conversation.ask_secret(f"{SECRET_WORDS[source.auth]} (not shown): ").strip()
        return way, replace(source, token_file=f"secrets/{source.name}.token"), value
    say(f"Set {variable(source.name)} in the environment before the desk starts.")
    return way, source, ""


def ask_source(conversation: Conversation, name: str, known: Mapping[str, SourceConfig]) -> SourceConfig:
    """Everything but the secret; what is configured already is the answer to an empty line."""
    old = known.get(name)
    if old is not None:
        say(f"{name}: Enter keeps what it has.")
    platform = conversation.choose("Which platform?", PLATFORMS, old.platform if old else "")
    same = old if old is not None and old.platform == platform else None
    url = ask_address(conversation, platform, same.url if same else "")
    auth = conversation.choose("Sign in with", AUTH_WAYS[platform], same.auth if same else "")
    client = conversation.text("OAuth client id", same.client_id if same else "") if auth == "oauth" else ""
    asks_user = auth in ("basic", "token", "scoped_token")
    question = "User name" if platform == "servicenow" else "E-mail address"
    user = conversation.text(question, same.username if same else "") if asks_user else ""
    name = name or conversation.text("A short name for this source", DEFAULT_NAMES[platform])
    if name in known and old is None:
        warn(f"{name} is configured already; what you answered here takes its place")
    return SourceConfig(name=name, platform=platform, url=url, username=user, auth=auth, client_id=client)


def ask_address(conversation: Conversation, platform: str, old: str) -> str:
    """A base address that no secret would travel to in the open; asked for again until it is one."""
    while True:
        typed = conversation.text(f"Its address, such as {ADDRESSES[platform]}", old).rstrip("/")
        url = typed if "://" in typed else f"https://{typed}"
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            host = ""
        if host and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)):
            return url
        warn("the address has to begin with https://, so that no secret travels in the open")


def try_sign_in(conversation: Conversation, source: SourceConfig, folder: Path, secret_value: str) -> str:
    """Sign in for real and say what can be seen; whether to go on: yes, no, again with another secret, or
    with other answers before it."""
    secret = SourceSecret(
        source if not secret_value else replace(source, token_file=""), folder, {source.name: secret_value}
    )
    try:
        signed_in = asyncio.run(check(source, secret))
    except (PlatformError, SecretError) as error:
        warn(f"{source.name}: {error}")
        question = "The secret again, change the address, the account or the secret's place, or write it all the same?"
        return conversation.choose(question, ("again", "change", "no", "yes"))
    for line in describe(signed_in):
        say(line)
    return "yes"


def describe(signed_in: SignIn) -> list[str]:
    """What a sign-in found, in lines for the user."""
    lines = [f"signed in as {who_is(signed_in)}, changes by {signed_in.feed}"]
    lines += [f"  {sight(what)}" for what in signed_in.sees]
    lines += [f"  {what}" for what in signed_in.cannot]
    if abs(signed_in.skew) > 120:
        lines.append(f"  the platform's clock is {signed_in.skew:+d} s from this machine's")
    return lines
