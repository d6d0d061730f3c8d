"""helpdesk-tui: one terminal from which a help desk coordinator runs the floor.

This module holds the version and imports nothing, so that importing any part of the package stays cheap.
"""

__version__ = "0.1.0"
