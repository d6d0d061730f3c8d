"""Plans that move many tickets at once: for somebody who is away, who is back, or for a group out of balance."""
