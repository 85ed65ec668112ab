"""What can be asked of the pack and a server's own lore, and what one asker may see of it."""
