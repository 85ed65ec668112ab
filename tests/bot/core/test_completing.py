"""The choices offered while a name is typed, against the simulator."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply

Ask = Callable[[str], Awaitable[Reply]]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("a", "The Avengers · faction"),
        ("avengers", "The Avengers · faction"),
        ("iron", "Iron Man → Tony Stark · character"),
        ("kl", "Ulysses Klaue · character"),
        ("the v", "Vision · character"),
        ("w", "Wanda Maximoff · character"),
    ],
)
async def test_completion_offers_the_likeliest_match_first(
    ask: Ask, typed: str, first: str
) -> None:
    assert (await ask(f"complete /lore {typed}")).choices[0]["name"] == first
