"""Writing the team's on-call schedules: rotations in versions, overrides, temporary schedules, swaps and history.

Every method is one transaction and raises StoreError; UnknownTechnician where a name is nobody's. What once counted is
never rewritten: a changed rotation ends and a new version begins, members leave with a date, overrides are withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlmodel import col

from helpdesk_tui.data.engine import Store
from helpdesk_tui.data.tables.rosters import (
    OncallHistoryRow,
    OncallLayerRow,
    OncallMemberRow,
    OncallOverrideRow,
    OncallPlacedRow,
    OncallScheduleRow,
    OncallStateRow,
    OncallSwapRow,
    OncallTemporaryRow,
)
from helpdesk_tui.data.write.team_names import number_of, windows_text
from helpdesk_tui.domain.roster.duties import Span
from helpdesk_tui.domain.roster.errors import RosterError, StaleSwap
from helpdesk_tui.domain.roster.layers import Layer
from helpdesk_tui.domain.roster.overrides import Override, Temporary
from helpdesk_tui.domain.roster.schedule import Schedule
from helpdesk_tui.domain.roster.swaps import Swap, SwapState


class RosterWriter:
    """Writes the on-call part of team.db."""

    def __init__(self, store: Store) -> None:
        """`store` is the team's store opened for writing; whoever opened it closes it."""
        self.store = store

    def save_schedule(
        self, schedule: Schedule, now: int, *, name: str = "", skill: str = "", group: str = "", origin: str = ""
    ) -> int:
        """Keep a schedule with its layers as they are to be from `now` on; its number.

        Layers are known by their keys. One whose rotation or hours changed ends now, and its next version begins; where
        only the members changed, they leave and join now. A layer that is no longer given ends now. Overrides and the
        rest of `schedule` are not looked at: they have methods of their own.
        """
        values = {
            "key": schedule.key, "name": name, "zone": schedule.zone, "mode": str(schedule.mode), "skill": skill,
            "grp": group, "origin": origin, "updated_at": now, "retired_at": 0,
        }  # fmt: skip
        with self.store.transaction() as connection:
            number = _schedule(connection, schedule.key)
            fresh = number is None
            if number is None:
                made = connection.execute(insert(OncallScheduleRow).values(**values)).inserted_primary_key
                assert made is not None
                number = int(made[0])
            else:
                here = col(OncallScheduleRow.id) == number
                connection.execute(update(OncallScheduleRow).where(here).values(**values))
            for layer in schedule.layers:
                _keep_layer(connection, number, layer, now, fresh=fresh)
            kept = [layer.key for layer in schedule.layers]
            _end(connection, col(OncallLayerRow.schedule) == number, col(OncallLayerRow.key).not_in(kept), now)
        return number

    def retire_schedule(self, key: str, now: int) -> bool:
        """Use a schedule no more; its past stays on record. False where it is not in use."""
        with self.store.transaction() as connection:
            here = (col(OncallScheduleRow.key) == key) & (col(OncallScheduleRow.retired_at) == 0)
            return connection.execute(update(OncallScheduleRow).where(here).values(retired_at=now)).rowcount > 0

    def retire_others(self, keys: Iterable[str], origin: str, now: int) -> None:
        """Retire every schedule of an origin but these."""
        with self.store.transaction() as connection:
            here = (col(OncallScheduleRow.origin) == origin) & (col(OncallScheduleRow.retired_at) == 0)
            others = here & col(OncallScheduleRow.key).not_in(list(keys))
            connection.execute(update(OncallScheduleRow).where(others).values(retired_at=now))

    def add_override(self, schedule: str, override: Override, by: str) -> None:
        """Keep an override of one of the team's own schedules. RosterError where there is no such schedule."""
        with self.store.transaction() as connection:
            number = _known(connection, schedule)
            connection.execute(
                insert(OncallOverrideRow).values(
                    key=override.key, schedule=number, layer=override.layer, kind=str(override.kind),
                    start=override.start, end=override.end, created_at=override.created_at, created_by=by,
                    put_on=number_of(connection, override.add) if override.add else 0,
                    taken_off=number_of(connection, override.remove) if override.remove else 0,
                )
            )  # fmt: skip

    def withdraw_override(self, key: str, now: int) -> bool:
        """Take an override back; False where it does not stand."""
        with self.store.transaction() as connection:
            here = (col(OncallOverrideRow.key) == key) & (col(OncallOverrideRow.withdrawn_at) == 0)
            return connection.execute(update(OncallOverrideRow).where(here).values(withdrawn_at=now)).rowcount > 0

    def add_temporary(self, schedule: str, temporary: Temporary, by: str) -> None:
        """Keep fixed shifts that replace everything in their span."""
        with self.store.transaction() as connection:
            values = {
                "key": temporary.key, "schedule": _known(connection, schedule), "start": temporary.start,
                "end": temporary.end, "created_at": temporary.created_at, "created_by": by,
            }  # fmt: skip
            made = connection.execute(insert(OncallTemporaryRow).values(**values)).inserted_primary_key
            assert made is not None
            for shift in temporary.shifts:
                who = number_of(connection, shift.person)
                connection.execute(
                    insert(OncallPlacedRow).values(
                        temporary=int(made[0]), technician=who, start=shift.start, end=shift.end
                    )
                )

    def withdraw_temporary(self, key: str, now: int) -> bool:
        """Take a temporary schedule back; False where it does not stand."""
        with self.store.transaction() as connection:
            here = (col(OncallTemporaryRow.key) == key) & (col(OncallTemporaryRow.withdrawn_at) == 0)
            return connection.execute(update(OncallTemporaryRow).where(here).values(withdrawn_at=now)).rowcount > 0

    def propose_swap(self, swap: Swap) -> None:
        """Keep a swap that somebody asks for."""
        gives, takes = swap.gives, swap.takes
        with self.store.transaction() as connection:
            connection.execute(
                insert(OncallSwapRow).values(
                    key=swap.key, gives_schedule=gives.schedule, giver=number_of(connection, gives.person),
                    gives_start=gives.start, gives_end=gives.end, taker=number_of(connection, swap.taker),
                    takes_schedule=takes.schedule if takes else "", takes_start=takes.start if takes else 0,
                    takes_end=takes.end if takes else 0, state=str(swap.state), asked_at=swap.asked_at,
                    decided_by=swap.decided_by,
                )
            )  # fmt: skip

    def move_swap(self, swap: Swap, seen: SwapState, now: int, *, change: str = "") -> None:
        """Bring a swap from the state that was `seen` into its own. StaleSwap where somebody else moved it first."""
        with self.store.transaction() as connection:
            here = col(OncallSwapRow.key) == swap.key
            values: dict[str, object] = {"state": str(swap.state), "decided_by": swap.decided_by, "decided_at": now}
            if change:
                values["change"] = change
            found = connection.execute(
                update(OncallSwapRow).where(here & (col(OncallSwapRow.state) == str(seen))).values(**values)
            )
            if found.rowcount:
                return
            state = connection.execute(
                select(col(OncallSwapRow.state), col(OncallSwapRow.decided_by)).where(here)
            ).first()
        if state is None:
            raise RosterError("there is no such swap any more")
        who = f" by {state[1]}" if state[1] else ""
        raise StaleSwap(f"this swap is {state[0]} already{who}: nothing was changed", state=state[0])

    def record(self, schedule: str, spans: Sequence[Span]) -> int:
        """Write down who was on in spans that are over, from where the record ends; how many spans were new."""
        with self.store.transaction() as connection:
            number = _known(connection, schedule)
            column = col(OncallHistoryRow.end)
            last = connection.scalar(select(func.max(column)).where(col(OncallHistoryRow.schedule) == number)) or 0
            new = [span for span in spans if span.end > last]
            for span in new:
                start = max(span.start, last)
                for who in {number_of(connection, name) for name in span.people} or {0}:
                    connection.execute(
                        insert(OncallHistoryRow).values(schedule=number, start=start, technician=who, end=span.end)
                    )
        return len(new)


