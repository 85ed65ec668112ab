"""Several daily posts in a server: each is set, asked for and turned off by its label."""

import re
from collections.abc import Awaitable, Callable

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.reading import buttons_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

Curate = Callable[..., Awaitable[Reply]]

SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"
ADD = "/qotd add channel:#lore time:18:00 zone:Europe/Berlin"
QUOTES, LORE = '"#quotes · 09:00"', '"#lore · 18:00"'


@pytest.fixture
async def both(curate: Curate) -> None:
    await curate(SET, ADD)


def undated(reply: Reply) -> str:
    """Return a page without when posts come next, as their hour may pass meanwhile."""
    return re.sub(r"Next \w{3} \d.*", "Next", reply.text)


def posts(simulator: Simulator, channel: int) -> int:
    return len(simulator.state.server(1).channels[channel].messages)


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    "line",
    [
        "/qotd set time:10:00",
        *("/qotd status", "/qotd preview", "/qotd skip", "/qotd pause", "/qotd resume"),
        *("/qotd off", "/qotd now", "/qotd history"),
        "/qotd queue quote:peace-in-my-time date:tomorrow",
    ],
)
async def test_with_several_posts_a_command_asks_which_one_is_meant(
    curate: Curate, line: str
) -> None:
    before = undated(await curate("/qotd list"))
    asked = (await curate(line)).text
    elsewhere = (await curate(f'{line} post:"#general · 07:00"')).text

    assert "There are: #quotes · 09:00 and #lore · 18:00." in asked
    assert "No single daily post here is called “#general · 07:00”." in elsewhere
    assert undated(await curate("/qotd list")) == before


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("typed", ["#lore · 18:00", "LORE 18:00", "#lore", "18:00", "lore - 18:00"])
async def test_a_post_is_found_by_its_label_or_a_part_of_it(curate: Curate, typed: str) -> None:
    assert "In #lore, every day at 18:00" in (await curate(f'/qotd status post:"{typed}"')).text


@pytest.mark.usefixtures("both")
async def test_a_number_alone_is_no_part_of_a_time(curate: Curate) -> None:
    # "1" is the first post to whoever types it, and stands in the time of the second.
    assert "No single daily post here is called “1”." in (await curate("/qotd off post:1")).text


@pytest.mark.usefixtures("both")
async def test_the_labels_are_completed_and_others_dates_are_not(curate: Curate) -> None:
    offered = (await curate("complete /qotd status post:")).choices
    narrowed = (await curate("complete /qotd status post:18")).choices
    await curate(f"/qotd set days:mon post:{LORE}")
    days = (await curate(f"complete /qotd queue quote:x post:{LORE} date:")).choices

    assert [choice["value"] for choice in offered] == ["#quotes · 09:00", "#lore · 18:00"]
    assert [choice["value"] for choice in narrowed] == ["#lore · 18:00"]
    assert {choice["name"].split(" · ")[1] for choice in days} == {"Monday"}


@pytest.mark.usefixtures("both")
async def test_each_post_is_changed_paused_and_turned_off_alone(curate: Curate) -> None:
    await curate(f"/qotd set time:19:00 role:@Readers post:{LORE}", f"/qotd pause post:{QUOTES}")
    listed = (await curate("/qotd list")).text

    assert "In #quotes, every day at 09:00, Europe/Berlin.\nPings nobody" in listed
    assert "Next none: Paused." in listed
    assert "In #lore, every day at 19:00, Europe/Berlin.\nPings @Readers" in listed
    off = (await curate(f"/qotd off post:{QUOTES}")).text
    assert "shows the others" in off
    assert "In #lore" in (await curate("/qotd status")).text


@pytest.mark.usefixtures("both")
async def test_a_post_that_was_turned_off_or_added_is_undone(curate: Curate) -> None:
    listed = (await curate("/qotd list")).text
    await curate(f"/qotd off post:{LORE}", "press Undo")
    assert (await curate("/qotd list")).text == listed

    await curate(ADD.replace("18", "20"))
    assert "shows the others" in (await curate("press Undo")).text
    assert (await curate("/qotd list")).text == listed


@pytest.mark.usefixtures("both")
async def test_both_post_on_one_day_and_neither_twice(curate: Curate, simulator: Simulator) -> None:
    for post in (QUOTES, LORE, LORE, QUOTES):
        reply = await curate(f"/qotd now post:{post}")

    assert "posted already" in reply.text
    assert (posts(simulator, 1), posts(simulator, 2)) == (1, 1)
    history = (await curate(f"/qotd history post:{LORE}")).text
    assert history.count("posted") == 1


