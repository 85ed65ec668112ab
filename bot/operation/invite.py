"""The link with which a server's admin adds the bot, asking for no more than it uses."""

from __future__ import annotations

import base64
import binascii
import re

import discord

# Posting the quote of the day, and looking a post up whose outcome nobody knows.
PERMISSIONS = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)

NO_FORM = (
    "It has not the form of a bot's token: three parts with dots between them. Copy it "
    "again from the page Bot of your application."
)
_FORM = re.compile(r"[\w-]{18,40}\.[\w-]{6}\.[\w-]{25,}")


def application_of(token: str) -> int | None:
    """The application's id, which a token begins with; None if it has not the form of a token."""
    if not _FORM.fullmatch(token):
        return None
    first = token.partition(".")[0]
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(decoded) if decoded.isdecimal() else None


def link(application_id: int) -> str:
    """The invite link of an application."""
    return discord.utils.oauth_url(
        application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )
