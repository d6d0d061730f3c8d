"""Addresses and the connection pool of a source."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Any

import httpcore
import httpx

from helpdesk_tui import __version__
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.config.checks import LOOPBACK
from helpdesk_tui.errors import ConfigError

httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = 1 << 20
"""Bytes taken from a connection at once: in portions of 64 KB a large page is handed up through five layers twenty
times."""
_HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+")


class _NoCookies(CookieJar):
    """A jar that takes none. A policy that refuses each would have every answer searched for them."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Leave them where they are."""


def address(url: str, name: str) -> httpx.URL:
    """A base address. It ends in a slash, so that paths are put under it."""
    try:
        base = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        base = httpx.URL("")
    if base.scheme not in ("http", "https") or not _HOST.fullmatch(base.host) or base.userinfo or base.query:
        raise ConfigError(
            "the address must look like https://host.example, without user name or question mark",
            key=f"sources.{name}.url",
        )
    path = base.path if base.path.endswith("/") else base.path + "/"
    return base.copy_with(path=path, fragment=None)


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port: what has to be equal before a sign-in is sent."""
    return url.scheme, url.host, url.port or {"https": 443}.get(url.scheme, 80)


def client(
    base: httpx.URL, source: SourceConfig, transport: httpx.AsyncBaseTransport | None, headers: Mapping[str, str]
) -> httpx.AsyncClient:
    """A pool that keeps no cookies and follows no redirects. Raises ConfigError for a `ca_file` that cannot be read."""
    verify: ssl.SSLContext | bool = True
    ca_file = source.options.get("ca_file")
    if base.scheme != "https" or transport is not None:
        verify = False  # nothing to verify; loading the certificates costs tens of milliseconds
    elif isinstance(ca_file, str) and ca_file:
        try:
            verify = ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError):
            raise ConfigError(
                f"cannot read certificates from {ca_file}", key=f"sources.{source.name}.options.ca_file"
            ) from None
    return httpx.AsyncClient(
        base_url=base,
        transport=transport,
        verify=verify,
        follow_redirects=False,
        trust_env=base.host not in LOOPBACK,
        cookies=_NoCookies(),
        timeout=httpx.Timeout(75.0, connect=15.0, pool=60.0),
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=60),
        headers={
            "User-Agent": f"helpdesk-tui/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            **headers,
        },
    )
