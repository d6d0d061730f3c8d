"""What is asked before an act on tickets is done: pickers, texts, forms, confirmations; and how it is undone."""
