"""Serves the three platforms and the control application on loopback, in one process and on one event loop."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from helpdesk_tui.sandbox.control import Control
from helpdesk_tui.sandbox.credentials import Told, make_credentials, scopes, tell, write_config
from helpdesk_tui.sandbox.fault_spec import BadFault, Faults
from helpdesk_tui.sandbox.faults import FaultGate
from helpdesk_tui.sandbox.model import PLATFORMS, Platform
from helpdesk_tui.sandbox.options import Options, parse
from helpdesk_tui.sandbox.team_files import write_team
from helpdesk_tui.sandbox.world import LiveWorld, build_world

_HOST = "127.0.0.1"
_LOOK_EVERY = 0.25


class LoopbackServer(uvicorn.Server):
    """A uvicorn server that leaves signals to us and ends without waiting for its clients."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        """`listening` is called once connections are taken."""
        super().__init__(config)
        self._listening = listening

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: several servers share this process, and `Sandbox` ends them together."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self._listening()

    def end(self) -> None:
        """Stop listening and cut every connection."""
        self.should_exit = self.force_exit = True
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if isinstance(transport, asyncio.Transport):
                transport.abort()


class Sandbox:
    """A whole sandbox: world, faults, credentials, and once bound its sockets."""

    def __init__(self, options: Options) -> None:
        """Builds the world and binds the ports. Raises BadFault, and OSError where a port is taken."""
        self.options = options
        self.faults = Faults(options.seed)
        for description in options.faults:
            self.faults.add(self.faults.read(description))
        self.world: LiveWorld = build_world(
            options.seed, options.tickets, options.speed, options.now, paused=options.paused
        )
        self.credentials = make_credentials(self.world.company)
        self._sockets = _bind(options.port_base)
        urls = [f"http://{_HOST}:{bound.getsockname()[1]}" for bound in self._sockets]
        self.urls: dict[Platform, str] = dict(zip(PLATFORMS, urls, strict=False))
        self.control_url = urls[-1]
        self.accounts: Told = tell(self.credentials, self.urls, self.world.company, options.role)
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def told(self) -> dict[str, Any]:
        """What is printed when all is ready."""
        return {**self.accounts, "control": self.control_url, "pid": os.getpid()}

    def application(self, platform: Platform) -> ASGIApp:
        """One platform behind its faults, as served."""
        control = Control(self.world, self.faults).application()
        module = import_module(f"helpdesk_tui.sandbox.{platform}")
        app = cast(ASGIApp, module.application(self.world, self.credentials[platform]))
        return FaultGate(app, platform, self.faults, self.world.clock, control)

    async def serve(self, ready: Callable[[], None]) -> None:
        """Serve until `stop`, then let go of the ports; `ready` is called once every port answers."""
        try:
            await self._serve(ready)
        finally:
            for bound in self._sockets:
                bound.close()

    async def _serve(self, ready: Callable[[], None]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        apps: list[ASGIApp] = [self.application(platform) for platform in PLATFORMS]
        apps.append(Control(self.world, self.faults).application())
        listening = asyncio.Semaphore(0)
        servers = [LoopbackServer(settings_of(app), listening.release) for app in apps]
        serving = [
            asyncio.create_task(server.serve(sockets=[bound]))
            for server, bound in zip(servers, self._sockets, strict=True)
        ]
        for _ in servers:
            await listening.acquire()
        ready()
        await self._stop.wait()
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        for server in servers:
            server.end()
        await asyncio.wait(serving, timeout=0.6)

    def stop(self) -> None:
        """End `serve`; may be called from any thread, also when it never began."""
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)


def settings_of(app: ASGIApp) -> uvicorn.Config:
    """How an application is served: plain HTTP/1.1, quiet, and no header but its own."""
    return uvicorn.Config(
        app, http="h11", ws="none", lifespan="off", interface="asgi3", log_level="warning", access_log=False,
        proxy_headers=False, server_header=False, date_header=False, timeout_keep_alive=75, log_config=None,
    )  # fmt: skip


def _bind(base: int) -> list[socket.socket]:
    """Four listening sockets on loopback: one for each platform and one for control."""
    sockets: list[socket.socket] = []
    try:
        for place in range(len(PLATFORMS) + 1):
            # asyncio sends without delay only over sockets that name their protocol: 40 ms an answer otherwise.
            bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            sockets.append(bound)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((_HOST, base + place if base else 0))
    except OSError:
        for bound in sockets:
            bound.close()
        raise
    return sockets


class Background:
    """A sandbox served from a thread of this process, for tests: `with Background(options) as sandbox: …`."""

    def __init__(self, options: Options) -> None:
        """Nothing is bound before the `with`."""
        self._options = options
        self._failed: BaseException | None = None

    def __enter__(self) -> Sandbox:
        """Serve; return once every port answers."""
        self.sandbox = Sandbox(self._options)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        if not ready.wait(20) or self._failed is not None:
            raise RuntimeError("the sandbox did not start") from self._failed
        return self.sandbox

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self.sandbox.serve(ready.set))
        except BaseException as error:
            self._failed = error
            ready.set()
            raise

    def __exit__(self, *_: object) -> None:
        self.sandbox.stop()
        self._thread.join(10)


def _watch_parent(stop: Callable[[], None], parent: int) -> None:
    """Call `stop` once the process that started this one is gone; to be called on the event loop."""
    if os.getppid() != parent:
        stop()
    else:
        asyncio.get_running_loop().call_later(_LOOK_EVERY, _watch_parent, stop, parent)


async def _main(sandbox: Sandbox) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(name, sandbox.stop)
    if sandbox.options.exit_with_parent:
        _watch_parent(sandbox.stop, os.getppid())
    gc.freeze()  # the world lives as long as the process: looking through it again and again would be in vain
    await sandbox.serve(lambda: print(json.dumps(sandbox.told()), flush=True))


def run(argv: Sequence[str]) -> int:
    """Run the sandbox until it is interrupted. Returns 0; 2 with one line on stderr where it cannot start."""
    options = parse(argv)
    try:
        sandbox = Sandbox(options)
        if options.config_to is not None:
            write_config(Path(options.config_to), sandbox.accounts, scopes(sandbox.world))
            write_team(Path(options.config_to), sandbox.world)
    except BadFault as error:
        print(f"helpdesk-tui sandbox: --fault {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"helpdesk-tui sandbox: {error}", file=sys.stderr)
        return 2
    asyncio.run(_main(sandbox))
    return 0
