"""The sandbox's Zendesk: the Support API over the generated company."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette

from helpdesk_tui.sandbox.model import Credential, World
from helpdesk_tui.sandbox.zendesk.server import build
from helpdesk_tui.sandbox.zendesk.settings import Settings

__all__ = ["Settings", "application"]


def application(world: World, credentials: Iterable[Credential], settings: Settings | None = None) -> Starlette:
    """An ASGI application that answers as a Zendesk account over `world`'s desk does. `credentials` may sign in; with
    `client_id` and `client_secret` also over OAuth."""
    return build(world, tuple(credentials), settings or Settings())
