"""Schemas: migrating from nothing and making at once lead to the same, and precious stores only ever gain."""

from __future__ import annotations

import ast
import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, StaticPool, create_engine

from helpdesk_tui.data import migrate, stores, upkeep
from helpdesk_tui.data.stores import SCHEMA, StoreKind

REMOVING = re.compile(r"^(drop_|alter_column$|rename_|batch_alter_table$|execute$)")


def in_memory() -> Engine:
    return create_engine("sqlite://", poolclass=StaticPool)


def schema(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    return {(kind, name, re.sub(r"\s+", "", sql)) for kind, name, sql in rows}


def driver(engine: Engine) -> sqlite3.Connection:
    found = engine.raw_connection().driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


@pytest.mark.parametrize("kind", list(StoreKind))
def test_migrating_from_nothing_gives_what_is_made_at_once(kind: StoreKind, tmp_path: Path) -> None:
    stores.create(tmp_path / "made.db", kind)
    made = sqlite3.connect(tmp_path / "made.db")
    engine = in_memory()
    with engine.begin() as connection:
        migrate.upgrade(connection, kind)
        context = MigrationContext.configure(connection, opts={"include_object": migrate.in_schema})
        assert compare_metadata(context, migrate.metadata(kind)) == []
    migrated = driver(engine)
    assert schema(migrated) == schema(made)
    for pragma in ("user_version", "application_id"):
        assert migrated.execute(f"PRAGMA {pragma}").fetchone() == made.execute(f"PRAGMA {pragma}").fetchone()
    for table in ("alembic_version", *(["ticket_fts_config"] if kind is StoreKind.CACHE else [])):
        rows = f"SELECT * FROM {table} ORDER BY 1"
        assert migrated.execute(rows).fetchall() == made.execute(rows).fetchall()
    made.close()
    engine.dispose()


@pytest.mark.parametrize("kind", list(StoreKind))
def test_the_chain_is_one_line_and_as_long_as_the_schema_number(kind: StoreKind) -> None:
    engine = in_memory()
    with engine.begin() as connection:
        script = ScriptDirectory.from_config(migrate.config(connection, kind))
    revisions = [script.get_revision(name.revision) for name in script.walk_revisions()]
    assert [one.revision for one in revisions] == [migrate.revision(kind, n) for n in range(SCHEMA[kind], 0, -1)]
    assert len(script.get_heads()) == 1
    engine.dispose()


def calls_on_op(source: str) -> set[str]:
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "op"
    }


@pytest.mark.parametrize("kind", [kind for kind in StoreKind if kind.precious])
def test_migrations_of_precious_stores_only_add(kind: StoreKind) -> None:
    files = list((migrate.MIGRATIONS / kind).glob(f"{kind}_*.py"))
    assert files
    for file in files:
        assert [name for name in calls_on_op(file.read_text()) if REMOVING.match(name)] == []


def test_that_check_would_notice() -> None:
    found = calls_on_op("def upgrade():\n    op.drop_column('draft', 'text')\n    op.add_column('draft', x)\n")
    assert [name for name in found if REMOVING.match(name)] == ["drop_column"]


@pytest.mark.parametrize("kind", list(StoreKind))
def test_an_older_store_is_backed_up_and_brought_up(
    kind: StoreKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id={kind.application_id}")
    connection.execute("CREATE TABLE kept (what)")
    connection.execute("INSERT INTO kept VALUES ('this')")
    connection.commit()
    connection.close()
    store = stores.open_write(path, kind)
    with store.transaction() as written:
        assert written.exec_driver_sql("SELECT what FROM kept").scalar() == "this"
        assert written.exec_driver_sql("PRAGMA user_version").scalar() == SCHEMA[kind]
    store.close()
    assert store.notes == ()
    assert len(upkeep.backups(path)) == (1 if kind.precious else 0)


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "personal.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id={StoreKind.PERSONAL.application_id}")
    connection.execute("CREATE TABLE view_state (mine)")  # in the way of the last table but one
    connection.commit()
    before = schema(connection)
    connection.close()
    with pytest.raises(Exception, match="view_state"):
        stores.open_write(path, StoreKind.PERSONAL)
    connection = sqlite3.connect(path)
    assert schema(connection) == before
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    connection.close()
