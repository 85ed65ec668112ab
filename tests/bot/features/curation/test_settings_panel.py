"""`/settings`: each choice is saved, confirmed and logged; a failing log channel does no harm."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.faults import Fault
from bot.simulator.interactions import InteractionKind
from bot.simulator.permissions import Permission
from bot.simulator.reading import buttons_of, text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import QuoteDraft
from lore.ledger.records import Actor, GuildSettings, ServerEntry
from lore.pack.model import SERVER
from tests.tiers import FILM

Ask = Callable[[str], Awaitable[Reply]]
Last = Callable[[], Awaitable[str]]
Publish = Callable[..., Awaitable[ServerEntry]]


@pytest.fixture
def choose(curate: Ask) -> Ask:
    """Return a function that opens the panel and chooses something on it."""

    async def choose(what: str) -> Reply:
        await curate("/settings")
        return await curate(f"choose {what}")

    return choose


def logged(simulator: Simulator) -> list[str]:
    """Return the content of the channel #lore of server 1."""
    state = simulator.state
    messages = state.server(1).channels[2].messages.values()
    return [text_of(message.payload, state.name_of) for message in messages]


CHOICES = {
    "@Readers": ("curator_role_id", None, "Curators: Manage Server and @Readers"),
    "#lore": ("log_channel_id", None, "Log channel: #lore"),
    "Nobody may suggest": ("suggestions", False, "Suggestions: not taken"),
    "film, server": ("tiers", (FILM, SERVER), "Shown: Film, Added by this server"),
    "Other canon behind spoiler bars": ("spoilers", True, "Other canon: behind spoiler bars"),
    "Answers private by default": ("private", True, "Answers: private by default"),
    "Quotes: all tiers alike": ("alike", True, "Quotes: all tiers alike"),
    "Short answers": ("short", True, "Entries: short answers at first"),
}


@pytest.mark.parametrize("what", CHOICES)
async def test_choice_is_saved_and_confirmed(
    choose: Ask, lore_bot: LoreBot, guild_id: int, what: str
) -> None:
    name, value, said = CHOICES[what]
    panel = await choose(what)
    kept = getattr(await lore_bot.services.ledger.settings.of(guild_id), name)

    assert (panel.kind, panel.ephemeral) == ("update", True)
    assert panel.text.endswith(f"✓ Settings · {said}")
    assert kept == value if value is not None else kept


async def test_answers_follow_changed_settings_at_once(choose: Ask, member: Ask) -> None:
    assert not (await member("/lore ultron")).ephemeral
    await choose("Answers private by default")

    assert (await member("/lore ultron")).ephemeral


async def test_nobody_finds_an_entry_of_a_hidden_tier(
    choose: Ask, member: Ask, publish: Publish
) -> None:
    await publish(QuoteDraft("Lanterns out!"))
    await choose("film, canon")

    assert (await member("/quote id:s1")).text.startswith("Nothing found")


async def test_unchanged_choice_is_not_logged(choose: Ask, simulator: Simulator) -> None:
    await choose("#lore")
    panel = await choose("Answers public by default")

    assert panel.text.endswith("Nothing was changed: it is set like this already.")
    assert len(logged(simulator)) == 1


async def test_author_is_told_when_server_lore_is_not_shown(choose: Ask, curate: Ask) -> None:
    await choose("film, canon")
    await curate("/entry add kind:Quote")
    preview = await curate('fill Words="Lanterns out!"')
    published = await curate("press Publish")

    assert "This is how it would look." in preview.text
    for reply in (preview, published):
        assert "this server does not show what was added here. /settings changes" in reply.text
    assert published.buttons == ["History"]


async def test_chosen_role_or_channel_can_be_cleared(
    choose: Ask, lore_bot: LoreBot, guild_id: int, session: SimSession
) -> None:
    await choose("#lore")
    await choose("@Readers")
    for select in ("set:role", "set:log"):
        await clear_select(session, select)

    settings = await lore_bot.services.ledger.settings.of(guild_id)
    assert settings == GuildSettings()


async def clear_select(session: SimSession, custom_id: str) -> None:
    """Clear the choice in a select, which no line of the simulator can express."""
    kind = 6 if custom_id == "set:role" else 8
    data = {"custom_id": custom_id, "component_type": kind, "values": [], "resolved": {}}
    await session.user.act(InteractionKind.COMPONENT, data, next(session.user.seen()))


async def test_everyone_cannot_be_the_curator_role(choose: Ask) -> None:
    assert (await choose("@everyone")).text.startswith("Everybody has that role.")


async def test_panel_explains_how_the_role_gets_to_see_the_commands(choose: Ask) -> None:
    assert "Server Settings → Integrations" in (await choose("@Readers")).text


