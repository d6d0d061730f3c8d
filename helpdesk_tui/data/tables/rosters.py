"""team.db: what each technician can do and when they are there, and who is on call by the team's own schedules.

`technician` is the number of a row of that name throughout; `origin` says whose word something is: "" ours, "file"
technicians.toml or roster.toml, else the name of a source or of an imported file. Wall times of day are seconds.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint

from helpdesk_tui.data.tables.base import key_number, key_words, number_, row_id, words_
from helpdesk_tui.data.tables.team import TeamTable


class TechnicianOriginRow(TeamTable, table=True):
    """Whose word it is that somebody is a technician; without a row: ours."""

    __tablename__ = "technician_origin"
    technician: int = key_number()
    origin: str = words_()


class TechnicianSkillRow(TeamTable, table=True):
    """A skill with its level from 1; what a source says stands beside what the team says, which counts."""

    __tablename__ = "technician_skill"
    technician: int = key_number()
    skill: str = key_words()
    origin: str = key_words()
    level: int = number_(1)


class TechnicianGroupRow(TeamTable, table=True):
    """A group by its name. What the platforms' own memberships say is in the cache and not repeated here."""

    __tablename__ = "technician_group"
    technician: int = key_number()
    name: str = key_words()
    origin: str = words_()


class TechnicianContactRow(TeamTable, table=True):
    """A way to reach somebody, the lowest `rank` first: phone, mobile, chat, pager …"""

    __tablename__ = "technician_contact"
    technician: int = key_number()
    rank: int = key_number()
    kind: str = words_()
    value: str = words_()


class TeamFileRow(TeamTable, table=True):
    """A file of the team that was read: its digest, so that it is read again only when it says something else."""

    __tablename__ = "team_file"
    name: str = key_words()
    digest: str = words_()
    read_at: int = number_()


class ShiftPatternRow(TeamTable, table=True):
    """Shifts that come back: by `days` (digits, 0 = Monday) of every `every`-th week, or by `rule`.

    `first` and `last` are ISO dates; `breaks` JSON pairs (offset, length); `exceptions` JSON dates. `length` is in wall
    seconds. An ended pattern keeps its row with a `last`.
    """

    __tablename__ = "shift_pattern"
    __table_args__ = (UniqueConstraint("technician", "key"),)
    id: int | None = row_id()
    technician: int = number_()
    key: str = words_()
    zone: str = words_()
    start: int = number_()
    length: int = number_()
    breaks: str = words_("[]")
    days: str = words_()
    every: int = number_(1)
    first: str = words_()
    last: str = words_()
    rule: str = words_()
    place: str = words_()
    exceptions: str = words_("[]")
    origin: str = words_()
    updated_at: int = number_()


class ShiftDatedRow(TeamTable, table=True):
    """One shift on one ISO date."""

    __tablename__ = "shift_dated"
    __table_args__ = (UniqueConstraint("technician", "key", "day"), Index("ix_shift_dated_day", "day"))
    id: int | None = row_id()
    technician: int = number_()
    key: str = words_()
    zone: str = words_()
    day: str = words_()
    start: int = number_()
    length: int = number_()
    breaks: str = words_("[]")
    place: str = words_()
    origin: str = words_()
    updated_at: int = number_()


class OncallScheduleRow(TeamTable, table=True):
    """A schedule of the team's own. `mode` is priority or union; `retired_at` 0 while it is in use."""

    __tablename__ = "oncall_schedule"
    __table_args__ = (UniqueConstraint("key"),)
    id: int | None = row_id()
    key: str = words_()
    name: str = words_()
    zone: str = words_()
    mode: str = words_("priority")
    skill: str = words_()
    grp: str = words_()
    origin: str = words_()
    updated_at: int = number_()
    retired_at: int = number_()


class OncallLayerRow(TeamTable, table=True):
    """One version of a layer with its rotation: never altered but for its end, so the past stays as it was.

    `anchor` is naive local time in `zone`; `windows` JSON triples (weekday, start, length) in `hours_zone`, "" for
    always. It counts in [start_at, end_at), 0 for without bound. `unit` hour, day, week, month; `advance` calendar or
    active.
    """

    __tablename__ = "oncall_layer"
    __table_args__ = (Index("ix_oncall_layer_schedule", "schedule"),)
    id: int | None = row_id()
    schedule: int = number_()
    key: str = words_()
    rank: int = number_()
    zone: str = words_()
    unit: str = words_()
    length: int = number_(1)
    anchor: str = words_()
    advance: str = words_("calendar")
    windows: str = words_()
    hours_zone: str = words_()
    start_at: int = number_()
    end_at: int = number_()


