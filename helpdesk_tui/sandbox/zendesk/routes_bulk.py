"""Bulk writes and the background jobs they run in.

The work is done when it is asked for; the job only tells of it in the usual steps (queued, working, completed), one a
look.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import md5

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.zendesk import ids
from helpdesk_tui.sandbox.zendesk.account import Call, Json
from helpdesk_tui.sandbox.zendesk.errors import Refusal, not_found, too_many
from helpdesk_tui.sandbox.zendesk.listing import one
from helpdesk_tui.sandbox.zendesk.routes_writes import create
from helpdesk_tui.sandbox.zendesk.writes import update

_MOST = 100
_RUNNING = 30


def update_many(call: Call) -> Json:
    """PUT /tickets/update_many: one change for `ids`, or a change for each of `tickets`."""
    if "ids" in call.query:
        shared = call.inner("ticket")
        work = [(number, shared) for number in call.many()]
    else:
        rows = _rows(call)
        work = [(int(row["id"]), row) for row in rows if isinstance(row.get("id"), int)]  # type: ignore[call-overload]
    steps = [_step(index, number, "update", _updater(call, number, row)) for index, (number, row) in enumerate(work)]
    return _job(call, steps)


def _updater(call: Call, number: int, fields: Json) -> Callable[[], Json]:
    def run() -> Json:
        update(call, number, fields, bulk=True)
        return {"action": "update", "id": number, "status": "Updated", "success": True}

    return run


def create_many(call: Call) -> Json:
    """POST /tickets/create_many."""
    steps = []
    for index, row in enumerate(_rows(call)):

        def run(fields: Json = row, place: int = index) -> Json:
            ticket, _ = create(call, fields)
            return {"index": place, "id": ticket.n, "action": "create", "status": "Created", "success": True}

        steps.append(_step(index, 0, "create", run))
    return _job(call, steps)


def merge(call: Call) -> Json:
    """POST /tickets/{id}/merge: tickets close in favour of another, which goes on. There is no way back."""
    target, sources = one(call.account, call.numbers["ticket"]), call.body.get("ids")
    if not isinstance(sources, list) or not sources or not all(isinstance(number, int) for number in sources):
        raise Refusal(400, {"error": "Invalid", "description": "ids must be a list of ticket ids"})
    steps = [_step(index, n, "merge", _merger(call, target, n)) for index, n in enumerate(sources)]
    failed = next((str(step["details"]) for step in steps if not step["success"]), "")
    return _job(call, {"failed": failed} if failed else {"success": True})


def _merger(call: Call, target: Ticket, number: int) -> Callable[[], Json]:
    def run() -> Json:
        desk, actor = call.account.desk, call.caller.uid
        ticket = one(call.account, number)
        if ticket.n == target.n:
            raise Refusal(422, {"error": "Merge", "description": "A ticket cannot be merged into itself"})
        for other in (ticket, target):
            if other.state == "closed":
                raise Refusal(422, {"error": "Merge", "description": f"#{other.n} is closed and cannot be merged"})
        desk.change(ticket.n, actor, tags=(*ticket.tags, "closed_by_merge"))
        desk.merge(ticket.n, target.n, actor, text=str(call.body.get("source_comment") or ""))
        words = str(call.body.get("target_comment") or f"Request #{ticket.n} was closed and merged into this request.")
        public = call.body.get("target_comment_is_public") is True
        desk.change(target.n, actor, note=None if public else words, reply=words if public else None)
        return {"id": number, "success": True}

    return run


def destroy_many(call: Call) -> Json:
    """DELETE /tickets/destroy_many: its results carry the account and no success."""
    steps = []
    for index, number in enumerate(call.many()):

        def run(ticket: int = number, place: int = index) -> Json:
            call.account.desk.delete(one(call.account, ticket).n, call.caller.uid)
            return {"index": place, "id": ticket, "account_id": ids.ACCOUNT}

        steps.append(_step(index, number, "delete", run))
    return _job(call, steps)


def _rows(call: Call) -> list[Json]:
    rows = call.body.get("tickets")
    if not isinstance(rows, list):
        one_row = call.body.get("ticket")
        rows = [one_row] if isinstance(one_row, dict) else []
    if len(rows) > _MOST:
        raise too_many(_MOST)
    return [row for row in rows if isinstance(row, dict)]


def _step(index: int, number: int, action: str, run: Callable[[], Json]) -> Json:
    """Do one part; a refusal becomes a failed result and stops nothing."""
    try:
        return run()
    except Refusal as refusal:
        body = refusal.body if isinstance(refusal.body, dict) else {}
        error, words = body.get("error", "TicketUpdateFailed"), body.get("description", str(refusal.body))
        failed: Json = {"index": index, "id": number, "action": action, "success": False, "status": "Failed"}
        return failed | {"error": error, "details": body.get("details", words)}


def _job(call: Call, results: list[Json] | Json) -> Json:
    account = call.account
    if sum(job["status"] in ("queued", "working") for job in account.jobs.values()) >= _RUNNING:
        raise Refusal(
            429,
            {"error": "TooManyJobs", "description": "Too many background jobs are queued or running"},
            {"Retry-After": "10"},
        )
    serial = f"{account.world.seed}:{account.serial()}"
    name = "V3-" + md5(serial.encode(), usedforsecurity=False).hexdigest()
    job: Json = {
        "id": name,
        "job_type": "bulk",
        "url": call.link(f"/job_statuses/{name}"),
        "total": len(results),
        "progress": None,
        "status": "queued",
        "message": None,
        "results": None,
    }
    account.jobs[name] = job
    account.kept.setdefault("job results", {})[len(account.jobs)] = {"job": name, "results": results}
    return {"job_status": dict(job)}


def _looked_at(call: Call, job: Json) -> Json:
    """Move a job on by one step, as if time had passed since the last look."""
    if job["status"] == "queued":
        job |= {"status": "working", "progress": 0, "message": "Working"}
    elif job["status"] == "working":
        finished = datetime.fromtimestamp(call.account.now, UTC).strftime("%Y-%m-%d %H:%M:%S +0000")
        found = next(kept for kept in call.account.kept["job results"].values() if kept["job"] == job["id"])
        job |= {"status": "completed", "progress": job["total"], "message": f"Completed at {finished}"}
        results = found["results"]
        refused = results.get("failed") if isinstance(results, dict) else None
        job |= {"status": "failed", "message": refused} if refused else {"results": results}
    return dict(job)


def job_status(call: Call) -> Json:
    """GET /job_statuses/{id}."""
    job = call.account.jobs.get(call.words["job"])
    if job is None:
        raise not_found()
    return {"job_status": _looked_at(call, job)}


def job_statuses(call: Call) -> Json:
    """GET /job_statuses and /job_statuses/show_many."""
    wanted = [name for name in (call.query.get("ids") or "").split(",") if name]
    known = call.account.jobs
    found = [known[name] for name in wanted if name in known] if wanted else list(known.values())
    return {"job_statuses": [_looked_at(call, job) for job in found]}
