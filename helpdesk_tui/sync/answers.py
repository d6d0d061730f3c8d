"""Answer what screens and commands ask for: "sync now", "fetch this ticket's conversation", "what may be chosen for
it", "try the sign-in again".

Requests are rows of the personal store; each is taken by a guarded update, so that it is answered once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk_tui.data.write.personal import PersonalWriter, Request
from helpdesk_tui.errors import HelpdeskError, StoreError
from helpdesk_tui.secrets import strike_out
from helpdesk_tui.sync.context import log
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded

AT_ONCE = 8


@dataclass(slots=True)
class Answers:
    """Takes requests and has the sources do them."""

    sources: Mapping[str, SourceSync]
    personal: Threaded[PersonalWriter]

    async def look(self, now: int) -> None:
        """Take what has been asked for and do it, the pieces side by side."""
        taken = await self.personal.do(PersonalWriter.take_requests, AT_ONCE, now)
        if taken:
            await asyncio.gather(*(self._answer(request, now) for request in taken))

    async def _answer(self, request: Request, now: int) -> None:
        try:
            words = await self._do(request)
        except StoreError:
            raise
        except HelpdeskError as error:
            words = str(error)
        except Exception as error:
            log.exception("request failed", kind=request.kind, source=request.source)
            words = f"ended unexpectedly ({type(error).__name__}: {strike_out(str(error))}); the log says where"
        done = not words
        await self.personal.do(PersonalWriter.answer_request, request.id, done=done, answer=words, now=now)

    async def _do(self, request: Request) -> str:
        """Do one request; "" when all went well, else what did not, in words."""
        wanted = [source for name, source in self.sources.items() if request.source in ("", name)]
        if not wanted:
            return f"there is no source {request.source}"
        results = await asyncio.gather(*(self._do_one(request, source) for source in wanted))
        return "; ".join(words for words in results if words)

    async def _do_one(self, request: Request, source: SourceSync) -> str:
        if request.kind == "activity":
            went_well = await source.activity(request.key)
        elif request.kind == "choices":
            went_well = await source.choices(request.key)
        elif request.kind == "signin":
            went_well = await source.sign_in_again()
        elif request.kind == "accept":
            went_well = await source.census(consent=True)
        else:
            went_well = await source.catch_up()
        if went_well:
            return ""
        return f"{source.name}: {source.trouble or source.fault or 'it did not go well; the log says more'}"
