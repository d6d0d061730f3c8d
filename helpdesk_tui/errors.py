"""Every error the program raises on purpose, as one tree.

    HelpdeskError
    ├── ConfigError          a setting is wrong: names file, key, nearest match and mend
    ├── SecretError          a secret could not be had, or its file is readable by others
    ├── FilterError          a filter does not parse: says where and what was expected
    ├── UsageError           a command was asked for something it cannot do
    ├── PlatformError        a platform did not do what was asked
    │   ├── Unreachable      no answer, or none in time: DNS, TLS, connect, reset, time-out, 5xx
    │   │   └── NotSent      the request surely never arrived: no connection came about
    │   ├── Moved            a write was refused because the record changed since it was seen
    │   ├── Throttled        asked to wait; carries `retry_after`
    │   ├── AuthFailed       the sign-in was refused or has expired
    │   ├── Refused          a definite no, with the platform's own words
    │   └── Garbled          an answer that is not what the platform promises
    └── StoreError           a store cannot be used
        ├── ForeignStore     the file was made by something else
        ├── NewerStore       the file was made by a newer version
        ├── CorruptStore     the file is damaged
        ├── StoreBusy        another process holds it and did not let go in time
        ├── StoreReadOnly    it can be read and not written
        └── DiskFull         no room, or a file size limit

The text of each is one line a user can act on. It never holds a secret.
"""

from __future__ import annotations

from pathlib import Path


class HelpdeskError(Exception):
    """The root: `str(error)` is one line for the user."""

    exit_code = 1


class ConfigError(HelpdeskError):
    """A setting that cannot be used; `file` and `key` say where it is written."""

    exit_code = 2

    def __init__(self, message: str, *, file: Path | None = None, key: str = "") -> None:
        self.file = file
        self.key = key
        where = ": ".join(part for part in (str(file) if file else "", key) if part)
        super().__init__(f"{where}: {message}" if where else message)


class SecretError(HelpdeskError):
    """A secret could not be had."""

    exit_code = 2


class UsageError(HelpdeskError):
    """A command was asked for something it cannot do."""

    exit_code = 2


class FilterError(HelpdeskError):
    """A filter that does not parse. `start` and `end` are offsets in the text as typed, half open."""

    exit_code = 2

    def __init__(self, message: str, *, start: int, end: int) -> None:
        self.start = start
        self.end = end
        super().__init__(message)


class PlatformError(HelpdeskError):
    """A platform did not do what was asked. `status` is the HTTP status, 0 where there was no answer."""

    exit_code = 3

    def __init__(self, message: str, *, status: int = 0) -> None:
        self.status = status
        super().__init__(message)


class Unreachable(PlatformError):
    """No answer, none in time, or a server error. A later try may do."""


class NotSent(Unreachable):
    """No connection came about: whatever was asked was surely not done."""


class Moved(PlatformError):
    """A write was refused, and not done, because the record changed since it was seen."""

    exit_code = 4


class Throttled(PlatformError):
    """The platform asked to wait `retry_after` seconds; None where it did not say how long. `whole` says whether that
    goes for the whole source, or for what was asked for alone."""

    def __init__(
        self, message: str, *, retry_after: float | None = None, status: int = 429, whole: bool = True
    ) -> None:
        self.retry_after = retry_after
        self.whole = whole
        super().__init__(message, status=status)


class AuthFailed(PlatformError):
    """The sign-in was refused or has expired: nothing helps but a new secret."""

    exit_code = 4


class Refused(PlatformError):
    """A definite no, in the platform's own words."""

    exit_code = 4


class Garbled(PlatformError):
    """An answer that is not what the platform promises: a login page, half a body, not JSON."""


class StoreError(HelpdeskError):
    """A store cannot be used. `path` is its file."""

    def __init__(self, message: str, *, path: Path) -> None:
        self.path = path
        super().__init__(f"{path}: {message}")


class ForeignStore(StoreError):
    """The file was made by something else."""


class NewerStore(StoreError):
    """The file was made by a newer version of this program."""


class CorruptStore(StoreError):
    """The file is damaged."""


class StoreBusy(StoreError):
    """Another process holds the store and did not let go in time."""


class StoreReadOnly(StoreError):
    """The store can be read and not written."""


class DiskFull(StoreError):
    """No room left for a write; nothing of it was kept."""
