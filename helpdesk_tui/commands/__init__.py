"""What `helpdesk-tui` does from the shell, one command a file. Heavy imports stay inside functions."""
