"""Adapters by name. Ours stand in a table; others' are looked up in the entry points, and only when a source names
one."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from helpdesk_tui.adapters.base import Adapter, Secret
from helpdesk_tui.clock import Now
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.config.checks import ADAPTER_GROUP
from helpdesk_tui.errors import ConfigError

if TYPE_CHECKING:
    import httpx

GROUP = ADAPTER_GROUP

OURS = {
    "servicenow": "helpdesk_tui.adapters.servicenow.adapter:ServiceNow",
    "jira": "helpdesk_tui.adapters.jira.adapter:Jira",
    "zendesk": "helpdesk_tui.adapters.zendesk.adapter:Zendesk",
}
"""Platform name to the module and class of its adapter, imported when it is needed."""


def make(
    source: SourceConfig, secret: Secret, *, now: Now, transport: httpx.AsyncBaseTransport | None = None
) -> Adapter:
    """The adapter of a source; nothing is sent yet. Raises ConfigError for a platform or a setting it does not know.

    `transport` takes the place of the network. It is handed on only when given, so that an adapter of others need not
    know it.
    """
    chosen = find(source.platform, source.name)
    extra = {} if transport is None else {"transport": transport}
    return chosen(source, secret, now=now, **extra)


def find(platform: str, source: str) -> type[Adapter]:
    """The adapter class of a platform. Raises ConfigError naming the nearest platform that is known."""
    path = OURS.get(platform)
    if path is not None:
        module, _, name = path.partition(":")
        return _checked(getattr(import_module(module), name), platform, source)
    others = entry_points(group=GROUP)
    for point in others:
        if point.name == platform:
            try:
                found: object = point.load()
            except Exception as error:  # a stranger's module may fail in any way while it is imported
                raise ConfigError(
                    f"the adapter “{platform}” cannot be loaded: {error}", key=f"sources.{source}.platform"
                ) from error
            return _checked(found, platform, source)
    known = sorted({*OURS, *others.names})
    near = get_close_matches(platform.lower(), known, n=1)
    mend = f"did you mean “{near[0]}”?" if near else f"known are {', '.join(known)}"
    raise ConfigError(f"no adapter for “{platform}”; {mend}", key=f"sources.{source}.platform")


def _checked(found: object, platform: str, source: str) -> type[Adapter]:
    if isinstance(found, type) and issubclass(found, Adapter):
        return found
    raise ConfigError(f"the adapter “{platform}” is not an Adapter class", key=f"sources.{source}.platform")
