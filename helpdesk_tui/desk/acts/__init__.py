"""Acts on tickets: wishes, what they come to for each ticket, and the changes they become."""
