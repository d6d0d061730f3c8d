"""`python -m helpdesk_tui.sandbox`."""

from __future__ import annotations

import sys

from helpdesk_tui.sandbox.server import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
