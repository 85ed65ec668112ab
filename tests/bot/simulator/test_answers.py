"""First answers, edits of them and followups, as the real client sends them."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

Act = Callable[[discord.Interaction], Awaitable[None]]
Ask = Callable[[Act], Awaitable[list[Reply]]]


@pytest.fixture
def run_command(session: SimSession, bot: Any) -> Ask:
    """Return a function that uses a command which runs the test's code and gives the result."""

    async def ask(act: Act) -> list[Reply]:
        async def callback(interaction: discord.Interaction) -> None:
            await act(interaction)

        command = discord.app_commands.Command(name="act", description="Acts", callback=callback)
        bot.tree.add_command(command)
        await bot.tree.sync()
        return (await session.play("/act")).replies

    return ask


async def test_bot_can_edit_and_follow_up_its_first_answer(run_command: Ask) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("first")
        more = await interaction.followup.send("more", ephemeral=True, wait=True)
        await more.edit(content=f"{more.content} of it")
        await more.delete()

    assert [(r.kind, r.text, r.ephemeral) for r in await run_command(act)] == [
        ("message", "first", False),
        ("message", "more", True),
        ("update", "more of it", True),
        ("update", "removed", True),
    ]


async def test_deferred_answer_can_be_fetched_before_it_is_edited(run_command: Ask) -> None:
    loading: list[bool] = []

    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        for _ in range(2):
            interaction._original_response = None  # or the client would not ask for it again
            loading.append((await interaction.original_response()).flags.loading)
            await interaction.edit_original_response(content="here")

    assert [(r.kind, r.text) for r in await run_command(act)] == [
        ("message", "here"),
        ("update", "here"),
    ]
    assert loading == [True, False]


async def test_client_learns_the_id_of_the_answer(run_command: Ask, simulator: Simulator) -> None:
    learned: list[Any] = []

    async def act(interaction: discord.Interaction) -> None:
        learned.append(await interaction.response.send_message("first"))

    await run_command(act)
    assert [learned[0].message_id] == list(simulator.state.server(1).channels[0].messages)
    assert learned[0].resource.content == "first"


@pytest.mark.parametrize(("files", "mebibytes"), [(1, 10.1), (3, 9)])
async def test_too_large_upload_is_refused(run_command: Ask, files: int, mebibytes: float) -> None:
    refused: list[tuple[int, int]] = []

    async def act(interaction: discord.Interaction) -> None:
        content = bytes(int(mebibytes * 1024 * 1024))
        sent = [discord.File(io.BytesIO(content), f"{n}.bin") for n in range(files)]
        try:
            await interaction.response.send_message(files=sent)
        except discord.HTTPException as error:
            refused.append((error.status, error.code))
        await interaction.response.send_message("first")

    assert [reply.text for reply in await run_command(act)] == ["first"]
    assert refused == [(413, 40005)]


async def test_followup_before_the_first_answer_is_refused(run_command: Ask) -> None:
    refused: list[int] = []

    async def act(interaction: discord.Interaction) -> None:
        for early in (interaction.followup.send("early"), interaction.original_response()):
            try:
                await early
            except discord.NotFound as error:
                refused.append(error.code)
        await interaction.response.send_message("first")

    assert [reply.text for reply in await run_command(act)] == ["first"]
    assert refused == [10015, 10015]
