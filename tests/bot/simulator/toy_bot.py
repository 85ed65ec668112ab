"""A bot with one of everything that the real bot uses."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from tests.bot.simulator.toy_views import Card, Form, Picker, Ranks, RemoveButton

NAMES = ["Tony Stark", "Bruce Banner", "Ultron"]


class ToyBot(discord.AutoShardedClient):
    def __init__(self, before_identify: Callable[[], None] = lambda: None, **options: Any) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        )
        self._before_identify = before_identify
        self.tree = app_commands.CommandTree(self)
        self.resumed = asyncio.Event()
        self.seen = asyncio.Event()
        self.heard: list[int] = []
        self.refused: list[int] = []
        self.channel_updates: asyncio.Queue[discord.abc.GuildChannel] = asyncio.Queue()
        self.before_answer: Callable[[], None] = lambda: None
        self.after_answer: Callable[[], None] = lambda: None
        self.answer_twice = False
        add_commands(self.tree)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once: few simulators refuse who identifies early."""
        self._before_identify()

    async def setup_hook(self) -> None:
        self.add_dynamic_items(RemoveButton)
        await self.tree.sync()

    async def on_guild_available(self, _: discord.Guild) -> None:
        if len(self.guilds) == 2:
            self.seen.set()

    async def on_guild_channel_update(
        self, _: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        self.channel_updates.put_nowait(after)

    async def probe(self, interaction: discord.Interaction) -> None:
        """Answer and edit the answer under the test's faults, and note refusals."""
        self.before_answer()
        try:
            await interaction.response.send_message("first")
            self.after_answer()
            if self.answer_twice:
                interaction.response._response_type = None
                await interaction.response.send_message("second")
            await interaction.edit_original_response(content="edited")
        except discord.HTTPException as refused:
            self.refused.append(refused.code)

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.heard.append(interaction.id)


def add_commands(tree: "app_commands.CommandTree[Any]") -> None:
    @tree.command(description="Who somebody is")
    @app_commands.describe(name="Whose biography", private="Only for you")
    async def bio(interaction: discord.Interaction, name: str, private: bool = False) -> None:
        await interaction.response.send_message(
            view=Card(name, interaction.user.id), ephemeral=private
        )

    @bio.autocomplete("name")
    async def offer(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        found = [name for name in NAMES if current.lower() in name.lower()]
        return [app_commands.Choice(name=name, value=name) for name in found]

    @tree.command(description="Answers late")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("here at last")

    @tree.command(description="Answers and edits the answer")
    async def probe(interaction: discord.Interaction) -> None:
        assert isinstance(interaction.client, ToyBot)
        await interaction.client.probe(interaction)

    @tree.command(description="Says nothing")
    async def silent(_: discord.Interaction) -> None: ...

    @tree.command(description="Says too much")
    async def long(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.send_message("x" * 2001)
        except discord.HTTPException as error:
            await interaction.response.send_message(f"{error.code}", ephemeral=True)

    @tree.command(description="Opens a form")
    async def suggest(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    @tree.command(description="Offers a choice")
    async def pick(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Which?", view=Picker())

    @tree.command(description="Offers several choices")
    async def rank(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Which?", view=Ranks())

    @tree.command(description="Names what it was given")
    @app_commands.choices(tier=[app_commands.Choice(name="Film", value="film")])
    async def typed(
        interaction: discord.Interaction,
        channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        user: discord.User | None = None,
        count: app_commands.Range[int, 1, 5] = 1,
        tier: str = "none",
    ) -> None:
        where = "dm" if interaction.guild is None else interaction.guild.name
        text = f"{where} | {channel} | {role} | {user} | {count} | {tier}"
        await interaction.response.send_message(text)

    @tree.command(description="Posts elsewhere too")
    async def post(interaction: discord.Interaction) -> None:
        assert interaction.guild is not None
        await interaction.guild.text_channels[1].send("in a channel")
        await interaction.user.send("in private")
        await interaction.response.send_message("posted")

    @tree.command(description="For curators")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def curate(interaction: discord.Interaction) -> None:
        allowed = interaction.permissions.manage_guild
        await interaction.response.send_message(f"allowed: {allowed}", ephemeral=True)

    @tree.context_menu(name="Save as quote")
    async def save(interaction: discord.Interaction, message: discord.Message) -> None:
        text = f"{message.author.display_name} said {message.content}"
        await interaction.response.send_message(text, ephemeral=True)

    @tree.command(description="Gives a file back")
    async def echo(interaction: discord.Interaction, file: discord.Attachment) -> None:
        content = await file.read()
        copy = discord.File(io.BytesIO(content), filename=f"copy-{file.filename}")
        await interaction.response.send_message(f"{file.size} bytes", file=copy)

    tree.add_command(lore_group())


def lore_group() -> "app_commands.Group":
    group = app_commands.Group(name="lore", description="The server's lore")

    @group.command(description="Add an entry")
    async def add(interaction: discord.Interaction, name: str, text: str) -> None:
        await interaction.response.send_message(f"{name}: {text}")

    return group
