"""Who is told of alarms beside the screens: a command, and a webhook whose address and token may be secrets."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from helpdesk_tui import secrets
from helpdesk_tui.adapters import webhook
from helpdesk_tui.config.checks import check_url
from helpdesk_tui.config.sla import AlarmConfig
from helpdesk_tui.errors import ConfigError, PlatformError, SecretError
from helpdesk_tui.sync.context import log

HOOK_SECONDS = 20.0
ADDRESS, TOKEN = "HELPDESK_ALARMS_WEBHOOK", "HELPDESK_ALARMS_TOKEN"
"""Variables of the environment that go before the files the settings name."""


class Hooks:
    """Tells both, where they are set. A failure is logged and nothing else."""

    def __init__(self, settings: AlarmConfig, folder: Path) -> None:
        """`folder` is where the settings are: files with secrets are named from there."""
        self._settings, self._folder = settings, folder

    async def tell(self, body: Mapping[str, object]) -> None:
        """Run the command and post to the webhook."""
        if self._settings.command:
            await run_hook(self._settings.command, body)
        try:
            address, token = await asyncio.to_thread(self._webhook)
            if address:
                status = await webhook.post(address, body, token=token)
                if status >= 400:
                    log.warning("the webhook refused an alarm", status=status)
        except (PlatformError, SecretError) as error:
            log.warning("an alarm did not reach the webhook", words=str(error))

    def _webhook(self) -> tuple[str, str]:
        """The address and the token, "" for none. Raises SecretError."""
        address = self._secret(ADDRESS, self._settings.webhook_file) or self._settings.webhook
        if not address:
            return "", ""
        try:
            check_url(address, "alarms.webhook", self._folder)
        except ConfigError:
            raise SecretError("the alarms' webhook: what is kept as its address is none") from None
        return address, self._secret(TOKEN, self._settings.webhook_token_file)

    def _secret(self, variable: str, file: str) -> str:
        value = os.environ.get(variable, "").strip()
        if not value and file:
            value = secrets.read_private(self._folder / Path(file).expanduser())
        secrets.remember(value)
        return value


async def run_hook(command: Sequence[str], body: Mapping[str, object], *, seconds: float = HOOK_SECONDS) -> int | None:
    """Run a command without a shell and without our secrets in its environment, JSON on its standard input; its exit
    code, None where it did not come to an end in time or could not be begun."""
    pipe, away = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=away, stderr=away, env=secrets.without_secrets(os.environ)
        )
    except (OSError, ValueError) as error:
        log.warning("the alarm command cannot be run", command=command[0], words=str(error))
        return None
    try:
        with suppress(BrokenPipeError, ConnectionResetError):
            await asyncio.wait_for(process.communicate(json.dumps(body).encode()), seconds)
    except TimeoutError:
        process.kill()
        await process.wait()
        log.warning("the alarm command took too long and was ended", command=command[0])
        return None
    if process.returncode:
        log.warning("the alarm command failed", command=command[0], code=process.returncode)
    return process.returncode
