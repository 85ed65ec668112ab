"""Sends files."""

from __future__ import annotations

import io
from collections.abc import Sequence

import discord

from bot.core.limits import MESSAGE_FILES
from bot.core.page import Layout
from bot.core.request import RequestContext

# A message may have ten megabytes in all; each file has about one.
FILES = MESSAGE_FILES - 2


async def send_files(ctx: RequestContext, text: str, name: str, contents: Sequence[bytes]) -> None:
    """Send JSON files to whoever asked, after a deferral; each of about a megabyte at most."""
    for first in range(0, len(contents), FILES):
        some = enumerate(contents[first : first + FILES], first + 1)
        files = [discord.File(io.BytesIO(one), f"{name}-{number}.json") for number, one in some]
        await ctx.follow_up(files_page(text, files), files)


def files_page(text: str, files: Sequence[discord.File]) -> Layout:
    """Return files to download; the same files go with the message."""
    layout = Layout([text])
    for file in files:
        layout.add_item(discord.ui.File(file))
    return layout
