"""`/entry` and `/suggest`: what servers add to the lore themselves."""
