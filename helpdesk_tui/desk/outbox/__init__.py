"""The outbox as the desk shows it: what is pending over rows, and every change in words."""
