"""Alarms in the user's own store: raised once for each ticket, clock and stage, shown once.

Every function is one transaction and raises StoreError. Instants are integer seconds UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields

from helpdesk_tui.data import dialect
from helpdesk_tui.data.read.alarms import Alarm
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.data.write.sql import Sql, driver

KEPT = 30 * 86_400
"""Seconds for which it is remembered that an alarm was raised."""
_COLUMNS = tuple(field.name for field in fields(Alarm))
_RAISE = dialect.insert("alarm", _COLUMNS) + " ON CONFLICT (source, key, clock, stage) DO NOTHING"


def raise_alarms(writer: PersonalWriter, alarms: Sequence[Alarm], now: int) -> list[Alarm]:
    """Raise those of them that were not raised before; which they are. Forgets what is long over."""
    with writer.store.transaction() as connection:
        sql = Sql(driver(connection))
        fresh = [alarm for alarm in alarms if sql.run(_RAISE, astuple(alarm)) == 1]
        sql.run("DELETE FROM alarm WHERE raised_at < ?", (now - KEPT,))
        return fresh


def show_alarms(writer: PersonalWriter, alarms: Sequence[Alarm], now: int) -> list[Alarm]:
    """Note that a screen shows these now; those that no other screen had shown."""
    here = "UPDATE alarm SET shown_at = ? WHERE source = ? AND key = ? AND clock = ? AND stage = ? AND shown_at = 0"
    with writer.store.transaction() as connection:
        sql = Sql(driver(connection))
        return [
            alarm for alarm in alarms if sql.run(here, (now, alarm.source, alarm.key, alarm.clock, alarm.stage)) == 1
        ]
