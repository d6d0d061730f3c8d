"""The sandbox as a program: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from helpdesk_tui.sandbox.credentials import write_config
from helpdesk_tui.sandbox.options import parse

PROGRAM = [sys.executable, "-m", "helpdesk_tui.sandbox", "--tickets", "40", "--paused"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def start(*more: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    process = subprocess.Popen([*PROGRAM, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def end(process: subprocess.Popen[str], how: signal.Signals) -> tuple[str, str]:
    process.send_signal(how)
    return process.communicate(timeout=10)


def listens(url: str) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_one_line_and_ends_at_once_though_clients_hang_on(how: signal.Signals) -> None:
    process, told = start("--fault", "zendesk:hang")
    assert told["pid"] == process.pid
    with socket.create_connection(("127.0.0.1", int(told["zendesk"]["url"].rpartition(":")[2]))) as client:
        client.sendall(b"GET /api/v2/tickets HTTP/1.1\r\nHost: x\r\n\r\n")
        started = time.monotonic()
        out, errors = end(process, how)
        took = time.monotonic() - started
    assert (process.returncode, out, errors) == (0, "", "")
    assert took < 3  # under a second on an idle machine
    assert not listens(told["control"])


def test_the_configuration_is_the_users_alone_and_names_what_is_served(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    process, told = start("--config-to", str(folder))
    end(process, signal.SIGTERM)
    config = tomllib.loads((folder / "config.toml").read_text())
    assert mode(folder) == mode(folder / "secrets") == 0o700
    assert mode(folder / "config.toml") == 0o600
    assert {mode(path) for path in (folder / "secrets").iterdir()} == {0o600}
    scopes = {name: source.pop("scope") for name, source in config["sources"].items()}
    assert "Network" in scopes["sn"]["groups"]
    assert "Facilities" not in scopes["sn"]["groups"]
    assert scopes["jira"] == {"projects": ["APP", "ITS", "OPS"]}
    assert config["sources"]["sn"] == {
        "platform": "servicenow", "url": told["servicenow"]["url"], "username": "coordinator", "auth": "basic",
        "token_file": "secrets/sn.token",
    }  # fmt: skip
    assert config["sources"]["zd"]["username"] == "coordinator@example.com"
    secret = (folder / config["sources"]["jira"]["token_file"]).read_text().strip()
    assert secret == told["jira"]["token"]
    assert secret not in (folder / "config.toml").read_text()


def test_the_agents_role_stands_in_the_configuration_when_asked_for(tmp_path: Path) -> None:
    process, told = start("--config-to", str(tmp_path), "--role", "agent")
    end(process, signal.SIGTERM)
    config = tomllib.loads((tmp_path / "config.toml").read_text())
    assert config["sources"]["zd"]["username"] == told["zendesk"]["agent_email"] != "coordinator@example.com"
    assert (tmp_path / "secrets/zd.token").read_text().strip() == told["zendesk"]["agent_token"]


@pytest.mark.parametrize("name", ["config.toml", "policies.toml"])
def test_somebody_elses_configuration_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("# mine\n")
    with pytest.raises(FileExistsError, match="left alone"):
        write_config(tmp_path, {})
    assert (tmp_path / name).read_text() == "# mine\n"
    assert list(tmp_path.iterdir()) == [tmp_path / name]


def test_it_ends_with_the_process_that_started_it() -> None:
    script = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen({[*PROGRAM, '--exit-with-parent']!r}, stdout=subprocess.PIPE, text=True)\n"
        "print(child.stdout.readline(), flush=True)\n"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=True).stdout
    pid = json.loads(out.strip())["pid"]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and alive(pid):
        os.sched_yield()
    assert not alive(pid)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fault", "jira:explode"], "no fault is called 'explode'"),
        (["--tickets", "0"], "must be between 1 and 1,000,000"),
        (["--now", "yesterday"], "must be an ISO 8601 instant"),
        (["--speed", "-1"], "must be between 0 and"),
        (["--port-base", "80"], "must be 0"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(arguments: list[str], told: str) -> None:
    done = subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_refused_in_a_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        if not 1024 <= port <= 65532:
            pytest.skip("the system gave a port too near the end")
        done = subprocess.run(
            [*PROGRAM, "--port-base", str(port)], capture_output=True, text=True, timeout=20, check=False
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_an_instant_without_a_zone_is_utc() -> None:
    assert parse(["--now", "2031-03-04T09:00"]).now == parse(["--now", "2031-03-04T10:00+01:00"]).now == 1_930_381_200
