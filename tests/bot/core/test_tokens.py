"""Bot tokens, and the application id in them."""

import pytest

from bot.cli import clock
from bot.core.tokens import application_of
from bot.simulator import server
from bot.simulator.state import SimState

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"


def test_token_contains_its_application_id() -> None:
    assert application_of(TOKEN) == 123456789012345678


@pytest.mark.parametrize(
    "text",
    ["", "rehearsal", TOKEN + " ", TOKEN[:30], f"Bot {TOKEN}", "____" + TOKEN[4:], "é" + TOKEN],
)
def test_malformed_token_contains_no_application_id(text: str) -> None:
    assert application_of(text) is None


def test_simulator_token_belongs_to_its_bot() -> None:
    bot = SimState(clock, 1, "Bot").bot
    assert application_of(server.TOKEN) == bot.id
