"""The rules of the house that no linter knows: names, sizes, words about modules, and what is loaded where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "helpdesk_tui"
SOURCES = sorted(
    path for name in ("helpdesk_tui", "tests", "benchmarks", "docs") for path in (ROOT / name).rglob("*.py")
)
LINKS = ("screens", "adapters", "data")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
LONGEST_ROOT = 250
"""Lines of `app.py`: it puts the screens together and does nothing else."""

HEAVY = ("sqlmodel", "sqlalchemy", "alembic", "httpx", "apscheduler", "structlog", "pydantic", "typer")
"""What the way to the first frame does without."""

LOAD_ALL = """
import importlib, pkgutil, sys
import helpdesk_tui
for found in pkgutil.walk_packages(helpdesk_tui.__path__, "helpdesk_tui."):
    if not found.name.endswith(("__main__", "migrations.env")):
        importlib.import_module(found.name)
package, links = helpdesk_tui.__path__[0], {links!r}
for name, module in sorted(sys.modules.items()):
    path = getattr(module, "__file__", None) or ""
    if name.partition(".")[0] != "helpdesk_tui" and path.startswith((package, *links)):
        print(name)
print(sum(name.startswith("helpdesk_tui.") for name in sys.modules))
"""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a source file found."""

    lines: int
    told: bool
    """Whether it says what it is for."""
    long: list[str]
    """Functions longer than agreed."""
    imports: list[str]


@cache
def look(path: Path) -> Look:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, name_of(path))
    found = Look(len(text.splitlines()), bool(ast.get_docstring(tree)), [], [])
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_FUNCTION:
                found.long.append(f"{node.name} has {length} lines")
        elif isinstance(node, ast.Import):
            found.imports.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.imports.append(node.module)
    return found


def loaded(code: str) -> list[str]:
    """The lines that code prints in a fresh interpreter, in the root of the project."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_files_stay_short() -> None:
    lengths = {name_of(path): look(path).lines for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_the_composition_root_stays_short() -> None:
    assert look(PACKAGE / "app.py").lines <= LONGEST_ROOT


def test_functions_stay_short() -> None:
    assert [f"{name_of(path)}: {fault}" for path in SOURCES for fault in look(path).long] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [name_of(path) for path in SOURCES if not look(path).told] == []


def test_the_links_in_the_root_lead_to_the_packages_of_the_same_name() -> None:
    for name in LINKS:
        assert (ROOT / name).is_symlink(), name
        assert (ROOT / name).readlink() == Path("helpdesk_tui", name)


def parts() -> set[str]:
    """What lies in the package's root and takes part in the layers: all but the faces and the sandbox."""
    found = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    return {f"{PACKAGE.name}.{name}" for name in found - {"__init__", "__main__", "sandbox"}}


def test_every_part_of_the_package_stands_in_the_layers_and_away_from_the_sandbox() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    lines = (line for contract in contracts if contract["type"] == "layers" for line in contract["layers"])
    assert parts() - {name.strip() for line in lines for name in line.split("|")} == set()
    (apart,) = (each for each in contracts if each.get("source_modules") == [f"{PACKAGE.name}.sandbox"])
    assert parts() ^ set(apart["forbidden_modules"]) == set()


def test_no_module_of_ours_is_loaded_under_a_bare_name() -> None:
    *bare, count = loaded(LOAD_ALL.replace("{links!r}", repr([str(ROOT / name) for name in LINKS])))
    assert bare == []
    assert int(count) > 200


def test_no_module_of_ours_is_imported_under_a_bare_name() -> None:
    ours = {path.stem if path.suffix else path.name for path in PACKAGE.iterdir()} - sys.stdlib_module_names
    names = ((path, name) for path in SOURCES for name in look(path).imports)
    wrong = [f"{name_of(path)}: {name}" for path, name in names if name.partition(".")[0] in ours]
    assert wrong == []


@pytest.mark.parametrize(
    ("modules", "without"),
    [
        ("__main__ commands.desk app desk.desk screens.queue", (*HEAVY, "uvicorn")),
        ("commands.sync sync.serve sync.once adapters.registry", ("textual", "typer", "uvicorn")),
        ("commands.tickets desk.desk", ("textual", "rich", "httpx", "apscheduler", "uvicorn")),
        ("__main__", (*HEAVY, "textual", "rich", "sqlite3", "asyncio")),
    ],
    ids=["screen", "sync", "headless", "start"],
)
def test_nobody_loads_what_is_not_theirs(modules: str, without: tuple[str, ...]) -> None:
    names = ", ".join(f"helpdesk_tui.{name}" for name in modules.split())
    assert loaded(f"import sys, {names}\nfor name in {without!r}:\n    if name in sys.modules: print(name)") == []


@cache
def committed() -> tuple[Path, ...]:
    """The files that git knows and that are text."""
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("NOT CHECKED: there is no git")
    if done.returncode:
        pytest.skip("NOT CHECKED: this is no checkout")
    paths = [ROOT / name for name in done.stdout.split("\0") if name]
    return tuple(path for path in paths if path.is_file() and not path.is_symlink() and path != Path(__file__))


FOREIGN = re.compile(
    r"(?<![\w/.])/(?:work|root|opt)/|(?<![\w/.])/tmp/(?!try\b)|file:///(?!etc)|--?(?:extra-)?index-url|find-links"
    r"|\bpypi\.|pythonhosted|registry\.npmjs"
)
"""Places of one machine and addresses of package registries. `/tmp/try` is the user guide's."""


def test_no_file_names_a_place_of_this_machine_or_a_registry() -> None:
    found = []
    for path in committed():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if FOREIGN.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:100]}")
    assert found == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("cd /work/here", True),
        ("open('/tmp/x')", True),
        ("--index-url https://x", True),
        ("https://pypi.org/simple", True),
        ("--config-to /tmp/try &", False),
        ("/var/tmp/x", False),
        ("https://x.example/work/it", False),
        ("registry.make(source)", False),
    ],
)
def test_the_look_for_places_can_fail(line: str, wrong: bool) -> None:
    assert bool(FOREIGN.search(line)) is wrong
