"""The rotation form: its fields, and the next ten handoffs as they would be, while it is edited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.app import ComposeResult

from helpdesk_tui import clock
from helpdesk_tui.desk.desk import Desk
from helpdesk_tui.desk.roster.acts import Back, save_form
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.desk.roster.rotation_form import FIELDS, Form, ahead, editable, edited, fresh, lacking, values, warned
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.roster.errors import RosterError
from helpdesk_tui.domain.roster.lines import Line as Schedule
from helpdesk_tui.domain.roster.moments import local
from helpdesk_tui.domain.wall_time import UnknownZone
from helpdesk_tui.errors import HelpdeskError
from helpdesk_tui.keymap import ROTATION, Keymap
from helpdesk_tui.screens.acts.confirm import Confirm
from helpdesk_tui.screens.base import Choice, DeskScreen
from helpdesk_tui.screens.roster.draw import beside, ruler
from helpdesk_tui.widgets.lines import Lines
from helpdesk_tui.widgets.prompt import Prompt
from helpdesk_tui.widgets.text import EMPTY, Line, Palette, fitted, line, pad, paragraph, run

KIND = "rotation"


class RotationScreen(DeskScreen):
    """One schedule of the team's own, or a new one. Nothing is kept before `y`; what was changed stays a draft while
    the desk is open, wherever one goes from here."""

    where = ROTATION

    def __init__(
        self,
        desk: Desk,
        keymap: Keymap,
        palette: Palette,
        *,
        floor: Floor,
        line: Schedule | None,
        now: clock.Now = clock.now,
    ) -> None:
        super().__init__(desk, keymap, palette, now=now)
        self.body = Lines(palette, id="text")
        self.floor = floor
        self.line = line
        self.form: Form | None = None
        self.trouble = ""
        self.wrote: Callable[[Back], None] | None = None
        """Is told how a new schedule is taken back."""
        self.row = 0

    @property
    def key(self) -> str:
        """The schedule's; "" for a new one."""
        return self.line.key if self.line is not None else ""

    def compose(self) -> ComposeResult:
        """The form and the keys."""
        yield self.body
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Reads the schedule as it is stored."""
        self.draw()
        self.work(self._load(), "load")

    def on_resize(self) -> None:
        """The terminal has another size."""
        super().on_resize()
        self.draw()

    async def _load(self) -> None:
        draft = self.desk.rosters.drafts.get(self.key)
        try:
            form = await self._stored()
        except HelpdeskError as error:
            self.trouble = str(error)
            self.draw()
            raise
        if draft is not None and (form.new or draft.before == form.before):
            form = draft
            self.say("what was changed here before stands again: y keeps it, q asks")
        elif draft is not None:
            self.say(f"{form.after.name} was changed elsewhere meanwhile: what was typed here is gone", "warn")
        self._set(form)

    async def _stored(self) -> Form:
        if self.line is None:
            return fresh(self.floor.zone, self.now())
        name = self.line.name
        found = await self.desk.rosters.ask(lambda desk: desk.roster.own_schedules())
        mine = next((one for one in found if one.schedule.key == self.key), None)
        if mine is None:
            raise RosterError(f"{name} is not in use any more")
        return Form(mine, mine)

    def _set(self, form: Form) -> None:
        """Shows a form; one that was changed is kept as a draft."""
        self.form = form
        if form.changed:
            self.desk.rosters.drafts[self.key] = form
        else:
            self.desk.rosters.drafts.pop(self.key, None)
        self.draw()

    # Drawing

    def draw(self) -> None:
        """The fields, and what follows from them."""
        if not self.is_mounted:
            return
        cells, form = self.app.size.width, self.form
        if form is None:
            words = f"The rotation could not be read: {self.trouble}. q goes back" if self.trouble else "reading ..."
            self.body.show(paragraph(words, cells - 2, "warn" if self.trouble else "dim", indent=" "), top=0)
            return
        try:
            fields = self._fields(form, cells)
        except RosterError as error:
            self.body.show([line(f" {error}", "warn")], top=0)
            return
        title = f" ROTATION {form.after.name}" if not form.new else f" NEW SCHEDULE {form.after.name}"
        many = len(form.running)
        which = f", rotation {form.layer % many + 1} of {many} (tab)" if many > 1 else ""
        state = "changed, y keeps it" if form.changed else "nothing is typed yet" if form.new else "as it is kept now"
        head: Line = (run(f"{title}{which}", "head"), run(f"  {state}", "mark" if form.changed else "dim"))
        next_ones = self._ahead(form, cells)
        if cells >= 150:
            body = beside(fields, next_ones, cells * 3 // 5, cells, self.glyphs.vertical)
        else:
            body = [*fields, *next_ones]
        self.body.show([fitted(head, cells, "head"), *body], top=0)

    def _fields(self, form: Form, cells: int) -> list[Line]:
        wide = cells * 3 // 5 if cells >= 150 else cells
        out: list[Line] = []
        shown = values(form)
        for number, name in enumerate(FIELDS):
            here = number == self.row
            mark = run(f" {self.glyphs.cursor} " if here else "   ", "key")
            label = pad(name, 9, "strong" if here else "dim")
            rows = paragraph(shown[name] or "-", wide - 13, most=3) or [line("-")]
            out.append((mark, label, *rows[0]))
            out += [(run(" " * 12), *row) for row in rows[1:]]
        field = list(FIELDS)[self.row]
        out += [EMPTY, *paragraph(FIELDS[field], wide - 2, "dim", indent=" ")]
        return out

    def _ahead(self, form: Form, cells: int) -> list[Line]:
        zone = form.current.rotation.zone
        out: list[Line] = [ruler(f"NEXT TEN HANDOFFS, {zone}", cells, self.glyphs)]
        try:
            found = ahead(form, self.now())
            alias = warned(form, self.now())
        except RosterError as error:
            return [*out, line(f" {error}", "bad")]
        rows: list[Line] = [
            (run(f" {local(at, zone):%a %d %b %H:%M}  "), run(" + ".join(who) or "nobody", "badge" if who else "bad"))
            for at, who in found
        ]
        if cells < 150 and self.app.size.height < 34:
            half = (len(rows) + 1) // 2
            rows = beside(rows[:half], rows[half:], cells // 2, cells, self.glyphs.vertical)
        out += rows
        if alias is not None:
            names = ", ".join(" and ".join(people) for people in alias.never)
            words = f"{names} never up: {counted(alias.turns, 'turn')}, {alias.reached} reached. Set advance to active."
            out += paragraph(words, cells - 2, "warn", indent=" ")
        return out

    # Keys

    def step(self, rows: int) -> None:
        """To another field."""
        self.row = max(0, min(self.row + rows, len(FIELDS) - 1))
        self.draw()

    def page_size(self) -> int:
        """The fields."""
        return len(FIELDS)

    async def do_sync_now(self) -> None:
        """Asks every platform now."""
        await self.desk.request_sync()
        self.say("asked for a pull of every source")

    def do_rotation_layer(self) -> None:
        """The next rotation of the schedule."""
        if self.form is not None:
            self._set(replace(self.form, layer=self.form.layer + 1))

    def do_rotation_field(self) -> None:
        """Changes the field under the cursor."""
        if self.form is None:
            return
        field = list(FIELDS)[self.row]
        self.prompt.edit(KIND, f"{field}: ", editable(self.form, field))
        self.show_hints()

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """Another value; what cannot be is said, and nothing changed."""
        if message.kind != KIND or self.form is None:
            return
        self.show_hints()
        field = list(FIELDS)[self.row]
        try:
            form = edited(self.form, field, message.text, list(self.floor.technicians))
        except (RosterError, UnknownZone) as error:
            self.failed(error)
            return
        self.say("not kept yet: y keeps it, q asks")
        self._set(form)

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """Nothing changed."""
        if message.kind == KIND:
            self.show_hints()

    def do_rotation_write(self) -> None:
        """Asks, and keeps the rotation."""
        form = self.form
        if form is None or not form.changed:
            self.say("nothing was changed")
            return
        if words := lacking(form, ()):
            self.say(words, "warn")
            return
        origin = form.before.origin
        text = "roster.toml says otherwise: the next change of that file wins" if origin else "the past stays as it was"
        if form.new:
            text = "written into the team's own store; z on the board takes it back"
        Confirm(
            self, f"Keep {form.after.name} as shown from now on?",
            [Choice("y", "keep", self._write), Choice("n", "not yet", lambda: None)], text=text,
        )  # fmt: skip

    async def _write(self) -> None:
        form = self.form
        if form is None:
            return
        _, back = await self.desk.rosters.ask(lambda desk: save_form(desk, form))
        self.desk.rosters.drafts.pop(self.key, None)
        if back is not None and self.wrote is not None:
            self.wrote(back)
        self.dismiss()

    def do_app_back(self) -> None:
        """Back; what was changed has a word first."""
        self._leave_by(self._back)

    def _leave_by(self, way: Callable[[], None]) -> None:
        if self.form is not None and self.form.changed:

            def drop() -> None:
                self.desk.rosters.drafts.pop(self.key, None)
                way()

            choices = [Choice("y", "drop it", drop), Choice("k", "keep it as a draft", way), Choice("n", "stay", _stay)]
            self.ask("Leave what was changed?", choices)
        else:
            way()

    def _back(self) -> None:
        """Back without keeping anything."""
        self.dismiss()

    def escape(self) -> None:
        """Back, as with q."""
        self.do_app_back()

    def do_goto_queue(self) -> None:
        """To the queue; what was changed has a word first."""
        self._leave_by(super().do_goto_queue)


def _stay() -> None:
    """Nothing."""
