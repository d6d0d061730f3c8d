"""Reading Jira: Cloud (platform v3, service desk API, gateway) and Data Center (v2)."""
