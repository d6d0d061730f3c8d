"""Jira imitated: Cloud (platform v3 and v2, service desk API, gateway) and Data Center (v2), over one company."""

from helpdesk_tui.sandbox.jira.app import application

__all__ = ["application"]
