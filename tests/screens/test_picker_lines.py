"""What a picker shows of its options where there is little room: why somebody is offered is cut, not left out."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk_tui.screens.acts.picker import Option, Picker

PEOPLE = [
    Option("una", "Una Hughes", "on call: Client Support EMEA; no login on SN"),
    Option("noura", "Noura Haddad", "on call: Duty manager; not in Network"),
    Option("isaiah", "Isaiah Thompson-Reyes (isaiah.thompsonreyes2)", "on call: Network on call"),
    Option("yuki", "Yūki Ōnishi", "on call: Identity on call; not in Network"),
    Option("mei", "Mei Xuan Chua", "on call: Database Primary; not in Network"),
]


@pytest.mark.parametrize(
    ("people", "second"),
    [
        (PEOPLE, " 3 Isaiah Thompson-Reyes (isaiah.thompsonreyes2)   +2 more"),
        (PEOPLE[:2] + PEOPLE[3:], " 3 Yūki Ōnishi on call: Identity ~  4 Mei Xuan Chua on call: Databas~"),
    ],
)
async def test_why_somebody_is_offered_is_seen_at_80_cells(
    open_desk: Any, people: list[Option[str]], second: str
) -> None:
    async with open_desk() as desk:
        picker: Picker[str] = Picker(desk.queue, "escalate to", lambda _option: None)
        picker.offer(people)
        await desk.settle()
        first, after = desk.text.splitlines()[21:23]
        assert first.rstrip() == " 1 Una Hughes on call: Client Sup~  2 Noura Haddad on call: Duty man~"
        assert after.rstrip() == second
