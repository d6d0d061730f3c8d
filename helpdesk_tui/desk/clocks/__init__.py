"""SLA clocks at the desk: figures, a clock told so that it adds up, time left on its calendar."""
