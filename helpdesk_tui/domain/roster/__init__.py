"""Who is on, who is next and where nobody is: pure arithmetic over shifts, rotations and absences.

Rules (rotations, restrictions, shifts) are local wall time plus an IANA zone; everything computed from them is in
instants, integer seconds since the epoch in UTC, and every interval is half open. `now` is always passed in.

    rotations     the turn order and its handoffs             turns         whose turn it is, as members come and go
    restrictions  when a layer counts                         layers        rotations stacked into a schedule
    overrides     replace, add, remove                        swaps         two shifts change hands, both or none
    absences      away, leave, training                       schedule      who is on at an instant, and in a window
    shifts        desk shifts by pattern or by date           recurrence    RFC 5545 rules, bounded
    coverage      gaps and what would close them              needs         how many people, from rules or arrivals
    feasibility   whether the queue fits the roster           fairness      shares, rest and weekly hours
    suggest       who could cover, with reasons               ics           calendars as text

The ways in, from values alone:

    rotations.handoff(rotation, k)                   the k-th handoff; k may be negative
    rotations.turn_start|turn_end(rotation, at)      the turn that runs at an instant
    turns.Roll(rotation, restriction).who(at)        whose turn that is; next_handoffs(roll, after, 10)
    restrictions.is_open(restriction, at)            windows(restriction, start, end)
    schedule.who(schedule, at, people)               final(schedule, start, end, people)
    duties.stretches(spans)                          a final schedule as each person's unbroken shifts
    overrides.applied(duties, overrides)             what overrides make of who is on
    swaps.accept|approve|take|decline(swap, by, now) the way of a swap; `final` counts those that are taken
    shifts.expanded(sources, start, end)             desk shifts; shift_on(day, source)
    coverage.findings(needs, presences, skills)      covered_share(presences, start, end)
    wall_time.starts_at|ends_at(wall, zone)          local time to instants, on the days that clocks are moved too

>>> from helpdesk_tui.domain.roster.duties import stretches
>>> from helpdesk_tui.domain.roster.overrides import Override, OverrideKind
>>> from helpdesk_tui.domain.roster.roster_file import read_roster
>>> from helpdesk_tui.domain.roster.schedule import final, who
>>> layer = {"anchor": "2026-01-31 09:00", "unit": "month", "members": ["Ada", "Ben"]}
>>> told = {"schedule": [{"key": "net", "name": "Network", "zone": "Europe/Paris", "layer": [layer]}]}
>>> [schedule] = [one.schedule for one in read_roster(told, "here", "UTC").schedules]
>>> february = 1_772_265_600                                          # the 28th, 09:00 in Paris
>>> [duty.person for at in (february - 1, february) for duty in who(schedule, at)]
['Ada', 'Ben']
>>> from dataclasses import replace
>>> hour = Override("o", OverrideKind.REPLACE, february, february + 3_600, 0, add="Chen", remove="Ben")
>>> for one in stretches(final(replace(schedule, overrides=(hour,)), february - 60, february + 7_200)):
...     print(one.person, one.start - february, one.end - february)
Ada -60 0
Chen 0 3600
Ben 3600 7200
"""
