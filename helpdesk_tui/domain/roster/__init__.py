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
"""
