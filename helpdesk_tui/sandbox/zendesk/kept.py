"""Records that clients made and the company has no place for: kept as they were sent, shown, changed and removed."""

from __future__ import annotations

from helpdesk_tui.sandbox.zendesk.account import Call, Handler, Json, Reply
from helpdesk_tui.sandbox.zendesk.errors import not_found
from helpdesk_tui.sandbox.zendesk.text import stamp

_FIRST = 6_716_700_000_000


def kept_rows(call: Call, kind: str) -> list[Json]:
    """All kept records of a kind, oldest first."""
    return list(call.account.kept.get(kind, {}).values())


def kept_show(call: Call, kind: str, number: int) -> Json:
    """One kept record. Raises Refusal (404)."""
    found = call.account.kept.get(kind, {}).get(number)
    if found is None:
        raise not_found()
    return found


def creator(kind: str, single: str, defaults: Json) -> Handler:
    """A handler for POST /{kind}."""

    def create(call: Call) -> Reply:
        number = _FIRST + call.account.serial() * 128 + 26
        made = defaults | call.inner(single) | {"id": number, "url": call.link(f"/{kind}/{number}")}
        made |= {"created_at": stamp(call.account.now), "updated_at": stamp(call.account.now)}
        call.account.kept.setdefault(kind, {})[number] = made
        return Reply({single: made}, 201, {"Location": str(made["url"])})

    return create


def changer(kind: str, single: str) -> Handler:
    """A handler for PUT /{kind}/{id} of kept records."""

    def change(call: Call) -> Json:
        found = kept_show(call, kind, call.numbers["id"])
        found |= {key: value for key, value in call.inner(single).items() if key not in ("id", "url", "created_at")}
        found["updated_at"] = stamp(call.account.now)
        return {single: found}

    return change


def remover(kind: str) -> Handler:
    """A handler for DELETE /{kind}/{id} of kept records."""

    def remove(call: Call) -> Reply:
        kept_show(call, kind, call.numbers["id"])
        del call.account.kept[kind][call.numbers["id"]]
        return Reply(None, 204)

    return remove