def _schedule(connection: Connection, key: str) -> int | None:
    return connection.scalar(select(col(OncallScheduleRow.id)).where(col(OncallScheduleRow.key) == key))


def _known(connection: Connection, key: str) -> int:
    number = _schedule(connection, key)
    if number is None:
        raise RosterError(f"the team has no schedule {key!r} of its own")
    return number


def _keep_layer(connection: Connection, schedule: int, layer: Layer, now: int, *, fresh: bool) -> None:
    """The layer as it is from now on: as it was, with other members, or as a new version."""
    rotation = layer.rotation
    rule = {
        "rank": layer.rank, "zone": rotation.zone, "unit": str(rotation.unit), "length": rotation.length,
        "anchor": rotation.anchor.isoformat(), "advance": str(rotation.advance),
        "windows": windows_text(layer.restriction),
        "hours_zone": layer.restriction.zone if layer.restriction else "",
    }  # fmt: skip
    here = (col(OncallLayerRow.schedule) == schedule) & (col(OncallLayerRow.key) == layer.key)
    running = here & ((col(OncallLayerRow.end_at) == 0) | (col(OncallLayerRow.end_at) > now))
    columns = [col(getattr(OncallLayerRow, name)) for name in rule]
    found = connection.execute(select(col(OncallLayerRow.id), *columns).where(running)).first()
    if found is not None and tuple(found[1:]) == tuple(rule.values()):
        same = col(OncallLayerRow.id) == int(found[0])
        connection.execute(update(OncallLayerRow).where(same).values(end_at=layer.end or 0))
        _keep_members(connection, int(found[0]), layer, now)
        return
    if found is not None:
        connection.execute(update(OncallLayerRow).where(running).values(end_at=now))
    start = layer.start or (0 if fresh or found is None else now)
    made = connection.execute(
        insert(OncallLayerRow).values(
            schedule=schedule, key=layer.key, start_at=max(start, now) if found is not None else start,
            end_at=layer.end or 0, **rule,
        )
    ).inserted_primary_key  # fmt: skip
    assert made is not None
    number = int(made[0])
    for member in rotation.members:
        _join(connection, number, member.person, member.turn, member.valid_from or 0, member.valid_to or 0)
    for state in rotation.states:
        connection.execute(insert(OncallStateRow).values(layer=number, at=state.at, turn=state.turn))


