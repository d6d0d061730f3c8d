"""The columns of the task tables, read from the company's tickets."""

from __future__ import annotations

from collections.abc import Callable

from helpdesk_tui.sandbox.model import Event, Ticket
from helpdesk_tui.sandbox.servicenow import states
from helpdesk_tui.sandbox.servicenow.fields import (
    FULFILLERS,
    Field,
    Viewer,
    by_name,
    choice,
    constant,
    flag,
    moment,
    number,
    reference,
    span,
    text,
)  # fmt: skip
from helpdesk_tui.sandbox.servicenow.tables import Instance
from helpdesk_tui.sandbox.servicenow.times import DAY, local, parse

MarkText = Callable[[Ticket], str]
_JOURNALS = {"note": "Work notes", "reply": "Additional comments", "message": "Additional comments"}
_COMMENTS = frozenset({"reply", "message"})
_NOTES = frozenset({"note"})
_TASK_BLANKS = (
    "activity_due", "additional_assignee_list", "approval_history", "approval_set", "business_service", "cmdb_ci",
    "contract",
    "delivery_plan", "delivery_task", "expected_start", "group_list", "location", "order", "rejection_goto",
    "service_offering",
    "skills", "time_worked", "user_input", "wf_activity", "work_end", "work_notes_list", "parent",
)  # fmt: skip
_INCIDENT_BLANKS = (
    "caused_by",
    "child_incidents",
    "parent_incident",
    "problem_id",
    "rfc",
    "business_stc",
    "origin_table",
)
_ITEM_BLANKS = (
    "backordered",
    "billable",
    "configuration_item",
    "estimated_delivery",
    "order_guide",
    "recurring_frequency",
)


def mark(name: str) -> MarkText:
    """Reads what a client wrote into a column the company has no word for."""
    return lambda ticket: ticket.marks.get(name, "")


def _marked(name: str, *, length: int = 255) -> Field:
    return text(name, mark(name), writable=True, length=length)


def written(ticket: Ticket, name: str, meant: object) -> str | None:
    """Text a client stored in a reference although it names no record, while the column has not changed since."""
    kept = ticket.marks.get(f"raw:{name}")
    if kept is None:
        return None
    basis, _, value = kept.partition("|")
    return value if basis == str(meant) else None


def short_description(ticket: Ticket) -> str:
    """The title."""
    return ticket.title


def solution(ticket: Ticket) -> tuple[str, str]:
    """Close code and close notes: as written, else what technicians usually write once a ticket is solved."""
    if ticket.state not in {"solved", "closed"} and "close_code" not in ticket.marks:
        return "", ticket.marks.get("close_notes", "")
    usual = states.CLOSE_CODES[(3, 7, 7, 9)[ticket.n % 4]]
    return ticket.marks.get("close_code", usual), ticket.marks.get("close_notes", "Confirmed with the caller.")


def calendar_seconds(ticket: Ticket) -> int | None:
    """Seconds from opening to solution, None before it."""
    end = ticket.solved or ticket.closed
    return end - ticket.created if end else None


def _escalation(ticket: Ticket) -> str:
    return "0" if ticket.n % 9 else "1"


def journal(ticket: Ticket, kinds: frozenset[str], instance: Instance, viewer: Viewer) -> str:
    """Notes as the platform displays them: newest first, in the viewer's zone, two line ends after each."""
    entries = [event for event in ticket.events if event.kind in kinds]
    return "".join(_entry(event, instance, viewer) for event in reversed(entries))


def _entry(event: Event, instance: Instance, viewer: Viewer) -> str:
    name = instance.user_name(event.actor) or "System"
    return f"{local(event.at, viewer.zone)} - {name} ({_JOURNALS[event.kind]})\n{event.text}\n\n"


