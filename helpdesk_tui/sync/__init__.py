"""What the sync process does: pull from the platforms into the cache, compare, and run the timed jobs."""
