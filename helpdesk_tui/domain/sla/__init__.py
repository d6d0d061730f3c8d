"""SLA clocks: business time, what starts and stops a clock, policies, and how a clock explains itself.

From the ground up: `zones` (local time to instants), `hours` and `calendars` (what is written), `business_time` (what
it comes to, compiled), `working_days`; `history` and `rules` (what events mean to a metric), `fold` (the cycles they
make), `measure` (a cycle against a target); `policies` and `engine` (which target applies, all clocks of a ticket);
`drift`, `explain`, `simulate` and `ticks` on top; `calendar_file` and `policy_file` read what people write.

Instants are integer seconds since the epoch, UTC; durations are seconds; intervals are half open.
"""
