"""The tables of the three stores, as SQLModel classes.

Each store has its own metadata, so that each has its own chain of migrations. Instants are integer seconds since the
epoch, UTC, 0 for never or unknown; booleans are 0 or 1; text is "" where there is none. Nothing is NULL.
"""
