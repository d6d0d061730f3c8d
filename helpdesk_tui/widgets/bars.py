"""The lines around the list: tabs of the views, health of the sources, hints, and the pane of views and groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from helpdesk_tui.domain.rows import SourceHealth, ViewCount
from helpdesk_tui.domain.views import View
from helpdesk_tui.keymap import Command, Keymap, shown
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets import times
from helpdesk_tui.widgets.text import EMPTY, Line, Run, fitted, pad, run, shortened, width

FIRST_TABS = 6
"""So many views are worth drawing them closer to each other: with the sixth, all open tickets are counted."""
NO_COUNT = ViewCount(-1, 0)


def short_title(view: View) -> str:
    """The word for a tab: the title where it is short, else the view's name."""
    shorter = view.name.replace("-", " ").capitalize()
    return view.title if len(view.title) <= min(9, len(shorter) + 4) or view.own else shorter


def tabs(views: Sequence[View], counts: Mapping[str, ViewCount], current: str, cells: int) -> Line:
    """The views behind the digits, the current one set off; `<` and `>` where there are more than fit."""
    parts = _tabs(views, counts, current, " ")
    if sum(map(width, parts[:FIRST_TABS])) >= cells:
        parts = _tabs(views, counts, current, "")
    at = next((index for index, view in enumerate(views) if view.name == current), 0)
    first = 0
    while first < at and sum(map(width, parts[first : at + 1])) > cells - 4:
        first += 1
    out: list[Run] = [run("<", "tab")] if first else []
    for index, part in enumerate(parts[first:], first):
        more = 1 if index + 1 < len(parts) else 0
        if width(tuple(out)) + width(part) + more > cells:
            break
        out += part
    else:
        return fitted(tuple(out), cells, "tab")
    return (*fitted(tuple(out), cells - 1, "tab"), run(">", "tab"))


def _tabs(views: Sequence[View], counts: Mapping[str, ViewCount], current: str, tail: str) -> list[Line]:
    parts: list[Line] = []
    for view in views:
        count = counts.get(view.name, NO_COUNT)
        style = "tab-on" if view.name == current else "tab"
        parts.append((run(f" {view.slot} {short_title(view)}{f' {count.text}' if count.n >= 0 else ''}{tail}", style),))
    return parts


def health(source: SourceHealth, now: int, glyphs: Glyphs, *, wide: bool = False, brief: bool = False) -> Line:
    """One source in a few words: `SN ok`, its age only once older than twice its poll, `ZD OFFLINE 4m, data 09:10`.

    `brief` leaves out of when the data is.
    """
    words, style = _health_words(source, now)
    words = words.partition(",")[0] if brief else words
    light = glyphs.ok if source.health in ("ok", "paced", "starting") else glyphs.off
    mark = (run(light + " ", style),) if wide else EMPTY
    return (run(f"{source.badge} "), *mark, run(words, style))


def _health_words(source: SourceHealth, now: int) -> tuple[str, str]:
    data = f", data {times.clock(source.data_at, now)}" if source.data_at else ", no data yet"
    since = times.ago(now - source.since) if source.since else ""
    if source.health == "offline":
        return f"OFFLINE {since}{data}", "bad"
    if source.health == "signin":
        return f"SIGN IN{data}", "bad"
    if source.health == "garbled":
        return f"GARBLED {since}{data}", "bad"
    if source.health == "stopped":
        return f"stopped{data}", "warn"
    if source.phase in ("reference", "open", "history") and source.health in ("ok", "paced", "starting"):
        done = f" {source.done}/{source.total}" if source.total else f" {source.done}" if source.done else ""
        return f"{source.health} {source.phase}{done}" if source.health == "paced" else f"{source.phase}{done}", "warn"
    if source.health == "starting":
        return "starting", "warn"
    age = now - source.data_at
    old = f" {times.ago(age - age % times.MINUTE)}" if source.data_at and age > max(60, 2 * source.poll) else ""
    return f"{source.health}{old}", "good" if source.health == "ok" and not old else "warn"


_NOTHING = {
    "triage": "Nothing to decide: well done.",
    "mine": "No ticket here: nothing that is open is yours.",
    "all": "No ticket is open in what is pulled. Not right? helpdesk-tui doctor says what each account sees.",
}
"""What an empty view says while all is well."""