class TicketFields:
    """Builds the columns of each task table for one instance."""

    def __init__(self, instance: Instance) -> None:
        """`instance` gives sys_ids and names."""
        self._of = instance

    def _person(self, name: str, uid: Callable[[Ticket], int], *, writable: bool = False) -> Field:
        instance = self._of

        def raw(ticket: Ticket) -> str:
            person = uid(ticket)
            if ticket.marks and (kept := written(ticket, name, person)) is not None:
                return kept
            return instance.user(person)

        def named(ticket: Ticket) -> str:
            return "" if written(ticket, name, uid(ticket)) is not None else instance.user_name(uid(ticket))

        def follow(ticket: Ticket) -> object:
            return instance.world.people.get(uid(ticket)) if written(ticket, name, uid(ticket)) is None else None

        return reference(name, "sys_user", raw, named, follow=follow, writable=writable)

    def _group(self) -> Field:
        instance, name = self._of, "assignment_group"

        def raw(ticket: Ticket) -> str:
            if ticket.marks and (kept := written(ticket, name, ticket.group)) is not None:
                return kept
            return instance.group(ticket.group)

        def named(ticket: Ticket) -> str:
            return "" if written(ticket, name, ticket.group) is not None else instance.group_name(ticket.group)

        def follow(ticket: Ticket) -> object:
            return instance.world.groups.get(ticket.group) if written(ticket, name, ticket.group) is None else None

        return reference(name, "sys_user_group", raw, named, follow=follow, writable=True)

    def _journal(self, name: str, kinds: frozenset[str], *, writable: bool = True) -> Field:
        instance = self._of
        readers = FULFILLERS if name != "comments" else frozenset({"admin", "agent", "requester"})
        return Field(
            name, "journal_input", lambda _ticket: "", lambda ticket, viewer: journal(ticket, kinds, instance, viewer),
            writable=writable, readers=readers, length=4000,
        )  # fmt: skip

    def _company(self) -> Field:
        instance = self._of

        def oid(ticket: Ticket) -> int:
            person = instance.world.people.get(ticket.requester)
            return person.organisation if person else 0

        def named(ticket: Ticket) -> str:
            organisation = instance.world.organisations.get(oid(ticket))
            return organisation.name if organisation else ""

        return reference(
            "company", "core_company",
            lambda ticket: instance.identity.sys_id("core_company", oid(ticket)) if oid(ticket) else "", named,
            follow=lambda ticket: instance.world.organisations.get(oid(ticket)),
        )  # fmt: skip

    def _system(self) -> list[Field]:
        instance, labels = self._of, states.CLASS_LABELS
        return [
            text("sys_id", lambda ticket: instance.identity.sys_id("task", ticket.n)),
            Field("sys_class_name", "string", lambda ticket: states.TASK_TABLES[ticket.kind],
                  lambda ticket, _viewer: labels[states.TASK_TABLES[ticket.kind]]),
            moment("sys_created_on", lambda ticket: ticket.created),
            text("sys_created_by", lambda ticket: instance.login(ticket.events[0].actor if ticket.events else 0)),
            moment("sys_updated_on", lambda ticket: ticket.updated),
            text("sys_updated_by", lambda ticket: instance.login(ticket.events[-1].actor if ticket.events else 0)),
            number("sys_mod_count", lambda ticket: str(max(ticket.revision - int(ticket.marks.get("born", "0")), 0))),
            Field("sys_domain", "reference", lambda _ticket: "global", target="sys_user_group"),
            constant("sys_domain_path", "/"),
            text("sys_tags", lambda _ticket: ""),
        ]  # fmt: skip

    def task(self, kind_states: dict[str, str]) -> list[Field]:
        """The columns every task table has; `kind_states` are the labels of its states."""

        def person_who_solved(ticket: Ticket) -> int:
            return ticket.owner if ticket.closed or ticket.state == "closed" else 0

        return [
            *self._system(),
            text("number", states.number),
            text("short_description", short_description, writable=True, length=160),
            text("description", lambda ticket: ticket.marks.get("description", ticket.body), writable=True,
            length=4000),
            choice("state", states.state, kind_states, writable=True),
            flag("active", states.is_active),
            choice("priority", states.priority, states.PRIORITIES),
            choice("impact", lambda ticket: states.levels(ticket)[0], states.LEVELS, writable=True),
            choice("urgency", lambda ticket: states.levels(ticket)[1], states.LEVELS, writable=True),
            self._group(),
            self._person("assigned_to", lambda ticket: ticket.owner, writable=True),
            self._person("opened_by", lambda ticket: ticket.events[0].actor if ticket.events else ticket.requester),
            moment("opened_at", lambda ticket: ticket.created),
            moment("closed_at", lambda ticket: ticket.closed or (0 if states.is_active(ticket) else ticket.solved)),
            self._person("closed_by", person_who_solved),
            text("close_notes", lambda ticket: solution(ticket)[1], writable=True, length=4000),
            number("reassignment_count", lambda ticket: str(ticket.bounced) if ticket.n % 50 else ""),
            choice("escalation", _escalation, states.ESCALATIONS),
            choice("contact_type", _contact, states.CONTACTS, writable=True),
            moment("due_date", lambda ticket: parse(ticket.marks.get("due_date", "")) or 0, writable=True),
            moment("follow_up", lambda ticket: parse(ticket.marks.get("follow_up", "")) or 0, writable=True),
            moment("sla_due", lambda _ticket: 0, unknown="UNKNOWN"),
            flag("made_sla", lambda _ticket: True),
            flag("knowledge", lambda _ticket: False),
            span("calendar_duration", calendar_seconds),
            span("business_duration", lambda ticket: _office_share(calendar_seconds(ticket))),
            self._company(),
            _marked("correlation_id", length=100),
            _marked("correlation_display", length=100),
            _marked("watch_list", length=4000),
            _marked("work_start"),
            self._journal("comments", _COMMENTS),
            self._journal("work_notes", _NOTES),
            self._journal("comments_and_work_notes", _COMMENTS | _NOTES, writable=False),
            choice("approval", lambda _ticket: "not requested", {"not requested": "Not Yet Requested"}),
            choice("upon_approval", lambda _ticket: "proceed", {"proceed": "Proceed to Next Task"}),
            choice("upon_reject", lambda _ticket: "cancel", {"cancel": "Cancel all future Tasks"}),
            text("task_effective_number", states.number),
            *(constant(name) for name in _TASK_BLANKS),
        ]  # fmt: skip

    def incident(self) -> dict[str, Field]:
        """The columns of an incident."""
        return by_name(
            *self.task(states.INCIDENT_STATES),
            choice("incident_state", states.state, states.INCIDENT_STATES, writable=True),
            choice("hold_reason", states.hold_reason, states.HOLD_REASONS, writable=True),
            self._caller("caller_id"),
            choice("category", _category, states.CATEGORIES, writable=True),
            _marked("subcategory"),
            choice("severity", lambda _ticket: "3", states.LEVELS),
            choice("notify", lambda _ticket: "1", {"1": "Do Not Notify"}),
            choice(
                "close_code",
                lambda ticket: solution(ticket)[0],
                {code: code for code in states.CLOSE_CODES},
                writable=True,
            ),
            moment("resolved_at", lambda ticket: ticket.solved),
            self._person("resolved_by", lambda ticket: ticket.owner if ticket.solved else 0),
            number("reopen_count", lambda ticket: str(ticket.reopened) if ticket.reopened or ticket.n % 3 else ""),
            moment("reopened_time", _reopened_at),
            self._person("reopened_by", _reopened_by),
            number("calendar_stc", lambda ticket: str(calendar_seconds(ticket) or "")),
            *(constant(name) for name in _INCIDENT_BLANKS),
        )

    def _caller(self, name: str) -> Field:
        return self._person(name, lambda ticket: ticket.requester, writable=True)

    def item(self) -> dict[str, Field]:
        """The columns of a requested item."""
        stages = {"fulfillment": "Fulfillment", "complete": "Completed", "waiting_for_approval": "Waiting for Approval"}
        return by_name(
            *self.task(states.TASK_STATES),
            self._caller("requested_for"),
            choice("stage", lambda ticket: "fulfillment" if states.is_active(ticket) else "complete", stages),
            constant("quantity", "1"),
            constant("price", "0"),
            constant("recurring_price", "0"),
            constant("request"),
            constant("cat_item"),
            *(constant(name) for name in _ITEM_BLANKS),
        )

    def catalog_task(self) -> dict[str, Field]:
        """The columns of a catalog task."""
        return by_name(
            *self.task(states.TASK_STATES),
            constant("request"),
            constant("request_item"),
            constant("sc_catalog"),
        )

    def problem(self) -> dict[str, Field]:
        """The columns of a problem."""
        return by_name(
            *self.task(states.PROBLEM_STATES),
            choice("problem_state", states.state, states.PROBLEM_STATES),
            choice("category", _category, states.CATEGORIES, writable=True),
            flag("known_error", lambda _ticket: False),
            _marked("workaround", length=4000),
            _marked("cause_notes", length=4000),
            moment("resolved_at", lambda ticket: ticket.solved),
            self._person("resolved_by", lambda ticket: ticket.owner if ticket.solved else 0),
        )

    def base(self) -> dict[str, Field]:
        """The columns of the common table: a state displays by the class of its row."""
        fields = by_name(*self.task({}))
        fields["state"] = Field(
            "state", "choice", states.state,
            lambda ticket, _viewer: states.STATES[ticket.kind].get(states.state(ticket), states.state(ticket)),
            writable=True,
        )  # fmt: skip
        return fields


def _contact(ticket: Ticket) -> str:
    return ticket.marks.get(
        "contact_type", ("phone", "self-service", "email", "", "chat", "self-service")[ticket.n % 6]
    )


def _category(ticket: Ticket) -> str:
    return ticket.marks.get("category", ticket.category)


def _reopened_at(ticket: Ticket) -> int:
    return next((event.at for event in reversed(ticket.events) if event.kind == "reopened"), 0)


def _reopened_by(ticket: Ticket) -> int:
    return next((event.actor for event in reversed(ticket.events) if event.kind == "reopened"), 0)


def _office_share(seconds: int | None) -> int | None:
    """Business time of a legacy duration: a rough third of a day, as the old engine's figures are anyway unreliable."""
    if seconds is None:
        return None
    return seconds // DAY * 8 * 3600 + min(seconds % DAY, 8 * 3600)
