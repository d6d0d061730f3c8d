"""The technicians: who they are, what they know, how they are reached, what is missing; edited in place."""

from __future__ import annotations

from textual.app import ComposeResult

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.technician_form import FIELDS, edited, joined_to, said_elsewhere, values
from helpdesk_tui.desk.roster.text import reach_words
from helpdesk_tui.domain.counted import agrees, counted
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.standing import Presence
from helpdesk_tui.domain.technicians import Technician, Unjoined
from helpdesk_tui.domain.wall_time import UnknownZone
from helpdesk_tui.keymap import TECHNICIANS, Keymap
from helpdesk_tui.screens.acts.picker import Option, Picker
from helpdesk_tui.screens.roster.away import Absences
from helpdesk_tui.screens.roster.draw import beside, ruler
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, Run, fitted, line, pad, paragraph, run, shortened

KIND, NEW = "technician", "new technician"
Entry = Technician | Unjoined


class TechniciansScreen(Absences):
    """The cursor is on a person and a field of theirs; people of platforms who are nobody's stand at the end."""

    where = TECHNICIANS

    def __init__(self, desk: Desk, keymap: Keymap, palette: Palette, *, now: clock.Now = clock.now) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.body = Lines(palette, id="text")
        self.entries: list[Entry] = []
        self.standing: dict[str, Presence] = {}
        self.row, self.field, self.top_row = 0, 0, 0

    def compose(self) -> ComposeResult:
        """The list and the keys."""
        yield self.body
        yield from self.compose_bottom()

    async def built(self) -> None:
        """Everybody, by name; those who left and those who are nobody's come last."""
        floor, now = self.floor, self.now()
        if floor is None:
            return
        self.standing = await self.desk.rosters.ask(lambda _: floor.presence(now))
        here = self.entry  # only now: the cursor may have moved while this was reckoned
        team = sorted(floor.technicians.values(), key=lambda one: (not one.active, one.name.casefold()))
        self.entries = [*team, *floor.joined.unjoined]
        key = _key(here) if here is not None else ""
        there = (number for number, one in enumerate(self.entries) if _key(one) == key)
        self.row = next(there, max(0, min(self.row, len(self.entries) - 1)))

    @property
    def entry(self) -> Entry | None:
        """Whoever the cursor is on."""
        return self.entries[self.row] if 0 <= self.row < len(self.entries) else None

    def person_here(self) -> str:
        """The technician the cursor is on."""
        return self.entry.name if isinstance(self.entry, Technician) else ""

    # Drawing

    def draw(self) -> None:
        """The list, and the one under the cursor whole."""
        if not self.is_mounted:
            return
        cells, height, floor = self.app.size.width, self.app.size.height - 3, self.floor
        if floor is None:
            self.body.show(self.first_words(), top=0)
            return
        lacking = sum(bool(one.lacks) for one in floor.technicians.values())
        people = counted(len(floor.technicians), "person", "people")
        words = f"  {people}, {agrees(lacking, 'lacks', 'lack')} something, "
        words += f"{len(floor.joined.unjoined)} joined to nobody"
        top = fitted(
            (run(" TECHNICIANS ", "head"), run(self.zone, "badge"), run(words, "warn" if lacking else "dim")), cells
        )
        if self.trouble:
            top = fitted((run(f" {self.ages()[0]}", "bad"),), cells)
        below = self._below(floor, cells)
        room = max(1, height - len(below) - 2)
        if not self.top_row <= self.row < self.top_row + room:
            self.top_row = self.row - room + 1 if self.row >= self.top_row else self.row
        self.top_row = max(0, min(self.top_row, len(self.entries) - room))
        rows = [
            self._row(floor, self.entries[number], cells, here=number == self.row)
            for number in range(self.top_row, min(len(self.entries), self.top_row + room))
        ]
        blank = [EMPTY] * (room - len(rows))
        self.body.show([top, self._head(cells), *rows, *blank, *below], top=0)

    def _columns(self, cells: int) -> list[tuple[str, int]]:
        """What is shown of everybody, and how wide."""
        if cells < 100:
            return [("NAME", 22), ("LOAD", 6), ("SKILLS", 22), ("LACKS", 27)]
        if cells < 150:
            return [("NAME", 26), ("LOAD", 7), ("NOW", 26), ("SKILLS", 24), ("LACKS", 15)]
        return [
            ("NAME", 28), ("LOAD", 7), ("ZONE", 18), ("NOW", 34), ("SKILLS", 32), ("GROUPS", 24), ("REACH", 20),
            ("WORD OF", 9), ("LACKS", 24),
        ]  # fmt: skip

    def _head(self, cells: int) -> Line:
        return fitted((run("   "), *(pad(name, many, "head") for name, many in self._columns(cells))), cells, "head")

    def _row(self, floor: Floor, one: Entry, cells: int, *, here: bool) -> Line:
        mark = run(f" {self.glyphs.cursor} " if here else "   ", "key")
        if isinstance(one, Unjoined):
            person = one.person
            text = f"{person.source}: {person.name} <{person.email or person.login}>  "
            return fitted((mark, run(text, "strong" if here else "dim"), run(one.why, "warn")), cells)
        stand = self.standing.get(one.name)
        shown = {
            "NAME": one.name,
            "LOAD": f"{floor.open_tickets(one.name)}/{one.capacity or '-'}",
            "ZONE": one.zone,
            "NOW": self.here_words(stand),
            "SKILLS": " ".join(f"{name}:{level}" for name, level in sorted(one.levels.items(), key=_best)),
            "GROUPS": ", ".join(one.groups),
            "REACH": reach_words(floor, one.name),
            "WORD OF": one.origin or "team",
            "LACKS": ", ".join(one.lacks),
        }
        styles = {"NAME": "strong" if here else "" if one.active else "gone", "LACKS": "warn", "ZONE": "dim"}
        parts: list[Run] = []
        for name, many in self._columns(cells):
            text = shortened(shown[name], many - 1) if name == "NAME" else shown[name]
            parts += [pad(text, many - 1, styles.get(name, "" if name == "SKILLS" else "dim")), run(" ")]
        return fitted((mark, *parts), cells)

    def _below(self, floor: Floor, cells: int) -> list[Line]:
        """Every field of the one under the cursor, and what platforms say."""
        one = self.entry
        if one is None:
            return [ruler("", cells, self.glyphs), line(" Nobody is known: sync, or write technicians.toml", "warn")]
        if isinstance(one, Unjoined):
            words = f" {one.why}. Enter joins them to a technician; by e-mail they are joined by themselves."
            return [ruler(f"{one.person.source}: {one.person.name}", cells, self.glyphs), *paragraph(words, cells - 1)]
        out = [ruler(one.name, cells, self.glyphs)]
        shown, names = values(one), list(FIELDS)
        fields: list[Line] = []
        for number, name in enumerate(names):
            here = number == self.field
            mark = run(f" {self.glyphs.cursor}" if here else "  ", "key")
            missing = name.removesuffix("s") in one.lacks
            value = shown[name] or ("MISSING" if missing else "-")
            fields.append((mark, pad(name, 9, "strong" if here else "dim"), run(value, "warn" if missing else "")))
        half = (len(fields) + 1) // 2
        out += beside(fields[:half], fields[half:], cells // 2, cells, self.glyphs.vertical)
        for source, words in said_elsewhere(floor, one)[: 3 if self.app.size.height < 34 else 8]:
            out.append(fitted((run(f"  {source} says ", "badge"), run(words, "dim")), cells))
        if one.origin:
            words = f"  from technicians.toml ({one.origin}): its next change wins over what is edited here"
            out.append(line(words, "dim"))
        return out

    # Moving

    def step(self, rows: int) -> None:
        """To another person."""
        self.row = max(0, min(self.row + rows, len(self.entries) - 1))
        self.draw()

    def page_size(self) -> int:
        """The people on the screen, about."""
        return self.app.size.height // 2

    def do_technicians_next_field(self) -> None:
        """The next field."""
        self.field = (self.field + 1) % len(FIELDS)
        self.draw()

    def do_technicians_field_before(self) -> None:
        """The field before."""
        self.field = (self.field - 1) % len(FIELDS)
        self.draw()

    def do_technicians_lacking(self) -> None:
        """The next who lacks something, at the field, or who is nobody's."""
        for step in range(1, len(self.entries) + 1):
            number = (self.row + step) % len(self.entries)
            one = self.entries[number]
            if isinstance(one, Unjoined) or one.lacks:
                self.row = number
                if isinstance(one, Technician):
                    names = [name.removesuffix("s") for name in FIELDS]
                    self.field = next((names.index(lack) for lack in one.lacks if lack in names), self.field)
                self.draw()
                return
        self.say("nobody lacks anything, and everybody is joined")

    async def do_yank_phone(self) -> None:
        """The phone of whoever is under the cursor."""
        self.copy_phone(self.person_here())

    # Editing

    def do_technicians_field(self) -> None:
        """Changes the field under the cursor; somebody who is nobody's is joined to a technician."""
        one = self.entry
        if isinstance(one, Unjoined):
            self._join(one)
        elif one is not None:
            field = list(FIELDS)[self.field]
            self.prompt.edit(KIND, f"{one.name}, {field}: ", values(one)[field])
            self.hint((run(f" {FIELDS[field]}", "dim"),))

    def do_technicians_add(self) -> None:
        """A technician of the team's own, by name."""
        self.prompt.edit(NEW, "name of the technician: ")
        self.show_hints()

    def _join(self, one: Unjoined) -> None:
        if self.floor is None:
            return

        async def join(option: Option[Technician]) -> None:
            await self._save(
                joined_to(option.value, one), f"{one.person.name} of {one.person.source} is {option.label}"
            )

        picker: Picker[Technician] = Picker(self, f"{one.person.name} is", join)
        team = [who for who in self.floor.technicians.values() if one.person.source not in who.logins]
        picker.offer([Option(who, who.name, who.email) for who in team])

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """Another value, or a new name."""
        if message.kind not in (KIND, NEW):
            return
        self.show_hints()
        one, text = self.entry, " ".join(message.text.split())
        if message.kind == NEW:
            if text and self.floor is not None and text not in self.floor.technicians:
                self.work(self._save(Technician(text), f"{text} is of the team; fill in what is missing"), "save")
            else:
                self.say(f"{text} is of the team already" if text else "nobody was added", "warn")
        elif isinstance(one, Technician):
            field = list(FIELDS)[self.field]
            try:
                changed = edited(one, field, message.text)
            except (RosterError, UnknownZone) as error:
                self.failed(error)
                return
            self.work(self._save(changed, f"{one.name}: {field} kept"), "save")

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """Nothing changed."""
        if message.kind in (KIND, NEW):
            self.show_hints()

    async def _save(self, one: Technician, words: str) -> None:
        await self.desk.rosters.ask(lambda desk: desk.intents.save_technician(one))
        self.say(words, "good")  # at once: what is said after it belongs to the next key
        await self.load()
        there = (number for number, entry in enumerate(self.entries) if _key(entry) == one.name)
        self.row = next(there, self.row)
        self.draw()


def _key(one: Entry) -> str:
    return one.name if isinstance(one, Technician) else f"{one.person.source} {one.person.key}"


def _best(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]
