"""Draws quotes, relations and timelines as pictures, each with the same in words."""
