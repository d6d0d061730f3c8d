"""A source's new secret, typed at the desk: put where its secret comes from, or kept in memory for this session."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

from helpdesk_tui import presence, secrets
from helpdesk_tui.commands.common import Place
from helpdesk_tui.errors import SecretError


def keep(there: Place, asked: MutableMapping[str, str], source: str, value: str) -> str:
    """Keep a new secret of a source; where it is now, in words.

    A file that holds the secret is written anew, so is the keyring's entry. What a command or the environment gives
    cannot be changed from here: raises SecretError saying so. A secret that comes from nowhere lives in `asked` and in
    the sync process, which is started anew to be told: it goes through a pipe and never into a store.
    """
    value = value.strip()
    if not value.isprintable() or not value:
        raise SecretError(f"{source}: that is not a secret of one line")
    secrets.remember(value)
    settings = there.config.sources[source]
    folder = there.config.file.parent if there.config.file else Path.cwd()
    variable = secrets.variable(source)
    if settings.token_command:
        raise SecretError(f"{source} has its secret from the command {settings.token_command[0]}: mend it there")
    if variable in os.environ:
        raise SecretError(f"{source} has its secret from {variable} in the environment: change it there, start anew")
    if path := os.environ.get(variable + "_FILE", "") or settings.token_file:
        file = folder / Path(path).expanduser()
        try:
            secrets.write_private(file, value)
        except OSError as error:
            raise SecretError(f"{file}: {error.strerror or error}") from None
        return f"kept in {file}"
    if secrets.into_keyring(source, value):
        return "kept in the keyring"
    asked[source] = value
    if (holder := presence.sync_holder(there.paths)) is not None and not presence.ask_to_end(there.paths, holder):
        raise SecretError("the sync process does not end, so it cannot be told; end it and try again")
    presence.start_sync(there.paths, asked)
    return "kept in memory until the desk and the sync process end"
