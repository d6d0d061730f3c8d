"""Start a program in a pty, wait until it shows tickets, leave with `q`: `python first_screen.py PROGRAM ARGUMENT…`.

Needs nothing but pyte, so that it can run beside an installed package. The exit code is the program's, or 1.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

import pyte

PATIENCE = 90.0
TICKETS = re.compile(r"(INC|RITM|SCTASK|ZD-|ITS-|APP-|OPS-)\d+")
FOREIGN = re.compile(rb"\x1b\[[<>=][0-9;:]*[a-zA-Z]|\x1b\[\?[0-9;]+\$p|\x1b\[[0-9;?]* q|\x1bP[^\x1b]*\x1b\\")
"""Sequences that pyte would print instead of obeying."""


def main(command: list[str], wide: int = 80, high: int = 24) -> int:
    """Run the command; what the screen shows goes to standard output."""
    screen = pyte.Screen(wide, high)
    stream = pyte.ByteStream(screen)
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(wide), "LINES": str(high)}
        os.execvpe(command[0], command, environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", high, wide, 0, 0))
    until = time.monotonic() + PATIENCE
    shown = False
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            try:
                data = os.read(terminal, 65_536)
            except OSError:
                break
            stream.feed(FOREIGN.sub(b"", data))
        if not shown and TICKETS.search("\n".join(screen.display)):
            shown = True
            print("\n".join(line.rstrip() for line in screen.display))
            os.write(terminal, b"q")
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) if shown else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
