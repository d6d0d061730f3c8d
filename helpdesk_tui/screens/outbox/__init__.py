"""The outbox, a change whole with its conflict, and every platform's health."""
