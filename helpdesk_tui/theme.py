"""What the screens look like: settings, styles by name, glyphs. No widget names a colour; none means anything alone.

The dark and light themes use slots of the 256-colour palette, so that nothing collapses where a terminal or an SSH
session does not announce true colour. `ansi` uses the terminal's own 16 colours and `mono` none at all.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

GARBAGE = 10_000
"""So many new objects are worth a look for garbage: in a look after every 700, keys would wait now and then."""
SWITCH = 0.0005
"""Seconds after which another thread gives way to the one that draws; Python's own five milliseconds are a key's."""
FRAMES = 240
"""Frames a second at most: a second frame for the same key comes so much later at the least."""
THEMES = ("auto", "dark", "light", "ansi", "mono")
"""The names a user may give; `auto` is mono under NO_COLOR, ansi on a terminal of 16 colours, else dark."""


class ScreenSettings(NamedTuple):
    """What the command line and the configuration decide about the screen.

    `ascii` None means: look at the locale. `mouse` None means: off over SSH. `keys` maps command ids to keys, over the
    preset's. `label` is a word for the status line, as "demo". `bell` and `notify`: what an alarm may do.
    """

    theme: str = "auto"
    ascii: bool | None = None
    mouse: bool | None = None
    preset: str = "vim"
    keys: Mapping[str, Sequence[str]] = MappingProxyType({})
    read_only: bool = False
    label: str = ""
    bell: bool = False
    notify: bool = False


def prepare_environment(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """What must stand in the environment before Textual is imported; sets it there and returns what was set.

    An escape sequence split by a slow link must not be read as keys, so the wait for its rest grows where there is a
    link. Nothing is animated, but the answer to a key is not to wait for its turn. What the user has set stays, but for
    COLUMNS and LINES: a shell that exports them would have the desk drawn for the size that its window once had.

    The garbage collector waits until the first frame: there is no garbage in what is imported, and looking for it takes
    a tenth of the start.
    """
    gc.disable()
    sys.setswitchinterval(SWITCH)
    now = os.environ if env is None else env
    wanted = {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0", "TEXTUAL_FPS": str(FRAMES)}
    if remote(now) or now.get("TMUX") or now.get("STY"):
        wanted["ESCDELAY"] = "400"
    added = {name: value for name, value in wanted.items() if name not in now}
    if env is None:
        os.environ.update(added)
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
    return added


def collect_garbage() -> None:
    """What there is now is no garbage; from now on it is looked for, after every so many new objects."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()


def remote(env: Mapping[str, str] | None = None) -> bool:
    """Whether this runs at the far end of an SSH session."""
    now = os.environ if env is None else env
    return bool(now.get("SSH_CONNECTION") or now.get("SSH_TTY"))


def can_browse(env: Mapping[str, str] | None = None, *, platform: str = "") -> bool:
    """Whether a browser opened from here would be seen by the user."""
    import sys

    now = os.environ if env is None else env
    if remote(now):
        return False
    return (platform or sys.platform) == "darwin" or bool(now.get("DISPLAY") or now.get("WAYLAND_DISPLAY"))


def wants_ascii(setting: bool | None, env: Mapping[str, str] | None = None) -> bool:
    """Whether only ASCII may be drawn: as set, else where the locale does not say UTF-8.

    Python itself sets LC_CTYPE to C.UTF-8 in the C locale, which says nothing about the terminal.
    """
    if setting is not None:
        return setting
    now = os.environ if env is None else env
    if now.get("TERM") in ("dumb", "vt100", "vt220"):
        return True
    ctype = now.get("LC_CTYPE", "")
    locale = now.get("LC_ALL") or (ctype if ctype not in ("", "C.UTF-8") else "") or now.get("LANG") or ""
    return "utf" not in locale.lower()


def theme_name(setting: str, color_system: str | None, env: Mapping[str, str] | None = None) -> str:
    """The theme a setting means on a terminal whose colour system is "truecolor", "256", "standard" or None."""
    now = os.environ if env is None else env
    if now.get("NO_COLOR") or color_system is None:
        return "mono"
    if setting != "auto":
        return setting
    return "ansi" if color_system in ("standard", "windows") else "dark"


