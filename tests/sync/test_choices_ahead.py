"""What may be chosen is read ahead for the top of the queue, and when somebody asks."""

from __future__ import annotations

import pytest

from helpdesk_tui.adapters.base import Capability
from helpdesk_tui.data.read.cache import CacheReader
from helpdesk_tui.data.read.personal import PersonalReader
from helpdesk_tui.data.stores import open_personal
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.domain.choices import Choices
from helpdesk_tui.domain.tickets import TicketRef
from helpdesk_tui.errors import AuthFailed, Refused
from helpdesk_tui.sync.answers import Answers
from helpdesk_tui.sync.health import State
from helpdesk_tui.sync.threaded import Threaded

from .lists import NOW, World, tickets


async def filled(world: World, count: int = 8) -> list[str]:
    """A source that can be written to, with tickets; the list of those whose choices were asked for."""
    keys = [str(key) for key in range(count)]
    world.adapter.pages = {"open": [tickets(*range(count))]}
    world.adapter.open = set(keys)
    world.adapter.capabilities = frozenset({*world.adapter.capabilities, Capability.WRITE_NOTE})
    await world.source.everything()
    return [key for name, key in world.adapter.asked if name == "choices"]


def telling(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    async def choices(key: str) -> Choices:
        asked.append(key)
        if key in world.adapter.refuses:
            raise Refused("not for you", status=403)
        return Choices("desk", key, 0, "Open")

    monkeypatch.setattr(world.adapter, "choices", choices)
    return asked


async def test_each_is_read_ahead_once_and_one_that_is_refused_holds_up_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = telling(world, monkeypatch)
    await filled(world)
    world.adapter.refuses = {"0", "1"}
    for _ in range(6):
        await world.source.details()
    assert sorted(asked) == [str(key) for key in range(8)]
    assert world.source.context.health.state is State.OK
    reader = CacheReader(world.paths.cache_db)
    assert reader.choices(TicketRef("desk", "0")) is None
    assert reader.choices(TicketRef("desk", "2")) == Choices("desk", "2", NOW, "Open")
    reader.close()


async def test_nothing_is_asked_where_nothing_can_be_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = telling(world, monkeypatch)
    capable = world.adapter.capabilities
    await filled(world)
    world.adapter.capabilities = capable
    await world.source.details()
    assert asked == []


async def test_a_source_that_tells_nothing_is_asked_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def choices(key: str) -> Choices:
        asked.append(key)
        raise NotImplementedError

    monkeypatch.setattr(world.adapter, "choices", choices)
    await filled(world)
    for _ in range(3):
        await world.source.details()
    assert 1 <= len(asked) <= 5
    assert world.source.context.health.state is State.OK
    with pytest.raises(Refused, match="does not tell"):
        await world.source.choices("1")


async def test_somebody_asks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = telling(world, monkeypatch)
    await filled(world)
    world.adapter.refuses = {"0"}
    personal = Threaded(lambda: open_personal(world.paths), "test-personal")
    answers = Answers({"desk": world.source}, personal)
    numbers = [await personal.do(PersonalWriter.ask, "choices", "desk", key, by="test", now=NOW) for key in ("0", "1")]
    await answers.look(NOW)
    reader = PersonalReader(world.paths.personal_db)
    found = [reader.answer(number) for number in numbers]
    assert [(one.state, one.words) for one in found if one] == [("failed", "not for you"), ("done", "")]
    assert sorted(asked) == ["0", "1"]
    reader.close()
    personal.close(PersonalWriter.close)


async def test_a_trouble_of_the_whole_source_is_told_by_its_health(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(world)

    async def choices(_key: str) -> Choices:
        raise AuthFailed("the sign-in was refused", status=401)

    monkeypatch.setattr(world.adapter, "choices", choices)
    with pytest.raises(AuthFailed):
        await world.source.choices("1")
    assert world.source.context.health.state is State.SIGN_IN
