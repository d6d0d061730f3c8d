"""Everybody who could take a ticket, each once: the logins of one person over all sources are one standing.

Technicians of the team say which logins are theirs; other logins are one person where they share an address, and else
each its own. Nobody is guessed together by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from helpdesk_tui.data.read.staff import Crowd, Login, Worker
from helpdesk_tui.data.read.staff_team import TeamMember
from helpdesk_tui.domain.ranking.values import Standing
from helpdesk_tui.domain.roster.bounds import Interval


@dataclass
class _Someone:
    """A person being put together."""

    person: str
    name: str
    logins: dict[str, list[str]] = field(default_factory=dict)
    active: bool = False
    member: TeamMember | None = None
    skills: dict[str, int] | None = None

    def take(self, worker: Worker) -> None:
        """Another login of theirs. One that works comes before one that is deactivated."""
        keys = self.logins.setdefault(worker.source, [])
        keys.insert(0, worker.key) if worker.active else keys.append(worker.key)
        self.active |= worker.active
        if worker.skills:
            own = self.skills = self.skills or {}
            for skill in worker.skills:
                own.setdefault(skill, 0)


def standings(
    crowd: Crowd,
    members: Sequence[TeamMember],
    moved: Mapping[Login, int],
    shifts: Mapping[int, tuple[Interval, ...]] | None = None,
) -> list[Standing]:
    """Everybody. `moved` is what is on its way and not in the cache: open tickets more or fewer by login. `shifts` are
    by the technician's number; who is missing has none known."""
    return [
        _standing(one, crowd, moved, shifts or {})
        for one in _people(crowd.workers, members)
        if one.logins or one.member is not None
    ]


def _people(workers: Iterable[Worker], members: Sequence[TeamMember]) -> Iterable[_Someone]:
    found: dict[str, _Someone] = {}
    owner: dict[Login, _Someone] = {}
    by_mail: dict[str, _Someone] = {}
    for member in members:
        one = found[f"technician {member.number}"] = _Someone(f"technician {member.number}", member.name, member=member)
        owner.update({(source, key): one for source, key, _login in member.logins})
        if member.email:
            by_mail.setdefault(member.email.casefold(), one)
    for worker in workers:
        who = owner.get((worker.source, worker.key))
        mail = worker.email.casefold()
        if who is None and mail:
            who = by_mail.get(mail)
        if who is None:
            person = f"{worker.source} {worker.key}"
            who = found[person] = _Someone(person, worker.name or worker.login or worker.key)
        if mail:
            by_mail.setdefault(mail, who)
        who.take(worker)
    return found.values()


def _standing(
    one: _Someone, crowd: Crowd, moved: Mapping[Login, int], shifts: Mapping[int, tuple[Interval, ...]]
) -> Standing:
    logins = [(source, key) for source, keys in one.logins.items() for key in keys]
    member = one.member
    skills = dict(member.skills) if member is not None and member.skills is not None else one.skills
    given = [crowd.given[login] for login in logins if login in crowd.given] if crowd.given is not None else []
    return Standing(
        person=one.person,
        name=one.name,
        logins={source: keys[0] for source, keys in one.logins.items()},
        skills=skills,
        capacity=member.capacity if member is not None else 0,
        open=max(0, sum(crowd.open.get(login, 0) + moved.get(login, 0) for login in logins)),
        soon=None if crowd.soon is None else sum(crowd.soon.get(login, 0) for login in logins),
        given=None
        if crowd.given is None
        else sum(count for count, _last in given) + sum(max(0, moved.get(login, 0)) for login in logins),
        last_given=max((last for _count, last in given), default=0),
        on=shifts.get(member.number) if member is not None else None,
        away=member.away if member is not None else None,
        active=one.active and (member is None or member.active),
    )
