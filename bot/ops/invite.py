"""The invitation link, which asks only for permissions that are used."""

from __future__ import annotations

import discord

# Posting the quote of the day, and looking a post up whose outcome nobody knows.
PERMISSIONS = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)


def link(application_id: int) -> str:
    """Return the invitation link of an application."""
    return discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )
