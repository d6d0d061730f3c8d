"""The SLA screen, the page of a ticket's clocks, and alarms."""
