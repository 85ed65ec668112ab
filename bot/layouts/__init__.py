"""Answers drawn as Discord components: the only place with prose, and with Discord's lengths."""
