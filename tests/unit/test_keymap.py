"""The keymap: presets, overrides, and what is refused."""

from __future__ import annotations

import pytest

from helpdesk_tui import keymap
from helpdesk_tui.errors import ConfigError
from helpdesk_tui.keymap import binding, model


@pytest.mark.parametrize("preset", keymap.PRESETS)
def test_every_preset_holds_together(preset: str) -> None:
    keys = keymap.build(preset)
    assert all(command.keys for command in keys.commands.values())
    for where in (keymap.LIST, keymap.TICKET):
        assert not keys.bound[where].keys() & keymap.RESERVED.keys()


def test_ids_and_reserved_ids_are_different_things() -> None:
    ids = [command.id for command in keymap.COMMANDS]
    assert len(ids) == len(set(ids))
    assert not set(ids) & set(keymap.RESERVED.values())


def test_no_default_key_is_one_a_terminal_cannot_give() -> None:
    for command in keymap.COMMANDS:
        for sequence in command.keys:
            for key in sequence.split():
                assert command.id in ("view.slot", "filter.saved") or not keymap.dead(key), (command.id, key)


def test_what_a_split_sequence_leaves_writes_nothing() -> None:
    """P, R and S only jump, sync and sort; digits only open views, and 0 goes to the present."""
    allowed = {key: {"view.slot"} for key in "123456789"}
    allowed |= {"P": {"list.top_p1"}, "R": {"sync.now"}, "S": {"list.sort", "roster.sort"}, "0": {"roster.now"}}
    for where, bound in keymap.build().bound.items():
        for key in "ABCDFHIOPQRSZ[~;0123456789":
            assert bound.get(key) is None or bound[key] in allowed.get(key, ()), (where, key)


@pytest.mark.parametrize(
    ("key", "there"),
    [
        ("g q", ()),
        ("g a", (model.AGING,)),
        ("g s", (model.SCHEDULE,)),
        ("g o", (model.ONCALL,)),
        ("g t", (model.TECHNICIANS,)),
        ("g y", (model.SOURCES, model.CONFLICT)),
    ],
)
def test_every_page_leads_to_every_other(key: str, there: tuple[str, ...]) -> None:
    keys = keymap.build()
    assert [where for where in model.PAGES if keys.find(key, where) is None] == [*there]


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
        ({"list.sort": ["a"]}, "already the key of ticket.assign"),
        ({"list.sort": ["w"]}, "already the key of ticket.remind"),
        ({"list.sort": ["g h"]}, "kept for goto.handover"),
        ({"list.sort": ["g"]}, "begins other keys"),
        ({"list.sort": ["5"]}, "digits open views"),
        ({"list.sort": ["alt+x"]}, "several keys"),
        ({"list.sort": ["hyper"]}, "not the name of a key"),
        ({"list.sort": ["a b c"]}, "not one key or two"),
        ({"list.sort": ["@"]}, "AltGr"),
        ({"goto.handover": ["T"]}, "kept for later"),
    ],
)
def test_refused(overrides: dict[str, list[str]], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        keymap.build("vim", overrides)
    assert str(caught.value).startswith(f"keys.{next(iter(overrides))}")


def test_a_preset_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match="did you mean 'vim'"):
        keymap.build("vmi")


@pytest.mark.parametrize(("sequence", "words"), [("g i", "gi"), ("ctrl+d", "Ctrl+D"), ("pagedown", "PgDn"), ("*", "*")])
def test_keys_as_help_writes_them(sequence: str, words: str) -> None:
    assert keymap.shown(sequence) == words


def test_every_sentence_of_help_is_whole_at_80_cells() -> None:
    assert [command.id for command in keymap.COMMANDS if len(command.help) > 80 - 18] == []


def _two(preset: str = "vim", overrides: dict[str, list[str]] | None = None) -> binding.Keymap:
    """One key with two meanings, and a page key that a preset gives to every screen."""
    commands = (
        keymap.Command("ticket.give", ("a",), "assign", "Gives it.", (keymap.AGING,)),
        keymap.Command("slot.put", ("a", "x"), "put on shift", "Puts somebody on.", (keymap.SCHEDULE,)),
        keymap.Command("slot.later", (">",), "later", "A week on.", (keymap.SCHEDULE,)),
        keymap.Command("move.page_down", ("pagedown",), "page", "A page.", keymap.EVERYWHERE),
        keymap.Command("list.filter", ("/",), "filter", "Narrows.", (keymap.AGING,)),
        keymap.Command("move.page_up", ("pageup",), "page", "A page.", keymap.EVERYWHERE),
    )
    return binding.make(commands, preset, overrides or {})


def test_a_key_may_mean_something_else_on_another_screen() -> None:
    keys = _two()
    found = [keys.find("a", where) for where in (keymap.AGING, keymap.SCHEDULE, keymap.LIST)]
    assert [command.id if command else "" for command in found] == ["ticket.give", "slot.put", ""]


def test_what_a_preset_gives_yields_to_a_screens_own_key() -> None:
    keys = _two("mutt")
    later, page = keys.find(">", keymap.SCHEDULE), keys.find(">", keymap.AGING)
    assert later is not None
    assert page is not None
    assert (later.id, page.id) == ("slot.later", "move.page_down")
    here = {command.id: command.keys for command in keys.here(keymap.SCHEDULE)}
    assert here["move.page_down"] == ("pagedown",)


def test_the_users_own_key_clashes_only_where_both_work() -> None:
    assert _two(overrides={"slot.put": ["/"]}).find("/", keymap.SCHEDULE) is not None
    with pytest.raises(ConfigError, match="already the key of slot"):
        _two(overrides={"move.page_down": [">"]})


def test_a_key_waits_for_another_only_where_one_follows() -> None:
    keys = keymap.build()
    assert keys.begins("y", keymap.LIST)
    assert not keys.begins("y", keymap.PLAN)
    assert keys.begins("g", keymap.PLAN)
