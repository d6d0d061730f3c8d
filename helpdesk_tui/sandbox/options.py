"""The sandbox's command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Role = Literal["admin", "agent"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the sandbox is asked to be. `now` is seconds UTC, None for the machine's present."""

    seed: int = 1
    tickets: int = 2000
    speed: float = 1.0
    now: int | None = None
    port_base: int = 0
    faults: tuple[str, ...] = ()
    config_to: Path | None = None
    role: Role = "admin"
    paused: bool = False
    exit_with_parent: bool = False


def _tickets(text: str) -> int:
    number = int(text.replace("_", "").replace(",", ""))
    if not 1 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError("must be between 1 and 1,000,000")
    return number


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 <= speed <= 100_000:
        raise argparse.ArgumentTypeError("must be between 0 and 100,000")
    return speed


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be an ISO 8601 instant such as 2031-03-04T09:00:00Z") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _ports(text: str) -> int:
    port = int(text)
    if port != 0 and not 1024 <= port <= 65532:
        raise argparse.ArgumentTypeError("must be 0 (any free ports) or between 1024 and 65532; four in a row are used")
    return port


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Imitate ServiceNow, Jira and Zendesk over HTTP on loopback, with one living company behind them. "
        "Prints one line of JSON with addresses and credentials when ready, and runs until interrupted.",
    )
    add = parser.add_argument
    add("--seed", type=int, default=1, help="the company and everything that happens follow from it (default 1)")
    add(
        "--tickets",
        type=_tickets,
        default=2000,
        metavar="N",
        help="tickets at the start, 1 to 1,000,000 (default 2000)",
    )
    add("--speed", type=_speed, default=1.0, metavar="X", help="sandbox seconds per second (default 1)")
    add(
        "--now",
        type=_instant,
        metavar="ISO",
        help="the instant to start at, UTC unless it says otherwise (default: now)",
    )
    add(
        "--port-base",
        type=_ports,
        default=0,
        metavar="PORT",
        help="first of four ports; 0 takes any free ones (default)",
    )
    add("--fault", action="append", default=[], metavar="PLATFORM:KIND[=VALUE][,…]",
        help="something that goes wrong, such as zendesk:latency=0.5 or jira:error,every=5; repeatable")  # fmt: skip
    add("--config-to", type=Path, metavar="DIR", help="write a configuration for what is served into this folder")
    add("--role", choices=("admin", "agent"), default="admin", help="what the account in that configuration may do")
    add("--paused", action="store_true", help="start with the clock stopped")
    add("--exit-with-parent", action="store_true", help="end when the process that started this one ends")
    return parser


def parse(argv: Sequence[str], program: str = "helpdesk-tui sandbox") -> Options:
    """Options from arguments. Ends the program with status 2 and one line where they make no sense."""
    given = _parser(program).parse_args(argv)
    return Options(
        given.seed, given.tickets, given.speed, given.now, given.port_base, tuple(given.fault), given.config_to,
        given.role, given.paused, given.exit_with_parent,
    )  # fmt: skip
