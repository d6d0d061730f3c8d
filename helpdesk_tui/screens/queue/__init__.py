"""The queue: the list that is open all day, with triage in it."""
