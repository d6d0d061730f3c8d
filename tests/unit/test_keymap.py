"""The keymap: presets, overrides, and what is refused."""

from __future__ import annotations

import pytest

from helpdesk_tui import keymap
from helpdesk_tui.errors import ConfigError


@pytest.mark.parametrize("preset", keymap.PRESETS)
def test_every_preset_holds_together(preset: str) -> None:
    keys = keymap.build(preset)
    assert all(command.keys for command in keys.commands.values())
    assert not keys.bound.keys() & keymap.RESERVED.keys()


def test_ids_and_reserved_ids_are_different_things() -> None:
    ids = [command.id for command in keymap.COMMANDS]
    assert len(ids) == len(set(ids))
    assert not set(ids) & set(keymap.RESERVED.values())


def test_no_default_key_is_one_a_terminal_cannot_give() -> None:
    for command in keymap.COMMANDS:
        for sequence in command.keys:
            for key in sequence.split():
                assert command.id in ("view.slot", "filter.saved") or not keymap._dead(key), (command.id, key)


def test_what_a_split_sequence_leaves_writes_nothing() -> None:
    """P, R and S only jump, sync and sort; digits only open views."""
    allowed = {"P": "list.top_p1", "R": "sync.now", "S": "list.sort"} | dict.fromkeys("123456789", "view.slot")
    bound = keymap.build().bound
    for key in "ABCDFHIOPQRSZ[~;0123456789":
        assert bound.get(key) == allowed.get(key), key


def test_an_override_replaces_the_keys_of_its_command() -> None:
    keys = keymap.build("vim", {"list.sort": ["T"]})
    found = keys.find("T", keymap.LIST)
    assert found is not None
    assert found.id == "list.sort"
    assert keys.find("S", keymap.LIST) is None


def test_a_letter_after_f_is_a_saved_filter() -> None:
    keys = keymap.build()
    found = keys.find("f u", keymap.LIST)
    assert found is not None
    assert found.id == "filter.saved"
    assert keys.find("g u", keymap.LIST) is None
    assert [key for key, _ in keys.after("y", keymap.LIST)] == ["k", "u", "t"]


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"list.srot": ["T"]}, "did you mean 'list.sort'"),
        ({"list.sort": ["j"]}, "already the key of"),
        ({"list.sort": ["ctrl+s"]}, "freezes"),
        ({"list.sort": ["A"]}, "split arrow"),
        ({"list.sort": ["a"]}, "kept for ticket.assign"),
        ({"list.sort": ["g"]}, "begins other keys"),
        ({"list.sort": ["5"]}, "digits open views"),
        ({"list.sort": ["alt+x"]}, "several keys"),
        ({"list.sort": ["hyper"]}, "not the name of a key"),
        ({"list.sort": ["a b c"]}, "not one key or two"),
        ({"list.sort": ["@"]}, "AltGr"),
        ({"ticket.assign": ["T"]}, "kept for later"),
    ],
)
def test_refused(overrides: dict[str, list[str]], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        keymap.build("vim", overrides)
    assert str(caught.value).startswith("keys.")


def test_a_preset_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="did you mean 'vim'"):
        keymap.build("vmi")


@pytest.mark.parametrize(("sequence", "words"), [("g i", "gi"), ("ctrl+d", "Ctrl+D"), ("pagedown", "PgDn"), ("*", "*")])
def test_keys_as_help_writes_them(sequence: str, words: str) -> None:
    assert keymap.shown(sequence) == words


def test_every_sentence_of_help_is_whole_at_80_cells() -> None:
    assert [command.id for command in keymap.COMMANDS if len(command.help) > 80 - 18] == []
