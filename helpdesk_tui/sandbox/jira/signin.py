"""Who asks, and as which Jira this site must answer.

Basic with an API token is Cloud. Basic with a password, or a Bearer on the v2 paths, is Data Center. A Bearer on the
site's v3 paths is refused as the site refuses it; under the gateway (`/ex/jira/{cloudId}`) it is OAuth. All under `/dc`
is Data Center with a context path.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from starlette.requests import Request

from helpdesk_tui.sandbox.jira import problems
from helpdesk_tui.sandbox.jira.call import Call, Site
from helpdesk_tui.sandbox.model import Credential, Person

_VERSIONS = {"2": "2", "3": "3", "latest": "2"}
_NOBODY = Person(0, "Anonymous", "", "", "requester", "UTC", "", 0)


@dataclass(frozen=True, slots=True)
class Door:
    """The way a request came in."""

    gateway: bool = False
    context: bool = False


def call_of(site: Site, request: Request, door: Door, *, open_to_all: bool = False) -> Call:
    """The request as handlers see it. Raises the refusals of the sign-in."""
    asked = request.path_params.get("version", "")
    if asked and asked not in _VERSIONS:
        raise _unknown(request)
    version = _VERSIONS.get(asked, "3")
    base = f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"
    header = request.headers.get("authorization", "")
    if not header:
        if not open_to_all:
            raise problems.server_401() if door.context else problems.anonymous(base)
        return Call(site, request, base, version, not door.context, _NOBODY, "requester")
    found, cloud = _signed_in(site, door, header, version)
    if not cloud and asked == "3":
        raise _unknown(request)
    person = site.world.people[found.uid]
    if not asked:
        version = "3" if cloud else "2"
    return Call(site, request, base, version, cloud, person, found.role)


def _unknown(request: Request) -> problems.Problem:
    return problems.rfc7807(404, "Not Found", f"No static resource {request.url.path}.", request.url.path)


def _signed_in(site: Site, door: Door, header: str, version: str) -> tuple[Credential, bool]:
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        return _bearer(site, door, value.strip(), version)
    login, secret = _basic(value)
    for known in site.credentials:
        names = (known.login, site.world.people[known.uid].email, site.world.people[known.uid].login)
        if login not in names:
            continue
        if known.token and secret == known.token and not door.context:
            return known, True
        if known.password and secret == known.password and not door.gateway:
            return known, False
    raise problems.wrong_password()


def _bearer(site: Site, door: Door, token: str, version: str) -> tuple[Credential, bool]:
    found = next((known for known in site.credentials if known.token and known.token == token), None)
    if version == "3" and not door.gateway and not door.context:
        raise problems.unreadable_bearer()
    if found is None:
        raise problems.server_401()
    return found, door.gateway


def _basic(value: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise problems.wrong_password() from None
    login, _, secret = text.partition(":")
    return login, secret
