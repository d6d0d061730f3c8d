"""The commands of the roster: schedule, on-call board and technicians."""

from __future__ import annotations

from helpdesk_tui.keymap.model import ONCALL, PAGES, ROTATION, SCHEDULE, TECHNICIANS, Command

_GRIDS = (SCHEDULE, ONCALL)
_ALL = (SCHEDULE, ONCALL, TECHNICIANS)
_TIMES = (SCHEDULE, ONCALL)


def _goto(name: str, key: str, title: str, words: str, here: str) -> Command:
    return Command(f"goto.{name}", (f"g {key}",), title, words, tuple(where for where in PAGES if where != here))


COMMANDS = (
    _goto("schedule", "s", "schedule", "Who works when: shifts, absences, visits, need and have.", SCHEDULE),
    _goto("oncall", "o", "on call", "Who is on call for 14 days, and where nobody is.", ONCALL),
    _goto("technicians", "t", "technicians", "The team: skills, capacity, logins, how to reach them.", TECHNICIANS),
    Command("roster.problem_next", ("n",), "next problem", "The next gap, conflict or request.", _TIMES, _TIMES),
    Command("roster.problem_previous", ("N",), "problem before", "The one before.", _TIMES),
    Command(
        "roster.cover",
        ("a",),
        "put on",
        "Who could cover this, with reasons for and against.",
        _TIMES,
        _TIMES,
        writes=True,
    ),
    Command(
        "roster.swap",
        ("x",),
        "swap",
        "Mark a shift; x on another swaps the two, both or none.",
        _TIMES,
        _TIMES,
        writes=True,
    ),
    Command(
        "roster.open", ("enter",), "review", "What is here: the request to decide, or the whole slot.", _TIMES, _TIMES
    ),
    Command("roster.left", ("h", "left"), "earlier", "Earlier.", _GRIDS),
    Command("roster.right", ("l", "right"), "later", "Later.", _GRIDS),
    Command("roster.period_back", ("<",), "back", "The period before.", _GRIDS),
    Command("roster.period_on", (">",), "next period", "The period after.", _GRIDS, (SCHEDULE,)),
    Command("roster.now", ("0",), "now", "Back to now.", _GRIDS),
    Command("roster.zoom_in", ("+",), "zoom in", "Less time in more detail.", (SCHEDULE,), (SCHEDULE,)),
    Command("roster.zoom_out", ("-",), "zoom out", "More time at once.", (SCHEDULE,)),
    Command("roster.zone", ("f",), "zone", "Times in the next zone: yours, the schedules', UTC.", _ALL, _ALL),
    Command("roster.group", ("=",), "group by", "Group people by team, zone or not at all.", (SCHEDULE,)),
    Command("roster.sort", ("S",), "sort", "Sort people by name, start, load or hours.", (SCHEDULE,)),
    Command(
        "roster.absence",
        ("s",),
        "away",
        "Away from now, leave, training, or back; never why.",
        _ALL,
        _TIMES,
        writes=True,
    ),
    Command(
        "roster.edit",
        ("e",),
        "rotation",
        "Change a rotation of the team's own; next handoffs shown.",
        _TIMES,
        (ONCALL,),
        writes=True,
    ),
    Command(
        "roster.new",
        ("E",),
        "new schedule",
        "A schedule of the team's own, with its first rotation.",
        _TIMES,
        writes=True,
    ),
    Command("roster.undo", ("z",), "undo", "Take back what was written last.", _ALL, writes=True),
    Command("yank.phone", ("y p",), "phone", "Copy the phone of who is on, or of this person.", _ALL, (ONCALL,)),
    Command(
        "technicians.field",
        ("enter", "e"),
        "edit",
        "Change this in place.",
        (TECHNICIANS,),
        (TECHNICIANS,),
        writes=True,
    ),
    Command(
        "technicians.add", ("a",), "new", "A technician of the team's own.", (TECHNICIANS,), (TECHNICIANS,), writes=True
    ),
    Command(
        "technicians.next_field", ("tab", "l", "right"), "next field", "The next field.", (TECHNICIANS,), (TECHNICIANS,)
    ),
    Command(
        "technicians.field_before", ("shift+tab", "h", "left"), "field before", "The field before.", (TECHNICIANS,)
    ),
    Command(
        "technicians.lacking",
        ("n",),
        "what is missing",
        "The next one who lacks something, or is joined to nobody.",
        (TECHNICIANS,),
        (TECHNICIANS,),
    ),
    Command("rotation.field", ("enter", "e"), "edit", "Change this field.", (ROTATION,), (ROTATION,), writes=True),
    Command("rotation.layer", ("tab",), "next rotation", "The next rotation of the schedule.", (ROTATION,)),
    Command("rotation.write", ("y",), "write", "Keep the rotation as shown.", (ROTATION,), (ROTATION,), writes=True),
)
