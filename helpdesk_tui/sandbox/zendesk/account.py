"""One Zendesk account over the company: who signs in, and what the platform keeps besides the company's own records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from starlette.datastructures import QueryParams

from helpdesk_tui.sandbox.company import OUTSIDE
from helpdesk_tui.sandbox.model import Credential, Desk, Group, Person, World
from helpdesk_tui.sandbox.zendesk import errors, ids
from helpdesk_tui.sandbox.zendesk.limits import Limiter
from helpdesk_tui.sandbox.zendesk.settings import Settings

Role = Literal["anonymous", "end-user", "agent", "admin"]
_RANK: dict[Role, int] = {"anonymous": 0, "end-user": 1, "agent": 2, "admin": 3}
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request; uid 0 for nobody known."""

    uid: int
    role: Role

    def reaches(self, role: Role) -> bool:
        """Whether this caller may do what `role` may do."""
        return _RANK[self.role] >= _RANK[role]


ANONYMOUS = Caller(0, "anonymous")


@dataclass(slots=True)
class Token:
    """An OAuth pair; instants are seconds UTC of the sandbox's clock."""

    access: str
    refresh: str
    client: str
    caller: Caller
    scope: str
    ends: int
    refresh_ends: int


@dataclass(slots=True)
class Account:
    """Everything one sandboxed account knows.

    `kept` holds records that clients made and the company has no place for, by kind and identifier; `operations` what a
    client wrote into an audit's metadata, by ticket and event.
    """

    world: World
    settings: Settings
    credentials: tuple[Credential, ...]
    limiter: Limiter
    tokens: dict[str, Token] = field(default_factory=dict)
    refreshes: dict[str, Token] = field(default_factory=dict)
    jobs: dict[str, Json] = field(default_factory=dict)
    kept: dict[str, dict[int, Json]] = field(default_factory=dict)
    operations: dict[tuple[int, int], Json] = field(default_factory=dict)
    replays: dict[str, tuple[int, bytes, Json]] = field(default_factory=dict)
    streams: dict[str, object] = field(default_factory=dict)
    started: int = 0
    """The sandbox's instant at which the account began to answer."""
    _serial: int = 0

    @property
    def desk(self) -> Desk:
        """The company's Zendesk tickets."""
        return self.world.desk("zendesk")

    @property
    def now(self) -> int:
        """The present instant of the sandbox, seconds UTC."""
        return self.world.clock.now()

    def serial(self) -> int:
        """A number never given out before."""
        self._serial += 1
        return self._serial

    def role(self, person: Person) -> Role:
        """The role of a person of the company on this account."""
        for credential in self.credentials:
            if credential.uid == person.uid:
                return caller_role(credential)
        return "end-user" if person.role == "requester" else "agent"

    def groups(self) -> list[Group]:
        """Every group of this account: those with a desk here, and those outside its scope."""
        outside = [group for group in self.world.groups.values() if group.gid >= OUTSIDE]
        return [*self.world.served("zendesk"), *outside]

    def group_ids(self) -> dict[int, str]:
        """Names of the groups by the platform's identifier."""
        return {ids.group(group.gid): group.name for group in self.groups()}


def caller_role(credential: Credential) -> Role:
    """What a sandbox credential is on this platform."""
    return "end-user" if credential.role == "requester" else credential.role


@dataclass(slots=True)
class Call:
    """One request, taken apart: `path` without the ending .json, `base` the address that absolute links begin with."""

    account: Account
    caller: Caller
    method: str
    path: str
    base: str
    query: QueryParams
    numbers: dict[str, int]
    words: dict[str, str]
    headers: dict[str, str]
    body: Json
    raw: bytes

    @property
    def includes(self) -> frozenset[str]:
        """The sideloads asked for."""
        return frozenset(part.strip() for part in (self.query.get("include") or "").split(",") if part.strip())

    def number(self, name: str, default: int) -> int:
        """A query parameter as an integer. Raises Refusal (400) where it is something else."""
        text = self.query.get(name)
        if text is None or text == "":
            return default
        try:
            return int(float(text))
        except ValueError:
            raise errors.invalid_attribute(name, f"Invalid parameter: {name} must be an integer") from None

    def many(self, name: str = "ids", limit: int = 100) -> list[int]:
        """A comma-separated parameter of identifiers, in order. Raises Refusal (400) for more than `limit`."""
        texts = [part.strip() for part in (self.query.get(name) or "").split(",") if part.strip()]
        if len(texts) > limit:
            raise errors.too_many(limit)
        return [int(text) for text in texts if text.isdigit()]

    def link(self, path: str) -> str:
        """The absolute address of a record."""
        return f"{self.base}/api/v2{path}.json"

    def inner(self, key: str) -> Json:
        """The object under `key` of the body. Raises Refusal (400) where there is none."""
        value = self.body.get(key)
        if not isinstance(value, dict):
            raise errors.invalid_attribute(key, f"Invalid parameter: {key} must be an object")
        return value


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with its own status or headers."""

    body: object
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Call], "Json | Reply"]


def listed(values: Iterable[object]) -> list[object]:
    """A JSON array."""
    return list(values)
