"""`completion`: a script for the user's shell."""

from __future__ import annotations

from helpdesk_tui.errors import UsageError

SHELLS = ("bash", "zsh", "fish")


def print_completion(shell: str) -> int:
    """Print the script that makes `shell` complete our commands. Raises UsageError for another shell."""
    if shell not in SHELLS:
        raise UsageError(f"no completion for {shell}; there is {', '.join(SHELLS)}")
    from typer.completion import get_completion_script

    print(get_completion_script(prog_name="helpdesk-tui", complete_var="_HELPDESK_TUI_COMPLETE", shell=shell))
    return 0
