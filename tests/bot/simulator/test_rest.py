"""The simulated REST API, used by the real client and judged by Discord's specification."""

import io
from collections.abc import Callable
from typing import Any

import discord
import pytest

from bot.simulator.server import Simulator


async def fetch_everything(simulator: Simulator, bot: Any) -> None:
    channel = bot.get_partial_messageable(simulator.state.server(1).channels[0].id)
    message = await channel.send("hello", nonce="n1")
    await channel.fetch_message(message.id)
    await message.edit(content="hello again")
    assert [m.content async for m in channel.history()] == ["hello again"]
    await message.delete()
    await bot.create_dm(discord.Object(simulator.state.asker.id))
    await bot.application_info()
    await bot.tree.fetch_commands()


async def test_fetched_objects_match_discords_specification(
    simulator: Simulator, bot: Any, check: Callable[..., list[str]]
) -> None:
    await fetch_everything(simulator, bot)
    answered = [s for s in simulator.requests if s.status == 200]
    problems = [(s.path, check(s.method, s.path, s.answer, response=True)) for s in answered]
    assert [found for found in problems if found[1]] == []


async def test_command_keeps_its_id_over_a_second_sync(bot: Any) -> None:
    before = {command.name: command.id for command in await bot.tree.fetch_commands()}
    after = {command.name: command.id for command in await bot.tree.sync()}
    assert before == after


async def test_server_has_commands_of_its_own(simulator: Simulator, bot: Any) -> None:
    guild = discord.Object(simulator.state.server(1).id)
    bot.tree.copy_global_to(guild=guild)
    await bot.tree.sync(guild=guild)
    commands = simulator.state.commands
    assert len(commands[guild.id]) == len(commands[None])
    assert commands[guild.id][0]["guild_id"] == str(guild.id)


async def test_sync_past_a_limit_is_refused_whole(simulator: Simulator, bot: Any) -> None:
    known = len(simulator.state.commands[None])
    with pytest.raises(discord.HTTPException) as refused:
        await bot.http.bulk_upsert_global_commands(bot.application_id, [{"name": "NO", "type": 1}])
    assert refused.value.code == 50035
    assert len(simulator.state.commands[None]) == known


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/channels/1/messages", 10003),
        ("/applications/1/guilds/1/commands", 10004),
        ("/webhooks/1/none/messages/@original", 10015),
        ("/nowhere", 0),
    ],
)
async def test_missing_object_is_not_found(bot: Any, path: str, code: int) -> None:
    with pytest.raises(discord.NotFound) as refused:
        await bot.http.request(discord.http.Route("GET", path))
    assert refused.value.code == code


async def test_private_channel_to_nobody_is_refused(bot: Any) -> None:
    with pytest.raises(discord.NotFound) as refused:
        await bot.create_dm(discord.Object(1))
    assert refused.value.code == 10013


async def test_bot_edits_only_its_own_messages(simulator: Simulator, bot: Any) -> None:
    channel = simulator.state.server(1).channels[0]
    message = simulator.state.post(channel, simulator.state.asker, {"content": "mine"})
    partial = bot.get_partial_messageable(channel.id).get_partial_message(message.id)
    with pytest.raises(discord.Forbidden) as edited:
        await partial.edit(content="yours")
    with pytest.raises(discord.Forbidden) as deleted:
        await partial.delete()
    assert (edited.value.code, deleted.value.code) == (50005, 50013)


async def test_components_v2_flag_cannot_be_removed(simulator: Simulator, bot: Any) -> None:
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.TextDisplay("hello"))
    channel = bot.get_partial_messageable(simulator.state.server(1).channels[0].id)
    message = await channel.send(view=view)
    with pytest.raises(discord.HTTPException) as refused:
        await message.edit(content="plain")
    assert refused.value.code == 50035


async def test_gallery_cannot_be_added_by_an_edit(simulator: Simulator, bot: Any) -> None:
    channel = bot.get_partial_messageable(simulator.state.server(1).channels[0].id)
    picture = discord.ui.LayoutView()
    picture.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png")))
    files = [discord.File(io.BytesIO(b"a"), "a.png")]
    sent = await channel.send(view=picture, files=files)
    words = discord.ui.LayoutView()
    words.add_item(discord.ui.TextDisplay("hello"))

    with pytest.raises(discord.HTTPException) as refused:
        await (await channel.send(view=words)).edit(view=picture, attachments=files)
    assert refused.value.code == 50035
    assert (await sent.edit(view=words)).components


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [(discord.AllowedMentions.none(), 0), (discord.AllowedMentions(users=True), 1)],
)
async def test_mention_pings_only_if_allowed(
    simulator: Simulator, bot: Any, allowed: discord.AllowedMentions, pinged: int
) -> None:
    channel = bot.get_partial_messageable(simulator.state.server(1).channels[0].id)
    mention = f"<@{simulator.state.asker.id}>"
    message = await channel.send(mention, allowed_mentions=allowed)
    assert len(message.mentions) == pinged
