"""`/qotd` as curators use it."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.__main__ import clock
from bot.client import LoreBot
from bot.commands.curating.entry import FOR_CURATORS
from bot.rehearsal.permissions import Permission
from bot.rehearsal.server import Rehearsal
from bot.rehearsal.stage import Stage
from bot.rehearsal.turns import Turn
from lore.daily.timetable import zone
from lore.ledger.drafts import QuoteDraft
from lore.ledger.records import By

DAY = timedelta(days=1)
SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"


async def asked(stage: Stage, *lines: str) -> Turn:
    """Play the lines as a curator; the last one's turn."""
    await stage.play("as curator")
    for line in lines:
        turn = await stage.play(line)
    return turn


def text(turn: Turn) -> str:
    """The answer; what is to be mended is told after it."""
    reply, *others = [reply for reply in turn.replies if reply.channel is None]
    assert reply.ephemeral
    assert all(other.text.startswith("To be mended") for other in others)
    return reply.text


def keys(turn: Turn) -> list[str]:
    """The ids of the quotes that a preview names, in order."""
    return [line.split(" · ")[0] for line in text(turn).splitlines() if " · drawn" in line]


def quotes(turn: Turn) -> list[str]:
    """The words of the quotes that a preview shows, in order."""
    return [line for line in text(turn).splitlines() if line.startswith("“")]


async def test_a_new_schedule_is_said_back_with_its_next_three_dates(stage: Stage) -> None:
    turn = await asked(stage, SET)

    assert "#quotes, every day at 09:00, Europe/Berlin" in text(turn)
    assert "within ten minutes" in text(turn)
    assert str(turn.replies[0].body).count(":R>") == 3


async def test_days_of_the_week_are_kept(stage: Stage) -> None:
    turn = await asked(stage, f"{SET} days:weekends")

    assert "every Saturday and Sunday" in text(turn)


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (SET.replace("Europe/Berlin", "Mars/Olympus"), "no time zone “Mars/Olympus”"),
        (SET.replace("09:00", "noon"), "“noon” is not a time of day"),
        (f"{SET} days:someday", "“someday” are not days"),
        (f"{SET} tiers:legends", "“legends” are not tiers"),
        (f"{SET} speaker:qwertyuiop", "It is not clear who is meant by “qwertyuiop”"),
        (f"{SET} speaker:Maximoff", "Close to it: "),
        (f"{SET} speaker:jarvis", "J.A.R.V.I.S. has an entry but is quoted nowhere here"),
        (f"{SET} speaker:raina tiers:film", "No quote fits that"),
        (f"{SET} tiers:server", "No quote fits that"),
        (f"{SET} role:@everyone", "I do not ping everyone"),
        (SET.replace("Europe/Berlin", "GMT+2"), "does not tell when the clocks change"),
    ],
)
async def test_what_cannot_be_understood_is_refused(stage: Stage, line: str, refusal: str) -> None:
    assert refusal in text(await asked(stage, line))
    assert "no quote of the day here." in text(await asked(stage, "/qotd status"))


async def test_a_zone_is_found_by_its_city(stage: Stage) -> None:
    turn = await asked(stage, "complete /qotd set zone:new yo")

    assert [choice["value"] for choice in turn.replies[0].choices] == ["America/New_York"]


async def test_a_city_alone_is_enough_of_a_zone(stage: Stage) -> None:
    assert "Europe/Berlin" in text(await asked(stage, SET.replace("Europe/Berlin", "berlin")))


async def test_a_speaker_is_found_however_spelt(stage: Stage) -> None:
    turn = await asked(stage, f"{SET} speaker:tony strak", "/qotd preview")

    assert text(turn).count("Tony Stark") >= 7


async def test_a_speaker_without_an_entry_is_taken_as_they_are_offered(
    stage: Stage, lore_bot: LoreBot, rehearsal: Rehearsal
) -> None:
    by = By(1, rehearsal.world.curator.id, rehearsal.world.clock())
    server = rehearsal.world.server(1).id
    draft = QuoteDraft("Lanterns out!", speaker="Zed Tester")
    await lore_bot.office.curation.publish(server, draft, by)
    turn = await asked(stage, "complete /qotd set speaker:zed")
    [offered] = turn.replies[0].choices

    turn = await asked(stage, f'{SET} speaker:"{offered["value"]}"', "/qotd status")

    assert "only quotes of Zed Tester" in text(turn)
    assert text(await asked(stage, "/qotd preview")).count("Lanterns out!") == 7


