"""A daily post of entries: in short, each once in a round, nothing of a tier that is not shown."""

from collections.abc import Awaitable, Callable

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.qotd.picking import entry_key
from lore.query.answers import Scope

Curate = Callable[..., Awaitable[Reply]]

SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin what:Entries"
RAINA_TODAY = "/qotd queue quote:Raina date:today"


def posted(simulator: Simulator) -> str:
    """Return what stands in the last message of the channel, as it was sent."""
    *_, message = simulator.state.server(1).channels[1].messages.values()
    return str(message.payload["components"])


async def test_an_entry_is_posted_in_short_with_the_way_to_the_whole(
    curate: Curate, simulator: Simulator
) -> None:
    said = await curate(SET, RAINA_TODAY, "/qotd now")
    post = posted(simulator)

    assert said.text.startswith("Posted today's entry")
    assert "**Entry of the day**" in post
    assert "## Raina" in post
    assert "Clairvoyant Inhuman of Afterlife" in post
    assert "Just as Coulson" not in post


async def test_its_button_shows_everybody_the_whole_entry(
    curate: Curate, session: SimSession, ask: Callable[[str], Awaitable[Reply]]
) -> None:
    await curate(SET.replace("#quotes", "#general"), RAINA_TODAY, "/qotd now")
    await session.play("as asker")
    whole = await ask("press The whole entry")

    assert whole.ephemeral
    assert "Just as Coulson sent off" in whole.text


async def test_a_spoilered_entry_is_behind_bars_with_its_name(
    curate: Curate, simulator: Simulator
) -> None:
    await curate("/settings", "choose Other canon behind spoiler bars")
    await curate(SET, RAINA_TODAY, "/qotd now")

    assert "## ||Raina||" in posted(simulator)
    assert "||**Clairvoyant Inhuman of Afterlife" in posted(simulator)


async def test_each_shown_entry_comes_once_in_a_round(
    curate: Curate, lore_bot: LoreBot, simulator: Simulator
) -> None:
    await curate("/settings", "choose film")
    await curate(SET)
    guild_id = simulator.state.server(1).id
    info = lore_bot.services.library.info
    shown = await lore_bot.services.library.entries(Scope(guild_id, info.chosen({"film"})))
    pool = await lore_bot.qotd.pool(guild_id)
    days = await lore_bot.qotd.plans.preview(guild_id, pool, simulator.state.clock(), len(shown))

    assert {ref.tier for ref in shown} == {"film"}
    chosen = [day.choice.key for day in days if day.choice]
    assert sorted(chosen) == sorted(entry_key(ref.id) for ref in shown)


async def test_a_post_goes_from_quotes_to_entries_and_back(curate: Curate) -> None:
    quotes = (await curate(SET.replace(" what:Entries", " speaker:Ultron"), "/qotd preview")).text
    await curate("/qotd queue quote:peace-in-my-time date:tomorrow")
    entries = (await curate("/qotd set what:Entries", "/qotd preview")).text

    assert "The next entries" in entries
    assert "drawn by lot" in entries
    assert "peace-in-my-time · Film · chosen by a curator" in entries
    assert "any entry that is shown here" in (await curate("/qotd status")).text
    for of_quotes in ("speaker:thor", "picture:True"):
        refused = (await curate(f"/qotd set {of_quotes}")).text
        assert "Only quotes have a speaker or a picture" in refused
    again = (await curate("/qotd set what:Quotes", "/qotd preview")).text
    assert "only quotes of Ultron" in (await curate("/qotd status")).text
    assert quotes.splitlines()[0] == again.splitlines()[0] == "The next quotes"


async def test_a_name_that_means_no_entry_is_not_queued(curate: Curate) -> None:
    refused = await curate(SET, "/qotd queue quote:maximoff date:tomorrow")

    assert (
        "which entry “maximoff” is; this daily post shows entries, no quotes. Close to"
        in refused.text
    )
    assert "chosen by a curator" not in (await curate("/qotd preview")).text


async def test_an_entry_that_the_server_removed_does_not_come(
    curate: Curate, simulator: Simulator
) -> None:
    await curate("/entry add kind:Place", "fill Name=Zorblax City", "press Publish")
    await curate(
        SET, "/qotd queue quote:Zorblax City date:today", "/entry remove entry:s.zorblax-city"
    )
    said = await curate("/qotd now")

    assert said.text.startswith("Posted today's entry")
    assert "Zorblax" not in posted(simulator)
