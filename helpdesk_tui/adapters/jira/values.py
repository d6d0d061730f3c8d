"""Values of fields between the text of a change and Jira's JSON, by the schema of the field.

A list is its items a line each. What is chosen from a list (an option, a resolution, a version …) is known by its name,
a person by the identifier, a group by its groupId where there is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from pydantic import ValidationError

from helpdesk_tui.adapters.jira import adf
from helpdesk_tui.adapters.jira.site import Site
from helpdesk_tui.adapters.jira.tickets import group_value
from helpdesk_tui.adapters.jira.wire import FieldInfo, FieldSchema, User
from helpdesk_tui.domain.changes import items
from helpdesk_tui.errors import Garbled, Refused

_NAMED = frozenset({"resolution", "priority", "version", "component", "issuetype", "securitylevel"})
_PLAIN = frozenset({"string", "date", "datetime", "any", "team"})
_DOCUMENTS = frozenset({"description", "environment"})
_DOCUMENT = "com.atlassian.jira.plugin.system.customfieldtypes:textarea"
_KNOWN = _NAMED | _PLAIN | {"number", "option", "user", "group"}


def to_text(value: Any) -> str:
    """The value of a field as text; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "\n".join(filter(None, map(to_text, value)))
    return _object(value) if isinstance(value, dict) else str(value)


def _object(value: dict[str, Any]) -> str:
    if value.get("type") == "doc":
        return adf.to_text(value)
    if "displayName" in value or "accountId" in value:
        return _ident(value)
    if "value" in value:
        child = value.get("child")
        below = child.get("value") if isinstance(child, dict) else None
        return f"{value['value']} / {below}" if below else str(value["value"] or "")
    return str(value.get("groupId") or value.get("name") or value.get("key") or value.get("id") or "")


def _ident(value: dict[str, Any]) -> str:
    try:
        return User.model_validate(value).ident
    except ValidationError:
        return ""


def word_of(value: Any) -> str:
    """What people call a value that may be chosen."""
    if isinstance(value, dict):
        told = value.get("displayName") or value.get("name") or value.get("value")
        return str(told or to_text(value))
    return to_text(value)


def can_write(shape: FieldSchema) -> bool:
    """Whether text can be made a value of such a field."""
    return shape.items in _KNOWN if shape.type == "array" else shape.type in _KNOWN


def named(fields: Iterable[FieldInfo], name: str) -> FieldInfo | None:
    """The field that is meant by its identifier, or by its name where only one field goes by it."""
    known = list(fields)
    exact = [one for one in known if one.id == name]
    called = [one for one in known if one.name.casefold() == name.casefold()]
    found = exact or called
    return found[0] if len(found) == 1 else None


class Values:
    """Makes values to be sent. Data Center names people by login where their identifier is a key: it is asked for, and
    remembered."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._logins: dict[str, str] = {}

    async def person(self, ident: str) -> dict[str, str | None]:
        """Somebody, or nobody for "", as the body of an assignment or the value of a field."""
        if self._site.cloud:
            return {"accountId": ident or None}
        return {"name": await self._login(ident) if ident else None}

    async def _login(self, key: str) -> str:
        if key not in self._logins:
            try:
                data = await self._site.get("user", {"key": key}, kind="users")
            except Refused as error:
                if error.status != 404:
                    raise
                data = await self._site.get("user", {"username": key}, kind="users")
            try:
                self._logins[key] = User.model_validate(data).name
            except ValidationError:
                raise Garbled("the site does not say who somebody is") from None
        return self._logins[key]

    async def value(self, name: str, shape: FieldSchema, text: str) -> Any:
        """Text as the value of a field. Raises Refused for a kind of field that text cannot be made a value of."""
        if not can_write(shape):
            raise Refused(f"the field {name} cannot be written from here")
        if shape.type == "array":
            return [await self._one(name, shape.items, shape, item) for item in items(text)]
        return await self._one(name, shape.type, shape, text) if text else None

    async def _one(self, name: str, kind: str, shape: FieldSchema, text: str) -> Any:
        if kind in _NAMED:
            return {"name": text}
        if kind == "option":
            return {"value": text}
        if kind == "user":
            return await self.person(text)
        if kind == "group":
            return self.group(text)
        if kind == "number":
            return _number(name, text)
        if self._site.cloud and (name in _DOCUMENTS or shape.custom == _DOCUMENT):
            return adf.document(text)
        return text

    def group(self, key: str) -> dict[str, str]:
        """A group as a value."""
        return {"groupId": key} if self._site.cloud else {"name": key}

    def group_field(self, field: FieldInfo, key: str) -> Any:
        """What plays the part of the group, as the value of its own field. Raises Refused for a kind of field that
        cannot hold one."""
        shape = field.shape
        kind = shape.items if shape.type == "array" else shape.type
        if kind == "group":
            value: Any = self.group(key)
        elif kind == "option":
            value = {"id": key}
        elif kind in _PLAIN:
            value = key
        else:
            raise Refused(f"the field {field.name}, which stands for the group, cannot be written from here")
        if shape.type == "array":
            return [value] if key else []
        return value if key else None


def _number(name: str, text: str) -> float | int:
    try:
        found = float(text)
    except ValueError:
        raise Refused(f"{name} is a number, and “{text[:40]}” is none") from None
    return int(found) if found.is_integer() else found


def choices_of(allowed: Collection[Any], source: str) -> list[tuple[str, str]]:
    """The values that may be chosen, each with its word."""
    found = []
    for one in allowed:
        if isinstance(one, dict) and "groupId" in one:
            group = group_value(source, one)
            found.append((group.key, group.name) if group else ("", ""))
        else:
            found.append((to_text(one), word_of(one)))
    return [pair for pair in found if pair[0]]
