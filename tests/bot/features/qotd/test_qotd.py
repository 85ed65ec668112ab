"""`/qotd` as curators set it: when and where it comes, for whom, and that it comes no more."""

import re
from collections.abc import Awaitable, Callable
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cli import clock
from bot.client import LoreBot
from bot.features.curation.entry import FOR_CURATORS
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.reading import buttons_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import QuoteDraft
from lore.ledger.records import Actor
from lore.qotd.timetable import QotdConfig, Timetable

Curate = Callable[..., Awaitable[Reply]]

SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"


async def test_a_new_schedule_is_confirmed_with_its_next_three_dates(curate: Curate) -> None:
    reply = await curate(SET)

    assert "#quotes, every day at 09:00, Europe/Berlin" in reply.text
    assert "within ten minutes" in reply.text
    assert str(reply.body).count(":R>") == 3


async def test_a_schedule_can_be_set_for_chosen_weekdays(curate: Curate) -> None:
    reply = await curate(f"{SET} days:weekends")

    assert "every Saturday and Sunday" in reply.text


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (SET.replace("Europe/Berlin", "Mars/Olympus"), "no time zone “Mars/Olympus”"),
        (SET.replace("09:00", "teatime"), "“teatime” is not a time of day"),
        (SET.replace("09:00", '"9 am EST"'), "the zone is chosen by itself"),
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
async def test_unreadable_options_are_refused(curate: Curate, line: str, refusal: str) -> None:
    assert refusal in (await curate(line)).text
    assert "no quote of the day here." in (await curate("/qotd status")).text


async def test_a_time_and_a_zone_are_read_as_people_write_them(curate: Curate) -> None:
    reply = await curate('/qotd set channel:#quotes time:"9 p.m." zone:"São Paulo"')

    assert "#quotes, every day at 21:00, America/Sao_Paulo" in reply.text


async def test_a_zone_is_completed_with_and_without_accents(curate: Curate) -> None:
    for typed in ("são pau", "Sao Pau"):
        offered = await curate(f"complete /qotd set zone:{typed}")

        assert [choice["value"] for choice in offered.choices] == ["America/Sao_Paulo"]


async def test_a_zone_is_found_by_its_city(curate: Curate) -> None:
    offered = await curate("complete /qotd set zone:new yo")

    assert [choice["value"] for choice in offered.choices] == ["America/New_York"]


async def test_a_city_name_is_enough_to_choose_a_zone(curate: Curate) -> None:
    assert "Europe/Berlin" in (await curate(SET.replace("Europe/Berlin", "berlin"))).text


async def test_a_speaker_is_found_in_any_spelling(curate: Curate) -> None:
    reply = await curate(f"{SET} speaker:tony strak", "/qotd preview")

    assert reply.text.count("Tony Stark") >= 7


async def test_a_completed_speaker_without_an_entry_can_be_chosen(
    curate: Curate, lore_bot: LoreBot, simulator: Simulator
) -> None:
    by = Actor(1, simulator.state.curator.id, simulator.state.clock())
    server = simulator.state.server(1).id
    draft = QuoteDraft("Lanterns out!", speaker="Zed Tester")
    await lore_bot.services.curation.publish(server, draft, by)
    [offered] = (await curate("complete /qotd set speaker:zed")).choices

    reply = await curate(f'{SET} speaker:"{offered["value"]}"', "/qotd status")

    assert "only quotes of Zed Tester" in reply.text
    assert (await curate("/qotd preview")).text.count("Lanterns out!") == 7


CHOSEN = f"{SET} days:weekends role:@Readers tiers:film speaker:tony stark"
SMALL = "Pings @Readers · only Film · only quotes of Tony Stark"


@pytest.mark.parametrize(
    ("change", "summary"),
    [
        ("time:10:30", "In #quotes, every Saturday and Sunday at 10:30, Europe/Berlin."),
        ("zone:Asia/Tokyo", "In #quotes, every Saturday and Sunday at 09:00, Asia/Tokyo."),
        ("channel:#lore", "In #lore, every Saturday and Sunday at 09:00, Europe/Berlin."),
        ("days:monday", "In #quotes, every Monday at 09:00, Europe/Berlin."),
    ],
)
async def test_set_keeps_the_options_that_are_left_out(
    curate: Curate, change: str, summary: str
) -> None:
    await curate(CHOSEN)
    reply = await curate(f"/qotd set {change}")

    assert summary in reply.text
    assert SMALL in reply.text


@pytest.mark.parametrize(
    ("cleared", "rest"),
    [
        ("Ping nobody", "Pings nobody · only Film · only quotes of Tony Stark"),
        ("Quotes of any tier", "Pings @Readers · only quotes of Tony Stark"),
        ("Quotes of any speaker", "Pings @Readers · only Film"),
    ],
)
async def test_the_clear_option_removes_a_choice(curate: Curate, cleared: str, rest: str) -> None:
    await curate(CHOSEN)
    reply = await curate(f"/qotd set clear:{cleared}")

    assert f"{rest}\n" in reply.text
    assert "every Saturday and Sunday" in reply.text


