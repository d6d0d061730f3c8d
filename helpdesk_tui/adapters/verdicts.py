"""What a failure means: HTTP statuses and broken connections as the errors the rest of the program knows."""

from __future__ import annotations

import ssl

import httpx

from helpdesk_tui.errors import AuthFailed, Garbled, PlatformError, Refused, Throttled, Unreachable


def verdict(status: int, said: str, pause: float | None) -> PlatformError:
    """What a status that was not asked for means."""
    told = f"{status} {said}" if said else str(status)
    if status == 401:
        return AuthFailed(f"the sign-in was refused: {told}", status=status)
    if status == 429 or (status == 503 and pause is not None):
        return Throttled(f"the platform asks to wait: {told}", retry_after=pause, status=status)
    if status in (202, 407, 408, 425) or status >= 500:
        return Unreachable(f"the platform did not answer the request: {told}", status=status)
    if status < 400:
        return Garbled(f"an answer that was not expected: {told}", status=status)
    return Refused(f"refused: {told}", status=status)


def reason(error: Exception, host: str) -> str:
    """What went wrong on the way, in one line."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"{host}: its certificate is not trusted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return f"{host}: no secure connection ({cause.reason or 'TLS failed'})"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return f"{host}: no connection in time"
    if isinstance(error, httpx.TimeoutException):
        return f"{host}: no answer in time"
    if isinstance(error, httpx.ProxyError):
        return f"{host}: the proxy refused the connection"
    if isinstance(error, httpx.ConnectError):
        return f"{host}: no connection ({str(error) or 'failed'})"
    return f"{host}: the connection broke before the answer was complete"
