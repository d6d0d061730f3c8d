"""The commands of moving, the list, views, marks and the desk itself. Every area of work has a module of its own."""

from __future__ import annotations

from helpdesk_tui.keymap.model import BOTH, BUT_PLAN, CONFLICT, EVERYWHERE, LIST, PAGES, SOURCES, TICKET, Command

COMMANDS = (
    Command("move.down", ("j", "down"), "down", "Next ticket, or next line of a text.", EVERYWHERE),
    Command("move.up", ("k", "up"), "up", "Ticket or line before.", BUT_PLAN),
    Command("move.top", ("g g", "home"), "top", "First ticket or line.", EVERYWHERE),
    Command("move.bottom", ("G", "end"), "bottom", "Last ticket or line.", EVERYWHERE),
    Command("move.half_down", ("ctrl+d",), "half a page down", "Half a page down.", EVERYWHERE),
    Command("move.half_up", ("ctrl+u",), "half a page up", "Half a page up.", EVERYWHERE),
    Command("move.page_down", ("pagedown",), "page down", "A page down.", EVERYWHERE),
    Command("move.page_up", ("pageup",), "page up", "A page up.", EVERYWHERE),
    Command("list.next", ("n",), "next risk", "Next ticket that has breached or soon will."),
    Command("list.previous", ("N",), "previous risk", "The one before."),
    Command("list.top_p1", ("P",), "top P1", "The P1 with the nearest breach, from any view.", BOTH),
    Command("ticket.open", ("enter",), "open", "The whole ticket: text, clocks, people, conversation.", hint=(LIST,)),
    Command(
        "goto.ticket",
        ("g i",),
        "ticket by number",
        "Open a ticket by its number, whatever its state.",
        BOTH,
        (TICKET,),
    ),
    Command("goto.queue", ("g q",), "queue", "Back to the queue.", PAGES),
    Command(
        "goto.outbox",
        ("g y",),
        "outbox",
        "What is on its way or needs a decision; the platforms.",
        tuple(where for where in PAGES if where not in (SOURCES, CONFLICT)),
    ),
    Command("pane.next", ("tab",), "next pane", "Move in the next pane: list, ticket, views."),
    Command("pane.previous", ("shift+tab",), "previous pane", "Move in the pane before."),
    Command(
        "list.filter", ("/",), "filter", "Narrow the list while typing; an empty filter shows all again.", hint=(LIST,)
    ),
    Command("list.sort", ("S",), "sort", "Choose the order of the list; the same again turns it round.", hint=(LIST,)),
    Command("list.group", ("=",), "group", "Choose what the list is divided by.", hint=(LIST,)),
    Command("list.preview", (",",), "preview", "Show or hide the preview.", hint=(LIST,)),
    Command("view.next", ("J",), "next view", "The next view."),
    Command("view.previous", ("K",), "previous view", "The view before."),
    Command("view.slot", ("1", "2", "3", "4", "5", "6", "7", "8", "9"), "view", "Open a view by its digit."),
    Command("filter.saved", ("f *",), "saved filter", "Open a saved filter by its letter."),
    Command(
        "mark.toggle", ("space",), "mark", "Mark the ticket or take its mark back, and go on to the next.", hint=(LIST,)
    ),
    Command("mark.range", ("v",), "range", "Mark from here to where v is pressed again."),
    Command("mark.all", ("V",), "all", "Mark everything in this view and filter; above 50 it asks.", hint=(LIST,)),
    Command(
        "mark.alike", ("*",), "like this", "Mark every open ticket like this one, listed here or not.", hint=(LIST,)
    ),
    Command("mark.none", ("U",), "unmark", "Take every mark back."),
    Command("yank.key", ("y k",), "number", "Copy the ticket's number.", BOTH),
    Command("yank.url", ("y u",), "link", "Copy the ticket's web address.", BOTH),
    Command("yank.text", ("y t",), "text", "Copy the ticket as text.", BOTH),
    Command("ticket.link", ("o",), "link", "Open the ticket in the browser, or show its address.", BOTH, (TICKET,)),
    Command(
        "sync.now", ("R", "ctrl+r"), "sync", "Show what waits to be shown, and ask the platforms now.", PAGES, PAGES
    ),
    Command("app.command", (":",), "command", "Type a command; Tab completes, up and down bring old ones.", EVERYWHERE),
    Command("app.palette", ("ctrl+p",), "palette", "Every command by name.", PAGES),
    Command("app.help", ("?",), "keys", "The keys that work here.", PAGES, PAGES),
    Command("app.redraw", ("ctrl+l",), "redraw", "Draw the screen anew.", EVERYWHERE),
    Command("app.suspend", ("ctrl+z",), "suspend", "To the shell; fg comes back.", EVERYWHERE),
    Command("app.back", ("q",), "back", "Back; at the queue, leave.", EVERYWHERE, (TICKET,)),
    Command("app.quit", ("ctrl+q",), "quit", "Ask whether to leave.", EVERYWHERE),
)
"""Every command there is. `f *` stands for `f` and any letter."""
