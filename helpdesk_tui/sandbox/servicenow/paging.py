"""Headers of a list: how many rows there are before access rules, and where the other pages lie."""

from __future__ import annotations

from urllib.parse import quote

from helpdesk_tui.sandbox.servicenow.wire import Call

DEFAULT_LIMIT = 10_000


def limit(call: Call) -> int:
    """`sysparm_limit`, the default where it is none or makes no sense."""
    text = call.get("sysparm_limit")
    return int(text) if text.isascii() and text.isdigit() else DEFAULT_LIMIT


def offset(call: Call) -> int:
    """`sysparm_offset`, 0 where it is none, negative or makes no sense."""
    text = call.get("sysparm_offset")
    return int(text) if text.isascii() and text.isdigit() else 0


def links(call: Call, total: int | None, size: int, start: int) -> str:
    """The `Link` header; "" where everything fits one page. Without a total there is no last page.

    `prev` on the first page leads to offset -1, as the platform has it.
    """
    if size <= 0 or (total is not None and total <= size and not start):
        return ""
    query = "&".join(
        f"{name}={quote(value, safe='/:@!$()*,;?')}"
        for name, value in call.params
        if name not in {"sysparm_limit", "sysparm_offset"}
    )
    base = f"{call.origin}{call.path}?{query}{'&' if query else ''}sysparm_limit={size}&sysparm_offset="
    relations = [("first", 0), ("prev", max(start - size, 0) if start else -1)]
    if total is None or start + size < total:
        relations.append(("next", start + size))
    if total is not None:
        relations.append(("last", max(total - 1, 0) // size * size))
    return ",".join(f'<{base}{place}>;rel="{name}"' for name, place in relations)
