"""The invitation link."""

from urllib.parse import parse_qs, urlsplit

import discord

from bot.ops.invite import link


def test_invite_link_asks_only_for_permissions_that_are_used() -> None:
    asked = parse_qs(urlsplit(link(42)).query)
    used = discord.Permissions(
        view_channel=True, send_messages=True, read_message_history=True, attach_files=True
    )
    assert asked["permissions"] == [str(used.value)]
    assert asked["scope"] == ["bot applications.commands"]
    assert asked["client_id"] == ["42"]
