"""What the adapter tests share: secrets and sources made by hand, the reference folder, and retries without waiting."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import stamina

from helpdesk_tui.config import SourceConfig

SERVED = "https://desk.example"


@dataclasses.dataclass
class FakeSecret:
    """A secret that counts how often it was revealed and expired; `values` are given out in turn after each expiry."""

    values: tuple[str, ...] = ("s3cret-Value",)
    revealed: int = 0
    expired: int = 0

    def held(self) -> str:
        """Nothing: whoever wants it has to reveal it."""
        return ""

    def reveal(self) -> str:
        """The secret that is current."""
        self.revealed += 1
        return self.values[min(self.expired, len(self.values) - 1)]

    def expire(self) -> None:
        """Go on to the next value."""
        self.expired += 1


@pytest.fixture
def make_secret() -> Callable[..., FakeSecret]:
    """Makes a FakeSecret from the values it gives out in turn."""
    return lambda *values: FakeSecret(values or ("s3cret-Value",))


@pytest.fixture
def secret() -> FakeSecret:
    """One secret that never changes."""
    return FakeSecret()


@pytest.fixture
def make_source() -> Callable[..., SourceConfig]:
    """Makes a SourceConfig; what is not named has a sensible value."""

    def make(platform: str = "servicenow", **settings: object) -> SourceConfig:
        given = {"name": "desk", "platform": platform, "url": SERVED, "username": "coordinator", **settings}
        return dataclasses.replace(SourceConfig(), **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def no_waiting() -> Iterator[None]:
    """Reads are tried again as always, but without a pause."""
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of recorded and official answers; the test is skipped, saying so, where it is absent."""
    given = os.environ.get("HELPDESK_REFERENCE")
    folder = Path(given) if given else Path(__file__).parents[3] / "shared" / "reference" / "data"
    if not folder.is_dir():
        pytest.skip(f"NO REFERENCE DATA: {folder} is absent; set HELPDESK_REFERENCE to check against recordings")
    return folder
