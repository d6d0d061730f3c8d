"""The outbox as a model: a platform that loses things, people who edit, a sender that dies; and what must hold.

The sender here is a plain retelling of the real one over the real rules (`domain.change_rules`, `domain.merging`); the
real one runs against the sandbox in tests/sync. A sender that simply sends again is run beside it and has to fail.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from helpdesk_tui.domain.change_rules import TABLE, Outcome, after, heads
from helpdesk_tui.domain.changes import Change, ChangeState, Kind, Op
from helpdesk_tui.domain.merging import Standing, moved, standing

S = ChangeState
TICKETS = ("a", "b", "c")
FIELDS = ("owner", "title")
FAULTS = ("none", "none", "lost_request", "lost_reply", "crash_before", "crash_after")


@dataclass
class Ticket:
    """A ticket on the platform, and who wrote what to it."""

    values: dict[str, str] = field(default_factory=lambda: {"owner": "ann", "title": "t"})
    notes: list[str] = field(default_factory=list)
    writes: list[int] = field(default_factory=list)
    """The order in which changes of ours arrived."""
    overwritten: list[str] = field(default_factory=list)


class Crashed(Exception):
    """The sender died."""


class LostAnswer(Exception):
    """Nobody knows."""


class Machine(RuleBasedStateMachine):
    """Users decide, others edit, the sender sends, things get lost."""

    naive = False

    def __init__(self) -> None:
        super().__init__()
        self.platform = {key: Ticket() for key in TICKETS}
        self.seen = {key: dict(ticket.values) for key, ticket in self.platform.items()}
        self.changes: dict[int, Change] = {}
        self.acked: set[int] = set()
        self.kept_mine: set[tuple[str, str, str]] = set()
        self.number = 0

    # Users

    def _enter(self, key: str, **values: str) -> None:
        self.number += 1
        base = {name: self.seen[key][name] for name in values if name in FIELDS}
        name = next(iter(values))
        op = Op.NOTE if name == "note" else Op.SET
        ident = f"{self.number:04}"
        self.changes[self.number] = Change(
            ident, self.number, "sn", Kind.TICKET, key, name, op, dict(values), base, host="here"
        )

    @rule(key=st.sampled_from(TICKETS), name=st.sampled_from(FIELDS), value=st.sampled_from(("bo", "cy", "dee")))
    def decide(self, key: str, name: str, value: str) -> None:
        """Decide a value, on what this user sees: the platform as last read, and their own pending writes over it."""
        self._enter(key, **{name: value})
        self.seen[key][name] = value

    @rule(key=st.sampled_from(TICKETS))
    def write_a_note(self, key: str) -> None:
        self._enter(key, note=f"note {self.number + 1}")

    @rule(key=st.sampled_from(TICKETS), name=st.sampled_from(FIELDS), value=st.sampled_from(("eve", "fay")))
    def somebody_edits(self, key: str, name: str, value: str) -> None:
        self.platform[key].values[name] = value

    @rule(key=st.sampled_from(TICKETS))
    def pull(self, key: str) -> None:
        """Look at the platform; what is pending stays over it."""
        self.seen[key] = dict(self.platform[key].values)
        for change in self.changes.values():
            if change.key == key and not change.state.is_final:
                self.seen[key] |= {name: change.desired[name] for name in change.overwrites}

    @precondition(lambda self: any(one.state.needs_user for one in self.changes.values()))
    @rule(data=st.data())
    def decide_a_conflict(self, data: st.DataObject) -> None:
        change = data.draw(st.sampled_from([one for one in self.changes.values() if one.state.needs_user]))
        possible = [one for one in (Outcome.KEEP_MINE, Outcome.KEEP_THEIRS) if after(change.state, one)]
        outcome = data.draw(st.sampled_from(possible))
        base = change.base
        if outcome is Outcome.KEEP_MINE:
            base = {**base, **{name: change.theirs[name] for name in base}}
            self.kept_mine |= {(change.id, name, change.theirs[name]) for name in base}
        self._put(replace(change, base=base), outcome)

    # The sender

    @rule(data=st.data(), fault=st.sampled_from(FAULTS))
    def work(self, data: st.DataObject, fault: str) -> None:
        """One thing the sender does: look for an uncertain change, or send one whose turn it is."""
        uncertain = [one for one in self.changes.values() if one.state is S.UNCERTAIN]
        due = heads([one for one in self.changes.values() if not one.state.is_final])
        if not (uncertain or due):
            return
        change = data.draw(st.sampled_from([*uncertain, *due]))
        try:
            if change.state is S.UNCERTAIN and not self.naive:
                self._verify(change)
            else:
                self._send(change, fault)
        except Crashed:
            for one in [one for one in self.changes.values() if one.state is S.SENDING]:
                self._put(one, Outcome.DIED)

    def _put(self, change: Change, outcome: Outcome) -> Change:
        state = TABLE[(change.state, outcome)]
        settled = replace(change, state=state)
        self.changes[change.seq] = settled
        if state is S.APPLIED:
            self.acked.add(change.seq)
        return settled

    def _send(self, change: Change, fault: str) -> None:
        now = self.platform[change.key].values
        if not self.naive:
            if moved(change, now):
                self._put(replace(change, theirs=dict(now)), Outcome.MOVED)
                return
            if standing(change, now) is Standing.AS_DESIRED:
                self._put(change, Outcome.FOUND)
                return
        claimed = replace(change, state=S.SENDING, attempts=change.attempts + 1)
        self.changes[change.seq] = claimed
        try:
            self._deliver(claimed, fault)
        except LostAnswer:
            self._put(claimed, Outcome.NOBODY_KNOWS)
            return
        self._put(claimed, Outcome.SAID_YES)

    def _deliver(self, change: Change, fault: str) -> None:
        if fault == "crash_before":
            raise Crashed
        if fault == "lost_request":
            raise LostAnswer
        ticket = self.platform[change.key]
        for name in change.overwrites:
            present = ticket.values[name]
            if present not in (change.base[name], change.desired[name]):
                ticket.overwritten.append(f"{change.id} wrote {name} over {present}")
            ticket.values[name] = change.desired[name]
        if change.says:
            ticket.notes.append(change.says)
        ticket.writes.append(change.seq)
        if fault == "crash_after":
            raise Crashed
        if fault == "lost_reply":
            raise LostAnswer

    def _verify(self, change: Change) -> None:
        ticket = self.platform[change.key]
        if change.says:
            self._put(change, Outcome.FOUND if change.says in ticket.notes else Outcome.ABSENT)
            return
        found = standing(change, ticket.values)
        outcome = {Standing.AS_DESIRED: Outcome.FOUND, Standing.AS_BASE: Outcome.ABSENT}.get(found, Outcome.MOVED)
        self._put(replace(change, theirs=dict(ticket.values)), outcome)

    # What must hold

    @invariant()
    def nothing_is_said_twice(self) -> None:
        for ticket in self.platform.values():
            assert len(ticket.notes) == len(set(ticket.notes)), f"said twice: {ticket.notes}"

    @invariant()
    def order_is_kept(self) -> None:
        """Of one field, and of notes, what was decided first arrives first."""
        for key, ticket in self.platform.items():
            for name in (*FIELDS, "note"):
                arrived = [seq for seq in ticket.writes if name in self.changes[seq].desired]
                assert arrived == sorted(arrived), f"{key}.{name} arrived as {arrived}"

    @invariant()
    def nobody_is_overwritten_unasked(self) -> None:
        for ticket in self.platform.values():
            assert not ticket.overwritten, ticket.overwritten

    @invariant()
    def acknowledged_means_on_the_platform(self) -> None:
        for seq in self.acked:
            change = self.changes[seq]
            if change.says:
                assert change.says in self.platform[change.key].notes

    @invariant()
    def every_wish_stands_somewhere_with_words(self) -> None:
        assert len(self.changes) == self.number
        assert all(change.state.words for change in self.changes.values())

    def teardown(self) -> None:
        """Left alone with a platform that works, everything comes to rest where nothing or a user is needed."""
        if self.naive:
            return
        for _ in range(3 * len(self.changes) + 3):
            self._rest()
        for change in self.changes.values():
            assert change.state in (S.APPLIED, S.CONFLICT, S.DISCARDED, S.QUEUED), change
            if change.state is S.QUEUED:
                ahead = [one for one in self.changes.values() if one.key == change.key and one.seq < change.seq]
                assert any(one.state is S.CONFLICT and one.field == change.field for one in ahead)
            if change.says:
                assert change.state is S.APPLIED
                assert self.platform[change.key].notes.count(change.says) == 1

    def _rest(self) -> None:
        for change in [one for one in self.changes.values() if one.state is S.UNCERTAIN]:
            self._verify(change)
        for change in heads([one for one in self.changes.values() if not one.state.is_final]):
            self._send(change, "none")


class Naive(Machine):
    """Sends what was not acknowledged again, and looks at nothing."""

    naive = True


def run(machine: type[Machine], examples: int) -> None:
    wanted = settings(
        max_examples=examples,
        stateful_step_count=30,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=wanted)


def test_whatever_happens_nothing_is_lost_doubled_or_overwritten() -> None:
    run(Machine, 100)


def test_sending_again_unasked_does_all_of_that() -> None:
    with pytest.raises((AssertionError, ExceptionGroup)) as failure:
        run(Naive, 30)
    found = failure.value
    said = str(found.exceptions) if isinstance(found, ExceptionGroup) else str(found)
    assert "said twice" in said or "wrote" in said
