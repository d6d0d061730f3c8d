"""The Jira adapter."""
