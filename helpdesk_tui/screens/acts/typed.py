"""The acts as commands after `:`, by the same ways as their keys."""

from __future__ import annotations

from helpdesk_tui.domain.filters.names import fold
from helpdesk_tui.screens.acts.compose import Compose
from helpdesk_tui.screens.acts.picker import found
from helpdesk_tui.screens.acts.picks import nobody, person, tags_of


class ActsTyped(Compose):
    """`say_WORD` answers `:WORD`."""

    def may_say(self, word: str) -> bool:
        """Whether something may be changed from here; says so where it may not."""
        if self.keymap.read_only:
            self.say(f"READ ONLY: {word} is not possible here", "warn")
        return not self.keymap.read_only

    async def say_assign(self, rest: str) -> None:
        """To the one person who goes by a name."""
        if not self.may_say("assign"):
            return
        meant = self.meant()
        if not rest:
            self.do_ticket_assign()
            return
        if rest == "nobody":
            await self.act(nobody(), meant)
            return
        matches = found([person(one, {}) for one in await self.desk.candidates(meant.refs)], rest)
        exact = [one for one in matches if fold(one.value.name) == fold(rest)]
        matches = exact or matches
        if len(matches) != 1:
            names = ", ".join(one.value.name for one in matches[:4])
            which = f"any of {names}" if matches else "nobody who works on tickets; Tab shows them"
            self.say(f"{rest}: {which}", "warn")
        elif not matches[0].value.keys:
            self.say(f"{matches[0].value.name}: {matches[0].why_not}", "warn")
        else:
            await self.act(matches[0].value, meant)

    async def say_me(self, _rest: str) -> None:
        """To whoever works here."""
        from helpdesk_tui.desk.acts.wishes import Assign

        if self.may_say("me"):
            await self.act(Assign("you", await self.desk.ask(lambda acting: acting.me())))

    async def say_status(self, rest: str) -> None:
        """Into a status by its word, or by what it means."""
        from helpdesk_tui.desk.acts.wishes import STATES, Status

        if not self.may_say("status"):
            return
        if not rest:
            self.do_ticket_status()
            return
        meant = self.meant()
        them = await self.desk.ask(lambda acting: acting.subjects(meant.refs))
        own = any(one.choices and one.choices.to(rest) for one in them)
        state = STATES.get(rest.lower())
        await self.set_status(Status(status=rest) if own or state is None else Status(state), meant)

    async def _say_state(self, word: str) -> None:
        from helpdesk_tui.desk.acts.wishes import STATES, Status

        if self.may_say(word):
            await self.set_status(Status(STATES[word]), self.meant())

    async def say_solved(self, _rest: str) -> None:
        """Solves."""
        await self._say_state("solved")

    async def say_pending(self, _rest: str) -> None:
        """Waits for the customer."""
        await self._say_state("pending")

    async def say_hold(self, _rest: str) -> None:
        """Waits for others."""
        await self._say_state("hold")

    async def say_open(self, rest: str) -> None:
        """Opens again; with a number, that ticket's page."""
        if rest:
            await self.open_number(rest)
        else:
            await self._say_state("open")

    async def open_number(self, text: str) -> None:
        """Opens the ticket people call so."""
        await self.commands.say_open(text)

    async def say_priority(self, rest: str) -> None:
        """1 to 5."""
        from helpdesk_tui.desk.acts.wishes import Priority

        if not self.may_say("priority"):
            return
        level = rest.lower().removeprefix("p").strip()
        if level in ("1", "2", "3", "4", "5"):
            await self.act(Priority(int(level)))
        elif rest:
            self.say("priority 1 to 5", "warn")
        else:
            self.do_ticket_priority()

    async def say_move(self, rest: str) -> None:
        """To the one group that goes by a name."""
        if not self.may_say("move"):
            return
        meant = self.meant()
        if not rest:
            self.do_ticket_move()
            return
        matches = found(await self.group_options(meant), rest)
        exact = [one for one in matches if fold(one.label) == fold(rest)]
        matches = exact or matches
        if len(matches) == 1:
            await self.move_to(matches[0].value, meant)
        else:
            names = ", ".join(one.label for one in matches[:4])
            self.say(f"{rest}: {f'any of {names}' if matches else 'there is no such group; Tab shows them'}", "warn")

    async def say_tag(self, rest: str) -> None:
        """Adds and takes away."""
        if self.may_say("tag"):
            await self.act(tags_of(rest)) if rest else self.do_ticket_tag()

    def say_note(self, rest: str) -> None:
        """An internal note: what follows the word is begun with."""
        if self.may_say("note"):
            self.begin_text("note", rest)

    def say_reply(self, rest: str) -> None:
        """A public reply."""
        if self.may_say("reply"):
            self.begin_text("reply", rest)

    def say_update(self, rest: str) -> None:
        """A public update."""
        if self.may_say("update"):
            self.begin_text("update", rest)

    async def say_dup(self, rest: str) -> None:
        """Duplicate of a number."""
        if self.may_say("dup"):
            await self.link_to_number(rest, self.meant()) if rest else self.do_ticket_duplicate()

    async def say_merge(self, rest: str) -> None:
        """Into a number, for good."""
        if self.may_say("merge"):
            await self.merge_into_number(rest, self.meant()) if rest else self.begin_merge(self.meant())

    async def say_undo(self, _rest: str) -> None:
        """Takes the last act back."""
        if self.may_say("undo"):
            await self.do_ticket_undo()

    async def say_again(self, _rest: str) -> None:
        """The last act once more."""
        if self.may_say("again"):
            await self.do_ticket_again()
