"""The ServiceNow adapter over real sockets while the platform misbehaves: nothing is lost, doubled or made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from helpdesk_tui.adapters.base import Feed, Page
from helpdesk_tui.adapters.servicenow.adapter import ServiceNow
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.tickets import Ticket
from helpdesk_tui.errors import AuthFailed, PlatformError
from helpdesk_tui.sandbox.options import Options
from helpdesk_tui.sandbox.server import Background, Sandbox

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("no_waiting")]
NOW = 1_930_377_600
OPTIONS = Options(seed=7, tickets=100, now=NOW, paused=True)
FEEDS = ("open:incident", "changes:incident", "changes:sc_task", "reference", "journal")
TRIES = 60


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for this module, over sockets and in process alike: it stands still."""
    with Background(OPTIONS) as served:
        yield served


Make = Callable[..., ServiceNow]


@pytest.fixture
def make(sandbox: Sandbox, make_source: Callable[..., SourceConfig], make_secret: Callable[..., Any]) -> Iterator[Make]:
    account = sandbox.accounts["servicenow"]

    def made(*, sockets: bool = False) -> ServiceNow:
        source = make_source(url=account["url"], username=account["username"], options={"page_size": 10})
        inside = None if sockets else httpx.ASGITransport(sandbox.application("servicenow"))
        return ServiceNow(source, make_secret(account["password"]), now=lambda: NOW, transport=inside)

    yield made
    sandbox.faults.clear()


async def pulled(reader: ServiceNow, feed: Feed, start: str) -> list[Page]:
    """Every page of a feed, taken up again from the last cursor after each error, as sync does."""
    pages: list[Page] = []
    cursor = start
    for _ in range(TRIES):
        try:
            async for page in reader.pull(feed, cursor):
                pages.append(page)
                cursor = page.cursor
        except PlatformError:
            continue
        return pages
    raise AssertionError("the feed never came to its end")


async def everything(reader: ServiceNow) -> dict[str, dict[str, object]]:
    """What the feeds say, by feed and identifier."""
    found: dict[str, dict[str, object]] = {}
    for feed in reader.feeds():
        if feed.name in FEEDS:
            rows = found.setdefault(feed.name, {})
            for page in await pulled(reader, feed, reader.start(feed, NOW - 8 * 86_400)):
                rows |= {ticket.key: ticket for ticket in page.tickets}
                rows |= {f"{event.ticket} {event.ident}": event for event in page.events}
                rows |= {f"{member.group} {member.person}": member for member in page.memberships}
    return found


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, dict[str, object]]:
    """What a pull without faults gave: filled by whoever needs it first."""
    return {}


FAULTS = {
    "outage,every=3": True,
    "lost,every=4": True,
    "reset,every=3": True,
    "gzip,every=3": True,
    "throttle=1,every=2": False,
    "throttle,every=2,form=none": False,
    "throttle,every=2,form=date": False,
    "error=500,every=2": False,
    "error=503,every=3": False,
    "html,every=3": False,
    "redirect,every=3": False,
    "json,every=3": False,
    "json,every=3,form=nan": False,
    "empty,every=3": False,
    "repeat": False,
    "shuffle": False,
}
"""Each fault, and whether it needs real sockets to be seen."""


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_pull_through_faults_equals_an_undisturbed_one(
    sandbox: Sandbox, make: Make, undisturbed: dict[str, dict[str, object]], fault: str
) -> None:
    reader = make(sockets=FAULTS[fault])
    await reader.check()
    if not undisturbed:
        undisturbed |= await everything(reader)
        assert set(undisturbed) == set(FEEDS)
        assert len(undisturbed["open:incident"]) > 10
    sandbox.faults.add(sandbox.faults.read(f"servicenow:{fault},path=/api/now/table"))
    try:
        disturbed = await everything(reader)
        assert sum(known.struck for known in sandbox.faults.all()) > 5
    finally:
        await reader.close()
    assert disturbed == undisturbed


async def test_damaged_rows_go_to_quarantine_and_the_rest_comes(sandbox: Sandbox, make: Make) -> None:
    reader = make()
    await reader.check()
    feed = next(feed for feed in reader.feeds() if feed.name == "open:incident")
    whole = {t.key: t for page in await pulled(reader, feed, "") for t in page.tickets}
    sandbox.faults.add(sandbox.faults.read("servicenow:rows=0.3,path=/table/incident"))
    pages = await pulled(reader, feed, "")
    await reader.close()
    tickets: dict[str, Ticket] = {t.key: t for page in pages for t in page.tickets}
    bad = [record for page in pages for record in page.bad]
    assert bad
    assert all(record.feed == "open:incident" and record.reason and record.raw for record in bad)
    assert tickets.keys() <= whole.keys()
    assert len(tickets) + len(bad) >= len(whole)
    assert all(whole[key] == ticket for key, ticket in tickets.items())


async def test_a_withdrawn_password_says_so(sandbox: Sandbox, make: Make) -> None:
    reader = make()
    await reader.check()
    sandbox.faults.add(sandbox.faults.read("servicenow:signin,path=/api/now"))
    with pytest.raises(AuthFailed):
        await reader.fetch(["0" * 32])
    await reader.close()
    assert reader.secret.expired >= 1  # type: ignore[attr-defined]


async def test_a_wrong_clock_is_measured_and_hides_nothing(sandbox: Sandbox, make: Make) -> None:
    reader = make()
    sandbox.faults.add(sandbox.faults.read("servicenow:skew=-900"))
    report = await reader.check()
    assert report.skew == -900
    feed = next(feed for feed in reader.feeds() if feed.name == "changes:incident")
    first = await pulled(reader, feed, reader.start(feed, NOW - 5 * 86_400))
    again = await pulled(reader, feed, first[-1].cursor)
    latest = max(ticket.updated_at for page in first for ticket in page.tickets)
    assert latest in {ticket.updated_at for page in again for ticket in page.tickets}
    await reader.close()
