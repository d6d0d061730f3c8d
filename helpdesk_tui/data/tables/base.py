"""What the tables of all stores share: column kinds and names of constraints."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names for constraints: a constraint without a name cannot be altered by a later migration."""


class Whole(TypeDecorator[int]):
    """A whole number of 64 bits. SQLite's INTEGER has them; and only a column of exactly that type can be its row
    id."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int]:
        """INTEGER on SQLite, BIGINT elsewhere."""
        return Integer() if dialect.name == "sqlite" else BigInteger()


def number_(default: int = 0) -> Any:
    """A column of whole numbers: an instant in seconds, a count, a flag of 0 or 1."""
    return Field(default=default, sa_type=Whole, sa_column_kwargs={"server_default": str(default)})


def words_(default: str = "") -> Any:
    """A column of text without a limit to its length."""
    return Field(default=default, sa_column_kwargs={"server_default": default})


def row_id() -> Any:
    """The primary key of a table whose rows are named by a number of ours."""
    return Field(default=None, primary_key=True, sa_type=Whole)


def key_words() -> Any:
    """Text that is part of the primary key."""
    return Field(primary_key=True)


def key_number() -> Any:
    """A whole number that is part of the primary key and given by the writer."""
    return Field(primary_key=True, sa_type=Whole, sa_column_kwargs={"autoincrement": False})
