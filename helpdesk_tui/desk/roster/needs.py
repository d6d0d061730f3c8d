"""What `[[need]]` of roster.toml names and there is not: a schedule, a skill or a group, with the nearest there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from helpdesk_tui.desk.roster.files import read_files
from helpdesk_tui.desk.roster.floor import Floor
from helpdesk_tui.domain.roster.needs import NeedRule


def unknown_needs(floor: Floor) -> list[str]:
    """A line for each need of the team's store that is about nothing, once."""
    schedules = {name for line in floor.lines for name in (line.key, line.name)}
    groups = {name for names in floor.cached.groups.values() for name in names}
    skills = groups.union(*floor.skills.values())
    return named_wrong(floor.needs_kept, schedules, skills)


def wrong_in_file(folder: Path, floor: Floor, zone: str) -> list[str]:
    """As `unknown_needs`, of roster.toml as it is now, read before or not. Raises RosterError."""
    people, found = read_files(folder, zone)
    if found is None:
        return []
    schedules = {name for line in floor.lines for name in (line.key, line.name)}
    schedules |= {name for one in found.schedules for name in (one.schedule.key, one.name)}
    skills = {name for names in floor.cached.groups.values() for name in names}.union(*floor.skills.values())
    for one in people.technicians if people is not None else ():
        skills |= {*one.levels, *one.groups}
    return named_wrong(found.needs, schedules, skills)


def named_wrong(needs: Iterable[NeedRule], schedules: Collection[str], skills: Collection[str]) -> list[str]:
    """As `unknown_needs`, of the names that are known: keys and names of schedules; skills with names of groups."""
    found = []
    for rule in needs:
        if rule.pool and rule.pool not in schedules:
            found.append(_line("schedule", rule.pool, "names no schedule", schedules))
        if rule.skill and rule.skill not in skills:
            found.append(_line("skill", rule.skill, "names no skill or group that anybody has", skills))
    return list(dict.fromkeys(found))


def _line(key: str, word: str, why: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # costs a moment, and only mistakes need it

    folded = {name.casefold(): name for name in sorted(known)}
    near = get_close_matches(word.casefold(), list(folded), 1, 0.6)
    meant = f'; did you mean "{folded[near[0]]}"?' if near else ""
    return f'roster.toml: [[need]] {key} = "{word}" {why}{meant}'