async def test_a_server_has_four_posts_and_no_fifth(curate: Curate) -> None:
    for hour in (9, 10, 11, 12):
        await curate(ADD.replace("18", f"{hour:02}"))

    assert "has 4 daily posts at most" in (await curate(ADD)).text
    assert "/qotd off makes room" in (await curate("/qotd list")).text


async def test_posts_of_one_channel_and_time_are_told_apart_and_warned_of(curate: Curate) -> None:
    warned = (await curate(ADD, ADD)).text
    offered = (await curate("complete /qotd off post:")).choices

    assert "Another daily post comes into this channel at this time" in warned
    assert [choice["value"] for choice in offered] == [
        "#lore · 18:00 · no. 1", "#lore · 18:00 · no. 2"
    ]  # fmt: skip
    assert "turned off" not in (await curate('/qotd off post:"#lore · 18:00"')).text
    assert "shows the others" in (await curate('/qotd off post:"#lore · 18:00 · no. 2"')).text


@pytest.mark.usefixtures("both")
async def test_posts_of_another_server_are_neither_named_nor_changed(curate: Curate) -> None:
    other = await curate("in server 2", f"/qotd off post:{LORE}")
    assert "There is no quote of the day here." in other.text
    assert (await curate("complete /qotd off post:")).choices == []

    assert "In #lore" in (await curate("in server 1", "/qotd list")).text


@pytest.mark.usefixtures("both")
async def test_a_button_queues_for_its_post_and_says_when_that_is_off(
    curate: Curate, session: SimSession
) -> None:
    line = f"/qotd queue quote:peace date:tomorrow post:{LORE}"
    assert "18:00" in (await curate(line, "press Queue 1")).text

    await curate(line)
    message = next(session.user.seen())
    [button] = [one for one in buttons_of(message.payload) if one["label"] == "Queue 1"]
    await curate(f"/qotd off post:{LORE}")
    data = {"custom_id": button["custom_id"], "component_type": 2}
    [reply], _ = await session.user.act(InteractionKind.COMPONENT, data, message)
    assert reply.text.startswith("This daily post has been turned off meanwhile")


@pytest.mark.usefixtures("both")
async def test_a_problem_of_one_post_stays_until_that_post_succeeds(
    curate: Curate, lore_bot: LoreBot, simulator: Simulator
) -> None:
    guild_id = simulator.state.server(1).id
    problems = lore_bot.services.ledger.problems
    for code in ("qotd: no send", "qotd 2: no view"):
        await problems.report(guild_id, code, 7, simulator.state.clock())

    await curate(f"/qotd now post:{QUOTES}")
    assert [one.code for one in await problems.of(guild_id)] == ["qotd 2: no view"]
    await curate(f"/qotd off post:{LORE}")
    assert await problems.of(guild_id) == ()


@pytest.mark.parametrize(
    ("what", "one", "several"), [("Quotes", "quote", "quotes"), ("Entries", "entry", "entries")]
)
async def test_a_post_that_nothing_fits_says_so_in_its_own_words_wherever_it_is_asked_for(
    curate: Curate, simulator: Simulator, what: str, one: str, several: str
) -> None:
    await curate("/settings", "choose #lore")
    await curate(f"{SET} what:{what}", "/settings", "choose Added by this server")
    now = (await curate("/qotd now")).text
    told = [(await curate(f"/qotd {page}")).text for page in ("status", "list", "history")]

    assert now.startswith(f"I could not post today's {one}.")
    for said in (now, *told):
        assert f"No {one} fits." in said
    assert "/entry list hidden:True" in told[1]
    assert told[2].startswith(f"The last {several}")
    assert f"No {one} fits\n" in (await curate("/qotd preview")).text
    assert posts(simulator, 1) == 0
    *_, logged = simulator.state.server(1).channels[2].messages.values()
    assert f"asked for at once. No {one} fits." in str(logged.payload)


@pytest.mark.usefixtures("both")
async def test_the_history_of_a_post_that_was_turned_off_is_still_there(curate: Curate) -> None:
    await curate(f"/qotd now post:{LORE}")
    before = (await curate(f"/qotd history post:{LORE}")).text
    await curate(f"/qotd off post:{LORE}")
    offered = (await curate("complete /qotd history post:off")).choices

    assert [choice["value"] for choice in offered] == ["#lore · off · no. 2"]
    after = (await curate(f'/qotd history post:"{offered[0]["value"]}"')).text
    assert after.splitlines()[:2] == before.splitlines()[:2]
    assert "No quote has been due" in (await curate("/qotd history")).text
    assert "off" not in str((await curate("complete /qotd status post:")).choices)
    await curate("/qotd off")
    assert (await curate("/qotd history")).text == after
