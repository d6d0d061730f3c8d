"""Text becomes something to draw in one place only, and no widget of Textual's is given a text that is not ours."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "helpdesk_tui"
SOURCES = sorted([*(ROOT / "widgets").glob("*.py"), *(ROOT / "screens").glob("*.py"), ROOT / "app.py"])
TEXT_TAKERS = {
    "Static", "Label", "Button", "Input", "TextArea", "DataTable", "OptionList", "Option", "Tree", "Select", "Markdown",
    "RichLog", "Log", "Header", "Footer", "notify", "add_row", "add_column", "add_option", "write_line", "update",
    "from_markup", "escape", "Text", "Content",
}  # fmt: skip
ASSIGNED = {"border_title", "border_subtitle", "tooltip", "sub_title", "title"}


def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found.append((name, node))
    return found


def ours(tree: ast.AST) -> set[str]:
    """Names that a file takes from the house or defines itself: an `Option` of ours is not Textual's."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpdesk_tui."):
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def offences(source: str) -> list[str]:
    tree = ast.parse(source)
    found = []
    own = ours(tree)
    for name, call in calls(tree):
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        texts = [value for value in given if not isinstance(value, ast.Constant)]
        on_set = name == "update" and isinstance(call.func, ast.Attribute)
        house = isinstance(call.func, ast.Name) and name in own and name not in ("Run", "Segment")
        if name in TEXT_TAKERS and texts and not on_set and not house:
            found.append(f"{name} at line {call.lineno}")
        if name in ("Run", "Segment") and isinstance(call.func, ast.Name):
            found.append(f"{name} at line {call.lineno}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant):
            names = [target.attr for target in node.targets if isinstance(target, ast.Attribute)]
            found += [f"{name} at line {node.lineno}" for name in names if name in ASSIGNED]
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_text_is_made_in_one_place(path: Path) -> None:
    wanted = {"text": ("Run", "Segment"), "app": ("Segment",), "painter": ("Segment",)}.get(path.stem, ())
    assert [line for line in offences(path.read_text()) if not line.startswith(wanted or "-")] == []


@pytest.mark.parametrize(
    "source",
    ["Static(title)", "self.notify(f'{x} done')", "widget.border_title = name", "Run(row.title, '')", "Text(x)"],
)
def test_the_test_can_fail(source: str) -> None:
    assert offences(source)
