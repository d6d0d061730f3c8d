"""Hold the built packages against the checkout, and start the program from the wheel installed elsewhere.

Run by CI after the build: `python tests/packaging.py DIST`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(dist: Path) -> None:
    """Raise or exit with the first thing that is not as it should be."""
    (wheel,) = dist.glob("*.whl")
    compare(wheel)
    with tempfile.TemporaryDirectory() as folder:
        program = install(wheel, Path(folder))
        start(program, Path(folder))


def compare(wheel: Path) -> None:
    """The wheel holds just the files of the package that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "helpdesk_tui"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    with zipfile.ZipFile(wheel) as archive:
        packed = [name for name in archive.namelist() if ".dist-info/" not in name]
    if sorted(packed) != sorted(listed):
        sys.exit(f"the wheel differs from the checkout: {sorted(set(packed) ^ set(listed))}")
    print(f"wheel: {len(packed)} files, as in the checkout")


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel with its demo extra in a fresh environment away from the checkout."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    pip: list[str | Path] = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    wanted: list[str | Path] = ["--constraint", ROOT / "constraints.txt", f"{wheel.resolve()}[demo]", "pyte"]
    subprocess.run([*pip, *wanted], check=True, cwd=folder)
    return folder / "venv" / "bin" / "helpdesk-tui"


def start(program: Path, folder: Path) -> None:
    """`--version`, `queue --json` on the demo, and the screen in a pty, each from the installed wheel."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK", "PYTHON"))}
    environment["HOME"] = str(folder)

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=180
        )
        if done.returncode:
            sys.exit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    print("version:", run("--version").strip())
    rows = json.loads(run("demo", "--tickets", "300", "--", "queue", "is:open", "--json"))
    if not rows:
        sys.exit("queue --json on the demo is empty")
    print("queue --json on the demo:", len(rows), "open tickets")
    look = ROOT / "tests" / "terminal" / "first_screen.py"
    command: list[str | Path] = [program.with_name("python"), look, program, "demo", "--tickets", "300"]
    shown = subprocess.run(command, cwd=folder, env=environment, timeout=180)
    if shown.returncode:
        sys.exit("the screen did not come up from the installed wheel")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
