"""What curators read who save what was said: whether two messages belong together, and where."""

from __future__ import annotations

import re

import discord

from bot.core.page import Layout, button, rows
from bot.features.curation.ids import AddToSaved, DraftTarget, SaveAlone
from bot.features.curation.views.words import moment, titled
from lore.curation.drafts import Draft, QuoteDraft
from lore.ledger.records import TypedForm

TOO_MUCH = "Together they would be too much for one quote, so nothing was joined."

_LINK = re.compile(
    r"https://(?:\w{2,6}\.)?discord\.com/channels/(?P<server>\d{1,20})/(?P<at>\d{1,20})"
)


def offer(
    last: TypedForm, target: DraftTarget, before: QuoteDraft, saved: TypedForm, draft: QuoteDraft
) -> Layout:
    """Return the question whether a message goes on with the one that was saved before it."""
    # Nobody is told of a form that was closed without being sent.
    did = "saved" if target.saved else "began to save"
    text = (
        f"## One quote, or two?\nIn this channel you {did} **{titled(before, str)}**, "
        f"{moment(last.typed_at)}, and now **{titled(draft, str)}**.\n"
        "-# Joined, they stand in the order in which they were said."
    )
    buttons = [
        button("Add to it", AddToSaved(last.token, saved.token)),
        button("New quote", SaveAlone(saved.token)),
    ]
    return Layout([text], rows(buttons))


def said_elsewhere(draft: Draft, guild: discord.Guild | None) -> str:
    """Return a warning if a quote links to a channel that is not for everybody in its server."""
    link = _LINK.search(draft.source) if isinstance(draft, QuoteDraft) else None
    if link is None or guild is None or int(link["server"]) != guild.id:
        return ""
    channel = guild.get_channel_or_thread(int(link["at"]))
    if channel is None:
        what = "I cannot see the channel in which this was said"
    elif not _is_for_all(channel, guild):
        what = "This was said in a private channel"
    elif not isinstance(channel, discord.CategoryChannel) and channel.is_nsfw():
        what = "This was said in an age-restricted channel"
    else:
        return ""
    return f"⚠ {what}: others may not be able to follow the link, but will read what was said."


def _is_for_all(channel: discord.abc.GuildChannel | discord.Thread, guild: discord.Guild) -> bool:
    if isinstance(channel, discord.Thread):
        if channel.is_private() or channel.parent is None:
            return False
        channel = channel.parent
    return channel.permissions_for(guild.default_role).read_messages
