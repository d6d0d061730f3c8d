"""The schedule, the on-call board, rotations and technicians."""
