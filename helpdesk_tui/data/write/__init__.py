"""Writing the stores: the cache by the sync process alone, the precious two by whoever decides something."""
