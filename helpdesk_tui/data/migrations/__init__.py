"""The chains of migrations, one per store, and the code that runs them. Loaded only when a store's version differs."""
