"""Text to Atlassian documents and back, the plain way: enough for what people and clients write into the sandbox."""

from __future__ import annotations

import html
from collections.abc import Iterator

_BLOCKS = frozenset(
    {
        "paragraph",
        "heading",
        "codeBlock",
        "blockquote",
        "listItem",
        "taskItem",
        "panel",
        "tableRow",
        "rule",
        "mediaSingle",
    }
)


def document(text: str) -> dict[str, object]:
    """A document with one paragraph a line; an empty line is a paragraph without content."""
    return {"type": "doc", "version": 1, "content": [_paragraph(line) for line in text.split("\n")]}


def _paragraph(line: str) -> dict[str, object]:
    if not line:
        return {"type": "paragraph", "content": []}
    return {"type": "paragraph", "content": [{"type": "text", "text": line}]}


def valid(value: object) -> bool:
    """Whether a client's body is a document at all, with no empty text in it."""
    if not isinstance(value, dict) or value.get("type") != "doc" or value.get("version") != 1:
        return False
    return isinstance(value.get("content"), list) and all(_sound(node) for node in value["content"])


def _sound(node: object) -> bool:
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        return False
    if node["type"] == "text":
        return isinstance(node.get("text"), str) and bool(node["text"])
    return all(_sound(child) for child in node.get("content") or [])


def plain(value: object) -> str:
    """The words of a document, a line for each block."""
    return "".join(_walk(value)).strip("\n")


def _walk(node: object) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    given = node.get("attrs")
    attrs = given if isinstance(given, dict) else {}
    kind = node.get("type")
    if kind == "text":
        yield str(node.get("text", ""))
    elif kind == "hardBreak":
        yield "\n"
    elif kind in ("mention", "status", "emoji"):
        yield str(attrs.get("text") or attrs.get("shortName") or "")
    elif kind == "inlineCard":
        yield str(attrs.get("url", ""))
    for child in node.get("content") or []:
        yield from _walk(child)
    if kind in _BLOCKS:
        yield "\n"


def rendered(text: str) -> str:
    """The HTML that `renderedFields` and `renderedBody` show."""
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
