"""Places at which a test can let the process die, to see what a sudden end leaves behind."""

from __future__ import annotations

import os

_AT = int(os.environ.get("HELPDESK_TUI_FAIL_AT", "0") or 0)
_passed = 0


def failpoint(_name: str) -> None:
    """End the process at once, as kill -9 would, if this is the place whose turn it is (HELPDESK_TUI_FAIL_AT=N)."""
    global _passed
    if _AT:
        _passed += 1
        if _passed == _AT:
            os._exit(137)
