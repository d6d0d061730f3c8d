"""Widgets: they take values, draw them, and post messages. None reads a store or waits for anything."""