def _keep_members(connection: Connection, layer: int, wanted: Layer, now: int) -> None:
    """Those who are not wanted in their turn leave now, those who are new join now."""
    members = wanted.rotation.members
    asked = {(member.turn, number_of(connection, member.person)): member for member in members}
    query = select(
        col(OncallMemberRow.id), col(OncallMemberRow.turn), col(OncallMemberRow.technician)
    ).where((col(OncallMemberRow.layer) == layer) & (col(OncallMemberRow.valid_to) == 0))  # fmt: skip
    there = {(turn, who): number for number, turn, who in connection.execute(query)}
    for place, number in there.items():
        if place not in asked:
            connection.execute(update(OncallMemberRow).where(col(OncallMemberRow.id) == number).values(valid_to=now))
    for (turn, _), member in asked.items():
        place = (turn, number_of(connection, member.person))
        if place not in there and not member.valid_to:
            _join(connection, layer, member.person, turn, member.valid_from or now, 0)
    known = {
        at for (at,) in connection.execute(select(col(OncallStateRow.at)).where(col(OncallStateRow.layer) == layer))
    }
    for state in wanted.rotation.states:
        if state.at not in known:
            connection.execute(insert(OncallStateRow).values(layer=layer, at=state.at, turn=state.turn))


def _join(connection: Connection, layer: int, person: str, turn: int, since: int, until: int) -> None:
    connection.execute(
        insert(OncallMemberRow).values(
            layer=layer, turn=turn, technician=number_of(connection, person), valid_from=since, valid_to=until
        )
    )


def _end(connection: Connection, here: object, which: object, now: int) -> None:
    """Layers that count no more from now on; one that never began is taken out."""
    running = (col(OncallLayerRow.end_at) == 0) | (col(OncallLayerRow.end_at) > now)
    future = col(OncallLayerRow.start_at) >= now
    connection.execute(delete(OncallLayerRow).where(here, which, future))  # type: ignore[arg-type]
    connection.execute(update(OncallLayerRow).where(here, which, running).values(end_at=now))  # type: ignore[arg-type]