async def test_the_choice_of_weekdays_can_be_cleared(curate: Curate) -> None:
    await curate(CHOSEN)

    assert "every day at 09:00" in (await curate("/qotd set clear:Any day of the week")).text


@pytest.mark.parametrize("left_out", ["channel:#quotes", "time:09:00", "zone:Europe/Berlin"])
async def test_new_schedule_needs_channel_time_and_zone(curate: Curate, left_out: str) -> None:
    reply = await curate(SET.replace(f" {left_out}", ""))

    assert "To begin, say in which channel, at what time" in reply.text


UNDONE = [
    "/qotd off", "/qotd skip", "/qotd queue quote:peace-in-my-time date:tomorrow", "/qotd pause",
    "/qotd pause until:2099-01-01", "/qotd set time:17:00 clear:Ping nobody",
    "/qotd set channel:#lore zone:Asia/Tokyo speaker:ultron",
]  # fmt: skip


@pytest.mark.parametrize("line", UNDONE)
async def test_every_change_can_be_undone(curate: Curate, line: str) -> None:
    await curate(f"{SET} role:@Readers")
    line = line.replace("2099-01-01", f"{clock().date() + timedelta(days=9)}")
    before = [(await curate(asked)).text for asked in ("/qotd status", "/qotd preview")]
    await curate(line, "press Undo")
    after = [(await curate(asked)).text for asked in ("/qotd status", "/qotd preview")]

    # A full hour may have struck in between.
    assert re.sub(r"\(in .*?\)", "", "".join(after)) == re.sub(r"\(in .*?\)", "", "".join(before))


async def test_a_first_schedule_can_be_undone(curate: Curate) -> None:
    await curate(SET)

    assert "There will be no more quotes of the day." in (await curate("press Undo")).text
    assert "no quote of the day here." in (await curate("/qotd status")).text


async def test_a_change_is_not_undone_after_a_later_one(
    curate: Curate, session: SimSession
) -> None:
    await curate(SET)
    await curate("/qotd set time:10:00")
    message = next(session.user.seen())
    await curate("/qotd set time:11:00")
    [button] = [one for one in buttons_of(message.payload) if one["label"] == "Undo"]
    data = {"custom_id": button["custom_id"], "component_type": 2}
    [reply], _ = await session.user.act(InteractionKind.COMPONENT, data, message)

    assert reply.text.startswith("It was changed again since")
    assert "at 11:00" in (await curate("/qotd status")).text


async def test_a_pause_is_confirmed_and_ended(curate: Curate) -> None:
    paused = (await curate(SET, "/qotd pause")).text
    assert paused.startswith("✓ Paused. /qotd resume goes on.")
    assert "Next none: Paused" in paused

    assert (await curate("/qotd resume")).text.startswith("✓ It goes on.")
    assert (await curate("/qotd resume")).text.startswith("✓ It was not paused")


async def test_a_pause_cannot_end_today(curate: Curate) -> None:
    refused = await curate(SET, "/qotd pause until:today")

    assert "A pause ends tomorrow at the earliest" in refused.text


async def test_qotd_off_ends_the_schedule(curate: Curate) -> None:
    assert "no more quotes" in (await curate(SET, "/qotd off")).text
    assert "no quote of the day here." in (await curate("/qotd status")).text


async def test_discord_offers_qotd_only_to_people_who_manage_the_server(lore_bot: LoreBot) -> None:
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
async def test_only_curators_may_use_qotd(
    curate: Curate,
    session: SimSession,
    ask: Callable[[str], Awaitable[Reply]],
    simulator: Simulator,
    line: str,
) -> None:
    simulator.state.overridden.add("qotd")
    await curate(SET)
    await session.play("as asker")

    refused = await ask(line)

    assert refused.ephemeral
    assert "Only curators may do this" in refused.text


async def test_a_zone_abbreviation_is_completed_with_the_places_that_use_it(curate: Curate) -> None:
    offered = (await curate("complete /qotd set zone:est")).choices

    assert offered[0] == {"name": "America/New_York · EST", "value": "America/New_York"}
    assert "EST" not in {choice["value"] for choice in offered}
    named = await curate(f"/qotd set channel:#quotes time:09:00 zone:{offered[0]['name']}")
    assert "at 09:00, America/New_York." in named.text


async def test_a_formerly_allowed_zone_stays_when_the_time_is_changed(
    curate: Curate, lore_bot: LoreBot, simulator: Simulator
) -> None:
    guild = simulator.state.server(1)
    config = QotdConfig(guild.channels[1].id, Timetable(ZoneInfo("EST"), time(9)))
    by = Actor(1, 1, simulator.state.clock())
    await lore_bot.qotd.begin(guild.id, config, by)

    assert "at 10:00, EST." in (await curate("/qotd set time:10:00")).text
