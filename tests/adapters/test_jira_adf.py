"""Documents to text: what is known reads well, what is not known loses no words, and nothing at all breaks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk_tui.adapters.jira.adf import MAX_TEXT, to_text


def text(words: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": list(marks)}


def node(kind: str, *content: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attrs, "content": list(content)}


def para(words: str) -> dict[str, Any]:
    return node("paragraph", text(words))


def doc(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(content)}


LINK = {"type": "link", "attrs": {"href": "https://evil.example"}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, ""),
        ("h1. wiki {code}x{code}", "h1. wiki {code}x{code}"),
        (doc(), ""),
        (doc(para("one"), para("two")), "one\n\ntwo"),
        (doc(node("paragraph", text("a"), {"type": "hardBreak"}, text("b"))), "a\nb"),
        (doc(node("heading", text("Steps"), level=2), para("x")), "Steps\n\nx"),
        (doc(node("bulletList", node("listItem", para("a")), node("listItem", para("b")))), "- a\n- b"),
        (doc(node("orderedList", node("listItem", para("a")), node("listItem", para("b")), order=3)), "3. a\n4. b"),
        (
            doc(node("bulletList", node("listItem", para("a"), node("bulletList", node("listItem", para("deep")))))),
            "- a\n  - deep",
        ),
        (
            doc(
                node(
                    "taskList",
                    node("taskItem", text("done"), state="DONE"),
                    node("taskItem", text("left"), state="TODO"),
                )
            ),
            "[x] done\n[ ] left",
        ),
        (doc(node("blockquote", para("said"))), "> said"),
        (doc(node("codeBlock", text("a = 1\nb = 2"), language="python")), "a = 1\nb = 2"),
        (doc(para("a"), node("rule"), para("b")), "a\n\n---\nb"),
        (doc(node("panel", para("mind"), panelType="warning")), "mind"),
        (doc(node("expand", para("inside"), title="More")), "More\ninside"),
        (doc(node("table", node("tableRow", node("tableHeader", para("h")), node("tableCell", para("c"))))), "h | c"),
        (doc(node("paragraph", node("mention", id="a1", text="@Emma"), text(" look"))), "@Emma look"),
        (doc(node("paragraph", node("mention", id="a1"))), "@a1"),
        (doc(node("paragraph", node("emoji", shortName=":smile:", text="😄"))), "😄"),
        (doc(node("paragraph", node("date", timestamp="1790000000000"))), "2026-09-21"),
        (doc(node("paragraph", node("status", text="LATE", color="red"))), "LATE"),
        (doc(node("paragraph", node("inlineCard", url="https://x.example/1"))), "https://x.example/1"),
        (doc(node("mediaSingle", node("media", id="1", type="file", alt="shot.png"))), "[shot.png]"),
        (doc(node("mediaSingle", node("media", id="1", type="file"))), "[attachment]"),
        (doc(node("paragraph", text("https://bank.example", LINK))), "https://bank.example <https://evil.example>"),
        (doc(node("paragraph", text("https://evil.example", LINK))), "https://evil.example"),
        (doc(node("newThing", para("kept"))), "kept"),
        (doc({"type": ["odd"], "content": "odd"}), ""),
        (42, ""),
        ([para("x")], ""),
    ],
)
def test_documents_read_as_people_would(document: Any, expected: str) -> None:
    assert to_text(document) == expected


def kinds(schema: dict[str, Any]) -> set[str]:
    """Every type of node that the official schema knows."""
    found: set[str] = set()
    for definition in schema["definitions"].values():
        enum = definition.get("properties", {}).get("type", {}).get("enum", [])
        found |= {kind for kind in enum if "content" in definition.get("properties", {})}
    return found - {"doc"}


def test_no_kind_of_node_in_the_official_schema_loses_its_words(reference: Path) -> None:
    schema = json.loads((reference / "jira" / "openapi" / "adf-full-schema.57.7.22.json").read_text())
    assert len(kinds(schema)) > 15
    for kind in kinds(schema):
        assert "needle" in to_text(doc(node(kind, para("needle")))), kind
        assert "needle" in to_text(doc(node(kind, text("needle")))), kind


def test_depth_and_length_are_bounded() -> None:
    deep = para("bottom")
    for _ in range(5000):
        deep = node("blockquote", deep)
    assert "bottom" not in to_text(doc(deep))
    assert "…" in to_text(doc(deep))
    assert len(to_text(doc(*[para("x" * 1000)] * 1000))) <= MAX_TEXT + 2
    assert len(to_text("x" * (MAX_TEXT + 5))) == MAX_TEXT


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
names = st.sampled_from(
    ["type", "text", "attrs", "content", "marks", "order", "timestamp", "state", "href", "title", "url"]
)
words = st.sampled_from(
    ["doc", "text", "paragraph", "bulletList", "orderedList", "taskList", "table", "tableRow", "date", "mention",
     "media", "blockquote", "expand", "link", "hardBreak", "panel"]
)  # fmt: skip
anything = st.recursive(
    scalars | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner | words, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_anything_at_all_gives_text(value: Any) -> None:
    assert isinstance(to_text(value), str)
    assert isinstance(to_text({"type": "doc", "content": [value]}), str)


@given(st.lists(st.text(alphabet="ab c", min_size=1).filter(str.strip), min_size=1, max_size=6))
def test_paragraphs_keep_their_words_in_order(lines: list[str]) -> None:
    assert to_text(doc(*map(para, lines))).split("\n\n") == lines
