"""The three stores: their tables, how their files are opened and kept whole, who writes them and how they are read."""
