"""The guided setup: what is asked, tried and written."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk_tui import config
from helpdesk_tui.commands.setup import Conversation, ask_address, run_setup
from helpdesk_tui.sandbox.options import Options
from helpdesk_tui.sandbox.server import Background, Sandbox


@pytest.fixture(scope="module")
def platforms() -> Iterator[Sandbox]:
    with Background(Options(seed=3, tickets=60, paused=True)) as sandbox:
        yield sandbox


def answering(*answers: str, secret: str = "") -> Conversation:
    """A user who types these lines in turn."""
    lines = iter(answers)
    return Conversation(ask=lambda _question: next(lines), ask_secret=lambda _question: secret)


@pytest.mark.parametrize(
    ("platform", "way", "user", "secret"),
    [
        ("servicenow", "basic", "username", "password"),
        ("jira", "token", "email", "token"),
        ("zendesk", "token", "email", "token"),
    ],
)
def test_a_platform_is_tried_and_written_without_its_secret(
    tmp_path: Path,
    platforms: Sandbox,
    capsys: pytest.CaptureFixture[str],
    platform: str,
    way: str,
    user: str,
    secret: str,
) -> None:
    told = platforms.told()[platform]
    user_types = answering(platform, told["url"], way, told[user], "mine", "file", secret=told[secret])
    assert run_setup(str(tmp_path), "", user_types) == 0
    out, err = capsys.readouterr()
    assert "signed in as" in out
    assert told[secret] not in out + err
    text = (tmp_path / "config.toml").read_text()
    assert told[secret] not in text
    source = config.load(tmp_path / "config.toml").sources["mine"]
    assert (source.platform, source.url, source.username) == (platform, told["url"], told[user])
    token = tmp_path / source.token_file
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert token.read_text().strip() == told[secret]


def test_a_wrong_secret_writes_nothing_unless_wanted(
    tmp_path: Path, platforms: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    url = platforms.told()["servicenow"]["url"]
    lines = ("servicenow", url, "basic", "coordinator", "sn", "file")
    assert run_setup(str(tmp_path), "", answering(*lines, "no", secret="wrong")) == 1
    assert not (tmp_path / "config.toml").exists()
    assert not (tmp_path / "secrets").exists()
    assert "sn:" in capsys.readouterr().err
    assert run_setup(str(tmp_path), "", answering(*lines, "yes", secret="wrong")) == 0
    assert config.load(tmp_path / "config.toml").sources["sn"].url == url


@pytest.mark.parametrize(
    "address",
    ["http://desk.example.com", "http://127.evil.example.com", "http://localhost.evil.example.com", "ftp://x"],
)
def test_an_open_address_is_asked_for_again(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = answering(address, "example.service-now.com")
    assert ask_address(asked, "servicenow", "") == "https://example.service-now.com"
    assert "https://" in capsys.readouterr().err


def test_the_example_of_an_address_is_no_answer() -> None:
    assert ask_address(answering("", "https://desk.example.com/"), "zendesk", "") == "https://desk.example.com"


def test_a_wrong_secret_can_be_typed_again(tmp_path: Path, platforms: Sandbox) -> None:
    told = platforms.told()["servicenow"]
    secrets = iter(("wrong", told["password"]))
    user = answering("servicenow", told["url"], "basic", told["username"], "sn", "file", "again")
    user.ask_secret = lambda _question: next(secrets)
    assert run_setup(str(tmp_path), "", user) == 0
    assert (tmp_path / "secrets" / "sn.token").read_text().strip() == told["password"]


def test_a_wrong_account_can_be_changed(tmp_path: Path, platforms: Sandbox) -> None:
    told = platforms.told()["servicenow"]
    user = answering(
        "servicenow", told["url"], "basic", "nobody", "sn", "file", "change", "", "", "", told["username"], "file",
        secret=told["password"],
    )  # fmt: skip
    assert run_setup(str(tmp_path), "", user) == 0
    assert config.load(tmp_path / "config.toml").sources["sn"].username == told["username"]


def test_mending_a_source_keeps_what_is_not_asked_for(tmp_path: Path, platforms: Sandbox) -> None:
    told = platforms.told()["servicenow"]
    (tmp_path / "config.toml").write_text(
        f"""# mine
[sources.sn]
platform = "servicenow"
url = "{told["url"]}"
auth = "basic"
username = "{told["username"]}"
token_command = [
    "pass", "show", "sn",
]
scope = {{ groups = ["Network"] }}
label = "ServiceNow Paris"  # as people say it

[screen]
ascii = true
"""
    )
    enter = answering("", "", "", "", "file", secret=told["password"])
    assert run_setup(str(tmp_path), "sn", enter) == 0
    text = (tmp_path / "config.toml").read_text()
    settings = config.load(tmp_path / "config.toml")
    source = settings.sources["sn"]
    assert source.scope == {"groups": ["Network"]}
    assert (source.label, source.token_command, source.token_file) == ("ServiceNow Paris", (), "secrets/sn.token")
    assert settings.screen.ascii
    assert text.startswith("# mine\n[sources.sn]\n")
    assert "# as people say it" in text
    assert run_setup(str(tmp_path), "sn", answering("", "", "", "", "file", secret=told["password"])) == 0
    assert (tmp_path / "config.toml").read_text() == text


def test_questions_are_put_again_until_they_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    conversation = answering("neither", "2", "", "typed")
    assert conversation.choose("Which?", ("one", "two")) == "two"
    assert "please type one of: one, two" in capsys.readouterr().err
    assert conversation.text("Name") == "typed"
