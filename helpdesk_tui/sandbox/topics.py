"""What people write to a help desk about: kinds of trouble, each with its words.

`{…}` stand for things drawn from `PIECES` or for people's names; the words are our own. Titles are as people write them:
some terse, some shouting, some far too long.
"""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk_tui.sandbox.model import Kind


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of trouble. `weights` are the chances of priority 1 to 4; `groups` the names of groups that own it."""

    key: str
    kind: Kind
    category: str
    groups: tuple[str, ...]
    weights: tuple[int, int, int, int]
    titles: tuple[str, ...]
    bodies: tuple[str, ...]
    notes: tuple[str, ...]
    replies: tuple[str, ...]
    messages: tuple[str, ...]
    tags: tuple[str, ...] = ()
    weight: int = 10


PIECES: dict[str, tuple[str, ...]] = {
    "site": ("Lyon", "Paris-La Défense", "Hamburg", "Leeds", "Kraków", "Bengaluru", "Singapore", "Newark", "São Paulo",
             "Lagos", "Osaka", "Melbourne", "Istanbul", "Dubai", "Bilbao", "Turku"),
    "room": ("3.14", "B2-207", "the 4th floor", "Orion", "reception", "the loading dock", "Lab 2", "the canteen", "M-118"),
    "laptop": ("Latitude 7440", "ThinkPad T14", "EliteBook 845", "MacBook Air M3", "Surface Laptop 6", "XPS 13"),
    "printer": ("PRT-LY-03", "PRT-HH-11", "PRT-KRK-02", "MFP-NWK-5", "MFP-SIN-1", "label printer Z2"),
    "app": ("the expense tool", "the CRM", "the timesheet app", "the HR portal", "the order book", "the quality database"),
    "share": (r"\\fs02\finance", r"\\fs01\projects\aurora", "the Marketing team site", "the Tender 2031 library"),
    "mailbox": ("invoices@", "careers@", "events-emea@", "press@", "tenders@", "returns@"),
    "device": ("docking station", "headset", "second monitor", "webcam", "USB-C hub", "conference phone"),
    "asset": ("LT-20418", "LT-31077", "WS-00923", "LT-27760", "MB-11802", "TAB-0457"),
    "switch": ("core-sw-par-1", "dist-sw-ham-2", "acc-sw-lee-14", "acc-sw-sin-3"),
    "db": ("ORDERS_PRD", "hr_core", "dwh_emea", "crm_prod", "quality_ts"),
    "licence": ("Visio Plan 2", "Power BI Pro", "Acrobat Pro", "Creative Cloud", "AutoCAD LT", "Miro Business"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "time": ("08:40", "09:15", "10:05", "11:30", "13:20", "14:45", "16:10", "17:30"),
    "code": ("0x80070005", "809", "691", "E-4112", "0x0000011b", "ERR_CERT_DATE_INVALID", "ORA-01653", "AADSTS50076"),
}  # fmt: skip

_ASK = (
    "Could you tell me since when, and whether a colleague beside you sees it too?",
    "Please restart the machine once and try again; if it still fails, send a photo of the message.",
    "I have what I need and am on it. Expect the next news from me by {time}.",
    "Is there a good moment for a short remote session today?",
)
_NUDGE = (
    "Any news? This still blocks me.",
    "Thanks, that helped for an hour and now it is back.",
    "I am out of office from {day}, please call {other} instead.",
    "Tried again just now, exactly the same.",
    "It works from home but not in {site}.",
    "Sorry for the late answer. Yes, it happens on both networks.",
    "Merci, je confirme que le problème persiste.",
    "It is {code} this time, before it was something else.",
)
_NOTE = (
    "Reproduced on {asset}. Not seen on a clean profile.",
    "Called, no answer; left a voicemail.",
    "Asked {other} for the event log of {asset}.",
    "Same pattern as last {day}; looking for a common cause.",
    "User is on {laptop}, latest build, rebooted today.",
    "Out of our hands until the vendor answers; case opened.",
    "Checked group membership: looks right. Checked licence: looks right.",
    "Not ours, I think: handing over with what we know so far.",
)


def _topic(
    key: str,
    kind: Kind,
    category: str,
    groups: str,
    weights: tuple[int, int, int, int],
    titles: tuple[str, ...],
    bodies: tuple[str, ...],
    *,
    notes: tuple[str, ...] = (),
    replies: tuple[str, ...] = (),
    messages: tuple[str, ...] = (),
    tags: str = "",
    weight: int = 10,
) -> Topic:
    return Topic(
        key, kind, category, tuple(groups.split("|")), weights, titles, bodies,
        notes + _NOTE, replies + _ASK, messages + _NUDGE, tuple(tags.split()), weight,
    )  # fmt: skip


TOPICS: tuple[Topic, ...] = (
    _topic(
        "password", "incident", "access", "Service Desk|Identity & Access", (0, 4, 46, 50),
        ("Password reset", "Locked out of my account", "Password expired while travelling", "Cannot sign in since this morning",
         "pw reset please, meeting at {time}", "Account locked again (third time this week)"),
        ("I changed my password yesterday and now nothing accepts it: mail, VPN, {app}. My phone keeps locking the account.",
         "Forgotten after the holidays. I am in {site}, badge in hand.",
         "The self-service page says my phone number is unknown. It is the old one."),
        notes=("Identity checked by call-back to the number on file. Temporary password set, must change at next sign-in.",
               "Lockouts come from the old phone: stale ActiveSync profile."),
        replies=("Your account is unlocked. Please remove the mail account from your phone before you sign in again.",),
        tags="password", weight=34,
    ),
    _topic(
        "vpn", "incident", "network", "Network|Service Desk", (0, 18, 62, 20),
        ("VPN drops every few minutes", "VPN: error {code} after the update", "No VPN from home since {time}",
         "VPN connected but no internal site opens", "Cannot reach {share} over VPN", "vpn disconnects in teams calls"),
        ("The client connects, stays up for about four minutes and drops. Home line is fine, tested with a cable.",
         "Since the client was updated last night it ends with {code}. Restarted twice.",
         "Connected, green shield, yet {app} and {share} time out. Colleagues in {site} say the same."),
        notes=("Gateway vpn-par-2 shows renegotiation failures since the certificate change; vpn-par-1 is fine.",
               "Moved the user to vpn-par-1 as a work-around."),
        replies=("Please choose the gateway “Paris 1” in the client for now; we are mending the other one.",),
        tags="vpn remote", weight=22,
    ),
    _topic(
        "printer", "incident", "hardware", "Field Services|Service Desk", (0, 2, 38, 60),
        ("{printer} prints blank pages", "Paper jam, again, {room}", "{printer} offline in {site}", "Scan to mail stopped working",
         "Badge printing: job released but nothing comes out"),
        ("{printer} takes the job, blinks and prints nothing. Other queues work.",
         "We moved desks to {room} and nobody can find the new queue.", "Scan to mail says sent, no mail arrives."),
        notes=("Spooler restarted on prn-02; driver falls back to PCL.",), tags="printer", weight=16,
    ),
    _topic(
        "dock", "incident", "hardware", "Field Services|Workplace", (0, 3, 47, 50),
        ("{device} not recognised", "{laptop} loses its screens on the dock", "Flickering screens, room {room}",
         "{device} for {site} broken", "Dock charges but no network"),
        ("My {laptop} ({asset}) sees the screens only after three tries.",
         "{device} dies when the cable is touched. Warranty?"),
        notes=("Firmware 1.0.14 known bad; update to 1.0.18 pushed.", "Spare taken from the cupboard in {room}."),
        tags="hardware", weight=14,
    ),
    _topic(
        "mailbox", "request", "messaging", "Workplace", (0, 3, 40, 57),
        ("Access to shared mailbox {mailbox}", "Shared mailbox {mailbox} does not show up", "Send-as on {mailbox} for {other}",
         "Mails to {mailbox} bounce", "Calendar of room {room} shows nothing"),
        ("Please give {other} and me full access to {mailbox}, approved by my manager (below).",
         "Since the migration {mailbox} is gone from Outlook; it is there on the web."),
        notes=("Owner of the mailbox left in spring; asked {other} to name a new one.",), tags="mail m365", weight=16,
    ),
    _topic(
        "starter", "request", "onboarding", "Service Desk|Identity & Access|Workplace", (0, 6, 54, 40),
        ("New starter on {day}: {other}", "Onboarding {other}, {site}", "Laptop and accounts for two interns",
         "New starter without badge and account", "Leaver: {other}, last day {day}"),
        ("{other} starts on {day} in {site}. Needs a {laptop}, mail, {app} and access to {share}.",
         "Contract signed, start moved forward to {day}. Sorry for the short notice."),
        notes=("{laptop} imaged as {asset}, courier booked.", "Waiting for HR to create the person record."),
        tags="onboarding hr", weight=15,
    ),
    _topic(
        "licence", "request", "software", "Workplace|Business Applications", (0, 1, 29, 70),
        ("Licence for {licence}", "{licence} says trial expired", "Need {licence} until {day}", "{licence}: no seats left"),
        ("My {licence} falls back to read-only. I need it for the tender.",
         "Please assign {licence} to {other}; cost centre 41{asset}."),
        notes=("No free seats; asked procurement for five.", "Seat taken from a leaver."), tags="licence", weight=11,
    ),
    _topic(
        "app", "incident", "application", "Business Applications", (1, 14, 55, 30),
        ("{app} is slow", "{app}: error {code} on save", "Export from {app} is empty", "{app} shows yesterday's figures",
         "Cannot approve in {app}, button greyed out", "{app} logs me out every ten minutes"),
        ("Saving in {app} ends with {code}. It worked until {time}.",
         "The whole team in {site} waits a minute for each click in {app}.", "Month-end closes on {day}; the export is empty."),
        notes=("Queue worker stuck on one message; parked it, queue drains.", "Deployed 4.18.2 last night, first reports at {time}."),
        tags="apps", weight=17,
    ),
    _topic(
        "network", "incident", "network", "Network", (2, 24, 54, 20),
        ("No network in {room}, {site}", "Wi-Fi drops in {room}", "Packet loss to {site}", "{switch}: port flapping",
         "DHCP pool exhausted in {site}"),
        ("Nobody in {room} gets an address since {time}.", "Calls break up whenever the {site} line is busy.",
         "Monitoring: {switch} interface Gi1/0/24 flaps 12 times in 10 minutes."),
        notes=("Optics at -27 dBm, swapping the SFP.", "Provider ticket opened, line test at {time}."), tags="network", weight=10,
    ),
    _topic(
        "security", "incident", "security", "Security", (2, 28, 50, 20),
        ("Phishing mail reported", "Suspicious sign-in from abroad", "Lost laptop {asset}", "Certificate of {app} expires on {day}",
         "Antivirus quarantined a macro from {share}", "Clicked on a link, what now?"),
        ("I got a mail “{other} shared a document”. I typed my password before I saw the address.",
         "Left {asset} on the train to {site}. Disk is encrypted I hope."),
        notes=("Sessions revoked, password reset forced, mail pulled from 14 mailboxes.", "Wipe sent; device not seen since {time}."),
        tags="security", weight=9,
    ),
    _topic(
        "database", "task", "database", "Database", (1, 17, 52, 30),
        ("{db}: tablespace at 96 %", "Restore of {db} to test", "Slow query on {db}", "{db} backup failed twice", "Read access to {db}"),
        ("Alert: {db} will fill up in about nine hours at the present rate.", "Please restore {db} as of {day} {time} to the test host."),
        notes=("Added a 32 GB file; growth comes from the audit table.", "Plan changed after statistics; pinned the old one."),
        tags="database", weight=8,
    ),
    _topic(
        "cloud", "task", "cloud", "Cloud Platform", (1, 16, 53, 30),
        ("Pipeline stuck for {app}", "Pod restarts in {app}", "Certificate renewal for {app}", "Cost alert: {app} doubled",
         "New namespace for {app}"),
        ("{app} restarts every 40 minutes with out of memory since release of {day}.", "Build agents in {site} are all offline."),
        notes=("Limit raised to 2 GiB; leak reported to the developers.",), tags="cloud", weight=8,
    ),
    _topic(
        "access", "request", "access", "Identity & Access|Security", (0, 3, 47, 50),
        ("Access to {share}", "Role in {app} for {other}", "MFA: new phone", "Guest account for a supplier", "Please remove {other} from {share}"),
        ("I moved to another team and cannot open {share}.", "New phone, the old one is gone, no codes any more."),
        notes=("Approval by the owner of {share} outstanding.",), tags="access", weight=12,
    ),
    _topic(
        "problem", "problem", "network", "Network|Database|Cloud Platform", (1, 29, 50, 20),
        ("Recurring: {switch} reloads", "Root cause of the {day} outage of {app}", "Repeated lockouts across {site}"),
        ("Third time this quarter; every time it was closed as an incident. Please find the cause.",),
        notes=("Timeline collected; five related tickets linked.",), tags="problem", weight=2,
    ),
)  # fmt: skip
