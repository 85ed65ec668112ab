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
def clock_check(times):
    return ClockCheck(times.clock, times.steady, times.ask)


def test_a_clock_that_was_never_compared_is_not_trusted(clock_check):
    assert not clock_check.trusted()


@pytest.mark.parametrize(
    ("date", "trusted"),
    [
        ("Mon, 01 Mar 2027 09:01:59 GMT", True),
        ("Mon, 01 Mar 2027 09:02:01 GMT", False),
        ("Mon, 01 Mar 2027 08:57:59 GMT", False),
        ("Thu, 01 Jan 1970 00:00:00 GMT", False),
    ],
)
def test_a_clock_more_than_two_minutes_off_is_not_trusted(clock_check, date, trusted, caplog):
    clock_check.note_date(date)
    caplog.clear()

    assert clock_check.trusted() is trusted


def test_a_corrected_clock_is_trusted_again(clock_check, caplog):
    clock_check.note_date("Mon, 01 Mar 2027 12:00:00 GMT")
    clock_check.note_date(AT_NINE)
    caplog.clear()

    assert clock_check.trusted()


@pytest.mark.parametrize("date", ["", "soon", "Mon, 01 Mar 2027 12:00:00"])
def test_an_unreadable_date_header_is_ignored(clock_check, date):
    clock_check.note_date(AT_NINE)
    clock_check.note_date(date)

    assert clock_check.trusted()


async def test_discord_is_asked_for_the_time_only_in_doubt(clock_check, times):
    assert await clock_check.check()
    times.pass_by(days=3)

    assert await clock_check.check()
    assert times.asked == 1


@pytest.mark.parametrize("hours", [-27, -1, 1, 3, 27])
async def test_a_clock_that_jumps_is_not_trusted_until_it_is_corrected(
    clock_check, times, hours, caplog
):
    await clock_check.check()
    times.off = timedelta(hours=hours)

    assert not clock_check.trusted()
    assert not await clock_check.check()
    times.off = timedelta()
    assert await clock_check.check()
    caplog.clear()


@pytest.mark.parametrize("seconds", [-90, -6, 6, 90])
async def test_discord_is_asked_once_after_a_small_clock_jump(clock_check, times, seconds, caplog):
    await clock_check.check()
    times.off = timedelta(seconds=seconds)

    assert not clock_check.trusted()
    assert await clock_check.check()
    assert clock_check.trusted()
    assert times.asked == 2
    assert "was set by" in caplog.text


async def test_a_clock_jump_is_noticed_when_the_same_date_is_x(clock_check, times, caplog):
    clock_check.note_date(AT_NINE)
    times.off = timedelta(hours=1)
    clock_check.note_date(AT_NINE)
    assert not clock_check.trusted()
    times.off = timedelta()
    clock_check.note_date(AT_NINE)
    caplog.clear()

    assert clock_check.trusted()


async def test_no_clock_is_trusted_while_discord_does_not_give_the_time(clock_check, times):
    times.answers = False
    assert not await clock_check.check()
    times.answers = True
    assert await clock_check.check()


async def test_discords_time_is_returned_or_none_without_an_answer(clock, monkeypatch):
    async with Simulator(clock) as simulator:
        monkeypatch.setattr(Route, "BASE", simulator.api)
        assert await ask_discord_time() == clock()
        simulator.faults.append(Fault("GET /gateway", disconnect=True, times=2))
        assert await ask_discord_time() is None


async def test_every_rest_answer_is_compared_with_our_clock(clock_check, clock, caplog):
    clock.forward(hours=3)
    session = aiohttp.ClientSession(trace_configs=[rest_trace(clock_check.note_date)])
    async with Simulator(clock) as simulator, session:
        await session.get(simulator.api)

    assert not clock_check.trusted()
    assert "3:00:00 behind" in caplog.text
    caplog.clear()


async def test_an_interactions_answer_is_compared_with_our_clock(lore_bot, session, caplog):
    lore_bot.qotd.clock_check.note_date("Thu, 01 Jan 1970 00:00:00 GMT")
    caplog.clear()
    await session.play("/about")

    assert lore_bot.qotd.clock_check.trusted()