class OncallMemberRow(TeamTable, table=True):
    """Somebody in a turn of a layer from `valid_from` until `valid_to`, 0 for without bound."""

    __tablename__ = "oncall_member"
    __table_args__ = (Index("ix_oncall_member_layer", "layer"),)
    id: int | None = row_id()
    layer: int = number_()
    turn: int = number_()
    technician: int = number_()
    valid_from: int = number_()
    valid_to: int = number_()


class OncallStateRow(TeamTable, table=True):
    """A recorded fact: at `at` it was turn number `turn` of the layer."""

    __tablename__ = "oncall_state"
    layer: int = key_number()
    at: int = key_number()
    turn: int = number_()


class OncallOverrideRow(TeamTable, table=True):
    """A dated exception of the team's own schedule: replace, add or remove; `withdrawn_at` 0 while it stands."""

    __tablename__ = "oncall_override"
    __table_args__ = (UniqueConstraint("key"), Index("ix_oncall_override_schedule", "schedule"))
    id: int | None = row_id()
    key: str = words_()
    schedule: int = number_()
    layer: str = words_()
    kind: str = words_()
    start: int = number_()
    end: int = number_()
    put_on: int = number_()
    taken_off: int = number_()
    created_at: int = number_()
    created_by: str = words_()
    withdrawn_at: int = number_()


class OncallTemporaryRow(TeamTable, table=True):
    """Fixed shifts in [start, end) that replace rules and overrides."""

    __tablename__ = "oncall_temporary"
    __table_args__ = (UniqueConstraint("key"),)
    id: int | None = row_id()
    key: str = words_()
    schedule: int = number_()
    start: int = number_()
    end: int = number_()
    created_at: int = number_()
    created_by: str = words_()
    withdrawn_at: int = number_()


class OncallPlacedRow(TeamTable, table=True):
    """A person at fixed times in a temporary schedule."""

    __tablename__ = "oncall_placed"
    temporary: int = key_number()
    technician: int = key_number()
    start: int = key_number()
    end: int = number_()


class OncallHistoryRow(TeamTable, table=True):
    """Recorded as it happened: who was on a schedule in [start, end); nobody is technician 0."""

    __tablename__ = "oncall_history"
    schedule: int = key_number()
    start: int = key_number()
    technician: int = key_number()
    end: int = number_()


class OncallSwapRow(TeamTable, table=True):
    """Two shifts that are to change hands. Schedules by key: one of them may be a platform's. `takes_start` 0 for
    nothing in return. `change` is the outbox batch where the swap is written to a platform."""

    __tablename__ = "oncall_swap"
    __table_args__ = (UniqueConstraint("key"), Index("ix_oncall_swap_state", "state"))
    id: int | None = row_id()
    key: str = words_()
    gives_schedule: str = words_()
    giver: int = number_()
    gives_start: int = number_()
    gives_end: int = number_()
    taker: int = number_()
    takes_schedule: str = words_()
    takes_start: int = number_()
    takes_end: int = number_()
    state: str = words_("proposed")
    asked_at: int = number_()
    decided_by: str = words_()
    decided_at: int = number_()
    change: str = words_()


class AbsenceRow(TeamTable, table=True):
    """Somebody is away in [start, end), `end` 0 until further notice. Never why: kinds are away, leave, training."""

    __tablename__ = "absence"
    __table_args__ = (UniqueConstraint("key"), Index("ix_absence_technician", "technician"))
    id: int | None = row_id()
    key: str = words_()
    technician: int = number_()
    start: int = number_()
    end: int = number_()
    kind: str = words_("away")
    source: str = words_()
    created_at: int = number_()
    created_by: str = words_()
    withdrawn_at: int = number_()


class VisitRow(TeamTable, table=True):
    """A visit, deployment or maintenance window, with the ticket it belongs to where there is one."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("key"), Index("ix_visit_start", "start"))
    id: int | None = row_id()
    key: str = words_()
    kind: str = words_("visit")
    title: str = words_()
    start: int = number_()
    end: int = number_()
    place: str = words_()
    ticket_source: str = words_()
    ticket_key: str = words_()
    number: str = words_()
    origin: str = words_()
    withdrawn_at: int = number_()


class VisitPersonRow(TeamTable, table=True):
    """Somebody who takes part in a visit."""

    __tablename__ = "visit_person"
    visit: int = key_number()
    technician: int = key_number()


class NeedRuleRow(TeamTable, table=True):
    """How many people are needed: `pool` is a schedule's key, "" the desk; `windows` as in a layer."""

    __tablename__ = "need_rule"
    id: int | None = row_id()
    pool: str = words_()
    skill: str = words_()
    label: str = words_()
    required: int = number_(1)
    windows: str = words_()
    hours_zone: str = words_()
    origin: str = words_()
