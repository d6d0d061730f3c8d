"""What a process has cost so far, and what the machine is."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and all its threads."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        days, _, clock = _ps(pid, "time").rpartition("-")
        parts = [float(part) for part in clock.split(":")]
        return int(days or 0) * 86_400 + float(sum(value * 60.0**place for place, value in enumerate(reversed(parts))))
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


def resident_mb(pid: int) -> float:
    """Memory of a process that is in use right now, shared pages included."""
    try:
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except FileNotFoundError:
        return int(_ps(pid, "rss")) / 1024
    return int(found.group(1)) / 1024 if found else 0.0


def _ps(pid: int, column: str) -> str:
    done = subprocess.run(["ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def count_nice() -> None:
    """Make the nice value of this process count for its session: where the kernel shares the processor out by sessions
    (autogroup), it would count among the session's own processes only. Somebody else's session is left alone."""
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(os.nice(0)))


def machine() -> dict[str, object]:
    """What was measured on, without naming the host."""
    model = ""
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        model = found.group(1) if found else ""
    except FileNotFoundError:
        pass
    return {
        "row": "machine",
        "system": f"{platform.system()} {platform.machine()}",
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "textual": version("textual"),
        "load": [round(load, 1) for load in os.getloadavg()],
    }
