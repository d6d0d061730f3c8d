"""Creating, changing and deleting tickets, one at a time."""

from __future__ import annotations

from hashlib import sha256

from helpdesk_tui.sandbox.model import Ticket
from helpdesk_tui.sandbox.zendesk import ids, statuses
from helpdesk_tui.sandbox.zendesk.account import Account, Call, Json, Reply
from helpdesk_tui.sandbox.zendesk.edits import KINDS
from helpdesk_tui.sandbox.zendesk.errors import Refusal, invalid_record, not_found, outdated
from helpdesk_tui.sandbox.zendesk.history import Update, audit, updates
from helpdesk_tui.sandbox.zendesk.listing import one
from helpdesk_tui.sandbox.zendesk.text import stamp
from helpdesk_tui.sandbox.zendesk.tickets import beside, ticket_json, with_embeds
from helpdesk_tui.sandbox.zendesk.writes import Change, commit, update, warning

_REPLAY = 7200
_LEVELS = {name: level for level, name in statuses.PRIORITIES.items()}


def ticket_update(call: Call) -> Reply:
    """PUT /tickets/{id}."""
    fields = call.inner("ticket")
    ticket, done = update(call, call.numbers["ticket"], fields)
    return Reply({"ticket": with_embeds(call, ticket), "audit": _audit(call, ticket, done)}, 200, warning(fields))


def _audit(call: Call, ticket: Ticket, done: Update | None) -> Json:
    if done is not None:
        return audit(call.account, done)
    last = audit(call.account, updates(call.account, ticket)[-1])
    return last | {"created_at": stamp(call.account.now), "events": []}


def ticket_create(call: Call) -> Reply:
    """POST /tickets. An Idempotency-Key seen within two hours gives the first answer again."""
    key, digest = call.headers.get("idempotency-key", ""), sha256(call.raw).digest()
    old = call.account.replays.get(key) if key else None
    if old is not None and old[0] > call.account.now - _REPLAY:
        if old[1] != digest:
            words = "Request parameters don't match the given idempotency key"
            raise Refusal(400, {"error": "IdempotentRequestError", "description": words})
        return Reply(old[2], 201, {"X-Idempotency-Lookup": "hit"})
    ticket, done = create(call, call.inner("ticket"))
    body: Json = {"ticket": with_embeds(call, ticket), "audit": audit(call.account, done)} | beside(call, [ticket])
    headers = {"Location": call.link(f"/tickets/{ticket.n}")}
    if key:
        call.account.replays[key] = (call.account.now, digest, body)
        headers["X-Idempotency-Lookup"] = "miss"
    return Reply(body, 201, headers)


def create(call: Call, fields: Json) -> tuple[Ticket, Update]:
    """Make a ticket and return it with its first audit. Raises Refusal."""
    account, comment = call.account, fields.get("comment")
    said = comment if isinstance(comment, dict) else {}
    body = str(said.get("body") or said.get("html_body") or fields.get("description") or "")
    if not body:
        raise invalid_record("base", "Description: cannot be blank", "BlankValue")
    if "via_followup_source_id" in fields:
        _followed(account, fields["via_followup_source_id"])
    wanted = fields.get("group_id")
    groups = account.group_ids()
    group = ids.gid(wanted) if isinstance(wanted, int) and wanted in groups else ids.gid(next(iter(groups)))
    ticket = account.desk.create(
        call.caller.uid,
        title=str(fields.get("subject") or body.splitlines()[0][:150]),
        body=body,
        requester=_requester(account, fields, call.caller.uid),
        group=group,
        priority=_LEVELS.get(str(fields.get("priority")), 3),
        kind=KINDS.get(str(fields.get("type")), "request"),
    )
    account.operations[ticket.n, ticket.events[0].eid] = {}
    rest = {key: fields[key] for key in ("assignee_id", "tags", "external_id", "status") if fields.get(key)}
    if rest and rest != {"status": "new"}:
        ticket, _ = update(call, ticket.n, rest)
    else:
        ticket, _ = commit(account, ticket.n, call.caller.uid, Change(marks={"channel": "api"}))
    return ticket, updates(account, ticket)[0]


def _followed(account: Account, number: object) -> None:
    source = account.desk.get(number) if isinstance(number, int) else None
    if source is None or source.state != "closed":
        raise invalid_record("base", "Follow-up source: is not a closed ticket", "InvalidValue")


def _requester(account: Account, fields: Json, caller: int) -> int:
    wanted, person = fields.get("requester_id"), fields.get("requester")
    email = str(person.get("email", "")).lower() if isinstance(person, dict) else ""
    for known in account.world.people.values():
        if ids.user(known.uid) == wanted or (email and known.email.lower() == email):
            return known.uid
    return caller


def ticket_delete(call: Call) -> Reply:
    """DELETE /tickets/{id}: into the bin for thirty days."""
    ticket = one(call.account, call.numbers["ticket"])
    call.account.desk.delete(ticket.n, call.caller.uid)
    return Reply(None, 204)


def ticket_restore(call: Call) -> Json:
    """PUT /deleted_tickets/{id}/restore."""
    ticket = call.account.desk.get(call.numbers["ticket"])
    if ticket is None or not ticket.deleted:
        raise not_found()
    call.account.desk.change(ticket.n, call.caller.uid, marks={"restored": "yes"}).deleted = False
    return {}


def tags_change(call: Call) -> Json:
    """PUT (add), POST (replace) and DELETE (remove) /tickets/{id}/tags; PUT and DELETE know safe update."""
    ticket = one(call.account, call.numbers["ticket"])
    if "safe_update" in call.body and call.body.get("updated_stamp") != stamp(ticket.updated):
        raise outdated()
    told = call.body.get("tags") or (call.query.get("tags") or "").split(",")
    wanted = [str(tag) for tag in told if tag] if isinstance(told, list) else str(told).split()
    fields: Json = {"tags": wanted}
    if call.method == "PUT":
        fields = {"additional_tags": wanted}
    elif call.method == "DELETE":
        fields = {"remove_tags": wanted}
    changed, _ = update(call, ticket.n, fields, bulk=True)
    return {"tags": ticket_json(call, changed)["tags"]}
