"""Servers' own lore: drafts, their validation, and import and export files."""
