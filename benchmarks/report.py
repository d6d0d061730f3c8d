"""What a row of the table of budgets came to, as one line of JSON."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Result:
    """One row: what was measured `at` which size, ours beside the floor, the bound in words, and whether it is kept.

    `ratio` is None where the bound is an absolute number; `floor` is then there for comparison only.
    """

    row: str
    at: str
    unit: str
    ours: float
    floor: float | None
    bound: str
    ok: bool
    ratio: float | None = None
    more: Mapping[str, object] = field(default_factory=dict)

    def line(self) -> str:
        """One line of JSON, with the time (UTC) and how busy the machine was."""
        plain = {
            "row": self.row, "at": self.at, "ours": _short(self.ours), "floor": _short(self.floor),
            "ratio": _short(self.ratio), "bound": self.bound, "ok": self.ok, "unit": self.unit, **_tidy(self.more),
            "load": round(os.getloadavg()[0], 1), "when": datetime.now(UTC).isoformat(timespec="seconds"),
        }  # fmt: skip
        return json.dumps(plain, ensure_ascii=False)


def share(values: Sequence[float], part: float) -> float:
    """The value below which `part` (0 to 1) of the values lie; nan of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def median(values: Sequence[float]) -> float:
    """The middle one; nan of none."""
    return statistics.median(values) if values else float("nan")


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _tidy(more: Mapping[str, object]) -> dict[str, object]:
    return {name: _tidied(value) for name, value in more.items()}


def _tidied(value: object) -> object:
    if isinstance(value, float):
        return _short(value)
    if isinstance(value, Mapping):
        return _tidy(value)
    if isinstance(value, list | tuple):
        return [_tidied(each) for each in value]
    return value
