"""The refusals of the platform, each with the body and headers that it is known to answer with."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """An answer other than success: HTTP status, body (JSON value, or text) and headers."""

    def __init__(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        super().__init__(f"{status} {body}")


def not_found() -> Refusal:
    """No such record, or one that this caller may not know of."""
    return Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


def no_such_endpoint() -> Refusal:
    """No such path."""
    return Refusal(404, {"error": "InvalidEndpoint", "description": "Not found"})


def unauthenticated() -> Refusal:
    """Missing or wrong credentials."""
    return Refusal(401, {"error": "Couldn't authenticate you"}, {"WWW-Authenticate": 'Basic realm="Web Password"'})


def dead_token() -> Refusal:
    """A bearer token that expired or was replaced."""
    words = "The access token provided is expired, revoked, malformed or invalid for other reasons."
    return Refusal(401, {"error": "invalid_token", "error_description": words}, {"WWW-Authenticate": "Bearer"})


def forbidden() -> Refusal:
    """The caller's role does not reach so far."""
    words = "You do not have access to this page. Please contact the account owner of this help desk for further help."
    return Refusal(403, {"error": {"title": "Forbidden", "message": words}})


def invalid_attribute(name: str, message: str) -> Refusal:
    """A parameter that is not what the operation takes; here `error` is an object."""
    return Refusal(
        400,
        {
            "error": {
                "title": "Invalid attribute",
                "message": f"You passed an invalid value for the {name} attribute. {message}",
            }
        },
    )


def invalid_record(field: str, message: str, code: str = "") -> Refusal:
    """The record breaks a rule of the desk; `code` is the kind of error, "" where the platform gives none."""
    detail = {"description": message} | ({"error": code} if code else {})
    body = {"error": "RecordInvalid", "description": "Record validation errors", "details": {field: [detail]}}
    return Refusal(422, body)


def too_many(limit: int) -> Refusal:
    """More values in one parameter than allowed."""
    words = f"Parameter  cannot specify more than {limit} values"
    return Refusal(400, {"error": "TooManyValues", "description": words, "max_count": limit})


def bad_cursor(name: str) -> Refusal:
    """A page cursor that was not made here."""
    return Refusal(400, {"errors": [{"code": "InvalidPaginationParameter", "title": f"{name} is not valid"}]})


def too_deep() -> Refusal:
    """Offset pages end at 10,000 records."""
    words = "Pagination limit reached for offset model, please use cursor pagination"
    return Refusal(400, {"error": "InvalidPaginationDepth", "description": words})


def search_too_deep() -> Refusal:
    """A search shows its first 1,000 results and no more."""
    words = "Invalid search: Requested response size was greater than Search Response Limits"
    return Refusal(422, {"error": "invalid", "description": words})


def outdated() -> Refusal:
    """A safe update met a newer ticket."""
    words = (
        "Safe Update prevented the update due to outdated ticket data. "
        "Please fetch the latest ticket data and try again."
    )
    return Refusal(409, {"error": "UpdateConflict", "description": words})
