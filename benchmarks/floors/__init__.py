"""Small programs that do next to nothing: what the desk is measured against."""
