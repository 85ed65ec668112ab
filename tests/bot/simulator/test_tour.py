"""A tour of the toy bot's abilities, judged by Discord's specification."""

from collections.abc import Callable
from typing import Any

from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

TOUR = [
    "/bio tony stark", "press More", "press Remove", "complete /bio x", "/slow", "/suggest",
    "fill Name=a kind=event", "/pick", "choose Two", "message Clint: Hi.", 'menu "Save as quote"',
    "in dm", "/bio Ultron private:true", "press More",
]  # fmt: skip


async def test_every_request_of_the_tour_matches_the_specification(
    session: SimSession, simulator: Simulator, check: Callable[..., list[str]]
) -> None:
    for line in TOUR:
        await session.play(line)
    judged = [(s.path, check(s.method, s.path, s.json)) for s in simulator.requests]
    # discord.py puts "tts": false into every update, which the specification does not know.
    found = [(path, p) for path, problems in judged for p in problems if "/data/tts" not in p]
    assert found == []


async def test_every_answer_of_the_tour_matches_the_specification(
    session: SimSession, simulator: Simulator, check: Callable[..., list[str]]
) -> None:
    for line in TOUR:
        await session.play(line)
    answered = [s for s in simulator.requests if s.status == 200]
    problems = [(s.path, check(s.method, s.path, s.answer, response=True)) for s in answered]
    assert [found for found in problems if found[1]] == []


async def test_every_interaction_is_delivered_once(session: SimSession, bot: Any) -> None:
    for line in TOUR:
        await session.play(line)
    acts = [line for line in TOUR if not line.startswith(("message", "in "))]
    assert len(set(bot.heard)) == len(bot.heard) == len(acts)
