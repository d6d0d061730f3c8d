"""A change of each kind, on each platform that can be asked for it; and what the others say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from helpdesk_tui.domain.changes import Change, Kind
from helpdesk_tui.domain.roster.slots import OverrideSlot
from helpdesk_tui.sandbox.jira import identity as jira
from helpdesk_tui.sandbox.jira.operations import schedule_id
from helpdesk_tui.sandbox.model import PLATFORMS, Ticket
from helpdesk_tui.sandbox.servicenow.identity import Identity
from helpdesk_tui.sandbox.zendesk import ids as zendesk

from .outbox_place import NOW, SEED, Place

HOUR = 3_600


@dataclass(frozen=True)
class Wish:
    """A change of one kind: how it is made, and whether it is on the platform, once. `refused` tells for each platform
    that cannot be asked for it what the user reads."""

    make: Callable[[Place, Ticket], Change]
    holds: Callable[[Place, Ticket], bool]
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def on(self) -> tuple[str, ...]:
        """The platforms that can be asked."""
        return tuple(name for name in PLATFORMS if name not in self.refused)


def own_events(place: Place, truth: Ticket, kind: str) -> int:
    """How often we did something of a kind to a ticket since it was made ready."""
    return sum(event.kind == kind and event.actor == place.me for event in truth.events[4:])


def _group(place: Place) -> int:
    return place.world.served(place.platform)[1].gid


def _move(place: Place, truth: Ticket) -> Change:
    keys = {
        "servicenow": Identity(SEED).sys_id("sys_user_group", _group(place)),
        "jira": jira.group_uuid(_group(place)),
    }
    keys["zendesk"] = str(zendesk.group(_group(place)))
    here = {"servicenow": Identity(SEED).sys_id("sys_user_group", truth.group), "jira": jira.group_uuid(truth.group)}
    here["zendesk"] = str(zendesk.group(truth.group))
    return place.change(truth, {"group": here[place.platform]}, group=keys[place.platform])


def _link(place: Place, truth: Ticket) -> Change:
    return place.change(truth, link=place.key(place.ticket()), link_kind="duplicate")


def _linked(place: Place, truth: Ticket) -> bool:
    """Jira has links; Zendesk is told in a note, which nothing may say twice."""
    if place.platform == "jira":
        return sum(mark.startswith("link.") for mark in truth.marks) == 1
    return sum(event.kind == "note" and "not merged" in event.text for event in truth.events) == 1


def _problem(place: Place, truth: Ticket) -> Change:
    other = place.ticket()
    other.kind = "problem"
    return place.change(truth, link=place.key(other), link_kind="problem")


def _merge(place: Place, truth: Ticket) -> Change:
    return place.change(truth, link=place.key(place.ticket()), link_kind="merge")


def _merged(place: Place, truth: Ticket) -> bool:
    """It is closed, once, and the other ticket says so once."""
    into = [event.new for event in truth.events if event.kind == "merged"]
    if truth.state != "closed" or len(into) != 1:
        return False
    other = place.desk.get(int(into[0]))
    return other is not None and sum(f"#{truth.n} was merged" in event.text for event in other.events) == 1


_STATUS: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "servicenow": (
        {"status": "In Progress"},
        {"status": "Resolved", "close_code": "Solution provided", "close_notes": "New toner"},
        "solved",
    ),
    "jira": ({"status": "In Progress"}, {"status": "Resolved", "resolution": "Duplicate"}, "solved"),
    "zendesk": ({"status": "Open"}, {"status": "Parts on order"}, "hold"),
}
"""What was seen, what is wanted with what it demands, and what it means."""
_OWN = {
    "servicenow": ("category", "network"),
    "jira": ("Category", "access"),
    "zendesk": ("due_at", "2026-12-01T09:00:00Z"),
}


def _status(place: Place, truth: Ticket) -> Change:
    seen, wanted, _ = _STATUS[place.platform]
    custom = {"status": "Work scheduled"} if place.platform == "zendesk" and truth.n % 11 == 0 else {}
    return place.change(truth, seen | custom, **wanted)


def _own(place: Place, truth: Ticket) -> Change:
    name, value = _OWN[place.platform]
    return place.change(truth, {name: ""}, **{name: value})


def _owned(place: Place, truth: Ticket) -> bool:
    kept = truth.marks.get("due_at" if place.platform == "zendesk" else "category", truth.category)
    return kept == _OWN[place.platform][1]


def _span(truth: Ticket) -> int:
    """When the override for a case begins: no two have the same."""
    return NOW // HOUR * HOUR + truth.n * 2 * HOUR


def _override(place: Place, truth: Ticket) -> Change:
    slot = OverrideSlot(schedule_id(1), _span(truth), _span(truth) + HOUR)
    person = place.world.rosters.schedules[0].rotas[0].people[0]
    made = place.change(truth, {"person": ""}, person=jira.account_id(person, False))
    return replace(made, kind=Kind.OVERRIDE, key=slot.key)


def _assigned_and_linked(place: Place, truth: Ticket) -> Change:
    wish = _link(place, truth)
    to = place.person(place.members[1])
    return replace(
        wish, base={"owner": place.person(truth.owner)}, desired={"owner": to, **wish.desired}, field="owner"
    )


def _cannot(what: str) -> str:
    return f"this source cannot be asked for that from here (write:{what})"


NO_TAGS, NO_LINKS = {"servicenow": _cannot("tags")}, {"servicenow": _cannot("link")}
WISHES: dict[str, Wish] = {
    "owner": Wish(
        lambda place, truth: place.assign(truth, place.members[1]),
        lambda place, truth: truth.owner == place.members[1] and own_events(place, truth, "owner") == 1,
    ),
    "nobody": Wish(lambda place, truth: place.assign(truth, 0), lambda _, truth: truth.owner == 0),
    "group": Wish(_move, lambda place, truth: truth.group == _group(place) and own_events(place, truth, "group") == 1),
    "priority": Wish(
        lambda place, truth: place.change(truth, {"priority": "3"}, priority="1"),
        lambda place, truth: truth.priority == 1 and own_events(place, truth, "priority") == 1,
    ),
    "priority by name": Wish(
        lambda place, truth: place.change(
            truth,
            {"priority_name": {"jira": "Medium", "zendesk": "normal"}.get(place.platform, "3 - Moderate")},
            priority_name={"jira": "Low", "zendesk": "low"}.get(place.platform, "4 - Low"),
        ),
        lambda _, truth: truth.priority == 4,
        {"servicenow": "a priority by name cannot be written to ServiceNow from here"},
    ),
    "title": Wish(
        lambda place, truth: place.change(truth, {"title": "Printer"}, title="Other"),
        lambda _, truth: truth.title == "Other",
    ),
    "a field of its own": Wish(_own, _owned),
    "state": Wish(
        lambda place, truth: place.change(truth, {"state": "open"}, state="pending", reply="Which room?"),
        lambda place, truth: truth.state == "pending" and place.said(truth, "Which room?") == 1,
    ),
    "status by name": Wish(_status, lambda place, truth: truth.state == _STATUS[place.platform][2]),
    "note": Wish(
        lambda place, truth: place.change(truth, note="only us"),
        lambda _, truth: [e.text for e in truth.events if e.kind == "note"] == ["only us"],
    ),
    "reply": Wish(
        lambda place, truth: place.change(truth, reply="to you"),
        lambda _, truth: [e.text for e in truth.events if e.kind == "reply"] == ["to you"],
    ),
    "owner and note": Wish(
        lambda place, truth: place.change(
            truth, {"owner": place.person(truth.owner)}, owner=place.person(place.members[1]), note="yours"
        ),
        lambda place, truth: truth.owner == place.members[1] and place.said(truth, "yours") == 1,
    ),
    "tags": Wish(
        lambda place, truth: place.change(truth, **{"tags+": "new", "tags-": "old"}),
        lambda _, truth: truth.tags == ("kept", "new"),
        NO_TAGS,
    ),
    "link": Wish(_link, _linked, NO_LINKS),
    "owner and link": Wish(
        _assigned_and_linked, lambda place, truth: truth.owner == place.members[1] and _linked(place, truth), NO_LINKS
    ),
    "incident of a problem": Wish(
        _problem,
        lambda _, truth: truth.marks.get("problem_id", "") != "",
        {**NO_LINKS, "jira": "there are no links of the kind “problem” here"},
    ),
    "merge": Wish(_merge, _merged, {**NO_LINKS, "jira": "there are no links of the kind “merge” here"}),
    "override": Wish(
        _override,
        lambda place, truth: [one.start for one in place.world.rosters.overrides].count(_span(truth)) == 1,
        dict.fromkeys(("servicenow", "zendesk"), _cannot("override")),
    ),
}
"""Every name of the vocabulary of changes is in one of them."""
