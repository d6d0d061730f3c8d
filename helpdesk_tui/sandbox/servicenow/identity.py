"""sys_ids as a pure, reversible and order-keeping function of (seed, table, ordinal).

A sys_id is a 128-bit number in 32 hexadecimal digits: the ordinal in the high bits, a keyed hash of seed, table and
ordinal in the low ones. So a record is found from its sys_id without an index, a sys_id of another table, seed or
invention is recognised as foreign, and ordering by sys_id is ordering by ordinal.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

_LOW_BITS = 72
_LOW_BYTES = _LOW_BITS // 8
_HIGH = (128 - _LOW_BITS) // 4
MAX_ORDINAL = (1 << (128 - _LOW_BITS)) - 1
"""The highest ordinal that fits: 56 bits."""


class Identity:
    """The sys_ids of one sandbox instance."""

    def __init__(self, seed: int) -> None:
        """`seed` is the world's; the same seed gives the same sys_ids for ever."""
        self._key = f"servicenow:{seed}".encode()
        self.sys_id = lru_cache(maxsize=65_536)(self._sys_id)
        """The 32-digit sys_id of (table, ordinal). Class tables share the ordinals and the name of their base table."""

    def _low(self, table: str, ordinal: int) -> str:
        return blake2b(f"{table}:{ordinal}".encode(), digest_size=_LOW_BYTES, key=self._key).hexdigest()

    def _sys_id(self, table: str, ordinal: int) -> str:
        return f"{ordinal:0{_HIGH}x}{self._low(table, ordinal)}"

    def ordinal(self, table: str, sys_id: str) -> int:
        """The ordinal behind a sys_id of `table`, 0 where it is none of that table's."""
        if len(sys_id) != 32:
            return 0
        try:
            ordinal = int(sys_id[:_HIGH], 16)
        except ValueError:
            return 0
        return ordinal if sys_id[_HIGH:].lower() == self._low(table, ordinal) else 0

    def first_after(self, table: str, text: str) -> int:
        """The lowest ordinal whose sys_id sorts strictly after a text, which may be any."""
        try:
            ordinal = int((text.lower() + "0" * _HIGH)[:_HIGH], 16)
        except ValueError:
            return MAX_ORDINAL if text.lower() > "f" else 0
        return ordinal + 1 if self.sys_id(table, ordinal) <= text.lower() else ordinal
