"""The acts that are picked: to whom, to me, status, priority, group, tags, duplicate of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from helpdesk_tui.domain.tickets import State
from helpdesk_tui.screens.acts.acting import Meant
from helpdesk_tui.screens.acts.asking import Asking
from helpdesk_tui.screens.acts.picker import Option, Picker, read_into
from helpdesk_tui.widgets.columns import short_name
from helpdesk_tui.widgets.ticket_text import shown_number

if TYPE_CHECKING:
    from helpdesk_tui.desk.acts.act import Subject, Wish
    from helpdesk_tui.desk.acts.acting import GroupOption
    from helpdesk_tui.desk.acts.wishes import Assign, Status, Tags
    from helpdesk_tui.domain.choices import Demand
    from helpdesk_tui.domain.ranking.candidate import Candidate
    from helpdesk_tui.domain.rows import Row

T = TypeVar("T")
ASKED = 20
"""Of so many tickets at most it is asked at once what their platform allows."""
MEANINGS = (State.OPEN, State.PENDING, State.HOLD, State.SOLVED, State.CLOSED)


class Picks(Asking):
    """Each command opens a picker at once; its options are read meanwhile."""

    def pick(
        self,
        title: str,
        meant: Meant,
        read: Callable[[], Awaitable[Sequence[Option[T]]]],
        done: Callable[[Option[T]], Awaitable[None] | None],
        free: Callable[[str], Awaitable[None] | None] | None = None,
    ) -> None:
        """Opens a picker over the tickets that are meant."""
        if not meant.refs:
            self.say("there is no ticket here", "warn")
            return
        picker: Picker[T] = Picker(self, title, done, about=meant.about, others=meant.others, free=free)
        self.work(read_into(picker, read()), "picker")

    # To whom

    def do_ticket_assign(self) -> None:
        """Who should have it."""
        meant = self.meant()

        def done(option: Option[Assign]) -> Awaitable[None] | None:
            if not option.value.keys and not option.value.nobody:
                self.say(f"{option.label}: {option.why_not}", "warn")
                return None
            return self.act(option.value, meant)

        self.pick("assign to", meant, lambda: self._people(meant), done)

    async def _people(self, meant: Meant) -> list[Option[Assign]]:
        ranked = await self.desk.candidates(meant.refs)
        families: dict[str, int] = {}
        for one in ranked:
            families[short_name(one.name)] = families.get(short_name(one.name), 0) + 1
        return [*(person(one, families) for one in ranked), Option(nobody(), "nobody", "take the owner away")]

    async def do_ticket_assign_me(self) -> None:
        """To whoever works here."""
        from helpdesk_tui.desk.acts.wishes import Assign

        meant = self.meant()
        if len(meant.refs) == 1:
            self.show_deciding(meant.refs)
        mine = await self.desk.ask(lambda acting: acting.me())
        await self.act(Assign("you", mine), meant)

    # Status

    def do_ticket_status(self) -> None:
        """Into which status; only those the platform offers."""
        meant = self.meant()
        self.pick("status", meant, lambda: self._statuses(meant), lambda option: self.set_status(option.value, meant))

    async def _statuses(self, meant: Meant) -> list[Option[Status]]:
        from helpdesk_tui.desk.acts.wishes import Status

        them = await self.desk.ask(lambda acting: acting.subjects(meant.refs))
        if len(them) == 1 and them[0].choices is None:
            # Offered by meaning for now; next time the platform's own ways are there.
            await self.desk.request_choices(them[0].row.ref)
        if len(meant.sources) == 1 and all(one.choices for one in them):
            return own_statuses(them)
        return [Option(wish, str(wish.state), _how_many(wish, them)) for wish in map(Status, MEANINGS)]

    async def set_status(self, wish: Status, meant: Meant) -> None:
        """Asks for what the platforms demand with it, then does it."""
        full = await self.with_demands(wish, meant)
        if full is None:
            self.say("nothing was done")
        else:
            await self.act(full, meant)

    async def with_demands(self, wish: Status, meant: Meant) -> Status | None:
        """The same with what the platforms demand with it, asked for; None where that was left."""
        from helpdesk_tui.desk.acts.wishes import Status

        them = await self.desk.ask(lambda acting: acting.subjects(meant.refs, meant.seen))
        needed: dict[str, Demand] = {}
        for one in them:
            needed.update({demand.field: demand for demand in wish.demands(one) if demand.fillable})
        if needed:
            known = them[0].values if len(them) == 1 else {}
            given = await self.ask_demands(list(needed.values()), known)
            return Status(wish.state, wish.status, given) if given is not None else None
        return wish

    # Priority

    def do_ticket_priority(self) -> None:
        """Which priority; where it is computed, through impact and urgency."""
        from helpdesk_tui.desk.acts.wishes import Priority

        meant = self.meant()

        def done(option: Option[int]) -> Awaitable[None]:
            if option.value:
                return self.act(Priority(option.value), meant)
            return self._by_parts(meant)

        self.pick("priority", meant, lambda: self._priorities(meant), done)

    async def _priorities(self, meant: Meant) -> list[Option[int]]:
        them = await self.desk.ask(lambda acting: acting.subjects(meant.refs))
        options = [Option(level, f"P{level}", *_level(level, them)) for level in range(1, 6)]
        known = them[0].choices if len(them) == 1 else None
        parts = " and ".join(one.label or one.field for one in known.computed) if known else ""
        return [*(one for one in options if not one.why_not), *([Option(0, parts, "one by one")] if parts else [])]

    async def _by_parts(self, meant: Meant) -> None:
        from helpdesk_tui.desk.acts.wishes import Priority

        them = await self.desk.ask(lambda acting: acting.subjects(meant.refs))
        known = them[0].choices if them else None
        given = await self.ask_demands(known.computed) if known else None
        if given:
            await self.act(Priority(0, given), meant)

    # Group

    def do_ticket_move(self) -> None:
        """To which group."""
        meant = self.meant()
        self.pick("move to", meant, lambda: self.group_options(meant), lambda option: self.move_to(option.value, meant))

    async def group_options(self, meant: Meant) -> list[Option[GroupOption]]:
        """The groups of the platforms that are meant; those that all of them have first."""
        here = {row.group for row in meant.seen}
        groups = await self.desk.ask(lambda acting: acting.groups(meant.sources))
        groups.sort(key=lambda one: len(meant.sources - one.keys.keys()))
        badges = {row.source: row.badge for row in meant.seen}
        return [Option(one, one.name, "", _lacks(one, meant.sources, badges)) for one in groups if here != {one.name}]

    async def move_to(self, group: GroupOption, meant: Meant) -> None:
        """Hands tickets to a group; an owner who is not of it goes."""
        from helpdesk_tui.desk.acts.wishes import Move

        members = await self.desk.ask(lambda acting: acting.members(group))
        await self.act(Move(group.name, group.keys, members), meant)

    # Tags

    def do_ticket_tag(self) -> None:
        """Which tags: of those in use, or typed, with a minus to take one away."""
        meant = self.meant()
        self.pick(
            "tag (-x takes away)",
            meant,
            lambda: self._tags(meant),
            lambda option: self.act(option.value, meant),
            lambda typed: self.act(tags_of(typed), meant),
        )

    async def _tags(self, meant: Meant) -> list[Option[Tags]]:
        from helpdesk_tui.desk.acts.wishes import Tags

        them = await self.desk.ask(lambda acting: acting.subjects(meant.refs))
        used = await self.desk.ask(lambda acting: acting.tags())
        own = list(dict.fromkeys(tag for one in them for tag in one.values.get("tags", "").split("\n") if tag))
        offered = [tag for one in them if one.choices for tag in one.choices.tags]
        adds = [tag for tag in dict.fromkeys([*offered, *used]) if tag not in own or len(them) > 1]
        return [
            *(Option(Tags(drop=(tag,)), f"-{tag}", words=tag) for tag in own[:4]),
            *(Option(Tags((tag,)), tag) for tag in adds),
        ]

    # Duplicates

    def do_ticket_duplicate(self) -> None:
        """Of which ticket: one that is like it, the one under the cursor for those that are marked, or by number."""
        meant = self.meant()

        async def options() -> list[Option[Row | None]]:
            them = await self.desk.ask(lambda acting: acting.subjects(meant.refs))
            merges = any(one.value == "merge" for sub in them if sub.choices for one in sub.choices.link_kinds)
            likes: list[Option[Row | None]] = [*(await self._likes(meant))]
            return [*likes, Option(None, "merge instead", "closes it for good")] if merges else likes

        def done(option: Option[Row | None]) -> Awaitable[None] | None:
            if option.value is not None:
                return self.link_to(option.value, meant)
            self.begin_merge(meant)
            return None

        self.pick("duplicate of", meant, options, done, partial(self.link_to_number, meant=meant))

    def begin_merge(self, meant: Meant) -> None:
        """Into which ticket, for good."""

        def done(option: Option[Row | None]) -> Awaitable[None] | None:
            return self.merge_into(option.value, meant) if option.value is not None else None

        self.pick(
            "MERGE into, for good",
            meant,
            lambda: self._likes(meant),
            done,
            partial(self.merge_into_number, meant=meant),
        )

    async def merge_into(self, row: Row, meant: Meant) -> None:
        """Merges what is meant into a ticket, after it was confirmed: nobody can take that back."""
        from helpdesk_tui.desk.acts.wishes import Merge

        rest = tuple(ref for ref in meant.refs if ref != row.ref)
        for one in await self.desk.ask(lambda acting: acting.subjects(rest[:ASKED])):
            if one.choices is None and one.row.source == row.source:
                await self.desk.request_choices(one.row.ref)
        await self.act(Merge(row), Meant(rest, meant.seen))

    async def merge_into_number(self, typed: str, meant: Meant) -> None:
        """The same by a number that was typed."""
        rows = await self.desk.find(typed)
        if rows:
            await self.merge_into(rows[0], meant)
        else:
            self.say(f"the cache has no ticket {typed}", "warn")

    def at_hand(self) -> Row | None:
        """The ticket under the cursor, or of the page."""
        return None

    async def _likes(self, meant: Meant) -> list[Option[Row | None]]:
        here = self.at_hand()
        detail = await self.desk.detail(here.id) if here else None
        likes = [(like.row, f"{like.score:.2f} {like.row.title}") for like in detail.alike] if detail else []
        own = [(here, f"under the cursor: {here.title}")] if here and len(meant.refs) > 1 else []
        return [Option(row, shown_number(row), words[:40], words=row.number) for row, words in [*own, *likes]]

    async def link_to(self, row: Row, meant: Meant) -> None:
        """Links what is meant to a ticket; the ticket itself stays as it is."""
        from helpdesk_tui.desk.acts.wishes import Link

        rest = tuple(ref for ref in meant.refs if ref != row.ref)
        await self.act(Link(row), Meant(rest, meant.seen))

    async def link_to_number(self, typed: str, meant: Meant) -> None:
        """The same by a number that was typed."""
        rows = await self.desk.find(typed)
        if rows:
            await self.link_to(rows[0], meant)
        else:
            self.say(f"the cache has no ticket {typed}", "warn")


def person(one: Candidate, families: dict[str, int]) -> Option[Assign]:
    """Somebody as the picker shows them; one whom every platform would refuse has no keys."""
    from helpdesk_tui.desk.acts.wishes import Assign

    family = short_name(one.name)
    label = one.name if families.get(family, 0) > 1 else family
    keys = one.owners if one.standing.active else {}
    return Option(
        Assign(one.name, keys, but=one.why_not), f"{label} {one.load}", lambda: _reason(one), one.why_not, one.name
    )


def _reason(one: Candidate) -> str:
    """Why them, without the load, which stands beside the name."""
    parts = [part for part in one.reason.split(", ") if part != one.load]
    return f"({', '.join(parts)})" if parts else ""


def own_statuses(them: Sequence[Subject]) -> list[Option[Status]]:
    """The statuses that the platform offers for any of these tickets, with how many it does for."""
    from helpdesk_tui.desk.acts.wishes import Status

    count: dict[str, int] = {}
    demands: dict[str, str] = {}
    for one in them:
        for way in one.choices.transitions if one.choices else ():
            count[way.status] = count.get(way.status, 0) + 1
            needs = ", ".join(demand.label or demand.field for demand in way.missing)
            demands[way.status] = f"needs {needs}" if needs else (way.name if way.name != way.status else "")
    return [
        Option(
            Status(status=status),
            status,
            demands[status] if len(them) == 1 else f"{n} of {len(them)}" if n < len(them) else "",
        )
        for status, n in count.items()
    ]


def _how_many(wish: Wish, them: Sequence[Subject]) -> str:
    able = sum(not isinstance(wish.of(one), str) or "demands" in str(wish.of(one)) for one in them)
    return f"{able} of {len(them)}" if able < len(them) else ""


def _level(level: int, them: Sequence[Subject]) -> tuple[str, str]:
    """What a priority means on these tickets, and why it cannot be."""
    from helpdesk_tui.desk.acts.wishes import Priority

    wanted = [Priority(level).of(one) for one in them]
    refused = [one for one in wanted if isinstance(one, str)]
    if refused and len(refused) == len(wanted):
        return "", refused[0]
    only = wanted[0]
    if len(wanted) == 1 and isinstance(only, dict) and set(only) != {"priority"}:
        known = them[0].choices
        demands = {demand.field: demand for demand in known.computed} if known else {}
        own = {known.priority_field: known.priorities} if known else {}
        parts = []
        for name, value in only.items():
            choices = demands[name].choices if name in demands else own.get(name, ())
            word = next((one.word for one in choices if one.value == value), value)
            parts.append(f"{demands[name].label or name} {word}".lower() if name in demands else word)
        return ", ".join(parts), ""
    return "", ""


def _lacks(group: GroupOption, sources: frozenset[str], badges: dict[str, str]) -> str:
    missing = sorted(badges.get(source, source) for source in sources - group.keys.keys())
    return f"not on {', '.join(missing)}" if missing else ""


def tags_of(typed: str) -> Tags:
    """Tags as typed: `vpn -printer` adds one and takes one away."""
    from helpdesk_tui.desk.acts.wishes import Tags

    words = typed.replace(",", " ").split()
    drop = tuple(word[1:] for word in words if word.startswith("-") and len(word) > 1)
    return Tags(tuple(word.removeprefix("+") for word in words if not word.startswith("-")), drop)


def nobody() -> Assign:
    """Takes the owner away."""
    from helpdesk_tui.desk.acts.wishes import Assign

    return Assign("", nobody=True)
