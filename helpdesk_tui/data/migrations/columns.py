"""Column kinds for migrations. Frozen: what a migration once did must stay what it does."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def words(name: str, default: str = "") -> sa.Column[Any]:
    """Text, "" where there is none."""
    return sa.Column(name, sa.String(), server_default=default, nullable=False)


def whole(name: str, default: int = 0) -> sa.Column[Any]:
    """A whole number of 64 bits."""
    return sa.Column(name, _WHOLE, server_default=str(default), nullable=False)


def key_words(name: str) -> sa.Column[Any]:
    """Text of a primary key."""
    return sa.Column(name, sa.String(), nullable=False)


def key_whole(name: str) -> sa.Column[Any]:
    """A number of a primary key."""
    return sa.Column(name, _WHOLE, autoincrement=False, nullable=False)


def row_id() -> sa.Column[Any]:
    """A row number given by the database."""
    return sa.Column("id", _WHOLE, nullable=False)