# Styles in Rich's own notation: "bold color(203) on color(233)". Names are what a text is, not what it looks like.
_DARK = {
    "": "color(252) on color(233)",
    "dim": "color(245)",
    "faint": "color(240)",
    "strong": "bold color(255)",
    "head": "bold color(248) on color(235)",
    "rule": "color(239)",
    "cursor": "on color(238)",
    "gone": "color(241)",
    "mark": "bold color(221)",
    "p1": "bold color(203)",
    "p2": "color(215)",
    "p3": "color(252)",
    "p4": "color(247)",
    "p5": "color(244)",
    "late": "bold color(203)",
    "soon": "color(221)",
    "paused": "color(244)",
    "key": "color(117)",
    "badge": "color(110)",
    "good": "color(114)",
    "warn": "color(221)",
    "bad": "bold color(203)",
    "tab": "color(248) on color(235)",
    "tab-on": "bold color(232) on color(117)",
    "bar": "color(250) on color(234)",
    "pill": "bold color(232) on color(221)",
    "public": "color(114)",
    "customer": "color(215)",
    "internal": "color(110)",
    "to-customer": "bold color(232) on color(114)",
    "to-desk": "bold color(232) on color(110)",
    "error": "underline color(203)",
    "caret": "color(232) on color(252)",
    "hint": "color(242)",
    "vip": "bold color(177)",
}

_LIGHT = {
    "": "color(235) on color(231)",
    "dim": "color(241)",
    "faint": "color(247)",
    "strong": "bold color(232)",
    "head": "bold color(238) on color(254)",
    "rule": "color(249)",
    "cursor": "on color(189)",
    "gone": "color(247)",
    "mark": "bold color(94)",
    "p1": "bold color(160)",
    "p2": "color(130)",
    "p3": "color(235)",
    "p4": "color(240)",
    "p5": "color(243)",
    "late": "bold color(160)",
    "soon": "color(130)",
    "paused": "color(244)",
    "key": "color(25)",
    "badge": "color(24)",
    "good": "color(28)",
    "warn": "color(130)",
    "bad": "bold color(160)",
    "tab": "color(240) on color(254)",
    "tab-on": "bold color(231) on color(25)",
    "bar": "color(238) on color(255)",
    "pill": "bold color(231) on color(130)",
    "public": "color(28)",
    "customer": "color(130)",
    "internal": "color(25)",
    "to-customer": "bold color(231) on color(28)",
    "to-desk": "bold color(231) on color(25)",
    "error": "underline color(160)",
    "caret": "color(231) on color(235)",
    "hint": "color(245)",
    "vip": "bold color(91)",
}

_ANSI = {
    "": "default on default",
    "dim": "default",
    "faint": "bright_black",
    "strong": "bold",
    "head": "bold underline",
    "rule": "bright_black",
    "cursor": "reverse",
    "gone": "bright_black",
    "mark": "bold yellow",
    "p1": "bold red",
    "p2": "yellow",
    "p3": "default",
    "p4": "default",
    "p5": "bright_black",
    "late": "bold red",
    "soon": "yellow",
    "paused": "bright_black",
    "key": "cyan",
    "badge": "cyan",
    "good": "green",
    "warn": "yellow",
    "bad": "bold red",
    "tab": "default",
    "tab-on": "reverse",
    "bar": "default",
    "pill": "bold reverse",
    "public": "green",
    "customer": "yellow",
    "internal": "cyan",
    "to-customer": "bold reverse",
    "to-desk": "bold",
    "error": "underline red",
    "caret": "reverse",
    "hint": "bright_black",
    "vip": "bold magenta",
}

_MONO_KEPT = ("bold", "underline", "reverse")
_MONO = {name: " ".join(word for word in style.split() if word in _MONO_KEPT) for name, style in _ANSI.items()}

STYLES: Mapping[str, Mapping[str, str]] = {"dark": _DARK, "light": _LIGHT, "ansi": _ANSI, "mono": _MONO}
"""Styles by theme and name."""


class Glyphs(NamedTuple):
    """The marks that are drawn; each is one cell but `nobody`, `vertical` and `dot` excepted as said."""

    ascii: bool
    cursor: str
    mark: str
    pending: str
    conflict: str
    alike: str
    cut: str
    nobody: str
    vertical: str
    horizontal: str
    dash: str
    arrow: str
    least: str
    sep: str
    up: str
    ok: str
    off: str
    joint: str
    deciding: str
    differs: str


UNICODE = Glyphs(False, "▸", "✓", "↑", "!", "≈", "~", "—", "│", "─", "┄", "▸", "≥", "·", "↑", "●", "○", "┬", "·", "≠")
ASCII = Glyphs(True, ">", "*", "^", "!", "~", "~", "--", "|", "-", "-", ">", ">", "-", "^", "*", "o", "+", ".", "!")
