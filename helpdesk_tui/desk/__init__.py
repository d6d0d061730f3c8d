"""What can be done at the desk: queries and intents that screens and commands share.

`Desk` (in `desk.desk`) is what they hold. Queries are answered from the cache, read-only, on reader threads;
intents are rows written to the user's own store on one writer thread, whose libraries are imported only after the
first frame. Nothing here opens a network connection. This package imports nothing by itself, so that naming one part
of it stays cheap.
"""
