"""A mistake of ours in the middle of work: said in one line where users look, without what may be a secret."""

from __future__ import annotations

import pytest

from helpdesk_tui.data import stores
from helpdesk_tui.data.read.personal import PersonalReader
from helpdesk_tui.data.write.personal import PersonalWriter
from helpdesk_tui.secrets import remember
from helpdesk_tui.sync.answers import Answers
from helpdesk_tui.sync.threaded import Threaded

from .lists import NOW, World

SECRET = "s3cret-of-the-desk"


async def test_what_the_health_says_holds_no_secret(world: World) -> None:
    remember(SECRET)
    world.adapter.pages = {"open": [KeyError(SECRET)]}
    assert not await world.source.everything()
    assert "KeyError" in world.source.fault
    health, words, *_ = world.row()
    assert health == "garbled"
    assert "the log says where" in words
    assert SECRET not in words


async def test_the_answer_to_a_request_holds_no_secret(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(SECRET)
    personal = Threaded(lambda: stores.open_personal(world.paths), "test-personal")
    answers = Answers({"desk": world.source}, personal)

    async def breaks(*, consent: bool = False) -> bool:
        raise KeyError(SECRET, consent)

    monkeypatch.setattr(world.source, "census", breaks)
    number = await personal.do(PersonalWriter.ask, "accept", "desk", by="test", now=NOW)
    await answers.look(NOW)
    reader = PersonalReader(world.paths.personal_db)
    answer = reader.answer(number)
    reader.close()
    personal.close(PersonalWriter.close)
    assert answer is not None
    assert answer.state == "failed"
    assert "KeyError" in answer.words
    assert SECRET not in answer.words
