"""What a change leaves on the platform: a property on the comment it wrote, and its lines in the changelog."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

from helpdesk_tui.adapters.base import BadRecord, Landing, Verdict, earliest_trace
from helpdesk_tui.adapters.http import Params
from helpdesk_tui.adapters.jira import adf
from helpdesk_tui.adapters.jira.asking import COMMENT_PAGE, parsed
from helpdesk_tui.adapters.jira.check import Found
from helpdesk_tui.adapters.jira.looking import Looked, names_of
from helpdesk_tui.adapters.jira.profile import Profile
from helpdesk_tui.adapters.jira.site import Site, rows
from helpdesk_tui.adapters.jira.wire import Change as Line
from helpdesk_tui.adapters.jira.wire import Comment
from helpdesk_tui.domain.changes import Change
from helpdesk_tui.errors import Garbled, Refused

PROPERTY = "helpdesk-tui.change"
"""The comment property that holds a change's id."""
INTERNAL = "sd.public.comment"
MOST_PAGES = 100


def comment_body(change: Change, *, cloud: bool) -> dict[str, Any]:
    """The comment a change asks for, with its marks."""
    properties: list[dict[str, Any]] = [{"key": PROPERTY, "value": {"id": change.id}}]
    if "note" in change.desired:
        properties.append({"key": INTERNAL, "value": {"internal": True}})
    return {"body": adf.document(change.says) if cloud else change.says, "properties": properties}


async def said(site: Site, change: Change, looked: Looked, me: str) -> Verdict:
    """Whether the comment of a change is there: by its property, or else by its text, author and time.

    Newest first, down to when it was first sent.
    """
    since = earliest_trace(change, site.skew)
    alike = ""
    try:
        async for comments, bad in _newest_first(site, change.key):
            for one in comments:
                mark = _mark(one)
                if mark == change.id:
                    return Verdict(Landing.LANDED, looked.seen, marker=one.id)
                if not mark and one.created >= since and _same(one, change, me):
                    alike = one.id
            if bad:
                return Verdict(Landing.UNKNOWN, looked.seen, words="a comment of the ticket cannot be read")
            # A site that does not sort as it was asked to shows the oldest first: then all are looked at.
            if comments and comments[-1].created < since and comments[0].created > comments[-1].created:
                break
    except Refused as error:
        return Verdict(Landing.UNKNOWN, looked.seen, words=f"what was written on the ticket may not be read: {error}")
    return Verdict(Landing.LANDED if alike else Landing.ABSENT, looked.seen, marker=alike)


async def _newest_first(site: Site, key: str) -> AsyncIterator[tuple[list[Comment], list[BadRecord]]]:
    start = 0
    for _ in range(MOST_PAGES):
        params: Params = {"startAt": start, "maxResults": COMMENT_PAGE, "orderBy": "-created", "expand": "properties"}
        data = await site.get(f"issue/{key}/comment", params)
        raw, bad = rows(data, "comments"), list[BadRecord]()
        yield parsed(Comment, raw, bad), bad
        start += len(raw)
        total = data.get("total")
        if not raw or (isinstance(total, int) and start >= total):
            return
    raise Garbled("the comments of the issue come to no end")


def _mark(comment: Comment) -> str:
    """The id of the change that wrote a comment, "" where none of ours did."""
    for one in comment.properties:
        if one.key == PROPERTY and isinstance(one.value, dict):
            return str(one.value.get("id") or "")
    return ""


def _same(comment: Comment, change: Change, me: str) -> bool:
    ours = comment.author is not None and comment.author.ident == me
    return (
        ours
        and comment.internal == ("note" in change.desired)
        and " ".join(adf.to_text(comment.body).split()) == " ".join(change.says.split())
    )


def put_back(change: Change, looked: Looked, me: str, since: int, found: Found) -> str:
    """Who undid what a change had done, by the changelog: it was written by us since it was first sent and is not there
    any more. "" where that did not happen."""
    wrote = False
    for history in looked.histories:
        ours = history.author is not None and history.author.ident == me
        if ours and history.created >= since and _wrote(history.items, change, found):
            wrote = True
        elif wrote and _touched(history.items, change, found.profile):
            by = history.author
            return (by.display_name or by.ident) if by else "somebody"
    return ""


def _wrote(lines: Iterable[Line], change: Change, found: Found) -> bool:
    return any(
        change.desired[name] in _values(line, name, found)
        for line in lines
        for name in names_of(line, found.profile.group_by)
        if name in change.overwrites
    )


def _touched(lines: Iterable[Line], change: Change, profile: Profile) -> bool:
    return any(name in change.overwrites for line in lines for name in names_of(line, profile.group_by))


def _values(line: Line, name: str, found: Found) -> tuple[str, ...]:
    """What a line of the changelog says that a field was made, in the forms it may be written in."""
    if name == "priority":
        return (str(found.profile.priorities.get(line.new, 0)),)
    if name == "state":
        known = found.statuses.get(line.new)
        return (str(found.profile.state(known)),) if known else ()
    return line.new.strip("[]"), line.new_text
