"""The filter language: one table of keys, read by grammar, completion, explanation and manual."""
