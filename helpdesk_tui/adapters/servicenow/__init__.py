"""The ServiceNow adapter."""
