"""Curated lore: its model, its pack, its catalogue, its matching. Knows nothing about Discord."""
