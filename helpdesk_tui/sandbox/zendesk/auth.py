"""Who is calling: API token over Basic, or an OAuth bearer token; and the grants that give such tokens."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from hashlib import sha256

from helpdesk_tui.sandbox.zendesk.account import ANONYMOUS, Account, Call, Caller, Json, Reply, Token, caller_role
from helpdesk_tui.sandbox.zendesk.errors import Refusal, dead_token


def sign_in(account: Account, header: str) -> Caller:
    """The caller named by an Authorization header; ANONYMOUS for none or a wrong one. Raises Refusal (401) for a dead
    bearer token."""
    kind, _, value = header.partition(" ")
    if kind.lower() == "basic":
        return _basic(account, value)
    if kind.lower() == "bearer":
        token = account.tokens.get(value.strip())
        if token is None or token.ends <= account.now:
            raise dead_token()
        return token.caller
    return ANONYMOUS


def _basic(account: Account, value: str) -> Caller:
    try:
        user, _, secret = b64decode(value, validate=True).decode().partition(":")
    except (BadBase64, UnicodeDecodeError):
        return ANONYMOUS
    login, _, kind = user.rpartition("/")
    if kind != "token" or not account.settings.token_sign_in:
        return ANONYMOUS
    for credential in account.credentials:
        person = account.world.people.get(credential.uid)
        names = {credential.login.lower(), person.email.lower() if person else ""}
        if login.lower() in names and secret and secret == credential.token:
            return Caller(credential.uid, caller_role(credential))
    return ANONYMOUS


def grant(call: Call) -> Json | Reply:
    """POST /oauth/tokens: client credentials and refresh tokens. A refresh ends the pair it was made from."""
    account, body = call.account, call.body
    kind = str(body.get("grant_type", ""))
    client, secret = str(body.get("client_id", "")), str(body.get("client_secret", ""))
    credential = next((c for c in account.credentials if c.client_id and c.client_id == client), None)
    if credential is None or secret != credential.client_secret:
        raise _oauth_error(401, "invalid_client", "Client authentication failed due to unknown client or wrong secret.")
    caller = Caller(credential.uid, caller_role(credential))
    scope = str(body.get("scope") or "read write")
    if any(part.split(":")[-1] not in ("read", "write") for part in scope.split()):
        raise _oauth_error(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.")
    if kind == "refresh_token":
        old = account.refreshes.pop(str(body.get("refresh_token", "")), None)
        if old is None or old.client != client or old.refresh_ends <= account.now:
            raise _oauth_error(400, "invalid_grant", "The provided refresh token is invalid, expired or revoked.")
        account.tokens.pop(old.access, None)
        caller, scope = old.caller, old.scope
    elif kind != "client_credentials":
        raise _oauth_error(400, "unsupported_grant_type", "The authorization grant type is not supported.")
    return _issue(call, client, caller, scope)


def _issue(call: Call, client: str, caller: Caller, scope: str) -> Json:
    account = call.account
    life = _between(call.body.get("expires_in"), account.settings.token_life, 300, 172_800)
    refresh_life = _between(
        call.body.get("refresh_token_expires_in"), account.settings.refresh_life, 604_800, 7_776_000
    )
    serial = f"{account.world.seed}:{client}:{account.serial()}"
    access, refresh = (sha256(f"{kind}:{serial}".encode()).hexdigest() for kind in ("access", "refresh"))
    token = Token(access, refresh, client, caller, scope, account.now + life, account.now + refresh_life)
    account.tokens[access] = token
    account.refreshes[refresh] = token
    return {
        "access_token": access,
        "refresh_token": refresh,
        "token_type": "bearer",
        "scope": scope,
        "expires_in": life,
        "refresh_token_expires_in": refresh_life,
    }


def _between(wanted: object, default: int, least: int, most: int) -> int:
    return min(most, max(least, wanted)) if isinstance(wanted, int) and not isinstance(wanted, bool) else default


def _oauth_error(status: int, code: str, words: str) -> Refusal:
    return Refusal(status, {"error": code, "error_description": words})
