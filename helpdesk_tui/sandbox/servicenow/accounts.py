"""Who may sign in, with what, and the sessions and tokens they get."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import orjson

from helpdesk_tui.sandbox.model import Credential
from helpdesk_tui.sandbox.servicenow.tables import Settings
from helpdesk_tui.sandbox.servicenow.wire import JSON_TYPE, Answer, Refusal

_QUEUE = 10
"""Requests that may wait for one session; the next ones are dropped with a 202."""
_SESSIONS = 5000


class Dropped(Exception):
    """Too many requests wait for the session already."""


@dataclass(slots=True)
class Session:
    """What a cookie stands for: an account, and one request at a time."""

    name: str
    account: Credential | None = None
    waiting: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for the requests before this one. Raises Dropped where the queue is full."""
        if self.waiting > _QUEUE:
            raise Dropped
        self.waiting += 1
        try:
            async with self.lock:
                yield
        finally:
            self.waiting -= 1


@dataclass(frozen=True, slots=True)
class Token:
    """An issued token; `until` is on the machine's monotonic clock."""

    account: Credential
    client_id: str
    until: float


def unauthenticated() -> Refusal:
    """Nobody, or not who they say."""
    return Refusal(
        401,
        "User Not Authenticated",
        "Required to provide Auth information",
        {"WWW-Authenticate": 'BASIC realm="Service-now"'},
    )


def _same(one: str, other: str) -> bool:
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())


def _basic(header: str) -> tuple[str, str] | None:
    try:
        login, colon, password = base64.b64decode(header[6:].strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (login, password) if colon else None


class Accounts:
    """The sign-ins of one instance, its sessions and its tokens."""

    def __init__(self, credentials: Iterable[Credential], settings: Settings, monotonic: Callable[[], float]) -> None:
        """`monotonic` gives the machine's seconds: tokens live by it, however fast the sandbox's time runs."""
        self._credentials = tuple(credentials)
        self._settings, self._monotonic = settings, monotonic
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[str, Token] = {}
        self._renewals: dict[str, Token] = {}

    def session(self, cookie: str) -> tuple[Session, bool]:
        """The session of a cookie, and whether it is new because the cookie names none."""
        known = self._sessions.get(cookie)
        if known is not None:
            return known, False
        session = Session(secrets.token_hex(16).upper())
        if len(self._sessions) >= _SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[session.name] = session
        return session, True

    def identify(self, headers: Mapping[str, str], session: Session) -> Credential:
        """The account a request speaks for. Raises Refusal 401."""
        account = (
            self._by_headers(headers) if "authorization" in headers or "x-sn-apikey" in headers else session.account
        )
        if account is None:
            raise unauthenticated()
        session.account = account
        return account

    def _by_headers(self, headers: Mapping[str, str]) -> Credential | None:
        key = headers.get("x-sn-apikey")
        if key is not None:
            return next((known for known in self._credentials if _same(known.token, key)), None)
        header = headers.get("authorization", "")
        scheme = header.partition(" ")[0].lower()
        if scheme == "bearer":
            token = self._tokens.get(header.partition(" ")[2].strip())
            return token.account if token and token.until > self._monotonic() else None
        pair = _basic(header) if scheme == "basic" else None
        return self._by_password(*pair) if pair else None

    def _by_password(self, login: str, password: str) -> Credential | None:
        for known in self._credentials:
            if known.login.lower() == login.lower() and _same(known.password, password):
                return known
        return None

    def grant(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answers `/oauth_token.do`: password, client credentials and refresh."""
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        pair = _basic(headers.get("authorization", "")) if "authorization" in headers else None
        client_id, secret = pair or (form.get("client_id", ""), form.get("client_secret", ""))
        client = next((known for known in self._credentials if _same(known.client_id, client_id)), None)
        if client is None or not _same(client.client_secret, secret):
            return _denied("access_denied")
        kind = form.get("grant_type", "")
        if kind == "password":
            account = self._by_password(form.get("username", ""), form.get("password", ""))
            return self._issue(account, client_id, renewable=True) if account else _denied("access_denied")
        if kind == "client_credentials":
            return self._issue(client, client_id, renewable=False)
        if kind == "refresh_token":
            old = self._renewals.get(form.get("refresh_token", ""))
            if old is None or old.client_id != client_id:
                return _denied("access_denied")
            return self._issue(old.account, client_id, renewable=True, renewal=form["refresh_token"])
        return _denied("unsupported_grant_type")

    def _issue(self, account: Credential, client_id: str, *, renewable: bool, renewal: str = "") -> Answer:
        seconds = self._settings.token_seconds
        access = secrets.token_urlsafe(64)
        self._tokens[access] = Token(account, client_id, self._monotonic() + seconds)
        grant: dict[str, str | int] = {
            "access_token": access, "scope": "useraccount", "token_type": "Bearer", "expires_in": seconds,
        }  # fmt: skip
        if renewable:
            renewal = renewal or secrets.token_urlsafe(64)
            self._renewals[renewal] = Token(account, client_id, float("inf"))
            grant["refresh_token"] = renewal
        return Answer(200, orjson.dumps(grant), {"Content-Type": JSON_TYPE, "Cache-Control": "no-store"})


def _denied(why: str) -> Answer:
    return Answer(401, orjson.dumps({"error": why, "error_description": why}), {"Content-Type": JSON_TYPE})
