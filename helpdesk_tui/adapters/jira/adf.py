"""Atlassian documents to plain text, a total function whatever is handed in, and plain text to documents.

What a document means is kept (lists, quotes, tables, code, links, mentions, dates), how it looks is not. The text is
still outside text: control characters in it are for `safe_text` to disarm. Depth and length are bounded, because a
document is written by strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

MAX_DEPTH = 60
MAX_TEXT = 200_000
"""The longest text made of one document, in characters."""
_LEAVES_A_BLANK = frozenset(
    {"paragraph", "heading", "codeBlock", "blockquote", "panel", "table", "bulletList", "orderedList"}
)
_INLINE = frozenset(
    {
        "text",
        "hardBreak",
        "mention",
        "emoji",
        "date",
        "status",
        "inlineCard",
        "mediaInline",
        "placeholder",
        "inlineExtension",
    }
)


def to_text(value: Any) -> str:
    """The words of a document, of wiki text, or of anything else a body field may hold; "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if not isinstance(value, dict):
        return ""
    lines: list[str] = []
    size = 0
    for line in _block(value, 0):
        size += len(line) + 1
        if size > MAX_TEXT:
            lines.append("…")
            break
        lines.append(line)
    return "\n".join(_squeezed(lines)).strip("\n")


def _squeezed(lines: list[str]) -> Iterator[str]:
    """No two blank lines in a row."""
    blank = True
    for line in lines:
        if line or not blank:
            yield line
        blank = not line


def _children(node: dict[str, Any]) -> list[dict[str, Any]]:
    content = node.get("content")
    return [child for child in content if isinstance(child, dict)] if isinstance(content, list) else []


def _attrs(node: dict[str, Any]) -> dict[str, Any]:
    attrs = node.get("attrs")
    return attrs if isinstance(attrs, dict) else {}


def _kind(node: dict[str, Any]) -> str:
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def _block(node: dict[str, Any], depth: int) -> Iterator[str]:
    """The lines of a block, a blank one after each that people set apart."""
    if depth > MAX_DEPTH:
        yield "…"
        return
    kind = _kind(node)
    if kind in _INLINE:
        yield from _inline([node]).split("\n")
    elif kind in ("bulletList", "orderedList", "taskList", "decisionList"):
        yield from _items(node, depth)
    elif kind == "table":
        for row in _children(node):
            if _kind(row) != "tableRow":
                yield from _block(row, depth + 1)
                continue
            yield " | ".join(" ".join(_block(cell, depth + 2)).strip() for cell in _children(row))
    elif kind in ("blockquote", "panel", "expand", "nestedExpand"):
        yield from _quoted(node, depth)
    elif kind == "rule":
        yield "---"
    elif kind in ("media", "mediaSingle", "mediaGroup", "blockCard", "embedCard", "extension", "bodiedExtension"):
        yield from _attached(node, depth)
    else:
        yield from _plain(node, depth)
    if kind in _LEAVES_A_BLANK:
        yield ""


def _plain(node: dict[str, Any], depth: int) -> Iterator[str]:
    """A paragraph, a heading, code, or a kind not known: its text, its blocks beneath it."""
    run: list[dict[str, Any]] = []
    for child in _children(node):
        if _kind(child) in _INLINE:
            run.append(child)
            continue
        if run:
            yield from _inline(run).split("\n")
            run = []
        yield from _block(child, depth + 1)
    if run:
        yield from _inline(run).split("\n")


def _items(node: dict[str, Any], depth: int) -> Iterator[str]:
    first = _attrs(node).get("order", 1)
    start = first if isinstance(first, int) and not isinstance(first, bool) else 1
    for place, item in enumerate(_children(node)):
        mark = _mark(node, item, start + place)
        if _kind(item) in ("taskList", "decisionList"):
            yield from ("  " + line for line in _block(item, depth + 1))
            continue
        whole = _kind(item) in ("listItem", "taskItem", "blockTaskItem", "decisionItem")
        lines = [line for line in (_plain if whole else _block)(item, depth + 1) if line]
        yield f"{mark} {lines[0] if lines else ''}".rstrip()
        yield from (" " * (len(mark) + 1) + line for line in lines[1:])


def _mark(node: dict[str, Any], item: dict[str, Any], number: int) -> str:
    if _kind(node) == "orderedList":
        return f"{number}."
    if _kind(item) == "taskItem":
        return "[x]" if _attrs(item).get("state") == "DONE" else "[ ]"
    return "-"


def _quoted(node: dict[str, Any], depth: int) -> Iterator[str]:
    title = _attrs(node).get("title")
    if isinstance(title, str) and title:
        yield title
    mark = "> " if _kind(node) == "blockquote" else ""
    lines = list(_plain(node, depth))
    while lines and not lines[-1]:
        lines.pop()
    yield from ((mark + line).rstrip() for line in lines)


def _attached(node: dict[str, Any], depth: int) -> Iterator[str]:
    attrs = _attrs(node)
    told = [attrs[name] for name in ("alt", "url", "text") if isinstance(attrs.get(name), str) and attrs[name]]
    if told or _kind(node) == "media":
        yield f"[{told[0] if told else 'attachment'}]"
    yield from _plain(node, depth)


def _inline(nodes: list[dict[str, Any]]) -> str:
    return "".join(_word(node) for node in nodes)


def _word(node: dict[str, Any]) -> str:
    kind, attrs = _kind(node), _attrs(node)
    if kind == "text":
        text = node.get("text")
        return _linked(text, node) if isinstance(text, str) else ""
    if kind == "hardBreak":
        return "\n"
    if kind == "date":
        return _date(attrs.get("timestamp"))
    for name in ("text", "shortName", "url", "alt"):
        told = attrs.get(name)
        if isinstance(told, str) and told:
            return told
    return f"@{attrs['id']}" if kind == "mention" and isinstance(attrs.get("id"), str) else ""


def _linked(text: str, node: dict[str, Any]) -> str:
    """A link whose words are not its address shows both: what one sees must be what one gets."""
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else []:
        href = _attrs(mark).get("href") if isinstance(mark, dict) and mark.get("type") == "link" else None
        if isinstance(href, str) and href and href != text:
            return f"{text} <{href}>"
    return text


def _date(stamp: Any) -> str:
    try:
        return datetime.fromtimestamp(int(stamp) / 1000, UTC).strftime("%Y-%m-%d")
    except (ValueError, TypeError, OverflowError, OSError):
        return ""


def document(text: str) -> dict[str, Any]:
    """Plain text as a document: a paragraph for each block between blank lines, hard breaks within."""
    blocks = [block for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip("\n")) if block.strip()]
    return {"type": "doc", "version": 1, "content": [_paragraph(block) for block in blocks]}


def _paragraph(block: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for place, line in enumerate(block.strip("\n").split("\n")):
        content += [{"type": "hardBreak"}] if place else []
        # A text node without text is not valid.
        content += [{"type": "text", "text": line}] if line else []
    return {"type": "paragraph", "content": content}
