"""Secrets: their order, the files that are refused, and that none gets out."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from helpdesk_tui import log, secrets
from helpdesk_tui.config import SourceConfig
from helpdesk_tui.errors import SecretError
from helpdesk_tui.secrets import SourceSecret


def source(**settings: object) -> SourceConfig:
    return SourceConfig(name="sn", platform="servicenow", url="https://x", **settings)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _no_secrets_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HELPDESK_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(secrets, "_keyring_usable", lambda: False)


def private(path: Path, words: str) -> Path:
    path.write_text(words)
    path.chmod(0o600)
    return path


def test_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = (sys.executable, "-c", "print('from command')")
    private(tmp_path / "t", "from file\n")
    private(tmp_path / "e", "from file in environment\n")
    monkeypatch.setenv("HELPDESK_SN_TOKEN", "from environment")
    monkeypatch.setenv("HELPDESK_SN_TOKEN_FILE", str(tmp_path / "e"))
    everything = source(token_command=command, token_file="t")
    asked = {"sn": "asked"}
    assert SourceSecret(everything, tmp_path, asked).reveal() == "from command"
    without = source(token_file="t")
    assert SourceSecret(without, tmp_path, asked).reveal() == "from environment"
    monkeypatch.delenv("HELPDESK_SN_TOKEN")
    assert SourceSecret(without, tmp_path, asked).reveal() == "from file in environment"
    monkeypatch.delenv("HELPDESK_SN_TOKEN_FILE")
    assert SourceSecret(without, tmp_path, asked).reveal() == "from file"
    assert SourceSecret(source(), tmp_path, asked).reveal() == "asked"
    with pytest.raises(SecretError, match="HELPDESK_SN_TOKEN"):
        SourceSecret(source(), tmp_path, {}).reveal()


def test_a_refused_secret_is_found_anew(tmp_path: Path) -> None:
    private(tmp_path / "t", "old one")
    secret = SourceSecret(source(token_file="t"), tmp_path, {})
    assert secret.held() == ""
    assert (secret.reveal(), secret.held()) == ("old one", "old one")
    private(tmp_path / "t", "new one")
    assert secret.reveal() == "old one"
    secret.expire()
    assert secret.reveal() == "new one"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_others_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    file = private(tmp_path / "t", "S3CRET-VALUE")
    file.chmod(mode)
    with pytest.raises(SecretError, match="chmod 600") as caught:
        secrets.read_private(file)
    assert "S3CRET" not in str(caught.value)


def test_links_folders_and_open_folders_are_refused(tmp_path: Path) -> None:
    file = private(tmp_path / "t", "S3CRET-VALUE")
    link = tmp_path / "link"
    link.symlink_to(file)
    with pytest.raises(SecretError):
        secrets.read_private(link)
    with pytest.raises(SecretError, match="regular"):
        secrets.read_private(tmp_path)
    tmp_path.chmod(0o777)
    with pytest.raises(SecretError, match="go-w"):
        secrets.read_private(file)
    tmp_path.chmod(0o700)
    with pytest.raises(SecretError, match="empty"):
        secrets.read_private(private(tmp_path / "empty", ""))


@pytest.mark.parametrize(
    "command",
    [
        ("no-such-program-here",),
        (sys.executable, "-c", "import sys; print('S3CRET', file=sys.stderr); sys.exit(3)"),
        (sys.executable, "-c", "pass"),
    ],
)
def test_commands_that_give_nothing(command: tuple[str, ...]) -> None:
    with pytest.raises(SecretError) as caught:
        secrets.run_command(command, "sn")
    assert "S3CRET" not in str(caught.value)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t", 0o600)
    with pytest.raises(SecretError, match="regular"):
        secrets.read_private(tmp_path / "t")


@pytest.mark.parametrize("content", [b"\xff\xfe\xfd", b"S3CRET\x00VALUE", b"S3CRET\x1b]0;x\x07"])
def test_what_is_no_text_is_no_secret(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t").write_bytes(content)
    (tmp_path / "t").chmod(0o600)
    with pytest.raises(SecretError, match="no text") as caught:
        secrets.read_private(tmp_path / "t")
    assert "S3CRET" not in str(caught.value)


def python(*lines: str) -> tuple[str, ...]:
    return (sys.executable, "-c", "\n".join(lines))


def test_a_command_may_say_more_than_its_first_line() -> None:
    assert secrets.run_command(python("print('S3CRET-VALUE')", "print('x' * 1_000_000)"), "sn") == "S3CRET-VALUE"


def test_a_command_without_end_is_ended_and_its_output_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_TIMEOUT", 0.5)
    with pytest.raises(SecretError, match="did not answer"):
        secrets.run_command(python("while True: print('S3CRET-VALUE', flush=True)"), "sn")


def test_a_child_that_a_command_leaves_behind_is_not_waited_for() -> None:
    command = ("sh", "-c", "sleep 60 & echo S3CRET-VALUE")
    began = time.monotonic()
    assert secrets.run_command(command, "sn") == "S3CRET-VALUE"
    assert time.monotonic() - began < secrets.COMMAND_TIMEOUT / 2


def test_a_command_is_told_no_other_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPDESK_ZD_TOKEN", "S3CRET-OF-ANOTHER")
    command = python("import os", "print(os.environ.get('HELPDESK_ZD_TOKEN', 'nothing'))")
    assert secrets.run_command(command, "sn") == "nothing"


def test_checking_names_the_key_and_the_mend_and_runs_nothing(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match=r"config\.toml: sources\.sn: no secret.*token_command or token_file"):
        SourceSecret(source(), tmp_path, {}).check()
    with pytest.raises(SecretError, match=r"sources\.sn\.token_file: .*t: No such file"):
        SourceSecret(source(token_file="t"), tmp_path, {}).check()
    private(tmp_path / "t", "S3CRET-VALUE").chmod(0o644)
    with pytest.raises(SecretError, match=r"sources\.sn\.token_file: .*t: others can read it; run: chmod 600 "):
        SourceSecret(source(token_file="t"), tmp_path, {}).check()
    with pytest.raises(SecretError, match="no such user"):
        SourceSecret(source(token_file="~nobody-of-that-name/t"), tmp_path, {}).check()
    made = tmp_path / "made"
    SourceSecret(source(token_command=("touch", str(made))), tmp_path, {}).check()
    assert not made.exists()


def test_writing_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        secrets.write_private(tmp_path / "t", "value")
    finally:
        os.umask(before)
    assert (tmp_path / "t").stat().st_mode & 0o777 == 0o600
    assert secrets.read_private(tmp_path / "t") == "value"


def test_children_get_no_secrets() -> None:
    environment = {"HELPDESK_SN_TOKEN": "x", "HELPDESK_SN_TOKEN_FILE": "y", "PATH": "/bin", "HELPDESK_TUI_HOME": "/h"}
    assert secrets.without_secrets(environment) == {"PATH": "/bin", "HELPDESK_TUI_HOME": "/h"}


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, sys.excepthook)
    log.start(tmp_path / "logs", "test", "debug")
    yield tmp_path / "logs" / "test.log"
    for handler in root.handlers:
        handler.close()
    root.handlers[:], sys.excepthook = kept[0], kept[2]
    root.setLevel(kept[1])
    logging.raiseExceptions = True
    structlog.reset_defaults()


def test_a_log_that_cannot_be_written_keeps_off_the_screen(logged: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logged.mkdir()
    logging.getLogger("helpdesk_tui").error("nowhere to go")
    assert capfd.readouterr() == ("", "")


def test_no_secret_and_no_control_character_in_the_log(logged: Path, tmp_path: Path) -> None:
    private(tmp_path / "t", "S3CRET-VALUE")
    SourceSecret(source(token_file="t"), tmp_path, {}).reveal()
    logger = structlog.get_logger("helpdesk_tui")
    logger.info(
        "asked with S3CRET-VALUE", url="https://x?k=S3CRET-VALUE", api_token="another", title="a\x1b[2J\x9b\u202e"
    )
    try:
        raise ValueError("S3CRET-VALUE was wrong")
    except ValueError:
        logger.exception("failed")
    logging.getLogger("somebody.else").warning("their S3CRET-VALUE")
    secrets.remember('S3CRET"with\\marks')
    logger.info('asked with S3CRET"with\\marks')
    content = logged.read_bytes()
    assert b"S3CRET" not in content
    assert b"another" not in content
    assert all(byte >= 0x20 or byte == 0x0A for byte in content)
    assert content.isascii()
    assert len([json.loads(line) for line in content.splitlines()]) == 4
    assert logged.stat().st_mode & 0o777 == 0o600
