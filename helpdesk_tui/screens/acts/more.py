"""The acts made of several things: macros, escalation with its facts, and the form of fields."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.screens.acts.acting import Meant, Then
from helpdesk_tui.screens.acts.asking import KIND
from helpdesk_tui.screens.acts.compose import MARKED
from helpdesk_tui.screens.acts.confirm import Confirm
from helpdesk_tui.screens.acts.picker import Option, found
from helpdesk_tui.screens.acts.picks import person
from helpdesk_tui.screens.acts.typed import ActsTyped
from helpdesk_tui.screens.base import Choice as Answer

if TYPE_CHECKING:
    from helpdesk_tui.config.macros import MacroConfig
    from helpdesk_tui.desk.acts.act import Wish
    from helpdesk_tui.desk.intents import Intents
    from helpdesk_tui.domain.tickets import TicketRef

FACTS_KIND = "escalate"


class ActsMore(ActsTyped):
    """`M`, `!` and `e`."""

    _facts: dict[str, str] | None = None
    _facts_for: TicketRef = MARKED
    _facts_draft: int | None = None

    # Macros

    def do_ticket_macro(self) -> None:
        """One of the settings' macros."""
        meant = self.meant()
        if not self.desk.macros:
            self.say("no macro is set up: [macros.NAME] in the settings, or macros.toml beside them", "warn")
            return
        self.pick("macro", meant, self._macros, lambda option: self.run_macro(option.value, meant))

    async def _macros(self) -> list[Option[MacroConfig]]:
        return [Option(one, one.label, one.does, words=one.name) for one in self.desk.macros]

    async def run_macro(self, macro: MacroConfig, meant: Meant) -> None:
        """A macro on what is meant."""
        from helpdesk_tui.desk.acts.composed import macro_wish
        from helpdesk_tui.desk.acts.wishes import Status

        ranked = await self.desk.candidates(meant.refs) if macro.owner not in ("", "me", "nobody") else []
        people = {fold(one.name): one for one in ranked}
        wish = await self.desk.ask(lambda acting: macro_wish(macro, acting, people, meant.sources))
        parts = []
        for part in wish.parts:
            # What a platform demands with a status no macro can know: it is asked for.
            full = await self.with_demands(part, meant) if isinstance(part, Status) else part
            if full is None:
                self.say("nothing was done")
                return
            parts.append(full)
        await self.act(replace(wish, parts=tuple(parts)), meant)

    async def say_macro(self, rest: str) -> None:
        """By its name."""
        if not self.may_say("macro"):
            return
        if not rest or not self.desk.macros:
            self.do_ticket_macro()
            return
        matches = found(await self._macros(), rest)
        matches = [one for one in matches if rest in (one.value.name, one.label)] or matches
        if len(matches) == 1:
            await self.run_macro(matches[0].value, self.meant())
        else:
            names = ", ".join(one.label for one in matches[:5])
            self.say(f"{rest}: {f'any of {names}' if matches else 'there is no such macro'}", "warn")

    # Escalation

    def do_ticket_escalate(self) -> None:
        """To whoever is on call, a group or a person, with what they have to know."""
        meant = self.meant()
        self.pick("escalate to", meant, lambda: self._tiers(meant), lambda option: self._escalate(option, meant))

    async def say_escalate(self, _rest: str) -> None:
        """The same."""
        if self.may_say("escalate"):
            self.do_ticket_escalate()

    async def _tiers(self, meant: Meant) -> list[Option[Wish]]:
        from helpdesk_tui.desk.acts.wishes import Assign, Move

        ranked = await self.desk.candidates(meant.refs)
        groups_meant = [row.group for row in meant.seen]
        on_call = await self.desk.ask(lambda acting: acting.on_call(groups_meant))
        known = {one.name: one for one in ranked}
        first: list[Option[Wish]] = []
        for held in on_call:
            if one := known.get(held.name):
                words = f"on call: {held.schedules}"
                first.append(
                    Option(person(one, {}).value, one.name, words, f"{words}; {one.why_not}" if one.why_not else "")
                )
        if not on_call:
            first.append(Option(Assign("on call"), "on call", "", "no roster tells who"))
        groups: list[Option[Wish]] = []
        for group in await self.group_options(meant):
            members = await self.desk.ask(lambda acting, of=group.value: acting.members(of))  # type: ignore[misc]
            groups.append(Option(Move(group.value.name, group.value.keys, members), group.label, "", group.why_not))
        people: list[Option[Wish]] = [Option(one.value, one.value.name) for one in (person(p, {}) for p in ranked)]
        return [*first, *groups, *people]

    async def _escalate(self, option: Option[Wish], meant: Meant) -> None:
        from helpdesk_tui.desk.acts.composed import FACTS, RAISE, escalation
        from helpdesk_tui.desk.acts.wishes import Assign

        if isinstance(option.value, Assign) and not option.value.keys:
            self.say(f"{option.label}: {option.why_not or 'no login where the ticket is'}", "warn")
            return
        ref = meant.refs[0] if len(meant.refs) == 1 else MARKED
        draft = await self.desk.ask(lambda acting: acting.draft(ref, FACTS_KIND))
        self._facts_for, self._facts_draft = ref, draft.id if draft else None
        self._facts = facts = _known(draft.text if draft else "")
        name = option.label
        for demand in (*FACTS, RAISE):
            value = await self.ask_value(f"to {name}, {demand.label}", demand, facts.get(demand.field, ""))
            if value is None:
                self.keep_texts()
                self._facts = None
                self.say("kept as a draft: ! again goes on with it")
                return
            facts[demand.field] = value
            self.keep_texts()
        wish = escalation(option.value, name, facts)

        async def write() -> None:
            await self.act(wish, meant, then=Then(kept=self._facts_done))

        text = "; ".join(f"{one.field}: {facts.get(one.field, '')}" for one in FACTS)
        choices = [
            Answer("y", "write", write),
            Answer("e", "edit", lambda: self._escalate(option, meant)),
            Answer("q", "keep draft", self._leave_facts),
        ]
        Confirm(self, f"Escalate {meant.about} to {name}, with an internal note", choices, style="to-desk", text=text)

    def _leave_facts(self) -> None:
        self.keep_texts()
        self._facts = None
        self.say("kept as a draft: ! again goes on with it")

    def _facts_done(self) -> None:
        self._facts = None
        self.desk.note_down(self._drop_facts)

    def keep_texts(self) -> None:
        """Facts that were given so far, and the one being typed, too."""
        import json

        super().keep_texts()
        if self._facts is not None:
            facts = dict(self._facts)
            if self.prompt.kind == KIND:
                facts["typing"] = self.prompt.text
            ref, text = self._facts_for, json.dumps(facts)
            self.desk.note_down(lambda intents: self._save_facts(intents, ref, text))

    def _save_facts(self, intents: Intents, ref: TicketRef, text: str) -> None:
        self._facts_draft = intents.save_draft(ref, FACTS_KIND, text, self._facts_draft)

    def _drop_facts(self, intents: Intents) -> None:
        if self._facts_draft is not None:
            intents.drop_draft(self._facts_draft)
            self._facts_draft = None

    # Fields

    def do_ticket_edit(self) -> None:
        """The fields of what is meant on a page, each changed in place; written together."""
        from helpdesk_tui.screens.acts.form import FormScreen, forget

        meant = self.meant()
        if not meant.refs:
            self.say("there is no ticket here", "warn")
            return

        def write(wish: Wish) -> None:
            then = Then(kept=lambda: forget(self.desk, meant.refs))
            self.work(self.act(wish, meant, then=then), "edit")

        self.app.push_screen(FormScreen(self.desk, self.keymap, self.palette, about=meant, write=write, now=self.now))

    def say_edit(self, _rest: str) -> None:
        """The same."""
        if self.may_say("edit"):
            self.do_ticket_edit()


def _known(text: str) -> dict[str, str]:
    """Facts of a draft."""
    import json

    from helpdesk_tui.desk.acts.composed import FACTS

    try:
        raw = json.loads(text) if text else {}
    except ValueError:
        return {}
    if not isinstance(raw, dict):
        return {}
    facts = {str(name): str(value) for name, value in raw.items()}
    typing = facts.pop("typing", "")
    missing = next((one.field for one in FACTS if not facts.get(one.field)), "")
    return facts | ({missing: typing} if typing and missing else {})
