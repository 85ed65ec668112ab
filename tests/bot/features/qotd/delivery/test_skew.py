"""A wrong clock is noticed by Discord's, and a clock that was set by one that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from discord.http import Route

from bot.core.connection.clock_check import ClockCheck, ask_discord_time
from bot.core.connection.rest_trace import rest_trace
from bot.simulator.faults import Fault
from bot.simulator.server import Simulator

NINE = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
AT_NINE = "Mon, 01 Mar 2027 09:00:00 GMT"


@dataclass
class Times:
    """The true time, how far our clock is off, and how often Discord was asked."""

    true: datetime = NINE
    off: timedelta = timedelta()
    asked: int = 0
    answers: bool = True

    def clock(self) -> datetime:
        return self.true + self.off

    def steady(self) -> float:
        return (self.true - NINE).total_seconds()

    async def ask(self) -> datetime | None:
        self.asked += 1
        return self.true if self.answers else None

    def pass_by(self, **span: float) -> None:
        self.true += timedelta(**span)


@pytest.fixture
def times():
    return Times()


@pytest.fixture
def skew(times):
    return ClockCheck(times.clock, times.steady, times.ask)


def test_a_clock_that_was_never_compared_is_not_trusted(skew):
    assert not skew.trusted()


@pytest.mark.parametrize(
    ("date", "trusted"),
    [
        ("Mon, 01 Mar 2027 09:01:59 GMT", True),
        ("Mon, 01 Mar 2027 09:02:01 GMT", False),
        ("Mon, 01 Mar 2027 08:57:59 GMT", False),
        ("Thu, 01 Jan 1970 00:00:00 GMT", False),
    ],
)
def test_a_clock_more_than_two_minutes_off_is_not_trusted(skew, date, trusted, caplog):
    skew.hear(date)
    caplog.clear()

    assert skew.trusted() is trusted


def test_a_corrected_clock_is_trusted_again(skew, caplog):
    skew.hear("Mon, 01 Mar 2027 12:00:00 GMT")
    skew.hear(AT_NINE)
    caplog.clear()

    assert skew.trusted()


@pytest.mark.parametrize("date", ["", "soon", "Mon, 01 Mar 2027 12:00:00"])
def test_an_unreadable_date_header_is_ignored(skew, date):
    skew.hear(AT_NINE)
    skew.hear(date)

    assert skew.trusted()


async def test_discord_is_asked_for_the_time_only_in_doubt(skew, times):
    assert await skew.check()
    times.pass_by(days=3)

    assert await skew.check()
    assert times.asked == 1


@pytest.mark.parametrize("hours", [-27, -1, 1, 3, 27])
async def test_a_clock_that_jumps_is_not_trusted_until_it_is_corrected(skew, times, hours, caplog):
    await skew.check()
    times.off = timedelta(hours=hours)

    assert not skew.trusted()
    assert not await skew.check()
    times.off = timedelta()
    assert await skew.check()
    caplog.clear()


@pytest.mark.parametrize("seconds", [-90, -6, 6, 90])
async def test_discord_is_asked_once_after_a_small_clock_jump(skew, times, seconds, caplog):
    await skew.check()
    times.off = timedelta(seconds=seconds)

    assert not skew.trusted()
    assert await skew.check()
    assert skew.trusted()
    assert times.asked == 2
    assert "was set by" in caplog.text


async def test_a_clock_jump_is_noticed_when_the_same_date_is_heard_twice(skew, times, caplog):
    skew.hear(AT_NINE)
    times.off = timedelta(hours=1)
    skew.hear(AT_NINE)
    assert not skew.trusted()
    times.off = timedelta()
    skew.hear(AT_NINE)
    caplog.clear()

    assert skew.trusted()


async def test_no_clock_is_trusted_while_discord_does_not_give_the_time(skew, times):
    times.answers = False
    assert not await skew.check()
    times.answers = True
    assert await skew.check()


async def test_discords_time_is_returned_or_none_without_an_answer(clock, monkeypatch):
    async with Simulator(clock) as simulator:
        monkeypatch.setattr(Route, "BASE", simulator.api)
        assert await ask_discord_time() == clock()
        simulator.faults.append(Fault("GET /gateway", disconnect=True, times=2))
        assert await ask_discord_time() is None


async def test_every_rest_answer_is_compared_with_our_clock(skew, clock, caplog):
    clock.forward(hours=3)
    session = aiohttp.ClientSession(trace_configs=[rest_trace(skew.hear)])
    async with Simulator(clock) as simulator, session:
        await session.get(simulator.api)

    assert not skew.trusted()
    assert "3:00:00 behind" in caplog.text
    caplog.clear()


async def test_an_interactions_answer_is_compared_with_our_clock(lore_bot, session, caplog):
    lore_bot.qotd.skew.hear("Thu, 01 Jan 1970 00:00:00 GMT")
    caplog.clear()
    await session.play("/about")

    assert lore_bot.qotd.skew.trusted()
