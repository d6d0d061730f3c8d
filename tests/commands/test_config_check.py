"""`config check`: what is wrong with the settings, before anything is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Command


@pytest.mark.parametrize(
    ("table", "key", "says"),
    [
        ('scope = { tables = ["in cident"] }', "sources.sn.scope.tables", "is no table"),
        ("options = { page_size = 0 }", "sources.sn.options.page_size", "from 1 to 10000"),
        ('options = { states = { incident = { 4 = "pendng" } } }', "sources.sn.options.states.incident", "known are"),
    ],
)
def test_config_check_tells_what_only_the_adapter_knows(
    home: Path, command: Command, table: str, key: str, says: str
) -> None:
    file = home / "config.toml"
    file.write_text(f'{file.read_text()}token_file = "sn.token"\n')
    assert command(home, "config", "check").code == 0
    file.write_text(file.read_text().replace('platform = "servicenow"\n', f'platform = "servicenow"\n{table}\n'))
    said = command(home, "config", "check")
    assert said.code == 2
    assert said.err.startswith(f"{file}: {key}: ")
    assert says in said.err
    assert "good" not in said.out
