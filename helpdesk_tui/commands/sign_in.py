"""Signing in to a platform to see how it goes, and the words for what was found."""

from __future__ import annotations

from helpdesk_tui.adapters.base import SignIn
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.secrets import SourceSecret


async def check(source: SourceConfig, secret: SourceSecret) -> SignIn:
    """Sign in to one source and let go again. Raises PlatformError, SecretError."""
    from helpdesk_tui import clock
    from helpdesk_tui.adapters import registry

    adapter = registry.make(source, secret, now=clock.now)
    try:
        return await adapter.check()
    finally:
        await adapter.close()


def who_is(signed_in: SignIn) -> str:
    """Name and role of an account; platforms that tell no role are not given an empty one."""
    name = signed_in.name or signed_in.account
    return f"{name} ({signed_in.role})" if signed_in.role else name


def sight(what: str) -> str:
    """What an account sees, whether the platform's adapter words it as a thing (`incident`) or as a count."""
    return what if what[:1].isdigit() else f"sees {what}"