async def test_every_change_is_logged_with_person_change_and_history_button(
    choose: Ask, curate: Ask, simulator: Simulator
) -> None:
    await choose("#lore")
    await curate("/entry add kind:Quote")
    await curate("fill Words=Lanterns")
    await curate("press Publish")
    await curate("/entry edit s1")
    await curate("fill Words=Quillons")
    await curate("press Publish")
    await curate("/entry remove s1")
    await curate("press Undo")

    heads = [text.splitlines()[0] for text in logged(simulator)]
    assert heads == [
        "@Curator · Settings · Log channel: #lore",
        "@Curator · added · quote “Lanterns” (s1)",
        "@Curator · edited · quote “Quillons” (s1)",
        "@Curator · removed · quote “Quillons” (s1)",
        "@Curator · restored · quote “Quillons” (s1)",
    ]
    last = list(simulator.state.server(1).channels[2].messages.values())[-1]
    assert [button["label"] for button in buttons_of(last.payload)] == ["History"]


async def test_note_is_logged_under_its_entrys_name(
    choose: Ask, curate: Ask, simulator: Simulator
) -> None:
    await choose("#lore")
    for line in ("/entry annotate hulk", "fill Note=Green.", "press Publish"):
        await curate(line)

    assert logged(simulator)[-1].startswith("@Curator · added · Note on Bruce Banner (s1)\nGreen.")


async def test_history_button_of_the_log_answers_only_curators_and_privately(
    choose: Ask, curate: Ask, member: Ask, session: SimSession
) -> None:
    await choose("#lore")
    for line in ("/entry add kind:Quote", "fill Words=Lanterns", "press Publish", "in #lore"):
        await session.play(line)

    assert (await curate("press History")).ephemeral
    assert (await member("press History")).text.startswith("Only curators may do this")


DENIED = {
    Permission.SEND_MESSAGES: "I may not write in the log channel #lore. Allow me Send Messages",
    Permission.VIEW_CHANNEL: "I cannot see the log channel #lore. Allow me View Channel",
}


@pytest.mark.parametrize("denied", DENIED)
async def test_missing_log_permission_is_reported_and_loses_no_change(
    choose: Ask,
    simulator: Simulator,
    publish: Publish,
    session: SimSession,
    last: Last,
    denied: Permission,
) -> None:
    await choose("#lore")
    await publish(QuoteDraft("Lanterns out!"))
    await simulator.deny(simulator.state.server(1).channels[2], denied)
    turn = await session.play("/entry remove s1")

    assert turn.replies[0].text.startswith("Removed: “Lanterns out!” (s1)")
    assert DENIED[denied] in await last()


@pytest.fixture
async def broken_log(choose: Ask, curate: Ask, publish: Publish, simulator: Simulator) -> None:
    """Make a change that could not be logged because the log channel was just deleted."""
    await choose("#lore")
    await publish(QuoteDraft("Lanterns out!"))
    await curate("/entry remove s1")
    lore = simulator.state.server(1).channels[2]
    gone = {"message": "Unknown Channel", "code": 10003}
    simulator.faults.append(Fault(f"POST /channels/{lore.id}/messages", 404, gone))
    await curate("press Undo")


@pytest.mark.usefixtures("broken_log")
async def test_log_problem_is_reported_after_the_next_curator_command(
    session: SimSession, last: Last
) -> None:
    await session.play("/entry queue")

    assert await last() == (
        "To be mended in this server\n⚠ The log channel is gone. Choose another in /settings."
    )


@pytest.mark.usefixtures("broken_log")
async def test_fixed_log_problem_is_no_longer_reported(curate: Ask, last: Last) -> None:
    await curate("/entry remove s1")
    await curate("/entry queue")

    assert await last() == "No suggestions or reports wait."


async def test_log_failure_caused_by_discord_is_reported_as_such(
    choose: Ask, simulator: Simulator, publish: Publish, session: SimSession, last: Last
) -> None:
    await choose("#lore")
    await publish(QuoteDraft("Lanterns out!"))
    lore = simulator.state.server(1).channels[2]
    simulator.faults.append(Fault(f"POST /channels/{lore.id}/messages", disconnect=True, times=9))
    await session.play("/entry remove s1")

    assert "The change itself is kept." in await last()


async def test_settings_that_change_while_being_read_are_read_again(
    lore_bot: LoreBot, simulator: Simulator, guild_id: int
) -> None:
    settings = lore_bot.services.settings
    reading = asyncio.create_task(settings.of(guild_id))
    await asyncio.sleep(0)
    settings.drop(guild_id)
    await reading

    by = Actor(1, 7, simulator.state.clock())
    await lore_bot.services.ledger.settings.change(guild_id, by, private=True)
    assert (await settings.of(guild_id)).private
