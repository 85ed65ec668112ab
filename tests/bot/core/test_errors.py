"""What a person reads when something fails, and what is logged."""

import re
from collections.abc import Awaitable, Callable

import discord
import pytest
from discord import app_commands

from bot.client import LoreBot
from bot.core.errors import sentence
from bot.simulator.exchanges import Reply
from bot.simulator.faults import Fault
from bot.simulator.interactions import InteractionKind
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from lore.errors import CatalogueError
from lore.ledger.errors import StorageFullError

Ask = Callable[[str], Awaitable[Reply]]

CALLBACK = "POST /interactions/*/callback"


class UnexpectedError(Exception):
    """An error that no code expects."""


@pytest.fixture
def failing(lore_bot: LoreBot) -> Callable[[BaseException, bool], None]:
    """Return a function that makes `/about` fail, before or after it has answered."""

    def failing(error: BaseException, answered: bool = False) -> None:
        @app_commands.command(description="Fails")
        async def about(interaction: discord.Interaction) -> None:
            if answered:
                await interaction.response.send_message("So far so good")
            raise error

        lore_bot.tree.add_command(about, override=True)

    return failing


Failing = Callable[..., None]


@pytest.fixture
def impatient_session(session: SimSession, simulator: Simulator) -> SimSession:
    """Return a session that soon stops waiting for an answer."""
    assert session.user.commands()
    return SimSession(simulator, Timeouts(first=0.3))


async def test_refusal_is_private_and_not_logged(
    ask: Ask, failing: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    failing(CatalogueError("The shelf is *bare*."))
    reply = await ask("/about")

    assert (reply.text, reply.ephemeral) == ("The shelf is *bare*.", True)
    assert caplog.records == []


async def test_unexpected_error_is_logged_with_the_reference_that_is_shown(
    ask: Ask, failing: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    failing(UnexpectedError("inside"))
    reply = await ask("/about")
    reference = re.search(r"reference ([0-9a-f]{6})\.$", reply.text)

    assert reply.ephemeral
    assert reference
    assert f"reference {reference[1]}" in caplog.text
    assert "UnexpectedError: inside" in caplog.text
    assert "inside" not in reply.text
    caplog.clear()


async def test_typed_text_is_not_logged_with_an_error_that_contains_it(
    ask: Ask, failing: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    failing(ValueError("invalid literal: 'what \"Ann\" wrote'"))
    await ask("/about")

    assert "ValueError: invalid literal: “…”" in caplog.text
    assert "Ann" not in caplog.text
    caplog.clear()


@pytest.mark.parametrize(
    "custom_id",
    [
        "form:approve:what-Ann-wrote:0",
        "form:add:what-Ann-wrote:0",
        "form:suggest:what-Ann-wrote:0",
        "form:edit:what-Ann-wrote:0",
        "form:note:what-Ann-wrote:0",
    ],
)
async def test_form_with_a_forged_id_is_refused_in_a_sentence(
    session: SimSession, caplog: pytest.LogCaptureFixture, custom_id: str
) -> None:
    await session.play("as curator")
    field = {"type": 4, "id": 2, "custom_id": "text", "value": "words"}
    part = {"type": 18, "id": 1, "component": field}
    [reply], _ = await session.user.act(
        InteractionKind.MODAL, {"custom_id": custom_id, "components": [part]}
    )

    assert reply.ephemeral
    assert "Something broke" not in reply.text
    assert "Ann" not in caplog.text


async def test_failing_completion_is_answered_with_no_choices(session: SimSession) -> None:
    option = {"type": 3, "name": "name", "value": "x", "focused": True}
    gone = {"id": "1", "name": "gone", "type": 1, "options": [option]}
    [reply], _ = await session.user.act(InteractionKind.AUTOCOMPLETE, gone)

    assert (reply.kind, reply.choices) == ("choices", [])


async def test_failure_after_the_answer_is_reported_in_a_second_message(
    simulator: Simulator, failing: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    failing(UnexpectedError(), answered=True)
    patient = SimSession(simulator, Timeouts(more=2))
    answer, told = (await patient.play("/about")).replies

    assert answer.text == "So far so good"
    assert told.text.startswith("Something broke on my side.")
    assert told.ephemeral
    caplog.clear()


@pytest.mark.parametrize("code", [10062, 40060])
async def test_answer_that_comes_too_late_is_not_an_error(
    impatient_session: SimSession, simulator: Simulator, code: int
) -> None:
    body = {"message": "Unknown interaction", "code": code}
    simulator.faults.append(Fault(CALLBACK, status=404, body=body, times=9))
    [silence, *_] = (await impatient_session.play("/bio ultron")).replies

    assert silence.kind == "error"


@pytest.mark.parametrize(
    "fault",
    [Fault(CALLBACK, status=403, times=2), Fault(CALLBACK, disconnect=True, times=2)],
    ids=["refused", "cut off"],
)
async def test_failure_to_report_a_failure_is_not_a_second_error(
    impatient_session: SimSession,
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    simulator.faults.append(fault)
    await impatient_session.play("/bio ultron")

    levels = [(record.name, record.levelname) for record in caplog.records]
    assert levels == [("bot.core.errors", "ERROR"), ("bot.core.errors", "WARNING")]
    assert "Traceback" not in caplog.text
    assert "the asker could not be told" in caplog.text
    caplog.clear()


async def test_answer_that_discord_rejects_for_its_content_is_logged_whole(
    impatient_session: SimSession, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"message": "Invalid Form Body", "code": 50035}
    simulator.faults.append(Fault(CALLBACK, status=400, body=body))
    await impatient_session.play("/bio ultron")

    assert "Traceback" in caplog.text
    caplog.clear()


@pytest.mark.parametrize(
    "error",
    [
        app_commands.CheckFailure(),
        app_commands.MissingPermissions(["manage_guild"]),
        app_commands.CommandNotFound("old", []),
        CatalogueError("Said."),
    ],
)
def test_error_class_has_its_own_sentence_or_that_of_its_base(error: Exception) -> None:
    assert sentence(error)


@pytest.mark.parametrize("error", [UnexpectedError(), ValueError(), KeyError("x")])
def test_unexpected_error_has_no_sentence(error: Exception) -> None:
    assert sentence(error) is None


@pytest.mark.parametrize("saved", [False, True])
async def test_failure_after_a_save_does_not_claim_that_nothing_was_saved(
    lore_bot: LoreBot, ask: Ask, saved: bool
) -> None:
    @app_commands.command(description="Fails at its second write")
    async def about(interaction: discord.Interaction) -> None:
        if saved:
            problems = lore_bot.services.ledger.problems
            await problems.report(1, "log channel missing", None, interaction.created_at)
        raise StorageFullError

    lore_bot.tree.add_command(about, override=True)
    said = (await ask("/about")).text
    assert said.startswith("Storage is full")
    assert ("Nothing was changed" in said) is not saved
    assert ("Part of it was saved" in said) is saved
