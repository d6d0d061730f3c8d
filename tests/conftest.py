"""What holds for every test: properties are tried on the same examples each time, however slow the machine.

`HYPOTHESIS_PROFILE=search` looks for new examples instead.
"""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

SLOW_MACHINES = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)

settings.register_profile("steady", database=None, deadline=None, derandomize=True, suppress_health_check=SLOW_MACHINES)
settings.register_profile("search", deadline=None, suppress_health_check=SLOW_MACHINES)
for name in (signal.SIGINT, signal.SIGHUP):
    # Started in the background or under nohup, we would hand "ignored" down to every program under test.
    if signal.getsignal(name) is signal.SIG_IGN:
        signal.signal(name, signal.SIG_DFL)

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: half of the time a test waits for a terminal, a process or a minute to pass."""
    return (os.cpu_count() or 1) + 1
