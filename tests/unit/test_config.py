"""Settings: what is read, and the one line that each mistake gets."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk_tui import config
from helpdesk_tui.commands import setup_file
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.domain.views import Grouping, Sort
from helpdesk_tui.errors import ConfigError
from helpdesk_tui.theme import THEMES

FILE = Path("/home/ana/config.toml")
SOURCE = '[sources.sn]\nplatform = "servicenow"\nurl = "https://x.example"\n'
JIRA = '[sources.jsm]\nplatform = "jira"\nurl = "https://x.example"\n'
ZENDESK = '[sources.zd]\nplatform = "zendesk"\nurl = "https://x.example"\n'


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    found = config.load(tmp_path / "config.toml")
    assert found == config.Config()
    assert (found.sync.history_days, found.sync.body_days) == (90, 30)


def test_everything_is_read() -> None:
    text = SOURCE + (
        'token_command = ["pass", "show", "sn"]\npoll = 45\nscope = { groups = ["Network"] }\n'
        '[screen]\nascii = true\npreset = "arrows"\n[keys]\n"queue.sync" = "f5"\n"list.filter" = ["/", "g f"]\n'
        '[views.mine]\ntitle = "Mine"\nfilter = "owner:me"\n[sync]\nhistory_days = 10\n'
    )
    found = config.parse(text, FILE)
    source = found.sources["sn"]
    assert (source.name, source.poll, source.token_command) == ("sn", 45, ("pass", "show", "sn"))
    assert source.scope == {"groups": ["Network"]}
    assert source.shown_badge == "SN"
    assert (found.screen.ascii, found.screen.preset, found.keys) == (
        True,
        "arrows",
        {"queue.sync": ("f5",), "list.filter": ("/", "g f")},
    )
    assert (found.views["mine"].filter, found.sync.history_days) == ("owner:me", 10)


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("[sreen]\n", "sreen", "did you mean screen?"),
        ("[screen]\ntheem = 'x'\n", "screen.theem", "did you mean theme?"),
        ("[screen]\ntheme = 1\n", "screen.theme", "must be text, not a number"),
        ("[screen]\nascii = 'yes'\n", "screen.ascii", "must be true or false, not text"),
        ("[sync]\nhistory_days = true\n", "sync.history_days", "must be a whole number, not true or false"),
        ("[sync]\nhistory_days = -1\n", "sync.history_days", "at least 0"),
        ("[sync]\nreconcile_at = '25:00'\n", "sync.reconcile_at", "a time such as 03:10"),
        ("[screen]\npreset = 'vmi'\n", "screen.preset", "did you mean vim?"),
        ("screen = 3\n", "screen", "must be a table"),
        ("sources = 3\n", "sources", "must be tables"),
        ("[sources.sn]\nurl = 'https://x'\n", "sources.sn.platform", "is missing"),
        ("[sources.sn]\nplatform = 'servicenow'\n", "sources.sn.url", "https://"),
        (SOURCE + "user = 'x'\n", "sources.sn.user", "did you mean username?"),
        (SOURCE + "auth = 'basics'\n", "sources.sn.auth", "did you mean basic?"),
        (SOURCE + "name = 'x'\n", "sources.sn.name", "the table's own"),
        (SOURCE + "scope = { group = [] }\n", "sources.sn.scope.group", "did you mean groups?"),
        (SOURCE + "token_command = 'pass show'\n", "sources.sn.token_command", "list of texts"),
        ("[sources.'a b']\n", "sources.a b", "letters, digits"),
        (SOURCE.replace("https://", "https://me:secret@"), "sources.sn.url", "must not hold a user name, a password"),
        (SOURCE.replace("https://", "https://me:secr/et@"), "sources.sn.url", "must not hold a user name, a password"),
        (SOURCE.replace("x.example", "x.example/?token=secret"), "sources.sn.url", "must not hold a user name"),
        (SOURCE.replace("x.example", "x.example:99999"), "sources.sn.url", "must be an address such as"),
        (SOURCE.replace("x.example", "[::1"), "sources.sn.url", "must be an address such as"),
        (SOURCE.replace("x.example", ""), "sources.sn.url", "must be an address such as"),
        (SOURCE.replace("servicenow", "servicenaw"), "sources.sn.platform", "did you mean servicenow?"),
        (SOURCE + 'label = "\\u001b]0;x"\n', "sources.sn.label", "control characters"),
        (SOURCE + 'token_command = ["a\\u0000b"]\n', "sources.sn.token_command", "control characters"),
        ('[store]\ncache = "a\\u0000b"\n', "store.cache", "control characters"),
        (SOURCE + "poll = 99999999999999999999\n", "sources.sn.poll", "at most 86400"),
        ("[sync]\nhistory_days = 99999999999\n", "sync.history_days", "at most 36500"),
        ("[sync]\nreconcile_at = '²:10'\n", "sync.reconcile_at", "a time such as 03:10"),
        ("[screen]\nzone = '../../etc/passwd'\n", "screen.zone", "an IANA zone"),
        ("[screen]\nzone = 'Mars/Base'\n", "screen.zone", "an IANA zone"),
        ("[screen]\ntheme = 'drak'\n", "screen.theme", "did you mean dark?"),
        ("[views.a]\nsort = 'dew'\n", "views.a.sort", "did you mean due?"),
        ("[views.a]\ngroup = 'ownr'\n", "views.a.group", "did you mean owner?"),
        ("[keys]\nx = 1\n", "keys.x", "a key or a list of keys"),
        (SOURCE + "options = { page_sise = 5 }\n", "sources.sn.options.page_sise", "did you mean page_size?"),
        (SOURCE + "options = { page_size = '5' }\n", "sources.sn.options.page_size", "a whole number"),
        (SOURCE + "options = { states = 'x' }\n", "sources.sn.options.states", "must be a table"),
        (SOURCE + "options = { ca_file = 5 }\n", "sources.sn.options.ca_file", "must be a text"),
        (JIRA + "options = { group_feild = 'x' }\n", "sources.jsm.options.group_feild", "did you mean group_field?"),
        (JIRA + "options = { page_size = 5 }\n", "sources.jsm.options.page_size", "known are ca_file, cloud_id"),
        (ZENDESK + "options = { per_minut = 5 }\n", "sources.zd.options.per_minut", "did you mean per_minute?"),
        (ZENDESK + "options = { per_minute = true }\n", "sources.zd.options.per_minute", "a number, 0 or more"),
        (JIRA + "scope = { projects = [1, 2] }\n", "sources.jsm.scope.projects", 'project keys, such as ["ITS"'),
        (JIRA + "scope = { projects = [''] }\n", "sources.jsm.scope.projects", 'project keys, such as ["ITS"'),
        (JIRA + "scope = { jql = ['x'] }\n", "sources.jsm.scope.jql", "must be a text"),
        (SOURCE + "scope = { groups = [1] }\n", "sources.sn.scope.groups", 'names, such as ["Network"'),
        (ZENDESK + "scope = { groups = [1.5] }\n", "sources.zd.scope.groups", "names or numbers"),
        (SOURCE + "token_command = ['']\n", "sources.sn.token_command", "must begin with a program"),
        ("[alarms]\ncommand = ['']\n", "alarms.command", "must begin with a program"),
    ],
)
def test_each_mistake_is_one_line_with_file_key_and_mend(text: str, key: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse(text, FILE)
    words = str(caught.value)
    assert words.startswith(f"{FILE}: {key}: ")
    assert says in words
    assert "\n" not in words
    assert "secret" not in words


@pytest.mark.parametrize(
    "text",
    [
        SOURCE + "scope = { groups = 'Network', tables = [], query = '' }\noptions = { page_size = 5, states = {} }\n",
        JIRA + "scope = { projects = ['ITS'], jql = 'x = 1' }\noptions = { slas = { a = 'resolution' } }\n",
        ZENDESK + "scope = { groups = [36001, 'Network'], brands = [] }\noptions = { per_minute = 0.5 }\n",
        "[alarms]\ncommand = []\n",
    ],
)
def test_what_a_platform_knows_is_taken(text: str) -> None:
    config.parse(text, FILE)


HUGE = b"# " + b"x" * 1_000_000
DEEP = b"x = " + b"[" * 100_000
LONG_NUMBER = b"x = " + b"9" * 5_000


@pytest.mark.parametrize("content", [b"[screen\n", b"\xff\xfe", b"a = 1\na = 2\n", HUGE, DEEP, LONG_NUMBER])
def test_what_is_not_toml(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        config.load(file)


def a_folder(file: Path) -> None:
    file.mkdir()


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def a_loop(file: Path) -> None:
    file.symlink_to(file.name)


def a_link_to_nothing(file: Path) -> None:
    file.symlink_to("elsewhere.toml")


def a_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [a_folder, a_pipe, a_loop, a_link_to_nothing, a_device])
def test_what_is_no_settings_file_is_told_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    file = tmp_path / "config.toml"
    make(file)
    with pytest.raises(ConfigError, match=r"config\.toml: [a-z]") as caught:
        config.load(file)
    assert "Errno" not in str(caught.value)


def test_a_linked_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text(SOURCE)
    (tmp_path / "config.toml").symlink_to("real.toml")
    assert "sn" in config.load(tmp_path / "config.toml").sources


def test_a_views_settings_are_those_that_lists_know() -> None:
    assert set(config.SORTS) == set(Sort)
    assert set(config.GROUPINGS) == set(Grouping)


def test_a_theme_is_one_that_the_screens_know() -> None:
    assert ("", *THEMES) == config.THEMES


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20)


@given(user=names, command=st.lists(names, min_size=1, max_size=3))
def test_what_setup_writes_is_read_back(user: str, command: list[str]) -> None:
    source = SourceConfig("sn", "servicenow", "https://x.example", user, "basic", token_command=tuple(command))
    text = setup_file.replaced(setup_file.HEAD, source)
    assert config.parse(text, FILE).sources["sn"] == source


def test_setup_leaves_the_rest_of_the_file_alone() -> None:
    before = (
        "# mine\n[screen]\nascii = true\n\n[sources.sn]\nplatform = 'jira'\nurl = 'https://old'\n"
        "[sources.sn.scope]\nprojects=['A']\n\n[sources.zd]  # keep\nplatform = 'zendesk'\nurl = 'https://z'\n"
    )
    after = setup_file.replaced(before, SourceConfig("sn", "servicenow", "https://new", "u", "basic"))
    found = config.parse(after, FILE)
    assert found.sources["sn"].url == "https://new"
    assert not found.sources["sn"].scope
    assert found.sources["zd"].platform == "zendesk"
    assert "# mine" in after
    assert "# keep" in after


def test_setup_writes_privately_and_nothing_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    setup_file.write(file, SourceConfig("sn", "servicenow", "https://x", "u", "basic"))
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    with pytest.raises(ConfigError):
        setup_file.write(file, SourceConfig("zd", "zendesk", "ftp://x", "u", "token"))
    assert file.read_bytes() == before


def test_a_file_that_an_editor_began_with_its_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(codecs.BOM_UTF8 + b'[screen]\ntheme = "dark"\n')
    assert config.load(file).screen.theme == "dark"
