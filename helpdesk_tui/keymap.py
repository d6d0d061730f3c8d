"""Every command of the screens as data: id, keys, words for hints and help, and where it works.

A key is written as it is typed (`j`, `G`, `*`) or named (`down`, `pagedown`, `ctrl+d`, `space`, `enter`); keys pressed
one after the other are separated by a blank (`g i`). A preset gives the keys, the user's own come over it. What a
terminal cannot tell apart, what a split escape sequence can press by itself, and two commands on one key are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from helpdesk_tui.errors import ConfigError

LIST, TICKET, HELP, SOURCES = "list", "ticket", "help", "sources"
EVERYWHERE = (LIST, TICKET, HELP, SOURCES)


class Command(NamedTuple):
    """One thing a user can ask for. `title` fits a hint of one line, `help` is a sentence; `where` names screens."""

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    where: tuple[str, ...] = (LIST,)
    hint: tuple[str, ...] = ()
    """The screens on which the line of keys above the prompt names it."""


_BOTH = (LIST, TICKET)
_PAGES = (LIST, TICKET, SOURCES)

COMMANDS = (
    Command("move.down", ("j", "down"), "down", "Next ticket, or next line of a text.", EVERYWHERE),
    Command("move.up", ("k", "up"), "up", "Ticket or line before.", EVERYWHERE),
    Command("move.top", ("g g", "home"), "top", "First ticket or line.", EVERYWHERE),
    Command("move.bottom", ("G", "end"), "bottom", "Last ticket or line.", EVERYWHERE),
    Command("move.half_down", ("ctrl+d",), "half a page down", "Half a page down.", EVERYWHERE),
    Command("move.half_up", ("ctrl+u",), "half a page up", "Half a page up.", EVERYWHERE),
    Command("move.page_down", ("pagedown",), "page down", "A page down.", EVERYWHERE),
    Command("move.page_up", ("pageup",), "page up", "A page up.", EVERYWHERE),
    Command("list.next", ("n",), "next risk", "Next ticket that has breached or soon will."),
    Command("list.previous", ("N",), "previous risk", "The one before."),
    Command("list.top_p1", ("P",), "top P1", "The P1 with the nearest breach, from any view.", _BOTH),
    Command("ticket.open", ("enter",), "open", "The whole ticket: text, clocks, people, conversation.", hint=(LIST,)),
    Command(
        "goto.ticket",
        ("g i",),
        "ticket by number",
        "Open a ticket by its number, whatever its state.",
        _BOTH,
        (TICKET,),
    ),
    Command("goto.queue", ("g q",), "queue", "Back to the queue.", _PAGES),
    Command(
        "goto.outbox",
        ("g y",),
        "platforms",
        "Every platform: how it does, in its own words; its account.",
        _BOTH,
    ),
    Command("pane.next", ("tab",), "next pane", "Move in the next pane: list, ticket, views."),
    Command("pane.previous", ("shift+tab",), "previous pane", "Move in the pane before."),
    Command(
        "list.filter", ("/",), "filter", "Narrow the list while typing; an empty filter shows all again.", hint=(LIST,)
    ),
    Command("list.sort", ("S",), "sort", "Choose the order of the list; the same again turns it round.", hint=(LIST,)),
    Command("list.group", ("=",), "group", "Choose what the list is divided by.", hint=(LIST,)),
    Command("list.preview", (",",), "preview", "Show or hide the preview.", hint=(LIST,)),
    Command("view.next", ("J",), "next view", "The next view."),
    Command("view.previous", ("K",), "previous view", "The view before."),
    Command("view.slot", ("1", "2", "3", "4", "5", "6", "7", "8", "9"), "view", "Open a view by its digit."),
    Command("filter.saved", ("f *",), "saved filter", "Open a saved filter by its letter."),
    Command(
        "mark.toggle", ("space",), "mark", "Mark the ticket or take its mark back, and go on to the next.", hint=(LIST,)
    ),
    Command("mark.range", ("v",), "range", "Mark from here to where v is pressed again."),
    Command("mark.all", ("V",), "all", "Mark everything in this view and filter; above 50 it asks.", hint=(LIST,)),
    Command("mark.alike", ("*",), "like this", "Mark the open tickets that are like this one.", hint=(LIST,)),
    Command("mark.none", ("U",), "unmark", "Take every mark back."),
    Command("yank.key", ("y k",), "number", "Copy the ticket's number.", _BOTH),
    Command("yank.url", ("y u",), "link", "Copy the ticket's web address.", _BOTH),
    Command("yank.text", ("y t",), "text", "Copy the ticket as text.", _BOTH),
    Command("ticket.link", ("o",), "link", "Open the ticket in the browser, or show its address.", _BOTH, (TICKET,)),
    Command(
        "sync.now", ("R", "ctrl+r"), "sync", "Show what waits to be shown, and ask the platforms now.", _PAGES, _PAGES
    ),
    Command("app.command", (":",), "command", "Type a command; Tab completes, up and down bring old ones.", _BOTH),
    Command("app.palette", ("ctrl+p",), "palette", "Every command by name.", _BOTH),
    Command("app.help", ("?",), "keys", "The keys that work here.", _PAGES, _PAGES),
    Command("app.redraw", ("ctrl+l",), "redraw", "Draw the screen anew.", EVERYWHERE),
    Command("app.suspend", ("ctrl+z",), "suspend", "To the shell; fg comes back.", EVERYWHERE),
    Command("app.back", ("q",), "back", "Back; at the queue, leave.", EVERYWHERE, (TICKET,)),
    Command("app.quit", ("ctrl+q",), "quit", "Ask whether to leave.", EVERYWHERE),
)
"""Every command there is. `f *` stands for `f` and any letter."""

RESERVED: Mapping[str, str] = {
    "a": "ticket.assign",
    "i": "ticket.assign_me",
    "s": "ticket.status",
    "p": "ticket.priority",
    "m": "ticket.move",
    "t": "ticket.tag",
    "c": "ticket.note",
    "r": "ticket.reply",
    "u": "ticket.update",
    "!": "ticket.escalate",
    "d": "ticket.duplicate",
    "M": "ticket.macro",
    "e": "ticket.edit",
    "x": "ticket.explain",
    "w": "ticket.remind",
    "z": "ticket.undo",
    ".": "ticket.again",
    "g a": "goto.aging",
    "g s": "goto.schedule",
    "g o": "goto.oncall",
    "g h": "goto.handover",
    "g r": "goto.reports",
    "g p": "goto.patterns",
    "g t": "goto.technicians",
    "g b": "goto.briefing",
    "y p": "yank.phone",
}
"""Keys that are kept for what is still to come, by the id it will have. They do nothing."""

PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "vim": {},
    "arrows": {
        "move.down": ("down",),
        "move.up": ("up",),
        "move.top": ("home",),
        "move.bottom": ("end",),
        "move.half_down": ("ctrl+d",),
        "move.half_up": ("ctrl+u",),
        "view.next": ("right",),
        "view.previous": ("left",),
    },
    "mutt": {"list.filter": ("l", "/"), "move.page_down": ("pagedown", ">"), "move.page_up": ("pageup", "<")},
    "jira": {"ticket.open": ("enter", "o"), "ticket.link": ("L",)},
}
"""Presets: what they give to a command replaces its own keys."""

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


def _dead(key: str) -> str:
    """Why a key cannot be used; "" where it can."""
    if key in _DEAD:
        return _DEAD[key]
    if key in _SPLIT:
        return "a split arrow or function key would press it"
    if key.isdigit():
        return "digits open views"
    if key.startswith(("alt+", "ctrl+alt+", "ctrl+shift+")):
        return "terminals send it as several keys"
    known = len(key) == 1 or key in _NAMED or (key.startswith("ctrl+") and len(key) == 6 and key[5].islower())
    if not known and not (key[:1] == "f" and key[1:].isdigit()):
        return "it is not the name of a key"
    return ""


class Keymap(NamedTuple):
    """The keys in force. `prefixes` are the keys that wait for another."""

    commands: Mapping[str, Command]
    bound: Mapping[str, str]
    """Command ids by key sequence; reserved sequences are not in it."""
    prefixes: frozenset[str]

    def find(self, sequence: str, where: str) -> Command | None:
        """The command of a whole sequence on a screen, if it has one there."""
        ident = self.bound.get(sequence) or self.bound.get(f"{sequence[:-1]}*" if sequence[-2:-1] == " " else "")
        found = self.commands.get(ident or "")
        return found if found and where in found.where else None

    def here(self, where: str) -> list[Command]:
        """The commands of a screen that have a key, in the order of help."""
        return [command for command in self.commands.values() if command.keys and where in command.where]

    def after(self, prefix: str, where: str) -> list[tuple[str, Command]]:
        """What may follow a prefix: the key and its command."""
        found = ((sequence, self.commands[ident]) for sequence, ident in self.bound.items())
        return [
            (sequence[len(prefix) + 1 :], command)
            for sequence, command in found
            if sequence.startswith(prefix + " ") and where in command.where
        ]


def build(preset: str = "vim", overrides: Mapping[str, Sequence[str]] | None = None) -> Keymap:
    """The keys of a preset with the user's own over them. Raises ConfigError naming the key and what to do instead."""
    if preset not in PRESETS:
        hint = _nearest(preset, PRESETS) or f"; there is {', '.join(PRESETS)}"
        raise ConfigError(f"there is no preset {preset!r}{hint}", key="screen.preset")
    known = {command.id: command for command in COMMANDS}
    given: dict[str, tuple[str, ...]] = dict(PRESETS[preset])
    for ident, keys in (overrides or {}).items():
        if ident not in known:
            hint = (
                "it is kept for later"
                if ident in RESERVED.values()
                else f"there is no such command{_nearest(ident, known)}"
            )
            raise ConfigError(hint, key=f"keys.{ident}")
        _check(ident, keys)
        given[ident] = tuple(keys)
    commands = {
        ident: Command(ident, given.get(ident, command.keys), command.title, command.help, command.where, command.hint)
        for ident, command in known.items()
    }
    return Keymap(commands, *_bind(commands))


