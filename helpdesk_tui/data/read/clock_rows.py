"""Rows of `clock` as values."""

from __future__ import annotations

from typing import Any

from helpdesk_tui.domain.clocks import Clock, Metric, Stage

COLUMNS = tuple(name for name in Clock._fields if name != "left")
"""What is stored of a clock, in the order of the value's fields."""
OF_TICKET = f"SELECT {', '.join(COLUMNS)} FROM clock WHERE source = ? AND ticket = ?"
"""The rows of one ticket, in no order yet."""
METRICS = {metric.value: metric for metric in Metric}
_STAGES = {stage.value: stage for stage in Stage}


def clock_of(values: tuple[Any, ...]) -> Clock:
    """A row of `clock`, its columns those of `COLUMNS`. A metric that is not known is another, such a stage running."""
    fact = dict(zip(COLUMNS, values, strict=True))
    fact["metric"] = METRICS.get(fact["metric"], Metric.OTHER)
    fact["stage"] = _STAGES.get(fact["stage"], Stage.RUNNING)
    fact["within_hours"] = None if fact["within_hours"] < 0 else bool(fact["within_hours"])
    fact["reckoned"] = bool(fact["reckoned"])
    return Clock(**fact)
