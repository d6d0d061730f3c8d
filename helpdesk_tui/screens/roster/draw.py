"""Problems, suggestions, previews and boards of the roster as lines of an exact width."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk_tui.desk.roster.acts import DeskShift
from helpdesk_tui.desk.roster.cover import Effect, Plan, Step
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.problems import BEGIN
from helpdesk_tui.desk.roster.view import Item
from helpdesk_tui.domain.counted import counted as many_of
from helpdesk_tui.domain.roster.moments import local, span_shown
from helpdesk_tui.domain.roster.suggest import Suggestion, all_over
from helpdesk_tui.domain.wall_time import DAY
from helpdesk_tui.theme import Glyphs
from helpdesk_tui.widgets.text import EMPTY, Line, fitted, line, pad, paragraph, run, shortened, width

LOUD = 7 * DAY
"""A stretch without anybody that is told above all else, seconds."""
WORDS = {"unskilled": "NO SKILL", "single": "TOO FEW", "need": "MISTAKE"}
STYLES = {
    "gap": "bad",
    "empty": "bad",
    "swap": "mark",
    "conflict": "warn",
    "unskilled": "warn",
    "single": "warn",
    "need": "warn",
}


def span_words(start: int, end: int, zone: str) -> str:
    """A span in as few letters as are clear: `Sat 28 08:00 - Mon 30 08:00`."""
    first, last = local(start, zone), local(end, zone)
    if first.date() == last.date():
        return f"{first:%a %d %H:%M}-{last:%H:%M}"
    return f"{first:%a %d %H:%M} - {last:%a %d %H:%M}"


def counted(items: Sequence[Item], *, bare: bool = False) -> str:
    """How many of each kind: `2 gaps, 1 swap`."""
    if bare and not items:
        return "no roster yet"
    words = {"gap": "gap", "empty": "empty", "swap": "swap", "conflict": "conflict", "need": "mistake"}
    found: dict[str, int] = {}
    for one in items:
        word = words.get(one.kind, "short")
        found[word] = found.get(word, 0) + 1
    parts = [f"{many} {word}" if word in ("empty", "short") else many_of(many, word) for word, many in found.items()]
    return ", ".join(parts) or "no problem in 14 days"


def loudest(items: Sequence[Item], zone: str, cells: int) -> Line | None:
    """The one line for a week or more without anybody; None where there is no such thing."""
    for one in items:
        if one.kind in ("gap", "empty") and one.end - one.start >= LOUD:
            days = (one.end - one.start) // DAY
            text = f" !!! {one.label}: NOBODY FOR {days} DAYS, {span_words(one.start, one.end, zone)}. {one.cure} "
            return fitted((run(text, "pill"),), cells, "pill")
    return None


def problem_lines(
    items: Sequence[Item], chosen: int, zone: str, cells: int, height: int, glyphs: Glyphs, *, bare: bool = False
) -> list[Line]:
    """The list of problems around the one that is chosen, with how many more there are; on a `bare` floor how to
    begin."""
    if not items and bare:
        return [line(f" {shortened(words, cells - 2)}", "" if n else "warn") for n, words in enumerate(BEGIN)][:height]
    if not items:
        return [line(" No problem in the next 14 days: everybody who is needed is there.", "good")]
    first = max(0, min(chosen - height + 2, len(items) - height)) if chosen >= height - 1 else 0
    rows = []
    for number, one in enumerate(items[first : first + height], first):
        rows.append(_problem(one, number, zone, cells, glyphs, here=number == chosen))
    rest = len(items) - first - height
    if rest > 0 and rows:
        rows[-1] = fitted((*fitted(rows[-1], cells - 10), run(f" +{rest} more", "dim")), cells)
    return rows


def _problem(one: Item, number: int, zone: str, cells: int, glyphs: Glyphs, *, here: bool) -> Line:
    what = one.said(zone)
    why = f"{what}; {one.cure}" if one.cure and cells < 100 else what
    word = WORDS.get(one.kind, one.kind.upper())
    mark = run(glyphs.cursor if here else " ", "key")
    when = span_words(one.start, one.end, zone) if one.end - one.start > 1 else "as long as it stands"
    label = 18 if cells < 100 else 26
    wide = cells >= 100
    head = (
        mark, pad(str(number + 1), 2, "dim", right=True), run(" "), pad(word, 9, STYLES.get(one.kind, "")),
        pad(shortened(one.label, label), label + 1, "strong" if here else ""), pad(when, 28 if wide else 27),
    )  # fmt: skip
    tail = (
        (pad(why, 30 if cells < 150 else 64, "dim"), run(f" {one.cure}", "good"))
        if wide and one.cure
        else (run(f" {why}", "dim"),)
    )
    return fitted((*head, *tail), cells)


def suggestion_lines(title: str, found: Sequence[Suggestion], cells: int, height: int) -> list[Line]:
    """Who could cover something: hours, rest and weekends, and every reason for and against."""
    out = [fitted((run(f" {title}", "head"),), cells, "head")]
    if all_over(found):
        words = " Nobody is left within the limits: whoever goes least over comes first."
        out.append(fitted((run(words, "warn"),), cells))
    wide = cells >= 96
    if wide:
        head = f"   {'who':<23}{'rest':<11}{'week':<18}{'weekends 90 d':<15}why, and why not"
        out.append(line(head, "dim"))
    for place, one in enumerate(found, 1):
        if len(out) >= height:
            break
        out += _suggestion(one, place, cells, wide=wide)
    if not found:
        out.append(line(" There is nobody who could.", "warn"))
    return out[:height]


def _suggestion(one: Suggestion, place: int, cells: int, *, wide: bool) -> list[Line]:
    """One line; where there is little room, the reasons of somebody who can beneath."""
    digit = "-" if not one.can else str(place) if place < 10 else " "
    name = pad(shortened(one.person, 22 if wide else 20), 22 if wide else 20, "" if one.can else "gone")
    good, bad = ", ".join(_short(one.person, one.reasons_for)), ", ".join(_short(one.person, one.reasons_against))
    why: Line = (run(good, "good"), run("; " if good and bad else ""), run(bad, "warn"))
    head: Line = (run(f" {digit} ", "key"), name, run(" "))
    if not one.can:
        against = (run(bad, "warn"), run("; " if good and bad else ""), run(good, "dim"))
        return [fitted((*head, *against), cells)]
    rest, week = one.burden.rest_words, one.burden.week_words
    tired, full = ("warn" if passed else "" for passed in (one.burden.tires, one.burden.fills))
    ends = f"{one.weekends[0]} > {one.weekends[1]}"
    if wide:
        figures = (pad(rest, 10, tired), run(" "), pad(week, 17, full), run(" "), pad(ends, 14), run(" "))
        return [fitted((*head, *figures, *why), cells)]
    return [
        fitted(
            (*head, run(f"rest {rest}", tired), run(", "), run(f"week {week}", full), run(f", weekends {ends}")), cells
        ),
        fitted((run("     "), *why), cells),
    ]


def _short(person: str, reasons: Sequence[str]) -> list[str]:
    return [reason.removeprefix(f"{person} ").replace("a fair share is ", "fair ") for reason in reasons]


def item_line(one: Item, zone: str, cells: int) -> Line:
    """What is known of a problem or request, in one line: what is lost, and the nearest cure."""
    lasts = one.end - one.start > 1
    where = (
        f"{one.label} {span_words(one.start, one.end, zone) if lasts else ''}".rstrip() + ": " if cells >= 120 else ""
    )
    lost = one.lost.removeprefix(f"{one.label}: ")
    cure = f"; nearest cure: {one.cure}" if one.cure and one.swap is None else ""
    if one.kind == "need" and one.cure:
        cure = f"; {one.cure}"
        if cells < 120:
            brief = cure.replace("did you mean ", "")
            return fitted((run(f" {one.what.removeprefix('[[need]] ')}", "warn"), run(brief, "good")), cells)
    if cells < 120 and cure:
        return fitted((run(f" lost: {lost}", "warn"), run(cure, "good")), cells)
    return fitted(
        (
            run(f" {where}{one.said(zone)}", "strong"),
            run(f"; lost: {lost}" if one.swap is None else f"; {lost}", "warn"),
            run(cure, "good"),
        ),
        cells,
    )


def plan_view(plan: Plan, floor: Floor, zone: str, cells: int, height: int) -> list[Line]:
    """What a plan means before it is written: for each person, who is told, what is written where."""
    out: list[Line] = []
    for step in plan.steps:
        out += _step(step, zone, cells)
    out += [line(f"  Cannot be done: {reason}", "bad") for reason in plan.against]
    out += [row for one in plan.effects for row in _effect(one, cells)]
    for step in plan.steps:
        if step.line.skill:
            knows = step.line.skill in floor.skills.get(step.person, frozenset())
            words = f"  {step.person} {'knows' if knows else 'does not know'} {step.line.skill}"
            out.append(line(words, "good" if knows else "warn"))
    for where in dict.fromkeys(step.where for step in plan.steps):
        out += paragraph(f"Written: {where}", cells - 2, indent="  ", most=2)
    out.append(line(f"  {told(plan)}", "dim"))
    return out[:height]


def _step(step: Step, zone: str, cells: int) -> list[Line]:
    """Who does what when: the span is whole, on a line of its own where there is no room beside the names."""
    instead = f" instead of {step.instead}" if step.instead and step.instead != step.person else ""
    when = f"{(span_shown if cells >= 120 else span_words)(step.start, step.end, zone)} {zone}"
    who = f" PREVIEW  {step.person}{instead} on {step.line.name},"
    texts = [f"{who} {when}"]
    if width(line(texts[0])) > cells:
        texts = [shortened(who, cells), f"{'':10}{when}"]
    return [fitted((run(text, "head"),), cells, "head") for text in texts]


def desk_view(shift: DeskShift, zone: str, cells: int, height: int) -> list[Line]:
    """What a shift at the desk means before it is written."""
    text = f" PREVIEW  {shift.person} at the desk, {span_shown(shift.start, shift.end, zone)} {zone}"
    out = [fitted((run(text, "head"),), cells, "head"), *_effect(shift.effect, cells)]
    out.append(line("  Written: a dated shift in the team's own store; usual shifts are not changed"))
    out += [line(f"  Cannot be done: {reason}", "bad") for reason in shift.against]
    return out[:height]


def told(plan: Plan) -> str:
    """Who hears of it, and from whom: only a platform tells people of its own accord."""
    sources = sorted({step.line.source for step in plan.steps if step.line.source})
    names = " and ".join(plan.people)
    if sources:
        return f"{names}: told by {', '.join(sources)} as it is set there; the desk itself sends nothing"
    return f"{names}: tell them yourself, the team's own schedule sends nothing"


def _effect(one: Effect, cells: int) -> list[Line]:
    """What it means for one person, before and after; what is too much, beneath where there is no room beside."""
    means, ends = one.burden, " > ".join(map(str, one.weekends))
    tired, full = ("warn" if passed else "" for passed in (means.tires, means.fills))
    head = pad(shortened(one.person, 22 if cells >= 100 else 17), 22 if cells >= 100 else 17, "strong")
    weekend = f", weekends 90 d {ends}" if cells >= 100 else f", weekends {ends}"
    figures = run(f"week {means.week_words}", full), run(", "), run(f"rest {means.rests_words}", tired), run(weekend)
    body: Line = (run("  "), head, run(" "), *figures)
    warned = run(f"  {', '.join(means.over)}" if means.over else "", "warn")
    if not means.over or width((*body, warned)) <= cells:
        return [fitted((*body, warned), cells)]
    return [fitted(body, cells), fitted((run("   "), warned), cells)]


def beside(left: Sequence[Line], right: Sequence[Line], first: int, cells: int, vertical: str) -> list[Line]:
    """Two blocks next to each other, the left one `first` cells."""
    out = []
    for number in range(max(len(left), len(right))):
        one = left[number] if number < len(left) else EMPTY
        other = right[number] if number < len(right) else EMPTY
        out.append(fitted((*fitted(one, first), run(f" {vertical} ", "rule"), *other), cells))
    return out


def ruler(title: str, cells: int, glyphs: Glyphs) -> Line:
    """A rule with a title in it."""
    text = f" {title} " if title else ""
    rest = max(0, cells - 1 - width((run(text),)))
    return (run(glyphs.horizontal, "rule"), run(text, "dim"), run(glyphs.horizontal * rest, "rule"))
