"""The outbox as it is, over each platform as it is: whatever gets lost, dies or is edited, four things hold.

Nothing is said twice; of what is said on one ticket, what was decided first comes first; nobody's value is overwritten
unless the user saw it; what counts as saved is on the platform. Left alone, everything comes to rest.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from helpdesk_tui.data.change_rows import Entry
from helpdesk_tui.data.write.outbox import Outbox
from helpdesk_tui.data.write.sql import driver
from helpdesk_tui.domain.change_rules import Outcome, after
from helpdesk_tui.domain.changes import Change, ChangeState
from helpdesk_tui.sandbox.model import PLATFORMS, Platform, Ticket

from .outbox_place import DONE, NOT_DONE, Place

pytestmark = pytest.mark.integration
S = ChangeState
TICKETS = st.integers(0, 1)
VALUES = {"owner": (1, 2, 3), "priority": (1, 2, 3, 4)}
PLANS = st.one_of(st.just(""), st.sampled_from((*NOT_DONE, *DONE, "twice")))
GUARDED = ("zendesk",)
"""Platforms that refuse a write for another version than the one they hold."""


class Model(RuleBasedStateMachine):
    """Users decide, others edit, the sender sends, things get lost."""

    place: Place

    def __init__(self) -> None:
        super().__init__()
        self.tickets = [self.place.ticket() for _ in range(2)]
        self.seen = [self._platform(truth) for truth in self.tickets]
        self.changes: list[Change] = []
        self.texts = 0
        self.lines = self.place.reader.journal(limit=1_000_000)[-1:]

    def _platform(self, truth: Ticket) -> dict[str, str]:
        return {"owner": self.place.person(truth.owner), "priority": str(truth.priority)}

    def _now(self) -> list[Change]:
        return [self.place.state(one) for one in self.changes]

    def _enter(self, ticket: int, base: dict[str, str], **desired: str) -> None:
        change = self.place.change(self.tickets[ticket], base, **desired)
        self.changes += self.place.enqueue(change)

    def _journal(self) -> list[Entry]:
        """What became of this run's changes, and the last line before it."""
        after_line = self.lines[-1].id if self.lines else 0
        self.lines += self.place.reader.journal(after=after_line, limit=100_000)
        return self.lines

    # Users

    @rule(ticket=TICKETS, data=st.data(), name=st.sampled_from(sorted(VALUES)), speaks=st.booleans())
    def decide(self, ticket: int, data: st.DataObject, name: str, speaks: bool) -> None:
        value = data.draw(st.sampled_from(VALUES[name]))
        wanted = self.place.person(self.place.members[value]) if name == "owner" else str(value)
        more = {"note": self._text()} if speaks else {}
        self._enter(ticket, {name: self.seen[ticket][name]}, **{name: wanted}, **more)
        self.seen[ticket][name] = wanted

    def _text(self) -> str:
        self.texts += 1
        return f"text {self.texts}"

    @rule(ticket=TICKETS, name=st.sampled_from(("note", "reply")))
    def say(self, ticket: int, name: str) -> None:
        self._enter(ticket, {}, **{name: self._text()})

    @rule(ticket=TICKETS)
    def pull(self, ticket: int) -> None:
        self.seen[ticket] = self._platform(self.tickets[ticket])
        key = self.place.key(self.tickets[ticket])
        for change in self._now():
            if change.key == key and not change.state.is_final:
                self.seen[ticket] |= {name: change.desired[name] for name in change.overwrites}

    @rule(data=st.data())
    def decide_what_waits(self, data: st.DataObject) -> None:
        waiting = [one for one in self._now() if one.state.needs_user]
        if not waiting:
            return
        change = data.draw(st.sampled_from(waiting))
        possible = [Outcome.KEEP_MINE, Outcome.KEEP_THEIRS, Outcome.DISCARD]
        outcome = data.draw(st.sampled_from([one for one in possible if after(change.state, one)]))
        self.place.outbox.decide(change.id, outcome, self.place.now())

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        if not self.changes:
            return
        change = data.draw(st.sampled_from(self.changes))
        undone = self.place.outbox.undo([change.id], self.place.now())
        self.changes += undone.compensating

    # Others

    def _edit(self, ticket: int, name: str, value: int) -> None:
        self.place.edit(self.tickets[ticket], **{name: self.place.members[value] if name == "owner" else value})

    @rule(ticket=TICKETS, name=st.sampled_from(sorted(VALUES)), value=st.integers(1, 3))
    def somebody_edits(self, ticket: int, name: str, value: int) -> None:
        self._edit(ticket, name, value)

    @rule(ticket=TICKETS, name=st.sampled_from(sorted(VALUES)), value=st.integers(1, 3))
    def somebody_is_faster(self, ticket: int, name: str, value: int) -> None:
        if self.place.platform in GUARDED:
            self.place.wire.between = lambda: self._edit(ticket, name, value)

    # The sender

    @rule(wait=st.sampled_from((0, 15, 60, 400)), plan=PLANS)
    def work(self, wait: int, plan: str) -> None:
        self._plan(plan)
        self.place.drain(wait)
        self.place.wire.plans.clear()

    @rule(wait=st.sampled_from((0, 15, 400)), at=st.sampled_from((1, 2, 3, 3, 3, 4, 5, 6)), plan=PLANS)
    def die(self, wait: int, at: int, plan: str) -> None:
        self._plan(plan)
        self.place.drain(wait, die_at=at)
        self.place.wire.plans.clear()

    def _plan(self, plan: str) -> None:
        if plan and (plan != "twice" or self.place.platform in GUARDED):
            self.place.wire.plans.extend([plan] * (2 if plan == "signed out" else 1))

    @rule()
    def end(self) -> None:
        self.place.end()

    # What must hold

    @invariant()
    def nothing_is_said_twice_and_in_order(self) -> None:
        for truth in self.tickets:
            texts = [event.text for event in truth.events if event.kind in ("note", "reply")]
            assert len(texts) == len(set(texts)), f"said twice: {texts}"
            numbers = [int(text.split()[1]) for text in texts if text not in self._quarrelled()]
            assert numbers == sorted(numbers), f"out of order: {texts}"

    def _quarrelled(self) -> set[str]:
        """Texts that waited for the user to decide about something else: later ones did not wait for that."""
        waited = [entry for entry in self._journal() if ChangeState(entry.state).needs_user]
        return {entry.desired.get("note", "") or entry.desired.get("reply", "") for entry in waited}

    @invariant()
    def nobody_is_overwritten_unasked(self) -> None:
        seen: dict[str, set[tuple[str, str, str]]] = {}
        for entry in self._journal():
            for name in entry.base.keys() & entry.desired.keys():
                seen.setdefault(entry.key, set()).add((name, entry.base[name], entry.desired[name]))
        for truth in self.tickets:
            allowed = seen.get(self.place.key(truth), set())
            for event in truth.events[2:]:
                if event.kind in VALUES and event.actor == self.place.me and event.at > truth.created:
                    old, new = (self._told(event.kind, value) for value in (event.old, event.new))
                    assert (event.kind, old, new) in allowed, f"{event.kind}: {new} over {old}"

    def _told(self, kind: str, value: str) -> str:
        return self.place.person(int(value or 0)) if kind == "owner" else value

    @invariant()
    def saved_means_on_the_platform(self) -> None:
        by_key = {self.place.key(truth): truth for truth in self.tickets}
        for change in self._now():
            if change.state not in (S.APPLIED, S.CONFIRMED):
                continue
            truth = by_key[change.key]
            if change.says:
                assert self.place.said(truth, change.says) == 1, change
            for name in change.overwrites:
                been = {self._told(name, event.new) for event in truth.events if event.kind == name}
                assert change.desired[name] in been | {"3"}, change

    @invariant()
    def every_wish_stands_somewhere(self) -> None:
        for change in self._now():
            assert change.state.words
            assert change.words or not change.state.needs_user, change

    def teardown(self) -> None:
        """Left alone with a platform that works, everything comes to rest where nothing or a user is needed."""
        self.place.rest()
        self.nothing_is_said_twice_and_in_order()
        self.nobody_is_overwritten_unasked()
        now = self._now()
        by_key = {self.place.key(truth): truth for truth in self.tickets}
        for change in now:
            assert change.state.is_final or change.state.needs_user or self._behind(change, now), change
            if change.says and change.state is S.CONFIRMED:
                assert self.place.said(by_key[change.key], change.says) == 1
            if change.says and set(change.desired) <= {"note", "reply"}:
                assert change.state in (S.CONFIRMED, S.DISCARDED), change
        self.saved_means_on_the_platform()
        for change in now:
            if not change.state.is_final:
                self.place.outbox.undo([change.id], self.place.now())

    def _behind(self, change: Change, now: list[Change]) -> bool:
        """Whether a queued change waits for one of the same field that a user has to decide."""
        ahead = [one for one in now if one.key == change.key and one.seq < change.seq and one.state.needs_user]
        return change.state is S.QUEUED and any(set(one.overwrites) & set(change.overwrites) for one in ahead)