async def test_the_preview_shows_seven_quotes_and_why(stage: Stage) -> None:
    turn = await asked(stage, SET, "/qotd preview")

    assert len(set(keys(turn))) == 7
    assert len(re.findall(r"` · [A-Z][a-z ]+ · drawn by lot; \d+ others", str(turn.as_json()))) == 7


async def test_skipping_gives_the_next_day_another_quote(stage: Stage) -> None:
    before = keys(await asked(stage, SET, "/qotd preview"))

    await asked(stage, "/qotd skip")
    after = keys(await asked(stage, "/qotd preview"))

    assert after[0] == before[1]
    assert after[1] == before[0]


async def test_skipping_says_what_is_set_aside_and_what_comes_instead(stage: Stage) -> None:
    first, second, *_ = quotes(await asked(stage, SET, "/qotd preview"))

    said = text(await asked(stage, "/qotd skip")).splitlines()

    assert said[0].startswith("Set aside on ")
    assert said[1] == first
    assert said[2:4] == ["Comes instead", second]


async def test_a_queued_quote_comes_on_its_date(stage: Stage) -> None:
    await asked(stage, SET, "/qotd queue quote:peace-in-my-time date:tomorrow")

    assert "peace-in-my-time · Film · chosen by a curator" in text(
        await asked(stage, "/qotd preview")
    )


async def test_a_quote_is_queued_by_its_words(stage: Stage) -> None:
    turn = await asked(stage, SET, "/qotd queue quote:peace in my time date:tomorrow")

    assert "Peace in my time" in text(turn)


async def test_a_pause_is_said_back_and_ended(stage: Stage) -> None:
    paused = text(await asked(stage, SET, "/qotd pause"))
    assert paused.startswith("✓ Paused. /qotd resume goes on.")
    assert "Next none: Paused" in paused

    assert text(await asked(stage, "/qotd resume")).startswith("✓ It goes on.")
    assert text(await asked(stage, "/qotd resume")).startswith("✓ It was not paused")


async def test_a_pause_ends_on_a_later_date(stage: Stage) -> None:
    refused = await asked(stage, SET, "/qotd pause until:today")

    assert "A pause ends tomorrow at the earliest" in text(refused)


async def test_set_without_what_was_set_before_says_what_is_dropped(stage: Stage) -> None:
    kept = text(await asked(stage, f"{SET} tiers:film speaker:tony stark"))

    assert "Pings nobody · only Film · only quotes of Tony Stark" in kept
    assert "No longer kept: the choice of tiers" in text(await asked(stage, SET))


async def test_the_quotes_that_may_be_meant_are_queued_by_their_buttons(stage: Stage) -> None:
    await asked(stage, SET)
    choices = await asked(stage, "/qotd queue quote:peace date:tomorrow")
    assert text(choices).startswith("Which of these shall come on ")

    queued = text(await asked(stage, "press Queue 1"))

    assert queued.startswith("On ")
    assert "Peace in my time" in queued
    assert "chosen by a curator" in text(await asked(stage, "/qotd preview"))


async def test_what_is_not_understood_is_no_question_asked_in_vain(
    stage: Stage, lore_bot: LoreBot, rehearsal: Rehearsal
) -> None:
    await asked(stage, SET, "/qotd queue quote:qwertyuiop date:tomorrow", f"{SET} speaker:zorblax")

    questions = lore_bot.office.ledger.questions
    assert await questions.unanswered(rehearsal.world.server(1).id) == ()


