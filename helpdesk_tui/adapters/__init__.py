"""The platforms, each read into the same values. Nothing outside this package speaks HTTP."""
