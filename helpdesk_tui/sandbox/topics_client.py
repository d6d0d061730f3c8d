"""The trouble that outside customers write about, and the tickets with a story of their own."""

from __future__ import annotations

from helpdesk_tui.sandbox.model import Kind
from helpdesk_tui.sandbox.topics import TOPICS, Topic

_CLIENT = ("Client Support EMEA", "Client Support Americas", "Client Support APAC")
_TALK = (
    "Hello, I have passed this to the colleagues who know that part. You hear from me by {time}.",
    "Thank you for your patience. Could you send the order number and a screenshot?",
    "This should be fine now: please sign out, sign in and try once more.",
)
_SAY = (
    "Hello??? Is anybody reading this?",
    "Order 4{asset}. Screenshot attached.",
    "Perfect, thank you!",
    "That did not change anything, sorry.",
    "We are losing a day over this, please raise it with {other}.",
    "Danke, hat geklappt. Kann geschlossen werden.",
    "ありがとうございます。まだ解決していません。",
)
_KEEP = (
    "Checked the account: paid, active, two seats free.",
    "Known defect, fix planned for {day}.",
    "Third contact about this in a month; careful with the tone.",
)


def _client(
    key: str,
    titles: tuple[str, ...],
    bodies: tuple[str, ...],
    tags: str,
    weight: int,
    kind: Kind = "incident",
    weights: tuple[int, int, int, int] = (1, 14, 55, 30),
) -> Topic:
    return Topic(
        key, kind, "customer", _CLIENT, weights, titles, bodies, _KEEP, _TALK, _SAY, tuple(tags.split()), weight
    )


CLIENT_TOPICS: tuple[Topic, ...] = (
    _client(
        "order",
        ("Where is my order?", "Order shows as delivered, it is not", "Wrong quantity delivered to {site}", "Cancel order placed {day}"),
        ("Ordered on {day}, promised for today, the tracking page has not moved since {time}.",
         "We received two boxes instead of twelve."),
        "orders", 16,
    ),
    _client(
        "portal",
        ("Cannot log in to the customer portal", "Portal: error {code}", "Two-factor code never arrives", "Portal extremely slow today"),
        ("The reset mail never arrives; checked spam.", "Since {time} every page ends with {code}."),
        "portal login", 18, weights=(2, 22, 51, 25),
    ),
    _client(
        "invoice",
        ("Invoice without purchase order number", "Charged twice", "Please resend the invoice of {day}", "VAT number missing on invoice"),
        ("We paid on {day}; a reminder came today.", "Accounting refuses the invoice without our reference."),
        "billing", 13, "request", (0, 4, 46, 50),
    ),
    _client(
        "api",
        ("API answers 500 since {time}", "Webhook stopped calling us", "Rate limit too low for our import", "API token of {other} leaked?"),
        ("Every POST to the order endpoint fails with {code}. GET works.", "No webhook since {time}, our queue is empty."),
        "api", 9, weights=(4, 34, 47, 15),
    ),
    _client(
        "howto",
        ("How do I export the report?", "Question about roles", "Can we change the language to Polish?", "Training for {other}"),
        ("Is there a way to export everything at once?", "Who may approve? We have three people called approver."),
        "question", 14, "request", (0, 1, 29, 70),
    ),
    _client(
        "device",
        ("Handheld scanner does not pair", "Label printer prints half labels", "Tablet {asset} frozen at start"),
        ("Shift starts at {time} and four of ten scanners do not pair.", "Half labels since the new roll."),
        "hardware", 8,
    ),
)  # fmt: skip

BY_KEY: dict[str, Topic] = {topic.key: topic for topic in (*TOPICS, *CLIENT_TOPICS)}

OUTAGE_TITLE = "P1: core switch core-sw-par-1 down, {site} offline"
OUTAGE_BODY = (
    "Monitoring lost core-sw-par-1 and everything behind it. Telephones, Wi-Fi and badge readers of two buildings are dead;\n"
    "the second supervisor did not take over. About 640 people affected.\n\n"
    "Bridge: ext. 7711. Updates to the site lead every 30 minutes."
)
OUTAGE_NOTES = (
    "On site with {other}. Supervisor 1 shows a power fault, supervisor 2 stuck in ROMMON.",
    "Vendor case opened with severity 1; part leaves the depot within the hour.",
    "Access layer of building B moved to the spare uplink: telephones are back there.",
    "Configuration restored from last night's backup to the spare chassis; cabling under way.",
)
OUTAGE_PROMISE = "Cause found: failed supervisor, spare on its way. Next update promised by {promise}."
