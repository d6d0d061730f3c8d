"""The keys in force on every screen: a preset, the user's own over it, and what is refused.

A key is written as it is typed (`j`, `G`, `*`) or named (`down`, `pagedown`, `ctrl+d`, `space`, `enter`); keys pressed
one after the other are separated by a blank (`g i`). What a terminal cannot tell apart, what a split escape can
press by itself, and two commands on one key of the same screen are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from helpdesk_tui.errors import ConfigError
from helpdesk_tui.keymap.model import BOTH, Command
from helpdesk_tui.keymap.presets import PRESETS, RESERVED

_DEAD: Mapping[str, str] = {
    "ctrl+h": "terminals send it as backspace",
    "ctrl+i": "terminals send it as tab",
    "ctrl+m": "terminals send it as enter",
    "ctrl+j": "terminals send it as a pasted line end",
    "ctrl+s": "it freezes serial consoles and outer terminals",
    "ctrl+b": "tmux takes it",
    "ctrl+a": "screen and byobu take it",
    "ctrl+c": "it copies",
    "ctrl+space": "macOS takes it",
    "ctrl+backslash": "it ends programs",
    "ctrl+right_square_bracket": "telnet takes it",
    "ctrl+circumflex_accent": "mosh takes it",
    "ctrl+\\": "it ends programs",
    "ctrl+]": "telnet takes it",
    "ctrl+^": "mosh takes it",
    "~": "ssh takes it after Enter",
    "escape": "it only closes what is on top, and arrives by itself when a key's sequence is split",
} | dict.fromkeys("{}[]\\|@", "many keyboards need AltGr for it")
_SPLIT = frozenset("ABCDFHIOQZ;")
_NAMED = frozenset(
    {"space", "enter", "tab", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end"}
)
_NAMED |= {"shift+tab", "shift+up", "shift+down", "shift+left", "shift+right", "pageup", "pagedown"}


def dead(key: str) -> str:
    """Why a key cannot be used; "" where it can."""
    if key in _DEAD:
        return _DEAD[key]
    if key in _SPLIT:
        return "a split arrow or function key would press it"
    if key.isdigit() and key != "0":
        return "digits open views"
    if key.startswith(("alt+", "ctrl+alt+", "ctrl+shift+")):
        return "terminals send it as several keys"
    known = len(key) == 1 or key in _NAMED or (key.startswith("ctrl+") and len(key) == 6 and key[5].islower())
    if not known and not (key[:1] == "f" and key[1:].isdigit()):
        return "it is not the name of a key"
    return ""


Bound = Mapping[str, Mapping[str, str]]
"""Command ids by key sequence, by screen."""


class Keymap(NamedTuple):
    """The keys in force."""

    commands: Mapping[str, Command]
    bound: Bound
    """By screen, command ids by key sequence; reserved sequences are not in it."""
    prefixes: Mapping[str, frozenset[str]]
    """By screen, the keys that wait for another."""
    read_only: bool = False
    """What would change something is not offered; its keys only say why."""

    def find(self, sequence: str, where: str) -> Command | None:
        """The command of a whole sequence on a screen, if it has one there."""
        bound = self.bound.get(where, {})
        ident = bound.get(sequence) or bound.get(f"{sequence[:-1]}*" if sequence[-2:-1] == " " else "")
        return self.commands.get(ident or "")

    def begins(self, key: str, where: str) -> bool:
        """Whether a key waits for another on a screen."""
        return key in self.prefixes.get(where, ())

    def here(self, where: str) -> list[Command]:
        """The commands of a screen that have a key there, in the order of help, with those keys only."""
        bound = self.bound.get(where, {})
        kept = (
            command._replace(keys=tuple(key for key in command.keys if bound.get(key) == command.id))
            for command in self.commands.values()
            if where in command.where and not (command.writes and self.read_only)
        )
        return [command for command in kept if command.keys]

    def after(self, prefix: str, where: str) -> list[tuple[str, Command]]:
        """What may follow a prefix: the key and its command."""
        return [
            (sequence[len(prefix) + 1 :], self.commands[ident])
            for sequence, ident in self.bound.get(where, {}).items()
            if sequence.startswith(prefix + " ") and not (self.commands[ident].writes and self.read_only)
        ]


def make(commands: Iterable[Command], preset: str, overrides: Mapping[str, Sequence[str]]) -> Keymap:
    """The keys of a preset with the user's own over them. Raises ConfigError naming the key and what to do instead."""
    if preset not in PRESETS:
        hint = _nearest(preset, PRESETS) or f"; there is {', '.join(PRESETS)}"
        raise ConfigError(f"there is no preset {preset!r}{hint}", key="screen.preset")
    known = {command.id: command for command in commands}
    for ident, keys in overrides.items():
        if ident not in known:
            later = ident in RESERVED.values()
            hint = "it is kept for later" if later else f"there is no such command{_nearest(ident, known)}"
            raise ConfigError(hint, key=f"keys.{ident}")
        _check(known[ident], keys)
    given = {**PRESETS[preset], **{ident: tuple(keys) for ident, keys in overrides.items()}}
    made = {ident: command._replace(keys=given.get(ident, command.keys)) for ident, command in known.items()}
    yielding = PRESETS[preset].keys() - overrides.keys()
    return Keymap(made, *_bind(made, yielding, overrides))


