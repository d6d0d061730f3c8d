"""That somebody is away from now, on leave or in training, or back. Why is never asked, so it cannot be kept."""

from __future__ import annotations

from functools import partial

from helpdesk_tui.desk.roster.acts import absent, left_behind, returned
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.roster.absences import AbsenceKind
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.moments import instant_of
from helpdesk_tui.domain.wall_time import DAY
from helpdesk_tui.screens.acts.confirm import Confirm
from helpdesk_tui.screens.base import Choice
from helpdesk_tui.screens.roster.cover import Covering
from helpdesk_tui.screens.roster.draw import span_words
from helpdesk_tui.widgets.prompt import Prompt

KIND = "absence"
WORDS = {AbsenceKind.AWAY: "away", AbsenceKind.LEAVE: "on leave", AbsenceKind.TRAINING: "in training"}


def period_of(text: str, zone: str, now: int) -> tuple[int, int | None]:
    """What was typed as a time away: "", "until Mon 08:00", "Mon", "28 Nov..": from, and to or None for no end.

    One date or day alone is that whole day; the last day of "Mon to Wed" is whole, too. RosterError for what is none.
    """
    said = " ".join(text.split())
    if not said:
        return now, None
    if said.startswith("until "):
        return now, _closing(said[6:], zone, now)
    first, _, last = said.replace(" - ", " to ").partition(" to ")
    start = instant_of(first, zone, now) if first != "now" else now
    end = _closing(last or first, zone, start)
    if end <= start:
        raise RosterError(f"{text!r} ends before it begins")
    return start, end


def _closing(text: str, zone: str, now: int) -> int:
    """An end: a day without a time is over at its end."""
    at = instant_of(text, zone, now)
    if ":" in text or text.startswith("+"):
        return at
    return instant_of(text, zone, now) + DAY


class Absences(Covering):
    """For screens on which a person is under the cursor."""

    _about: tuple[str, AbsenceKind] = ("", AbsenceKind.AWAY)

    def person_here(self) -> str:
        """The technician that is meant; "" for nobody."""
        return ""

    def do_roster_absence(self) -> None:
        """Away, on leave, in training, or back."""
        name = self.person_here()
        if self.floor is None or name not in self.floor.technicians:
            self.say(
                "no technician of the team is here" if not name else f"{name} is not in the team's list: g t", "warn"
            )
            return
        ways = [
            Choice("a", "away from now", partial(self._ask_when, name, AbsenceKind.AWAY)),
            Choice("l", "on leave", partial(self._ask_when, name, AbsenceKind.LEAVE)),
            Choice("t", "in training", partial(self._ask_when, name, AbsenceKind.TRAINING)),
            Choice("b", "is back", partial(self._back_now, name)),
        ]
        self.choose(name, ways)

    def _ask_when(self, name: str, kind: AbsenceKind) -> None:
        self._about = (name, kind)
        until = "until (Mon 08:00, +4h, empty: nobody knows)" if kind is AbsenceKind.AWAY else "from to (Mon to Wed)"
        self.prompt.edit(KIND, f"{name} {WORDS[kind]}, {until}, {self.zone}: ")
        self.show_hints()

    async def _back_now(self, name: str) -> None:
        now = self.now()
        await self.desk.rosters.ask(lambda desk: returned(desk, name, now))
        await self.load()
        self.say(f"{name} is back; :return {name.split()[0]} offers what a plan took off them", "good")

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """When somebody is away."""
        if message.kind == KIND:
            self.show_hints()
            name, kind = self._about
            text = message.text.strip()
            if kind is AbsenceKind.AWAY and text and not text.startswith(("until ", "now")) and " to " not in text:
                text = f"until {text}"
            if not text and kind is not AbsenceKind.AWAY:
                self.say("say from when to when, such as: Mon to Wed, or 2026-12-24 to 2027-01-02", "warn")
                return
            self.work(self._away(name, kind, text), "absence")

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """Nobody is away."""
        if message.kind == KIND:
            self.show_hints()

    async def _away(self, name: str, kind: AbsenceKind, text: str) -> None:
        now = self.now()
        start, end = period_of(text, self.zone, now)
        back = await self.desk.rosters.ask(lambda desk: absent(desk, name, start, end, kind, now))
        self.remember(back)
        await self.load()
        words = f"{name} {WORDS[kind]} {span_words(start, end, self.zone)}" if end else f"{name} {WORDS[kind]}"
        if self.floor is None:
            return
        floor = self.floor
        left = await self.desk.rosters.ask(lambda _: left_behind(floor, name, max(start, now), end or now + DAY))
        if start > now or not (left.tickets or left.shifts):
            self.say(f"{words}; z takes it back", "good")
            return
        counts = ((left.tickets, "open ticket"), (left.shifts, "shift on call"))
        found = " and ".join(counted(many, word) for many, word in counts if many)
        Confirm(
            self, f"{words}: {found} to be taken over",
            [Choice("p", "plan who takes over", lambda: self.say_sick(name)), Choice("l", "later", lambda: None)],
        )  # fmt: skip
