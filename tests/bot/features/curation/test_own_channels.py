"""The bot posts for curators only where they may write, and pings only roles they may mention."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.permissions import Permission
from bot.simulator.server import Simulator

Ask = Callable[[str], Awaitable[Reply]]
Forbid = Callable[[Permission], Awaitable[None]]

SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"
REFUSED = "You may not write in #quotes yourself"
FORBIDDEN = [Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES]


@pytest.fixture
def forbid(simulator: Simulator, lore_bot: LoreBot) -> Forbid:
    """Take a permission from the curator in #quotes, and wait until the bot knows."""

    async def forbid(permission: Permission) -> None:
        channel = simulator.state.server(1).channels[1]
        channel.denied[simulator.state.curator.id] = permission
        heard = asyncio.ensure_future(lore_bot.wait_for("guild_channel_update", timeout=10))
        await asyncio.sleep(0)
        await simulator.gateway.dispatch(channel.guild_id, "CHANNEL_UPDATE", channel.payload())
        await heard

    return forbid


@pytest.mark.parametrize("permission", FORBIDDEN)
async def test_schedule_is_refused_where_its_curator_may_not_write(
    curate: Ask, forbid: Forbid, permission: Permission
) -> None:
    await forbid(permission)

    assert (await curate(SET)).text.startswith(REFUSED)
    assert "no quote of the day here." in (await curate("/qotd status")).text


@pytest.mark.parametrize("permission", FORBIDDEN)
async def test_qotd_now_is_refused_where_its_curator_may_not_write(
    curate: Ask, forbid: Forbid, simulator: Simulator, permission: Permission
) -> None:
    await curate(SET)
    await forbid(permission)

    assert (await curate("/qotd now")).text.startswith(REFUSED)
    assert not simulator.state.server(1).channels[1].messages


@pytest.mark.parametrize("permission", FORBIDDEN)
async def test_log_channel_is_refused_where_its_curator_may_not_write(
    curate: Ask, forbid: Forbid, lore_bot: LoreBot, guild_id: int, permission: Permission
) -> None:
    await forbid(permission)
    await curate("/settings")

    assert (await curate("choose #quotes")).text.startswith(REFUSED)
    assert (await lore_bot.services.ledger.settings.of(guild_id)).log_channel_id is None


async def test_curator_who_may_write_may_choose_the_channel(
    curate: Ask, forbid: Forbid, simulator: Simulator
) -> None:
    await forbid(Permission.ADD_REACTIONS)
    await curate(SET)
    await curate("/qotd now")

    assert len(simulator.state.server(1).channels[1].messages) == 1


async def test_ping_role_is_refused_if_its_curator_may_not_mention_it(
    curate: Ask, forbid: Forbid
) -> None:
    await forbid(Permission.MENTION_EVERYONE)

    reply = await curate(f"{SET} role:@Readers")

    assert reply.text.startswith("You may not mention @Readers yourself")
    assert "no quote of the day here." in (await curate("/qotd status")).text


async def test_set_role_is_not_replaced_by_one_its_curator_may_not_mention(
    curate: Ask, forbid: Forbid
) -> None:
    await curate(f"{SET} role:@Readers")
    await forbid(Permission.MENTION_EVERYONE)
    refused = await curate("/qotd set role:@Curators")
    kept = await curate("/qotd set time:10:00")

    assert refused.text.startswith("You may not mention @Curators yourself")
    assert "Pings @Readers" in kept.text


async def test_role_that_anyone_may_mention_can_be_chosen_by_every_curator(
    curate: Ask, forbid: Forbid, simulator: Simulator, lore_bot: LoreBot
) -> None:
    await forbid(Permission.MENTION_EVERYONE)
    guild = simulator.state.server(1)
    guild.roles[1] = replace(guild.roles[1], mentionable=True)
    heard = asyncio.ensure_future(lore_bot.wait_for("guild_role_update", timeout=10))
    await asyncio.sleep(0)
    role = {"guild_id": str(guild.id), "role": guild.roles[1].payload()}
    await simulator.gateway.dispatch(guild.id, "GUILD_ROLE_UPDATE", role)
    await heard

    assert "Pings @Readers" in (await curate(f"{SET} role:@Readers")).text
