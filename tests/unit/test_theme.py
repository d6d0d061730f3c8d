"""Settings against the environment: themes, ASCII, browsers, and what is set before Textual is imported."""

from __future__ import annotations

import gc

import pytest
from rich.style import Style

from helpdesk_tui import theme


@pytest.mark.parametrize(
    ("env", "delay"),
    [({}, None), ({"SSH_CONNECTION": "x"}, "400"), ({"TMUX": "x"}, "400"), ({"STY": "x"}, "400")],
)
def test_the_wait_for_split_sequences_grows_where_there_is_a_link(env: dict[str, str], delay: str | None) -> None:
    assert theme.prepare_environment(env).get("ESCDELAY") == delay
    gc.enable()


def test_what_the_user_set_stays() -> None:
    assert "ESCDELAY" not in theme.prepare_environment({"TMUX": "x", "ESCDELAY": "25"})
    gc.enable()


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, True),
        ({"LC_ALL": "de_DE.utf8"}, False),
        ({}, True),
        ({"TERM": "vt100", "LANG": "C.UTF-8"}, True),
    ],
)
def test_ascii_follows_the_locale(env: dict[str, str], expected: bool) -> None:
    assert theme.wants_ascii(None, env) is expected
    assert theme.wants_ascii(True, env)
    assert not theme.wants_ascii(False, env)


@pytest.mark.parametrize(
    ("setting", "system", "env", "expected"),
    [
        ("auto", "256", {}, "dark"),
        ("auto", "truecolor", {}, "dark"),
        ("auto", "standard", {}, "ansi"),
        ("light", "standard", {}, "light"),
        ("auto", None, {}, "mono"),
        ("dark", "256", {"NO_COLOR": "1"}, "mono"),
    ],
)
def test_the_theme_fits_the_terminal(setting: str, system: str | None, env: dict[str, str], expected: str) -> None:
    assert theme.theme_name(setting, system, env) == expected


def test_links_are_opened_only_where_somebody_sees_the_browser() -> None:
    assert theme.can_browse({"DISPLAY": ":0"}, platform="linux")
    assert not theme.can_browse({"DISPLAY": ":0", "SSH_CONNECTION": "x"}, platform="linux")
    assert not theme.can_browse({}, platform="linux")
    assert theme.can_browse({}, platform="darwin")


def test_every_theme_has_every_style_and_mono_no_colour() -> None:
    names = set(theme.STYLES["dark"])
    for styles in theme.STYLES.values():
        assert set(styles) == names
    for spec in theme.STYLES["mono"].values():
        style = Style.parse(spec or "none")
        assert style.color is None
        assert style.bgcolor is None


@pytest.mark.parametrize("name", ["dark", "light"])
def test_our_themes_sit_on_slots_of_the_256_colours(name: str) -> None:
    for spec in theme.STYLES[name].values():
        style = Style.parse(spec or "none")
        for color in (style.color, style.bgcolor):
            assert color is None or color.number is not None


def test_marks_are_told_apart_without_unicode() -> None:
    assert all(mark.isascii() for mark in theme.ASCII if isinstance(mark, str))
    assert len({theme.ASCII.cursor, theme.ASCII.mark, theme.ASCII.pending, theme.ASCII.conflict}) == 4
