"""A toy bot, with one of everything the real one uses, logged in to a rehearsal."""

import asyncio
import importlib.util
import io
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands, ui

from bot.rehearsal.server import TOKEN, Rehearsal
from bot.rehearsal.stage import Stage

NAMES = ["Tony Stark", "Bruce Banner", "Ultron"]
_SPEC = Path(__file__).parents[4] / "shared" / "discord" / "check_payload.py"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


class RemoveButton(ui.DynamicItem[ui.Button[Any]], template=r"remove:(?P<user>\d+)"):
    def __init__(self, user: int) -> None:
        super().__init__(ui.Button(label="Remove", custom_id=f"remove:{user}"))
        self.user = user

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction, __: ui.Item[Any], match: re.Match[str]
    ) -> "RemoveButton":
        return cls(int(match["user"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()


class MoreButton(ui.Button[Any]):
    def __init__(self) -> None:
        super().__init__(label="More", custom_id="more")

    async def callback(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.view, Card)
        self.view.box.add_item(ui.TextDisplay("More of it."))
        await interaction.response.edit_message(view=self.view)


class Card(ui.LayoutView):
    def __init__(self, name: str, user: int) -> None:
        super().__init__(timeout=None)
        wiki: ui.Button[Any] = ui.Button(label="Wiki", url="https://example.com/wiki")
        self.box: ui.Container[Any] = ui.Container(
            ui.TextDisplay(f"## {name}"),
            ui.Section(
                ui.TextDisplay("-# a **cited** [source](https://example.com)"), accessory=wiki
            ),
            ui.Separator(),
            ui.ActionRow(MoreButton(), RemoveButton(user)),
            accent_color=0x336699,
        )
        self.add_item(self.box)


class Form(ui.Modal, title="Suggest"):
    name: ui.Label[Any] = ui.Label(text="Name", component=ui.TextInput(custom_id="name"))
    note: ui.Label[Any] = ui.Label(
        text="Note", component=ui.TextInput(custom_id="note", required=False, default="a draft")
    )
    kind: ui.Label[Any] = ui.Label(
        text="Kind",
        component=ui.Select(
            custom_id="kind",
            options=[
                discord.SelectOption(label="Character", value="character"),
                discord.SelectOption(label="Event", value="event"),
            ],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        name, kind = self.name.component, self.kind.component
        assert isinstance(name, ui.TextInput)
        assert isinstance(kind, ui.Select)
        await interaction.response.send_message(f"{name.value} is a {kind.values[0]}")


class Picker(ui.View):
    @ui.select(
        options=[
            discord.SelectOption(label="First", value="1"),
            discord.SelectOption(label="Two"),
            discord.SelectOption(label="Third"),
        ]
    )
    async def pick(self, interaction: discord.Interaction, select: ui.Select[Any]) -> None:
        await interaction.response.send_message(f"picked {select.values[0]}", ephemeral=True)

    @ui.button(label="Bin")
    async def bin(self, interaction: discord.Interaction, _: ui.Button[Any]) -> None:
        assert interaction.message is not None
        await interaction.response.defer()
        await interaction.message.delete()


class ToyBot(discord.AutoShardedClient):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        )
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
        """Identify at once: the rehearsal has no limit of one shard in five seconds."""

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
        """Answer and edit the answer, with the faults a test asks for; refusals are noted."""
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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def check() -> Callable[..., list[str]]:
    """Discord's own specification as a judge, where it lies beside the repository."""
    if not _SPEC.exists():
        pytest.skip("check_payload.py is not at hand")
    spec = importlib.util.spec_from_file_location("check_payload", _SPEC)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    judge: Callable[..., list[str]] = module.check
    return judge


@asynccontextmanager
async def _logged_in(rehearsal: Rehearsal) -> AsyncIterator[ToyBot]:
    async with ToyBot() as bot:
        running = asyncio.create_task(bot.start(TOKEN))
        online = asyncio.create_task(rehearsal.bot_online())
        await asyncio.wait({running, online}, return_when=asyncio.FIRST_COMPLETED)
        online.cancel()
        if running.done():
            await running
        yield bot
        await bot.close()
        await running


def _point_to(rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", rehearsal.api)
    gateway = yarl.URL(rehearsal.gateway_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)


@pytest.fixture
async def rehearsal(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rehearsal]:
    async with Rehearsal(clock) as rehearsal:
        _point_to(rehearsal, monkeypatch)
        yield rehearsal


@pytest.fixture
async def sharded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rehearsal]:
    async with Rehearsal(clock, shards=2) as rehearsal:
        _point_to(rehearsal, monkeypatch)
        yield rehearsal


@pytest.fixture
async def crowded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rehearsal]:
    async with Rehearsal(clock, guilds=2501) as rehearsal:
        _point_to(rehearsal, monkeypatch)
        yield rehearsal


@pytest.fixture
async def sharded_bot(sharded: Rehearsal) -> AsyncIterator[ToyBot]:
    async with _logged_in(sharded) as bot:
        yield bot


@pytest.fixture
def log_in() -> Callable[[Rehearsal], AbstractAsyncContextManager[ToyBot]]:
    return _logged_in


@pytest.fixture
async def bot(rehearsal: Rehearsal) -> AsyncIterator[ToyBot]:
    async with _logged_in(rehearsal) as bot:
        yield bot


@pytest.fixture
async def stage(rehearsal: Rehearsal, bot: ToyBot) -> Stage:
    assert bot.user is not None
    return Stage(rehearsal)
