"""`completion`: a script for the user's shell."""

from __future__ import annotations

from helpdesk_tui.errors import UsageError

SHELLS = ("bash", "zsh", "fish")


def print_completion(shell: str) -> int:
    """Print the script that makes `shell` complete our commands. Raises UsageError for another shell."""
    if shell not in SHELLS:
        raise UsageError(f"no completion for {shell}; there is {', '.join(SHELLS)}")
    from typer import completion

    make = completion.get_completion_script  # type: ignore[attr-defined]
    print(make(prog_name="helpdesk-tui", complete_var="_HELPDESK_TUI_COMPLETE", shell=shell))
    return 0
