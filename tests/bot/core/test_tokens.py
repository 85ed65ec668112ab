import pytest

from bot.cli import clock
from bot.core.tokens import application_of
from bot.simulator import server
from bot.simulator.state import SimState

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"


def test_a_token_tells_its_application() -> None:
    assert application_of(TOKEN) == 123456789012345678


@pytest.mark.parametrize(
    "text",
    ["", "rehearsal", TOKEN + " ", TOKEN[:30], f"Bot {TOKEN}", "____" + TOKEN[4:], "é" + TOKEN],
)
def test_what_is_no_token_tells_none(text: str) -> None:
    assert application_of(text) is None


def test_the_rehearsals_token_is_that_of_its_bot() -> None:
    bot = SimState(clock, 1, "Bot").bot
    assert application_of(server.TOKEN) == bot.id
