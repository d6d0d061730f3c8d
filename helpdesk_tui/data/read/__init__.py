"""Reading the stores: SQL with bound parameters over DB-API, answers as values of the domain.

Standard library only: this is what the screen process uses before its first frame. `cache` has the reader of cache.db,
`personal` that of the user's own store; the other modules are the questions, each a function of a connection.
"""
