"""Merging a ticket into another: it closes for good, and the other goes on.

The platform does it in a job of its own: the answer to the request only says that the job was begun. What becomes of
it is asked for until it is over; where that cannot be found out, the merge may have been done, and is looked for in the
ticket's audits. It knows no version and takes no mark, so the comment that we give says where the ticket went. Done
twice it is refused the second time: the ticket is closed by then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, TypeVar

from helpdesk_tui.adapters.reading import said
from helpdesk_tui.adapters.zendesk.api import V2, Api
from helpdesk_tui.adapters.zendesk.links import other_ticket
from helpdesk_tui.adapters.zendesk.mapping import DELETED
from helpdesk_tui.adapters.zendesk.traces import MarkedRow
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.errors import PlatformError, Refused, Unreachable

T = TypeVar("T")
PAUSES = (0.2, 0.5, 1.0, 2.0, 2.0, 4.0, 4.0)
"""Seconds before each look at the job."""
_OVER = {"completed", "failed", "killed"}


def note_of(change: Change) -> str:
    """What the ticket that closes says of itself, to agents only."""
    return f"Merged into #{change.desired['link']} by the help desk."


async def merge(api: Api, change: Change) -> str:
    """Merge, and wait until that is over; the job's identifier. Raises Refused where it was not done, and Unreachable
    where it may have been."""
    if set(change.desired) != {"link", "link_kind"}:
        raise Refused("a merge goes alone: everything else is done before it")
    target = await other_ticket(api, change)
    if target.status in ("closed", DELETED):
        raise Refused(f"#{target.id} is {target.status}: nothing can be merged into it")
    answer = await api.http.fetch_json(
        "POST",
        f"{V2}tickets/{target.id}/merge",
        json={
            "ids": [int(change.key)],
            "source_comment": note_of(change),
            "source_comment_is_public": False,
            "target_comment": f"#{change.key} was merged into this ticket by the help desk.",
            "target_comment_is_public": False,
        },
        retries=False,
        kind="updates",
    )
    return await surely(_over(api, answer.data))


async def _over(api: Api, data: Any) -> str:
    """Wait for the end of a job that was begun."""
    job = _job(data)
    ident = str(job.get("id") or "")
    for pause in PAUSES:
        if job.get("status") in _OVER or not ident.replace("-", "").isalnum():
            break
        await api.http.pause(pause)
        job = _job(await api.get(f"job_statuses/{ident}"))
    results = job.get("results")
    rows = results if isinstance(results, list) else [results]
    failed = [row for row in rows if isinstance(row, dict) and row.get("success") is False]
    if job.get("status") in ("failed", "killed") or failed:
        words = said(failed[0]) if failed else ""
        raise _Undone(words or str(job.get("message") or "the platform did not merge it and does not say why"))
    if job.get("status") != "completed":
        raise Unreachable("the merge was begun and is not over yet")
    return ident


class _Undone(Exception):
    """The job is over and nothing was merged."""


async def surely(asked: Awaitable[T]) -> T:
    """An answer about a merge that may be done by now: whatever goes wrong with asking does not undo it. Raises
    Unreachable, and Refused only for what surely was not done."""
    try:
        return await asked
    except _Undone as error:
        raise Refused(str(error)) from None
    except PlatformError as error:
        raise Unreachable(f"the merge was begun; what became of it is looked for: {error}") from None


def landed(audits: Iterable[MarkedRow], change: Change, since: int) -> bool:
    """Whether the ticket says, since it was sent, that it went where we wanted it to."""
    return any(
        audit.at >= since
        and any(str(line.get("body") or "").strip() == note_of(change) for line in audit.lines("Comment"))
        for audit in audits
    )


def _job(data: Any) -> Mapping[str, Any]:
    found = data.get("job_status") if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise Unreachable("an answer without the job that merges")
    return found
