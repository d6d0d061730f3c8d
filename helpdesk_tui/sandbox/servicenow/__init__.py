"""ServiceNow imitated: Table API, Aggregate API, batches, tiny URLs and sign-in over the sandbox's company."""

from __future__ import annotations

from helpdesk_tui.sandbox.servicenow.app import application
from helpdesk_tui.sandbox.servicenow.tables import Settings

__all__ = ["Settings", "application"]
