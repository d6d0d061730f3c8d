"""The log: JSON lines in a private file that rotates; nothing ever goes to the terminal.

Call `start` once a process. Secrets are struck out of every line, by the names of keys and by value.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
import threading
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

from helpdesk_tui.paths import private_folder
from helpdesk_tui.secrets import strike_out

SECRET_KEYS = ("token", "secret", "password", "authorization", "cookie", "api_key", "apikey")
BYTES = 2_000_000
KEPT = 3


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file of mode 0600, whatever the umask."""

    def _open(self) -> Any:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        return os.fdopen(handle, "a", encoding=self.encoding or "utf-8", errors="backslashreplace")


def start(folder: Path, process: str, level: str = "info") -> None:
    """Log to `folder`/`process`.log from now on, and send there what ends a thread or the program unexpectedly."""
    import structlog

    handler = _PrivateFile(
        private_folder(folder) / f"{process}.log", maxBytes=BYTES, backupCount=KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_chain(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=True),
                _strike,
            ],
        )
    )
    root = logging.getLogger()
    for earlier in root.handlers:
        if isinstance(earlier, _PrivateFile):
            earlier.close()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "apscheduler", "alembic", "sqlalchemy", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_chain(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logging.raiseExceptions = False  # a log that cannot be written must not write to the screen instead
    sys.excepthook = _ended
    threading.excepthook = lambda args: _ended(args.exc_type, args.exc_value, args.exc_traceback)


def started() -> bool:
    """Whether this process logs to a file."""
    return any(isinstance(handler, _PrivateFile) for handler in logging.getLogger().handlers)


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of every key whose name says that it is a secret."""
    for key in event:
        if any(word in key.lower() for word in SECRET_KEYS):
            event[key] = "[secret]"
    return event


def _chain() -> list[Any]:
    import structlog

    return [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
        structlog.processors.format_exc_info,
    ]


def _strike(_logger: object, _method: str, line: str | bytes | Mapping[str, Any]) -> str:
    return strike_out(str(line))


def _ended(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("helpdesk_tui").error("ended unexpectedly", exc_info=(kind, error, trace))
