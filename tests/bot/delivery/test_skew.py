"""A wrong clock is noticed by Discord's."""

from datetime import UTC, datetime

import aiohttp
import pytest

from bot.delivery.skew import Skew
from bot.rehearsal.server import Rehearsal
from bot.rest_trace import rest_trace

NINE = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def skew():
    return Skew(lambda: NINE)


def test_a_clock_is_trusted_until_discord_says_otherwise(skew):
    assert skew.trusted()


@pytest.mark.parametrize(
    ("date", "trusted"),
    [
        ("Mon, 01 Mar 2027 09:01:59 GMT", True),
        ("Mon, 01 Mar 2027 09:02:01 GMT", False),
        ("Mon, 01 Mar 2027 08:57:59 GMT", False),
        ("Thu, 01 Jan 1970 00:00:00 GMT", False),
    ],
)
def test_two_minutes_are_the_limit(skew, date, trusted, caplog):
    skew.hear(date)
    caplog.clear()

    assert skew.trusted() is trusted


def test_a_clock_that_was_set_right_is_trusted_again(skew, caplog):
    skew.hear("Mon, 01 Mar 2027 12:00:00 GMT")
    skew.hear("Mon, 01 Mar 2027 09:00:00 GMT")
    caplog.clear()

    assert skew.trusted()


@pytest.mark.parametrize("date", ["", "soon", "Mon, 01 Mar 2027 12:00:00"])
def test_what_is_no_date_says_nothing(skew, date):
    skew.hear(date)

    assert skew.trusted()


async def test_every_answer_is_heard(skew, clock, caplog):
    session = aiohttp.ClientSession(trace_configs=[rest_trace(skew.hear)])
    async with Rehearsal(clock) as rehearsal, session:
        await session.get(rehearsal.api)

    assert not skew.trusted()
    caplog.clear()


async def test_the_answer_to_an_interaction_is_heard(lore_bot, stage, caplog):
    lore_bot.daily.skew.hear("Thu, 01 Jan 1970 00:00:00 GMT")
    caplog.clear()
    await stage.play("/about")

    assert lore_bot.daily.skew.trusted()