def why_empty(sources: Sequence[SourceHealth], view: str, *, typed: bool) -> str:
    """Why nothing is listed, and what to do about it: an empty list is good news only where every platform was read."""
    if not sources:
        return "Nothing is pulled yet; sync is starting. If this stays: helpdesk-tui doctor"
    lost = [one for one in sources if not one.data_at and one.health not in ("ok", "paced", "starting")]
    names = ", ".join(one.badge or one.name for one in lost)
    if lost and (shut := next((one for one in lost if one.health == "signin"), None)) is not None:
        return f"{shut.badge or shut.name} refuses the sign-in: :signin {shut.name} mends it, g y says why."
    if len(lost) == len(sources):
        return f"Nothing is pulled yet: {names} cannot be read. g y says why, R tries now."
    if any(one.phase in ("reference", "open") and not one.last_ok and one not in lost for one in sources):
        return "The first pull is under way; tickets appear as they arrive."
    if typed:
        return "No ticket passes this filter. / and an empty line show all again."
    if lost:
        return f"Nothing here, but {names} was never read: g y says why, R tries now."
    return _NOTHING.get(view, "No ticket is in this view: well done.")


class Status(NamedTuple):
    """What the status line tells: sources, the oldest P1 (opened at, 0 for none), what waits, a word of the mode, how
    many writes are on their way and how many of them need the user, who is there and where nobody will be."""

    sources: tuple[SourceHealth, ...] = ()
    p1_since: int = 0
    p1_due: int = 0
    arrived: int = 0
    moved: int = 0
    label: str = ""
    notice: str = ""
    outbox: int = 0
    stuck: int = 0
    there: str = ""
    hole: str = ""


def pill(status: Status) -> Line:
    """What waits to be shown: `+12 new, R`."""
    if not status.arrived and not status.moved:
        return EMPTY
    words = [f"+{status.arrived} new" if status.arrived else "", f"{status.moved} moved" if status.moved else ""]
    return (run(f" {', '.join(filter(None, words))}, R ", "pill"),)


def status_line(status: Status, now: int, glyphs: Glyphs, cells: int, *, wide: bool = False) -> Line:
    """The health of every source, what is waiting, and the oldest P1; troubles come first where there is no room."""
    sep = run("   " if wide else f" {glyphs.vertical} ", "rule")
    sources = status.sources
    parts: list[Line] = [health(source, now, glyphs, wide=wide) for source in sources]
    if sum(map(width, parts)) + 3 * len(parts) > cells * 2 // 3:
        parts = [health(source, now, glyphs, wide=wide, brief=len(sources) > 1) for source in sources]
        order = sorted(range(len(parts)), key=lambda at: sources[at].health == "ok")
        parts = [parts[at] for at in order]
    if not sources:
        parts.append((run("sync is starting", "warn"),))
    if unread := sum(source.quarantined for source in sources):
        parts.append((run(f"{unread} unread", "warn"),))
    if status.p1_since:
        # By the minute of the clock, as everything else that tells the time: so all of it is drawn at once.
        minutes = now // times.MINUTE - status.p1_since // times.MINUTE
        text = f"P1 {times.ago(minutes * times.MINUTE)}"
        late = status.p1_due and status.p1_due < now
        parts.append((run(text, "p1"), *((run(" late", "late"),) if late else EMPTY)))
    if status.outbox:
        going = status.outbox - status.stuck
        goes = (run(f"{glyphs.pending}{going}", "mark"),) if going else EMPTY
        needs = (run(f"{' ' if going else ''}{glyphs.differs}{status.stuck}", "warn"),) if status.stuck else EMPTY
        parts.append((*goes, *needs))
    if status.hole:
        parts.append((run(status.hole, "bad"),))
    if status.there:
        parts.append((run(status.there, "dim"),))
    if status.label:
        parts.append((run(status.label, "badge"),))
    if status.notice:
        parts.insert(0, (run(status.notice, "bad"),))
    waiting = pill(status)
    room = cells - 1 - (width(waiting) + 1 if waiting else 0)
    out: list[Run] = [run(" ")]
    for index, part in enumerate(parts):
        if index:
            out.append(sep)
        out += part
    line = fitted(tuple(out), room)
    return fitted((*line, run(" "), *waiting), cells) if waiting else fitted(line, cells)


def hints(keymap: Keymap, where: str, cells: int, does: Callable[[Command], bool | None] = lambda _: None) -> Line:
    """The keys of a screen that are worth a hint, as many as fit; the last, of help, always. `does` says of a command
    whether it does anything just now, and so is worth one; None leaves that to the command."""
    told = ((command, does(command)) for command in keymap.here(where))
    commands = sorted((one for one, yes in told if (where in one.hint if yes is None else yes)), key=_rank)
    parts = [_hint(command) for command in commands]
    while len(parts) > 1 and sum(map(width, parts)) > cells - 1:
        parts.pop(-2)
    return fitted((run(" "), *(piece for part in parts for piece in part)), cells)


