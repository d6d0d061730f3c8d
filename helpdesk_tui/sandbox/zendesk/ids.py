"""Identifiers as Zendesk writes them: tickets are numbered from 1, everything else has thirteen digits.

Each is a pure function of the company's small number and can be undone, so that a record is found without an index.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as BadBase64

ACCOUNT = 18_525_119
BRAND = 6_130_830_354_842
FORM = 6_130_830_344_474
CATEGORY_FIELD = 6_130_852_537_626
SCHEDULE = 6_130_852_538_138
_STEP = 128
_USERS = 6_130_800_000_026
_GROUPS = 6_130_700_000_058
_ORGANISATIONS = 6_130_600_000_090
_MEMBERSHIPS = 6_130_000_000_006
_ORGANISATION_MEMBERSHIPS = 6_130_400_000_014
_AUDITS = 6_200_000_000_000
_AUDIT_STEP = 32
_EVENTS_MOST = 1024
_GROUP_SPAN = 4096


def user(uid: int) -> int:
    """The user with the company's number `uid`."""
    return _USERS + uid * _STEP


def uid(user_id: int) -> int:
    """The company's number of a user, 0 where it cannot be one."""
    return _back(user_id, _USERS)


def group(gid: int) -> int:
    """The group with the company's number `gid`."""
    return _GROUPS + gid * _STEP


def gid(group_id: int) -> int:
    """The company's number of a group, 0 where it cannot be one."""
    return _back(group_id, _GROUPS)


def organisation(oid: int) -> int:
    """The organisation with the company's number `oid`."""
    return _ORGANISATIONS + oid * _STEP


def oid(organisation_id: int) -> int:
    """The company's number of an organisation, 0 where it cannot be one."""
    return _back(organisation_id, _ORGANISATIONS)


def membership(person: int, group_number: int) -> int:
    """The membership of a person in a group."""
    return _MEMBERSHIPS + person * _GROUP_SPAN + group_number


def organisation_membership(person: int) -> int:
    """The membership of a person in their one organisation."""
    return _ORGANISATION_MEMBERSHIPS + person * _STEP


def audit(ticket: int, place: int) -> int:
    """The audit that begins with the event at `place` (from 0) of a ticket's history."""
    return _AUDITS + (ticket * _EVENTS_MOST + place) * _AUDIT_STEP


def audit_event(ticket: int, place: int, line: int) -> int:
    """One line of an audit; `line` counts from 0 within the event at `place`."""
    return audit(ticket, place) + 1 + line


def _back(value: int, base: int) -> int:
    number, rest = divmod(value - base, _STEP)
    return number if rest == 0 and number > 0 else 0


def pack(*parts: int) -> str:
    """An opaque page cursor."""
    return b64encode(("v1:" + ":".join(str(part) for part in parts)).encode()).decode()


def unpack(cursor: str) -> tuple[int, ...] | None:
    """The numbers of a page cursor, None where it is not one of ours."""
    try:
        head, *parts = b64decode(cursor, validate=True).decode("ascii").split(":")
        return tuple(int(part) for part in parts) if head == "v1" else None
    except (BadBase64, ValueError):
        return None


def export_cursor(instant: int, number: int) -> str:
    """The cursor of an incremental export: instant and identifier of the last record, as the real one is built."""
    return b64encode(f"{instant}.0||{number}|".encode()).decode()


def read_export_cursor(cursor: str) -> tuple[int, int] | None:
    """Instant and identifier of an export cursor, None where it is none."""
    try:
        instant, number, _ = b64decode(cursor, validate=True).decode("ascii").replace("||", "|").split("|")
        return int(float(instant)), int(number)
    except (BadBase64, ValueError):
        return None
