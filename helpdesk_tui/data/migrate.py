"""Making the schema of a store and bringing an older one up to date.

A new file gets the whole schema from the tables at once and is marked with the newest revision; an older one goes
through its chain of migrations, for which alembic is loaded. A test proves that both ways lead to the same schema.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData
from sqlalchemy.schema import SchemaItem

from helpdesk_tui.data import dialect
from helpdesk_tui.data.sqlite import SCHEMA, StoreKind

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def metadata(kind: StoreKind) -> MetaData:
    """The tables of a store. Those of the others are not loaded: all of them together take as long as half a start."""
    if kind is StoreKind.CACHE:
        from helpdesk_tui.data.tables import told  # noqa: F401 - its tables hang on the same metadata
        from helpdesk_tui.data.tables.cache import CacheTable

        return CacheTable.metadata
    if kind is StoreKind.PERSONAL:
        from helpdesk_tui.data.tables.personal import PersonalTable

        return PersonalTable.metadata
    from helpdesk_tui.data.tables import plans, rosters, sla  # noqa: F401 - as above
    from helpdesk_tui.data.tables.team import TeamTable

    return TeamTable.metadata


def in_schema(_item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Whether alembic is to look at a table: the search index is made by hand."""
    return not (kind == "table" and name is not None and dialect.is_search_table(name))


def revision(kind: StoreKind, number: int) -> str:
    """The name of a store's migration by its number."""
    return f"{kind}_{number:04d}"


def make(connection: Connection, kind: StoreKind) -> None:
    """Make the whole schema in an empty file, inside the caller's transaction."""
    metadata(kind).create_all(connection)
    if kind is StoreKind.CACHE:
        for statement in (*dialect.SEARCH_TABLES, dialect.HAPPENING):
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revision(kind, SCHEMA[kind]),))
    mark(connection, kind)


def mark(connection: Connection, kind: StoreKind) -> None:
    """Write into the file which store it is and of which version; part of the caller's transaction."""
    connection.exec_driver_sql(f"PRAGMA application_id={kind.application_id}")
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA[kind]}")


def config(connection: Connection, kind: StoreKind) -> Config:
    """Alembic's settings for one store's chain."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "newline")
    settings.set_main_option("version_locations", str(MIGRATIONS / kind).replace("%", "%%"))
    settings.attributes["connection"] = connection
    settings.attributes["metadata"] = metadata(kind)
    return settings


def upgrade(connection: Connection, kind: StoreKind) -> None:
    """Run the migrations a file still lacks, inside the caller's transaction: it ends whole or not at all."""
    from alembic import command

    command.upgrade(config(connection, kind), "head")
    mark(connection, kind)
