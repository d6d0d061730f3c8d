"""Asking for one value in between: from a list by the picker, or typed. None where the user leaves it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from helpdesk_tui.screens.acts.acting import Acting
from helpdesk_tui.screens.acts.picker import Option, Picker

if TYPE_CHECKING:
    from helpdesk_tui.domain.choices import Demand
    from helpdesk_tui.widgets.prompt import Prompt

KIND = "value"


class Asking(Acting):
    """For acts that need to know more. One question at a time; a second one takes the first's place."""

    _answer_to: asyncio.Future[str | None] | None = None

    @property
    def asks(self) -> bool:
        """Whether an act waits for a value: nothing goes on until it is given, which whoever waits for the end of work
        has to know."""
        return self._answer_to is not None

    async def ask_demands(
        self, demands: Sequence[Demand], known: Mapping[str, str] | None = None
    ) -> dict[str, str] | None:
        """A value for each demand, asked one after the other; None where one was left."""
        given: dict[str, str] = {}
        for place, demand in enumerate(demands, 1):
            title = f"{demand.label or demand.field}"
            title += f" ({place} of {len(demands)})" if len(demands) > 1 else ""
            value = await self.ask_value(title, demand, (known or {}).get(demand.field, ""))
            if value is None:
                return None
            if value:
                given[demand.field] = value
        return given

    async def ask_value(self, title: str, demand: Demand, known: str = "") -> str | None:
        """One value: picked where there are choices, else typed; "" where it is not required and none was given."""
        return await self.answer_to(title, demand, self.open_value(title, demand, known))

    def open_value(self, title: str, demand: Demand, known: str = "") -> asyncio.Future[str | None]:
        """Asks at once, so that the next key is part of the answer; `answer_to` waits for it."""
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._answered(None)
        self._answer_to = answer
        if demand.choices:
            picker: Picker[str] = Picker(
                self, title, lambda option: self._answered(option.value), left=lambda: self._answered(None)
            )
            none = [] if demand.required else [Option("", "none")]
            picker.offer([*(Option(choice.value, choice.word) for choice in demand.choices), *none])
        else:
            self.prompt.edit(KIND, f"{title}: ", known)
            self.show_hints()
        return answer

    async def answer_to(self, title: str, demand: Demand, answer: asyncio.Future[str | None]) -> str | None:
        """What was answered to a question that was opened; None where it was left, or is needed and missing."""
        value = await answer
        if value == "" and demand.required:
            self.say(f"{title} is needed", "warn")
            return None
        return value

    def _answered(self, value: str | None) -> None:
        answer, self._answer_to = self._answer_to, None
        if answer is not None and not answer.done():
            answer.set_result(value)

    def on_prompt_submitted(self, message: Prompt.Submitted) -> None:
        """The value that was typed."""
        if message.kind == KIND:
            self.show_hints()
            self._answered(message.text.strip())

    def on_prompt_cancelled(self, message: Prompt.Cancelled) -> None:
        """No value."""
        if message.kind == KIND:
            self.show_hints()
            self._answered(None)
