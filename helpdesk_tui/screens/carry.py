"""What leaves the screen with a ticket: its number, link or text to the clipboard, its page to the browser."""

from __future__ import annotations

from helpdesk_tui import safe_text
from helpdesk_tui.domain.counted import counted
from helpdesk_tui.domain.rows import Row
from helpdesk_tui.screens.sla.acts import ClockActs
from helpdesk_tui.theme import can_browse
from helpdesk_tui.widgets.ticket_text import as_text

_NONE = "there is no ticket here"


class Carries(ClockActs):
    """For screens on which one ticket is meant."""

    def carried_row(self) -> Row | None:
        """The ticket that is meant."""
        return None

    def carried_id(self) -> int | None:
        """Its id."""
        return None

    def do_yank_key(self) -> None:
        """The number."""
        row = self.carried_row()
        if row is not None:
            self._copy(row.number)
        else:
            self.say(_NONE)

    async def do_yank_url(self) -> None:
        """The web address."""
        url = await self._url()
        if url:
            self._copy(url)

    async def do_yank_text(self) -> None:
        """The ticket as text."""
        ident = self.carried_id()
        detail = await self.desk.detail(ident) if ident is not None else None
        if detail is not None:
            text = as_text(detail, self.now(), self.glyphs)
            self.app.copy_to_clipboard(text)
            count = len(text.splitlines())
            self.say(f"{counted(count, 'line')} to the clipboard; if none arrived, this terminal takes none")
        else:
            self.say(_NONE)

    async def do_ticket_link(self) -> None:
        """The browser where there is one, else the address to read."""
        url = await self._url()
        if not url:
            return
        if can_browse():
            self.app.open_url(url)
            self.say(f"opened {url}")
        else:
            self.say_long(url)

    async def _url(self) -> str:
        ident = self.carried_id()
        detail = await self.desk.detail(ident) if ident is not None else None
        url = detail.url if detail else ""
        if url.startswith(("https://", "http://")) and url.isprintable() and " " not in url:
            return url
        self.say("this ticket has no web address" if detail else _NONE)
        return ""

    def _copy(self, text: str) -> None:
        """By OSC 52, and shown: no terminal says whether it took it."""
        clean = safe_text.line(text)
        self.app.copy_to_clipboard(clean)
        self.say_long(f"to the clipboard: {clean}")

    def say_long(self, text: str) -> None:
        """A text that has to be read whole, such as an address."""
        self.say(safe_text.line(text))
