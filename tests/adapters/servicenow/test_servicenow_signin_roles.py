"""What an account may not write is told when it signs in, and not asked for then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from helpdesk_tui.adapters.base import WRITES
from helpdesk_tui.errors import Refused

from .test_servicenow_writing import a_ticket, change, write

if TYPE_CHECKING:
    from tests.adapters.servicenow.conftest import Stand

NOTHING = "Nothing can be written: the account has the role snc_read_only."
NO_ROLE = "The account has no role: most of what it writes will be refused."


@pytest.mark.parametrize(
    ("roles", "told", "writes"),
    [
        (("itil",), "", True),
        (("itil", "rota_manager"), "", True),
        (("itil", "snc_read_only"), NOTHING, False),
        (("snc_read_only",), NOTHING, False),
        ((), NO_ROLE, True),
    ],
)
@pytest.mark.parametrize("account", ["admin", "agent"])
async def test_roles_tell_what_cannot_be_written(
    make_stand: Callable[..., Stand], account: str, roles: tuple[str, ...], told: str, writes: bool
) -> None:
    stand = make_stand(role=account)
    stand.instance.settings.roles[stand.account.uid] = roles
    report = await stand.reader.check()
    said = [line for line in report.cannot if "writ" in line]
    assert said == ([told] if told else [])
    assert bool(stand.reader.capabilities & WRITES) is writes
    assert report.details.get("roles", "") == ", ".join(sorted(roles))


async def test_a_write_of_a_read_only_account_is_refused_by_the_platform_too(stand: Stand) -> None:
    await stand.reader.check()
    stand.instance.settings.roles[stand.account.uid] = ("itil", "snc_read_only")
    with pytest.raises(Refused, match="security constraints"):
        await write(stand, change(stand, a_ticket(stand), title="Words"))
    await stand.reader.check()
    assert not stand.reader.capabilities & WRITES
    stand.instance.settings.roles.clear()
    await stand.reader.check()
    assert stand.reader.capabilities >= WRITES - {"write:tags", "write:link", "write:override"}
