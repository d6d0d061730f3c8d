"""What the screen for editing an issue has: which fields, and which priorities."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from helpdesk_tui.adapters.jira.profile import Profile, read
from helpdesk_tui.adapters.jira.site import Site
from helpdesk_tui.adapters.jira.wire import FieldMeta, Named
from helpdesk_tui.errors import Garbled


class Screens:
    """Asks for the screens of issues."""

    def __init__(self, site: Site, profile: Profile) -> None:
        self._site, self._profile = site, profile

    async def edit(self, key: str) -> dict[str, FieldMeta]:
        """The fields of an issue that this account can edit now, by identifier."""
        return fields_of(await self._site.get(f"issue/{key}/editmeta"))

    async def priorities(self, key: str) -> list[Named]:
        """The priorities that an issue may have; those of the site where its screen has none."""
        return await self.among((await self.edit(key)).get("priority"))

    async def among(self, meta: FieldMeta | None) -> list[Named]:
        """The priorities a field may have, in the site's order of rank."""
        if meta is not None and meta.allowed:
            return read(Named, list(meta.allowed))
        return read(Named, await self._site.get("priority"))


def fields_of(data: Any) -> dict[str, FieldMeta]:
    """The fields of an answer that describes a screen. Raises Garbled."""
    fields = data.get("fields") if isinstance(data, dict) else None
    if not isinstance(fields, dict):
        raise Garbled("the site does not say what can be edited")
    try:
        return {fid: FieldMeta.model_validate(meta) for fid, meta in fields.items()}
    except ValidationError:
        raise Garbled("the site describes a field in a way that cannot be read") from None
