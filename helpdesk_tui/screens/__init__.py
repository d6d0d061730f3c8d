"""Screens: one a file, with the modals that belong to it. They ask the desk and give what it says to widgets."""
