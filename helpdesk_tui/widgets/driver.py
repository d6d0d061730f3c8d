"""The terminal's driver, made to outlive its input: a line that garbles bytes must not end the desk.

Textual decodes strictly and ends the program over a byte that is no UTF-8, or a key report with an impossible code
point. Here its reader begins anew instead, with what comes next.
"""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

CAUSES = (ValueError, OverflowError, LookupError, RuntimeError, TypeError)
"""What a parser raises over its input. An OSError is none: then the terminal is gone, and so is the desk."""


class SteadyDriver(LinuxDriver):
    """Textual's driver for Linux and macOS, whose reader survives any bytes."""

    def run_input_thread(self) -> None:
        """Read and dispatch until the end; after bytes that mean nothing, go on behind them."""
        while not self.exit_event.is_set():
            try:
                super().run_input_thread()
            except CAUSES:
                continue