def _hint(command: Command) -> Line:
    return (run(shown(command.keys[0]), "key"), run(f" {command.title}  ", "dim"))


def _rank(command: Command) -> int:
    """What Enter or going back does first, then what writes; asking the platforms next to last, as it goes by itself;
    help, which is never left out, last."""
    if "enter" in command.keys:
        return 0
    return {"app.back": 0, "sync.now": 3, "app.help": 4}.get(command.id, 1 if command.writes else 2)


def menu(title: str, options: Sequence[tuple[str, str]], cells: int) -> list[Line]:
    """A menu of one line, or of two where it does not fit into one."""
    parts = [width(_choice(key, label)) for key, label in options]
    head = width((run(f" {title} "),))
    if head + sum(parts) <= cells:
        return [choices(title, options, cells)]
    first = next(count for count in range(len(parts), -1, -1) if head + sum(parts[:count]) <= cells or not count)
    return [choices(title, options[:first], cells), choices(" " * len(title), options[first:], cells)]


def _choice(key: str, label: str) -> Line:
    return (run(f" {shown(key)}", "key"), run(f" {label} ", ""))


def choices(title: str, options: Sequence[tuple[str, str]], cells: int) -> Line:
    """A menu of one line: keys and what they mean."""
    out: list[Run] = [run(f" {title} ", "strong")]
    for key, label in options:
        out += _choice(key, label)
    return fitted(tuple(out), cells)


def ways(options: Sequence[tuple[str, str]], chosen: int, cells: int) -> list[Line]:
    """How a typed line may go on: every way with its hint where there is room, else the ways in a row, the chosen one
    set off, and beneath what it means; `<` and `>` where there are more than fit."""
    whole = choices("Tab", [("", f"{name.strip()} {hint}".strip()) for name, hint in options], 10**4)
    if chosen < 0 and width(whole[:-1]) < cells:
        return [fitted(whole, cells)]
    first, at = 0, max(chosen, 0)
    sizes = [width((run(name.strip()),)) + 2 for name, _ in options]
    while first < at and sum(sizes[first : at + 1]) > cells - 10:
        first = at if sum(sizes[at:]) > cells - 10 else first + 1
    out: list[Run] = [run(" Tab", "strong"), run("<" if first else " ", "dim")]
    for place, (name, _) in enumerate(options[first:], first):
        if width(tuple(out)) + sizes[place] > cells - 2:
            out.append(run(" >", "dim"))
            break
        out += [run(" "), run(name.strip(), "tab-on" if place == chosen else "key"), run(" ")]
    name, hint = options[at]
    return [
        fitted(tuple(out), cells),
        fitted((run(f"      {name.strip()}", "key"), run(f": {hint}" if hint else "")), cells),
    ]


class PaneEntry(NamedTuple):
    """One line of the pane of views that can be chosen: a view, a group or a saved filter."""

    view: View
    label: str
    slot: str = ""


def views_pane(
    entries: Sequence[PaneEntry | str],
    counts: Mapping[str, ViewCount],
    current: str,
    chosen: int | None,
    cells: int,
    glyphs: Glyphs,
) -> list[Line]:
    """Views, groups and saved filters with how many tickets they hold and how many are at risk."""
    lines: list[Line] = []
    for index, entry in enumerate(entries):
        if isinstance(entry, str):
            lines.append((*fitted((run(f" {entry}", "head"),), cells - 12, "head"), _numbers_head(bool(entry))))
            continue
        count = counts.get(entry.view.name, NO_COUNT)
        here = entry.view.name == current
        slot = pad(entry.slot, 4 if " " in entry.slot else 3, "key") if entry.slot else run("")
        mark = run(glyphs.cursor if here else " ", "key")
        name = shortened(entry.label, cells - 13) if not entry.slot else entry.label
        label = fitted((mark, slot, run(name, "strong" if here else "")), cells - 12)
        n = pad(count.text if count.n >= 0 else "", 6, right=True)
        risk = pad(str(count.risk) if count.risk else "", 6, "late" if count.risk else "dim", right=True)
        line: Line = (*label, n, risk)
        if index == chosen:
            line = tuple(run(piece.text, "tab-on") for piece in line)
        lines.append(line)
    return lines


def _numbers_head(some: bool) -> Run:
    return pad("n  risk", 12, "head", right=True) if some else pad("", 12)
