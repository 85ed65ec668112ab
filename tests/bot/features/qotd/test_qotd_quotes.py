"""`/qotd` as curators choose with it which quotes come: preview, skip, queue."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.cli import clock
from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from lore.qotd.timetable import zone

Curate = Callable[..., Awaitable[Reply]]

DAY = timedelta(days=1)
SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"


def keys(preview: Reply) -> list[str]:
    """Return the ids of the quotes that a preview names, in order."""
    return [line.split(" · ")[0] for line in preview.text.splitlines() if " · drawn" in line]


def quotes(preview: Reply) -> list[str]:
    """Return the words of the quotes that a preview shows, in order."""
    return [line for line in preview.text.splitlines() if line.startswith("“")]


async def test_the_preview_shows_seven_quotes_with_the_reason_for_each(curate: Curate) -> None:
    preview = await curate(SET, "/qotd preview")

    assert len(set(keys(preview))) == 7
    drawn = re.findall(r"` · [A-Z][a-z ]+ · drawn by lot; \d+ others", str(preview.as_json()))
    assert len(drawn) == 7


async def test_a_round_begins_with_quotes_of_the_story_itself(
    curate: Curate, lore_bot: LoreBot, simulator: Simulator
) -> None:
    await curate(SET)
    guild_id = simulator.state.server(1).id
    preview = lore_bot.services.ledger.qotd.plans.preview
    pool = await lore_bot.qotd.pool(guild_id)
    days = await preview(guild_id, pool, clock(), len(pool.fitting))
    chosen = [day.choice.key for day in days if day.choice]
    own = len(chosen) - len(pool.apart)

    assert 0 < own < len({*chosen}) == len(pool.fitting)
    assert {*chosen[own:]} == pool.apart


async def test_all_tiers_come_alike_where_a_server_wants_it_from_its_next_round_on(
    curate: Curate,
) -> None:
    before = keys(await curate(SET, "/qotd preview"))
    alike = await curate("/settings", "choose Quotes: all tiers alike", "/qotd preview")
    await curate("/qotd now")
    begun = keys(await curate("/qotd preview"))
    await curate("/settings", "choose Quotes: the story's own first")
    still = keys(await curate("/qotd preview"))

    assert keys(alike) != before
    assert "Fan fiction" in alike.text
    assert still == begun == keys(alike)[1:] + begun[-1:]


async def test_quotes_of_hidden_tiers_come_in_no_round_and_spoilered_ones_behind_bars(
    curate: Curate,
) -> None:
    await curate(SET, "/settings", "choose canon, fan")
    await curate("/settings", "choose Other canon behind spoiler bars")
    preview = await curate("/qotd preview")
    tiers = [line.split(" · ")[1] for line in preview.text.splitlines() if " · drawn" in line]

    assert {*tiers} == {"Other canon", "Fan fiction"}
    assert tiers == sorted(tiers, reverse=True)
    barred = [key.startswith("[spoiler") for key in keys(preview)]
    assert barred == [tier == "Other canon" for tier in tiers]


async def test_skipping_gives_the_next_day_another_quote(curate: Curate) -> None:
    before = keys(await curate(SET, "/qotd preview"))

    await curate("/qotd skip")
    after = keys(await curate("/qotd preview"))

    assert after[0] == before[1]
    assert after[1] == before[0]


async def test_skipping_shows_the_skipped_quote_and_its_replacement(curate: Curate) -> None:
    first, second, *_ = quotes(await curate(SET, "/qotd preview"))

    said = (await curate("/qotd skip")).text.splitlines()

    assert said[0].startswith("Set aside on ")
    assert said[1] == first
    assert said[2:4] == ["Comes instead", second]


async def test_a_queued_quote_is_posted_on_its_date(curate: Curate) -> None:
    await curate(SET, "/qotd queue quote:peace-in-my-time date:tomorrow")

    preview = await curate("/qotd preview")
    assert "peace-in-my-time · Film · chosen by a curator" in preview.text


async def test_a_quote_can_be_queued_by_its_words(curate: Curate) -> None:
    reply = await curate(SET, "/qotd queue quote:peace in my time date:tomorrow")

    assert "Peace in my time" in reply.text


async def test_each_quote_that_may_be_meant_has_a_queue_button(curate: Curate) -> None:
    choices = await curate(SET, "/qotd queue quote:peace date:tomorrow")
    assert choices.text.startswith("Which of these shall come on ")

    queued = (await curate("press Queue 1")).text

    assert queued.startswith("On ")
    assert "Peace in my time" in queued
    assert "chosen by a curator" in (await curate("/qotd preview")).text


async def test_queue_with_unknown_words_is_not_counted_as_unanswered(
    curate: Curate, lore_bot: LoreBot, simulator: Simulator
) -> None:
    await curate(SET, "/qotd queue quote:qwertyuiop date:tomorrow", f"{SET} speaker:zorblax")

    questions = lore_bot.services.ledger.questions
    assert await questions.unanswered(simulator.state.server(1).id) == ()


async def test_dates_are_completed_in_the_servers_time_zone(curate: Curate) -> None:
    assert (await curate("complete /qotd queue quote:x date:")).choices == []
    await curate(f"{SET} days:mon")
    queue = (await curate("complete /qotd queue quote:x date:")).choices
    pause = (await curate("complete /qotd pause until:")).choices

    assert {choice["name"].split(" · ")[1] for choice in queue} == {"Monday"}
    assert pause[0]["value"] == str(clock().astimezone(zone("Europe/Berlin")).date() + DAY)
