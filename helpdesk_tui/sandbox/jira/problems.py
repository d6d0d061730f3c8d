"""The many shapes in which Jira says no, each as an exception that carries its answer."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from starlette.responses import Response

REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline "
    "is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
NO_ISSUE = "Issue does not exist or you do not have permission to see it."
BAD_PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."
JSON_TYPE = "application/json;charset=UTF-8"
PROBLEM_TYPE = "application/problem+json;charset=UTF-8"


class Problem(Exception):
    """An answer that ends the request."""

    def __init__(
        self, status: int, body: bytes, kind: str = JSON_TYPE, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.kind = kind
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The answer itself."""
        return Response(self.body, self.status, {"content-type": self.kind, **self.headers})


def collection(status: int, *messages: str, errors: Mapping[str, str] | None = None) -> Problem:
    """The platform's usual body: a list of messages and a map of field errors."""
    return Problem(status, orjson.dumps({"errorMessages": list(messages), "errors": dict(errors or {})}))


def messages_only(status: int, message: str) -> Problem:
    """A refused payload has no `errors` member at all."""
    return Problem(status, orjson.dumps({"errorMessages": [message]}))


def missing_issue() -> Problem:
    """404 for what does not exist, was deleted, or may not be seen: one and the same answer."""
    return collection(404, NO_ISSUE)


def bad_integer(name: str, value: str, path: str) -> Problem:
    """A query parameter that is no number."""
    return rfc7807(400, "Bad Request", f"Failed to convert '{name}' with value: '{value}'", path)


def rfc7807(status: int, title: str, detail: str, path: str) -> Problem:
    """The shape of media type, method and path errors."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": path}
    return Problem(status, orjson.dumps(body), PROBLEM_TYPE)


def desk(status: int, message: str, key: str = "sd.validation.error") -> Problem:
    """The shape of the service desk API."""
    body = {"errorMessage": message, "i18nErrorMessage": {"i18nKey": key, "parameters": []}}
    return Problem(status, orjson.dumps(body))


def anonymous(site: str) -> Problem:
    """No credential where one is needed: plain text on Cloud."""
    text = b"Client must be authenticated to access this resource."
    return Problem(401, text, "text/plain;charset=UTF-8", {"WWW-Authenticate": f'OAuth realm="{site}"'})


def wrong_password() -> Problem:
    """A credential that is not accepted."""
    text = b"Basic authentication with passwords is deprecated.  For more information, see: https://developer.atlassian.com/"
    headers = {"WWW-Authenticate": 'Basic realm="Jira"', "X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
    return Problem(401, text, "text/plain;charset=UTF-8", headers)


def server_401() -> Problem:
    """Data Center's refusal of a token."""
    body = orjson.dumps({"message": "Client must be authenticated to access this resource.", "status-code": 401})
    return Problem(401, body, JSON_TYPE, {"WWW-Authenticate": 'OAuth realm="jira"'})


def unreadable_bearer() -> Problem:
    """What the Cloud site answers to a Bearer it cannot read."""
    return Problem(403, orjson.dumps({"error": "Failed to parse Connect Session Auth Token"}), "application/json")
