"""Answers to interactions that something other than Discord takes."""

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.app import App, build_app
from bot.cli import clock
from bot.core.connection.http import lost
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.faults import Fault
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from tests.waiting import eventually

pytestmark = pytest.mark.thorough

FIRST = "POST /interactions/*/callback"
LATER = "POST /webhooks/*"

HTML = {"Content-Type": "text/html; charset=utf-8"}
LIMITED = {"Via": "1.1 google"}

ANSWERS: dict[str, Any] = {
    "a page to sign in at": {"status": 200, "body": b"<html>Sign in", "headers": HTML},
    "a page under a wrong type": {"status": 200, "body": b"<html>Sign in"},
    "cut off": {"status": 200, "body": b'{"id": "12'},
    "empty": {"status": 200, "body": b""},
    "[]": {"status": 200, "body": []},
    "{}": {"status": 200, "body": {}},
    "a number": {"status": 200, "body": 7},
    "no UTF-8": {"status": 200, "body": b"\xff\xfe"},
    "no UTF-8 in a refusal": {"status": 403, "body": b"\xff\xfe", "headers": HTML},
    "a refusal that is a number": {"status": 400, "body": 7},
    "a refusal with other errors": {"status": 400, "body": {"errors": {"a": [1]}, "code": {}}},
    "a limit that is a page": {"status": 429, "body": b"<html>", "headers": HTML | LIMITED},
    "a limit that is a list": {"status": 429, "body": [], "headers": LIMITED},
    "a limit in words": {"status": 429, "body": {"retry_after": "soon"}, "headers": LIMITED},
    "a limit for ever": {"status": 429, "body": {"retry_after": 1e12}, "headers": LIMITED},
    "a limit into the past": {"status": 429, "body": {"retry_after": -1}, "headers": LIMITED},
}


@pytest.fixture
async def parts(settings: Settings, simulator: Simulator) -> AsyncIterator[App]:
    async with (
        build_app(settings, random.Random(7), clock) as parts,
        online(parts.bot, simulator),
    ):
        yield parts


@pytest.fixture
async def session(parts: App, simulator: Simulator) -> SimSession:
    assert parts.bot.user is not None
    session = SimSession(simulator, Timeouts(first=0.2, more=0.01))
    await session.play("as curator")
    return session


@pytest.fixture
def patient(simulator: Simulator, parts: App) -> SimSession:
    """Return a session that waits for an answer, however busy the machine is."""
    assert parts.bot.user is not None
    return SimSession(simulator, Timeouts(first=20, more=0.01))


def missed_answers(parts: App, why: str) -> bool:
    return f'lorebot_answers_missed_total{{reason="{why}"}} 1.0' in parts.metrics.text().decode()


def unexpected_errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the logged tracebacks that are not about a lost answer."""
    return [
        record.getMessage()
        for record in caplog.records
        if "Traceback" in record.getMessage() or (record.exc_info and not lost(record.exc_info[1]))
    ]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("line", ["/bio ultron", "complete /bio ult"])
async def test_first_answer_taken_by_something_else_is_counted_as_missed(
    parts: App,
    simulator: Simulator,
    session: SimSession,
    patient: SimSession,
    caplog: pytest.LogCaptureFixture,
    line: str,
    answer: str,
) -> None:
    simulator.faults.append(Fault(FIRST, **ANSWERS[answer]))
    await session.play(line)

    await eventually(lambda: missed_answers(parts, "cut off"))
    assert not unexpected_errors(caplog)
    assert (await patient.play("/bio ultron")).replies[0].text.startswith("Ultron\n")
    caplog.clear()


@pytest.mark.parametrize("answer", ANSWERS)
async def test_later_answer_taken_by_something_else_is_counted_as_missed(
    parts: App,
    simulator: Simulator,
    session: SimSession,
    caplog: pytest.LogCaptureFixture,
    answer: str,
) -> None:
    simulator.faults.append(Fault(LATER, **ANSWERS[answer]))
    await session.play("/entry export")

    await eventually(lambda: missed_answers(parts, "cut off"))
    assert not unexpected_errors(caplog)
    caplog.clear()


@pytest.mark.parametrize("line", ["/bio ultron", "complete /bio ult"])
async def test_first_answer_does_not_wait_for_a_rate_limit_longer_than_its_deadline(
    parts: App,
    simulator: Simulator,
    session: SimSession,
    patient: SimSession,
    caplog: pytest.LogCaptureFixture,
    line: str,
) -> None:
    body = {"message": "You are being rate limited.", "retry_after": 86_000, "global": True}
    simulator.faults.append(Fault(FIRST, status=429, body=body, headers=LIMITED))
    await session.play(line)

    await eventually(lambda: missed_answers(parts, "rate limited"))
    assert (await patient.play("/bio ultron")).replies[0].text.startswith("Ultron\n")
    caplog.clear()


async def test_first_answer_waits_for_a_short_rate_limit(
    parts: App, simulator: Simulator, patient: SimSession
) -> None:
    body = {"message": "You are being rate limited.", "retry_after": 0.05, "global": False}
    simulator.faults.append(Fault(FIRST, status=429, body=body, headers=LIMITED))

    assert (await patient.play("/bio ultron")).replies[0].text.startswith("Ultron\n")
    assert not missed_answers(parts, "rate limited")