async def test_the_dates_that_are_offered_are_those_of_the_server(stage: Stage) -> None:
    assert (await asked(stage, "complete /qotd queue quote:x date:")).replies[0].choices == []
    await asked(stage, f"{SET} days:mon")
    queue = (await asked(stage, "complete /qotd queue quote:x date:")).replies[0].choices
    pause = (await asked(stage, "complete /qotd pause until:")).replies[0].choices

    assert {choice["name"].split(" · ")[1] for choice in queue} == {"Monday"}
    assert pause[0]["value"] == str(clock().astimezone(zone("Europe/Berlin")).date() + DAY)


async def test_turned_off_there_is_none(stage: Stage) -> None:
    assert "no more quotes" in text(await asked(stage, SET, "/qotd off"))
    assert "no quote of the day here." in text(await asked(stage, "/qotd status"))


async def posted(stage: Stage, rehearsal: Rehearsal) -> list[str]:
    """What stands in the one post of today's."""
    await asked(stage, SET, "/qotd queue quote:peace-in-my-time date:today", "/qotd now")
    [message] = rehearsal.world.server(1).channels[1].messages.values()
    [box, row] = message.payload["components"]
    return [part["content"] for part in box["components"]] + [
        button["label"] for button in row["components"]
    ]


async def test_the_post_has_the_quote_its_speakers_occasion_tier_source_and_buttons(
    stage: Stage, rehearsal: Rehearsal
) -> None:
    shown = await posted(stage, rehearsal)

    assert shown[0] == "## Quote of the day"
    assert "Peace in my time." in shown[1]
    assert "Film" in "".join(shown)
    assert "Ultron Offensive" in "".join(shown)
    assert shown[-3:] == ["Ultron", "Natasha Romanoff", "Attack on Avengers Tower"]


async def test_the_posts_buttons_answer_whoever_presses_them(stage: Stage) -> None:
    here = SET.replace("#quotes", "#general")
    await asked(stage, here, "/qotd queue quote:peace-in-my-time date:today", "/qotd now")
    await stage.play("as asker")

    assert text(await stage.play("press Ultron")).startswith("Ultron")
    assert text(await stage.play("press Attack on Avengers Tower")).startswith("Attack on")


async def test_now_posts_once(stage: Stage, rehearsal: Rehearsal) -> None:
    first = await asked(stage, SET, "/qotd now")
    again = await asked(stage, "/qotd now")

    assert text(first).startswith("Posted today's quote")
    assert "posted already, so I posted no second one" in text(again)
    assert len(rehearsal.world.server(1).channels[1].messages) == 1


async def test_what_keeps_it_from_being_posted_is_told_with_the_fix(
    stage: Stage, rehearsal: Rehearsal, lore_bot: LoreBot
) -> None:
    channel = rehearsal.world.server(1).channels[1]
    heard = asyncio.ensure_future(lore_bot.wait_for("guild_channel_update", timeout=10))
    await asyncio.sleep(0)
    await rehearsal.deny(channel, Permission.SEND_MESSAGES)
    await heard

    assert "Allow me Send Messages" in text(await asked(stage, SET))
    assert "not posted" in text(await asked(stage, "/qotd now"))
    assert "Allow me Send Messages" in text(await asked(stage, "/qotd status"))


async def test_the_history_tells_what_became_of_each_day(stage: Stage) -> None:
    assert "No quote has been due" in text(await asked(stage, "/qotd history"))
    assert "**posted**" in str((await asked(stage, SET, "/qotd now", "/qotd history")).as_json())


async def test_discord_offers_it_to_those_alone_who_manage_the_server(lore_bot: LoreBot) -> None:
    command = lore_bot.tree.get_command("qotd")

    assert command is not None
    assert command.default_permissions == FOR_CURATORS


@pytest.mark.parametrize(
    "line",
    [
        SET,
        "/qotd status",
        "/qotd preview",
        "/qotd skip",
        "/qotd queue quote:peace-in-my-time date:today",
        "/qotd pause",
        "/qotd resume",
        "/qotd off",
        "/qotd now",
        "/qotd history",
    ],
)
async def test_only_curators_may(stage: Stage, rehearsal: Rehearsal, line: str) -> None:
    rehearsal.world.overridden.add("qotd")
    await asked(stage, SET)
    await stage.play("as asker")

    assert "Only curators may do this" in text(await stage.play(line))
