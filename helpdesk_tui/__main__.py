"""`helpdesk-tui` and `python -m helpdesk_tui`.

Without arguments the desk opens: that path loads nothing it does not need before the first frame.
"""

from __future__ import annotations

import gc
import os
import resource
import sys


def main() -> None:
    """Run what the arguments say and exit with the code that design promises."""
    os.umask(0o077)
    # A core file would hold every secret and ticket that was in memory.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code: 0 done, 1 the answer is no, 2 usage or configuration, 3 unreachable, 4 refused."""
    from helpdesk_tui.errors import HelpdeskError

    try:
        home = _only_home(arguments)
        if home is not None:
            # What is imported is no garbage; see theme.prepare_environment, which comes too late for the first of it.
            gc.disable()
            from helpdesk_tui.commands.desk import DeskOptions, open_desk

            return open_desk(home or None, DeskOptions())
        if arguments == ["--version"]:
            from helpdesk_tui import __version__

            print(f"helpdesk-tui {__version__}")
            return 0
        from helpdesk_tui.cli import call

        return call(arguments)
    except HelpdeskError as error:
        from helpdesk_tui.commands.common import warn
        from helpdesk_tui.secrets import strike_out

        warn(f"helpdesk-tui: {strike_out(str(error))}")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from helpdesk_tui.commands.common import unexpected

        return unexpected(error, _home(arguments))


def _home(arguments: list[str]) -> str | None:
    """The folder of any call's `--home DIR`; None without it."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=True):
        if option == "--home":
            return value
        if option.startswith("--home="):
            return option.removeprefix("--home=")
    return None


def _only_home(arguments: list[str]) -> str | None:
    """The folder of a call with nothing but `--home DIR` ("" without it); None where there is more to read."""
    if not arguments:
        return ""
    if len(arguments) == 2 and arguments[0] == "--home":
        return arguments[1]
    if len(arguments) == 1 and arguments[0].startswith("--home="):
        return arguments[0].removeprefix("--home=")
    return None


if __name__ == "__main__":
    main()
