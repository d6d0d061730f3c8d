"""Ways to sign in. Each turns a `Secret` into request headers, and keeps the secret for no longer than that takes.

Tokens got from OAuth are kept in memory until 60 s before their end. One refresh at a time: who comes while one is
under way waits for its answer. No error text here ever holds a secret or a token.
"""

from __future__ import annotations

import asyncio
import base64
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk_tui.adapters.base import Secret
from helpdesk_tui.clock import Now
from helpdesk_tui.errors import AuthFailed, Refused
from helpdesk_tui.secrets import remember

Ask = Callable[[str, Mapping[str, str], bool], Awaitable[Any]]
"""Sends fields to a token endpoint (path, fields, as JSON instead of as a form) and gives the parsed answer."""

EARLY = 60
"""How long before its end a token is renewed, seconds."""
_UNTOLD = 300
"""How long a token is used whose end was not told, seconds."""


class Auth(ABC):
    """One way to sign in."""

    @abstractmethod
    async def headers(self, ask: Ask) -> dict[str, str]:
        """The headers that sign a request. Raises SecretError, AuthFailed, and what sending raises."""

    @abstractmethod
    def refused(self, sent: Mapping[str, str]) -> None:
        """The platform answered 401 to these headers: forget what they were made of."""


async def _secret_of(secret: Secret) -> str:
    # Revealing may run a command or ask a key ring, so it must not hold up the event loop.
    return secret.held() or await asyncio.to_thread(secret.reveal)


class _Static(Auth):
    """A secret that is sent as it is."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    async def headers(self, ask: Ask) -> dict[str, str]:
        """The headers, made anew from the secret."""
        del ask
        return self._made(await _secret_of(self._secret))

    def refused(self, sent: Mapping[str, str]) -> None:
        """Ask for the secret anew next time."""
        del sent
        self._secret.expire()

    @abstractmethod
    def _made(self, secret: str) -> dict[str, str]:
        """The headers."""


class Basic(_Static):
    """HTTP basic: a user name (or e-mail) with a password or an API token, both as UTF-8."""

    def __init__(self, username: str, secret: Secret) -> None:
        super().__init__(secret)
        self._username = username

    def _made(self, secret: str) -> dict[str, str]:
        pair = f"{self._username}:{secret}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}


class Bearer(_Static):
    """A token in the Authorization header: personal access tokens, scoped API tokens."""

    def _made(self, secret: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {sendable(secret)}"}


class HeaderKey(_Static):
    """An API key in a header of its own."""

    def __init__(self, header: str, secret: Secret) -> None:
        super().__init__(secret)
        self._header = header

    def _made(self, secret: str) -> dict[str, str]:
        return {self._header: sendable(secret)}


@dataclass(frozen=True, slots=True)
class _Token:
    """An access token, the instant from which it is not used any more (seconds UTC), and what renews it."""

    access: str
    until: int
    refresh: str


class ClientCredentials(Auth):
    """OAuth 2 client credentials; a refresh token is used where the platform gives one."""

    def __init__(
        self, path: str, client_id: str, secret: Secret, *, now: Now, scope: str = "", as_json: bool = False
    ) -> None:
        self._path = path
        self._client_id = client_id
        self._secret = secret
        self._now = now
        self._scope = scope
        self._as_json = as_json
        self._token: _Token | None = None
        self._lock = asyncio.Lock()

    async def headers(self, ask: Ask) -> dict[str, str]:
        """The header with a token that is good for a minute at least."""
        async with self._lock:
            token = self._token
            if token is None or self._now() >= token.until:
                token = self._token = await self._renewed(ask, token.refresh if token else "")
        return {"Authorization": f"Bearer {token.access}"}

    def refused(self, sent: Mapping[str, str]) -> None:
        """Drop the token, if it is still the one that was sent."""
        token = self._token
        # Several requests may come back refused with the same old token: only the first drops it.
        if token is not None and sent.get("Authorization") == f"Bearer {token.access}":
            self._token = None
            self._secret.expire()

    async def _renewed(self, ask: Ask, refresh: str) -> _Token:
        secret = await _secret_of(self._secret)
        client = {"client_id": self._client_id, "client_secret": secret}
        if refresh:
            try:
                return self._read(
                    await ask(
                        self._path, {"grant_type": "refresh_token", "refresh_token": refresh, **client}, self._as_json
                    )
                )
            except (AuthFailed, Refused):
                pass  # a refresh token may have ended or been used up; the credentials themselves decide
        fields = {"grant_type": "client_credentials", **client}
        if self._scope:
            fields["scope"] = self._scope
        try:
            return self._read(await ask(self._path, fields, self._as_json))
        except Refused as error:
            if error.status in (400, 403):  # invalid_client, unauthorized_client, access_denied
                self._secret.expire()
                raise AuthFailed(str(error), status=error.status) from None
            raise
        except AuthFailed:
            self._secret.expire()
            raise

    def _read(self, data: Any) -> _Token:
        access = data.get("access_token") if isinstance(data, dict) else None
        if not isinstance(access, str) or not access:
            raise AuthFailed("the sign-in answer holds no access token")
        lasts, refresh = data.get("expires_in"), data.get("refresh_token")
        try:
            seconds = int(lasts) if lasts is not None else _UNTOLD
        except (TypeError, ValueError):
            seconds = _UNTOLD
        until = self._now() + max(seconds - EARLY, seconds // 2)
        renewing = refresh if isinstance(refresh, str) else ""
        for secret in (access, renewing):
            remember(secret)
        return _Token(sendable(access), until, renewing)


def sendable(secret: str) -> str:
    """The secret, if it can stand in a header; AuthFailed otherwise, before a library can quote it in an error."""
    if not secret or not secret.isascii() or not secret.isprintable():
        raise AuthFailed(
            "the secret is empty or holds characters that cannot be sent (a line break, a space at its end?)"
        )
    return secret