def run(machine: type[Model], examples: int) -> None:
    wanted = settings(
        max_examples=examples,
        stateful_step_count=16,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=wanted)


@pytest.fixture
def make_model(tmp_path: Path) -> Any:
    """Makes models over a platform; whatever they opened is closed."""
    made: list[Place] = []

    def make(platform: Platform) -> type[Model]:
        made.append(Place(platform, tmp_path / platform))
        return type(f"Model_{platform}", (Model,), {"place": made[-1]})

    yield make
    for place in made:
        place.close()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_whatever_happens_nothing_is_lost_doubled_or_overwritten(
    make_model: Callable[[Platform], type[Model]], platform: Platform
) -> None:
    run(make_model(platform), 20)


def test_a_sender_that_takes_for_unsent_what_was_being_sent_says_things_twice(
    make_model: Callable[[Platform], type[Model]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(outbox: Outbox, host: str, now: int) -> list[Change]:
        with outbox.store.transaction() as connection:
            driver(connection).execute(
                "UPDATE change SET state = 'QUEUED', not_before = ? WHERE host = ? AND state = 'SENDING'", (now, host)
            )
        return []

    monkeypatch.setattr(Outbox, "recover", careless)
    with pytest.raises((AssertionError, ExceptionGroup)) as failure:
        run(make_model("zendesk"), 200)
    found = failure.value
    assert "said twice" in (str(found.exceptions) if isinstance(found, ExceptionGroup) else str(found))
