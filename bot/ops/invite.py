"""The invitation link, which asks only for permissions that the bot uses."""

from __future__ import annotations

import discord

# For the quote of the day and its picture, and for finding a post whose outcome is unknown.
PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, read_message_history=True, attach_files=True
)


def link(application_id: int) -> str:
    """Return the invitation link of an application."""
    return discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )
