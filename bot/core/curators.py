"""Who may change what a server shows and where, checked at every use, as roles change."""

from __future__ import annotations

import asyncio

import discord

from bot.core.connection.http import UNSENT
from bot.core.fairness import TooOftenError
from bot.core.request import RequestContext
from lore.errors import LoreError
from lore.ledger.records import GuildSettings


class NotACuratorError(LoreError):
    """The person may not change this server's lore."""


class NoServerError(LoreError):
    """This works only in a server."""


class NotTheirChannelError(LoreError):
    """The person could not write in a channel themselves."""


class NotTheirPingError(LoreError):
    """The person could not mention a role themselves."""


def may_curate(interaction: discord.Interaction, settings: GuildSettings) -> bool:
    """Return whether whoever acts may curate the server they are in."""
    member = interaction.user
    if interaction.guild_id is None or not isinstance(member, discord.Member):
        return False
    has_role = discord.utils.get(member.roles, id=settings.curator_role_id) is not None
    return interaction.permissions.manage_guild or has_role


def require_curator(ctx: RequestContext) -> int:
    """Return the server's id if whoever acts may curate it; NotACuratorError otherwise."""
    interaction = ctx.interaction
    if interaction.guild_id is None or not isinstance(interaction.user, discord.Member):
        raise NotACuratorError("This works in a server only.")
    if not may_curate(interaction, ctx.settings):
        raise NotACuratorError(
            "Only curators may do this: people with the permission Manage Server, or with the "
            "curator role if this server has set one."
        )
    return interaction.guild_id


async def require_member(ctx: RequestContext, server: int | None = None) -> None:
    """Bind the request to a member of a server; NoServerError elsewhere.

    In a private message, which belongs to no server, `server` is the one it is about.
    """
    if ctx.interaction.guild_id is not None:
        return
    if server is None:
        raise NoServerError("This works in a server only.")
    guild = ctx.interaction.client.get_guild(server)
    if guild is None or not await _is_member(ctx, guild):
        raise NoServerError("You and I are no longer both in that server.")
    await ctx.of_server(server)


async def _is_member(ctx: RequestContext, guild: discord.Guild) -> bool:
    try:
        async with asyncio.timeout(ctx.deferral.patience):
            await ctx.services.calls.run(guild.fetch_member(ctx.interaction.user.id))
    except (discord.NotFound, discord.Forbidden):
        return False
    except UNSENT as error:
        # The refusal is not final: Discord may only be slow or rate limit us.
        raise TooOftenError(
            "Discord does not answer me just now. Try again in a moment."
        ) from error
    return True


def check_manager(interaction: discord.Interaction) -> None:
    """Refuse anyone without Manage Server, who alone may choose the curators."""
    if not interaction.permissions.manage_guild:
        raise NotACuratorError(
            "Only people with the permission Manage Server may choose the curator role."
        )


def check_may_post(
    interaction: discord.Interaction, channel_id: int, parent_id: int | None = None
) -> None:
    """Refuse to post for somebody in a channel where they could not write themselves.

    It may be a thread in the channel `parent_id`. A deleted channel is left to whatever would post
    there.
    """
    guild, member = interaction.guild, interaction.user
    channel = guild.get_channel_or_thread(channel_id) if guild else None
    if channel is None and guild and parent_id:
        # Of a closed thread Discord does not tell; its channel has the same permissions.
        channel = guild.get_channel(parent_id)
    if channel is None or not isinstance(member, discord.Member):
        return
    may = channel.permissions_for(member)
    if parent_id or isinstance(channel, discord.Thread):
        sends, needed = may.send_messages_in_threads, "Send Messages in Threads"
    else:
        sends, needed = may.send_messages, "Send Messages"
    if not (may.view_channel and sends):
        raise NotTheirChannelError(
            f"You may not write in #{channel.name} yourself, so I do not post there for you. "
            f"You need View Channel and {needed} there."
        )


def check_may_ping(interaction: discord.Interaction, role: discord.Role, channel_id: int) -> None:
    """Refuse to ping a role for somebody who could not mention it there themselves."""
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return
    channel = guild.get_channel_or_thread(channel_id)
    may = channel.permissions_for(member) if channel else member.guild_permissions
    if not (role.mentionable or may.mention_everyone):
        raise NotTheirPingError(
            f"You may not mention @{role.name} yourself, so I do not ping it for you. You need the "
            "permission Mention @everyone, @here and All Roles there, or the role has to be one "
            "that anyone may mention."
        )
