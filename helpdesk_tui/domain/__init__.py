"""Values and arithmetic of the help desk: no input or output, no clock of its own; `now` is always passed in."""
