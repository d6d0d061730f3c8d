"""One turn of the sender in a process of its own, which a failpoint may end: `push_child.py HOME NOW [SOURCE]`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from random import Random

from helpdesk_tui import config
from helpdesk_tui.adapters import registry
from helpdesk_tui.data import stores
from helpdesk_tui.data.write.cache import CacheWriter
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.paths import Paths
from helpdesk_tui.secrets import for_sources
from helpdesk_tui.sync.context import SourceContext
from helpdesk_tui.sync.process import columns_of
from helpdesk_tui.sync.push import Push
from helpdesk_tui.sync.source import SourceSync
from helpdesk_tui.sync.threaded import Threaded


async def main(home: Path, now: int, name: str = "sn") -> None:
    paths = Paths(home, home / "state", home / "cache", home)
    settings = config.load(paths.config_file)
    cache = Threaded(lambda: stores.open_cache(paths), "cache")
    personal = Threaded(lambda: stores.open_personal(paths), "personal")
    configured = settings.sources[name]
    adapter = registry.make(configured, for_sources(settings)[name], now=lambda: now)
    source = SourceSync(SourceContext(configured, settings.sync, adapter, cache, lambda: now, Random(5)))
    push = Push({name: source}, personal, paths.personal_db, now=lambda: now, host="here")
    try:
        await cache.do(CacheWriter.begin, columns_of(settings), now)
        await push.recover()
        await push.drain()
    finally:
        await push.close()
        await source.close()
        personal.close(PersonalWriter.close)
        cache.close(CacheWriter.close)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4]))