def _check(ident: str, keys: Sequence[str]) -> None:
    for sequence in keys:
        parts = sequence.split()
        if not parts or len(parts) > 2:
            raise ConfigError(f"{sequence!r} is not one key or two after each other", key=f"keys.{ident}")
        for key in parts[: 1 if ident == "filter.saved" else 2]:
            if why := _dead(key):
                raise ConfigError(f"{key} cannot be used: {why}", key=f"keys.{ident}")
        if kept := RESERVED.get(sequence):
            raise ConfigError(f"{sequence} is kept for {kept}", key=f"keys.{ident}")


def _bind(commands: Mapping[str, Command]) -> tuple[dict[str, str], frozenset[str]]:
    """Sequences to ids, and prefixes. Raises ConfigError on a clash."""
    bound: dict[str, str] = {}
    for command in commands.values():
        for sequence in command.keys:
            other = bound.get(sequence)
            if other and set(commands[other].where) & set(command.where):
                raise ConfigError(f"{sequence} is already the key of {other}", key=f"keys.{command.id}")
            bound[sequence] = command.id
    prefixes = frozenset(sequence.split()[0] for sequence in (*bound, *RESERVED) if " " in sequence)
    for prefix in prefixes & bound.keys():
        raise ConfigError(f"{prefix} begins other keys and cannot be one itself", key=f"keys.{bound[prefix]}")
    return bound, prefixes


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def shown(sequence: str) -> str:
    """A sequence as help writes it: `gi`, `Space`, `Ctrl+D`, `PgDn`."""
    names = {"pagedown": "PgDn", "pageup": "PgUp", "down": "Down", "up": "Up", "enter": "Enter", "space": "Space"}
    parts = [
        names.get(key, key if len(key) == 1 else "+".join(part.capitalize() for part in key.split("+")))
        for key in sequence.split()
    ]
    return "".join(parts)
