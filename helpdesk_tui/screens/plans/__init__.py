"""A plan on a screen of its own: looked through, changed in place, written once."""
