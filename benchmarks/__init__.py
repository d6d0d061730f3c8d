"""What the desk may cost, measured beside a floor in the same run: `python -m benchmarks [ROW…]`."""
