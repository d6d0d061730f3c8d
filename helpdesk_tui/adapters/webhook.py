"""Telling somebody else's address of an alarm. Here because only adapters speak HTTP."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from helpdesk_tui.errors import Unreachable

SECONDS = 10.0
"""The whole of one call may take so long."""


async def post(
    url: str, body: Mapping[str, object], *, token: str = "", transport: httpx.AsyncBaseTransport | None = None
) -> int:
    """Post JSON to an address, with a bearer token where there is one; the status of the answer. Redirects are not
    followed.

    Raises Unreachable where nobody answered in time; its words do not tell the address, which may hold a secret.
    """
    try:
        async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, transport=transport) as client:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = await client.post(url, json=dict(body), headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Unreachable(f"the webhook did not answer ({type(error).__name__})") from None
    return answer.status_code