def _check(command: Command, keys: Sequence[str]) -> None:
    for sequence in keys:
        parts = sequence.split()
        if not parts or len(parts) > 2:
            raise ConfigError(f"{sequence!r} is not one key or two after each other", key=f"keys.{command.id}")
        for key in parts[: 1 if command.id == "filter.saved" else 2]:
            if why := dead(key):
                raise ConfigError(f"{key} cannot be used: {why}", key=f"keys.{command.id}")
        kept = RESERVED.get(sequence)
        if kept and set(command.where) & set(BOTH):
            raise ConfigError(f"{sequence} is kept for {kept}", key=f"keys.{command.id}")


def _bind(
    commands: Mapping[str, Command], yielding: Iterable[str], own: Iterable[str]
) -> tuple[Bound, Mapping[str, frozenset[str]]]:
    """Sequences to ids and prefixes, by screen. Raises ConfigError on a clash, naming the user's own key where it is.

    What a preset gave gives way on a screen where another command has that key of its own: a preset was written for the
    list, and `<` may turn a page there and a week in the schedule.
    """
    last, later = set(yielding), set(own)
    bound: dict[str, dict[str, str]] = {}
    for command in sorted(commands.values(), key=lambda one: (one.id in last, one.id in later)):
        for where in command.where:
            screen = bound.setdefault(where, {})
            for sequence in command.keys:
                other = screen.setdefault(sequence, command.id)
                if other != command.id and (command.id not in last or other in last):
                    raise ConfigError(f"{sequence} is already the key of {other}", key=f"keys.{command.id}")
    return bound, {where: _prefixes(where, bound[where]) for where in bound}


def _prefixes(where: str, bound: Mapping[str, str]) -> frozenset[str]:
    kept = RESERVED if where in BOTH else ()
    prefixes = frozenset(sequence.split()[0] for sequence in (*bound, *kept) if " " in sequence)
    for prefix in prefixes & bound.keys():
        raise ConfigError(f"{prefix} begins other keys and cannot be one itself", key=f"keys.{bound[prefix]}")
    return prefixes


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def shown(sequence: str, between: str = "") -> str:
    """A sequence as help writes it: `gi`, `Space`, `Ctrl+D`, `PgDn`; `between` parts its keys."""
    names = {"pagedown": "PgDn", "pageup": "PgUp", "down": "Down", "up": "Up", "enter": "Enter", "space": "Space"}
    parts = [
        names.get(key, key if len(key) == 1 else "+".join(part.capitalize() for part in key.split("+")))
        for key in sequence.split()
    ]
    return between.join(parts)
