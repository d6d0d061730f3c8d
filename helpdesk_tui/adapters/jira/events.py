"""What happened to tickets: histories and comments as events, comments as activity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from helpdesk_tui.adapters.jira import adf
from helpdesk_tui.adapters.jira.profile import Profile
from helpdesk_tui.adapters.jira.wire import Change, Comment, History, Status, User
from helpdesk_tui.domain.events import Activity, ActivityKind, Event, EventKind

STATUS, OWNER, PRIORITY, PROJECT, COMPONENT = "status", "assignee", "priority", "project", "components"


@dataclass(slots=True)
class Teller:
    """Turns histories and comments of one source into events. `groups` are group names to identifiers, for sites whose
    changelog names groups instead of identifying them."""

    source: str
    profile: Profile
    statuses: Mapping[str, Status] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def field_ids(self) -> tuple[str, ...]:
        """The fields whose changes matter, as `changelog/bulkfetch` names them."""
        return (STATUS, OWNER, PRIORITY, self.profile.group_by)

    def created(self, ticket: str, at: int, by: User | None) -> Event:
        """The first event of every ticket."""
        return Event(self.source, ticket, "created", EventKind.CREATED, at, actor=by.ident if by else "")

    def histories(self, ticket: str, histories: list[History]) -> list[Event]:
        """The events of a changelog, in its own order."""
        found: list[Event] = []
        for history in histories:
            for place, item in enumerate(history.items):
                found += self._item(ticket, history, f"h{history.id}.{place}", item)
        return found

    def _item(self, ticket: str, history: History, ident: str, item: Change) -> Iterator[Event]:
        name = item.field_id or item.field.lower()
        if name == STATUS:
            yield from self._status(ticket, history, ident, item)
        elif name == OWNER:
            yield self._event(ticket, history, ident, EventKind.OWNER, item.old, item.new)
        elif name == PRIORITY:
            ranks = self.profile.priorities
            old, new = (
                str(ranks.get(pid, "")) or text for pid, text in ((item.old, item.old_text), (item.new, item.new_text))
            )
            yield self._event(ticket, history, ident, EventKind.PRIORITY, old, new)
        elif name == self.profile.group_by or (self.profile.group_by == "components" and name == "component"):
            old, new = self._group(item.old, item.old_text), self._group(item.new, item.new_text)
            yield self._event(ticket, history, ident, EventKind.GROUP, old, new)

    def _status(self, ticket: str, history: History, ident: str, item: Change) -> Iterator[Event]:
        old, new = self._known(item.old, item.old_text), self._known(item.new, item.new_text)
        before, after = self.profile.state(old), self.profile.state(new)
        yield self._event(ticket, history, ident, EventKind.STATUS, before.value, after.value)
        if before.is_open and not after.is_open:
            yield self._event(ticket, history, f"{ident}.c", EventKind.CLOSED, before.value, after.value)
        elif after.is_open and not before.is_open:
            yield self._event(ticket, history, f"{ident}.r", EventKind.REOPENED, before.value, after.value)

    def _known(self, sid: str, name: str) -> Status:
        """A status by identifier; one that was deleted from the site is judged by its name alone."""
        return self.statuses.get(sid) or Status.model_validate({"id": sid, "name": name})

    def _group(self, ident: str, name: str) -> str:
        bare = ident.strip("[]")
        return self.groups.get(name) or self.groups.get(bare) or bare or name

    def _event(self, ticket: str, history: History, ident: str, kind: EventKind, old: str, new: str) -> Event:
        by = history.author
        return Event(
            self.source, ticket, ident, kind, history.created, actor_of(by), old, new, automatic=is_automatic(by)
        )  # fmt: skip

    def comments(self, ticket: str, reporter: str, comments: list[Comment]) -> list[Event]:
        """Comments as events, without their words."""
        kinds = {
            ActivityKind.INTERNAL: EventKind.NOTE,
            ActivityKind.CUSTOMER: EventKind.CUSTOMER_MESSAGE,
            ActivityKind.PUBLIC: EventKind.PUBLIC_REPLY,
        }
        return [
            Event(
                self.source, ticket, f"c{comment.id}", kinds[spoken(comment, reporter)], comment.created,
                actor_of(comment.author), automatic=is_automatic(comment.author),
            )
            for comment in comments
        ]  # fmt: skip

    def activity(self, ticket: str, reporter: str, comment: Comment) -> Activity:
        """A comment with its words."""
        return Activity(
            self.source,
            ticket,
            f"c{comment.id}",
            spoken(comment, reporter),
            comment.created,
            actor_of(comment.author),
            comment.author.display_name if comment.author else "",
            adf.to_text(comment.body),
        )


def spoken(comment: Comment, reporter: str) -> ActivityKind:
    """Who can read a comment and who wrote it. The reporter speaks as the customer, staff or not."""
    if comment.internal:
        return ActivityKind.INTERNAL
    by = comment.author
    if by is not None and (by.account_type == "customer" or (reporter and by.ident == reporter)):
        return ActivityKind.CUSTOMER
    return ActivityKind.PUBLIC


def actor_of(user: User | None) -> str:
    """The identifier of whoever did it, "" where the site does not say."""
    return user.ident if user else ""


def is_automatic(user: User | None) -> bool:
    """Whether a rule or an app did it rather than a person."""
    return user is None or user.account_type == "app"


def by_key(event: Event) -> tuple[str, int, str]:
    """The order in which events are given out."""
    return event.ticket, event.at, event.ident
