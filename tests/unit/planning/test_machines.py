"""Which names are those of programs' accounts."""

from __future__ import annotations

import pytest

from helpdesk_tui.desk.standings import is_machine


@pytest.mark.parametrize(
    "name", ["Monitoring", "Workflow Automation", "svc_jira", "webhook-7", "API", "bot", "Slack Integration"]
)
def test_a_program(name: str) -> None:
    assert is_machine(name)


@pytest.mark.parametrize("name", ["Anna Bot", "Sync Lee", "", "Monica Torres", "Bo Service", "Oto Mation"])
def test_a_person(name: str) -> None:
    assert not is_machine(name)
