"""Questions that a server's own texts come near to."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.session import SimSession

Ask = Callable[[str], Awaitable[Reply]]

pytestmark = pytest.mark.usefixtures("own")

TEXT = "Mara is ||the traitor of the harbour||, a **duelist** who holds the bridge."


async def add(curate: Ask, kind: str, name: str, text: str) -> None:
    await curate(f"/entry add kind:{kind}")
    await curate(f"fill Name={name} Text={text}")
    assert "Published" in (await curate("press Publish")).text


@pytest.fixture
async def own(curate: Ask) -> None:
    await add(curate, "Character", "Mara Voss", TEXT)
    await add(curate, "Event", "The Siege", "Nobody knows who began it.")


@pytest.mark.parametrize("asked", ["/lore name", "/bio name", "/search words"])
async def test_what_a_server_tells_comes_near_to_a_question(member: Ask, asked: str) -> None:
    command, _, option = asked.partition(" ")

    near = await member(f'{command} {option}:"who holds the bridge of the harbour"')

    assert near.ephemeral
    assert near.text.startswith("Closest passages")
    # Its markup has effect, and what is behind bars stays there.
    shown = "Mara is [spoiler: the traitor of the harbour], a duelist who holds the bridge."
    assert shown in " ".join(near.text.split())
    assert "Mara Voss (s.mara-voss) · Added by this server" in near.text
    assert near.buttons[0] == "Mara Voss (s.mara-voss)"


async def test_what_the_story_tells_of_others_is_not_near_to_a_question_about_own_lore(
    member: Ask,
) -> None:
    near = await member('/lore name:"where does mara voss live"')

    assert "Sokovia" not in near.text
    assert near.buttons == ["Mara Voss (s.mara-voss)"]


async def test_what_happened_at_an_own_event_shows_it(member: Ask) -> None:
    assert (await member('/lore name:"what happened at the siege"')).text.startswith("The Siege")


async def test_another_server_reads_nothing_of_it(session: SimSession, member: Ask) -> None:
    await session.play("in server 2")

    assert (
        "a duelist" not in (await member('/lore name:"who holds the bridge of the harbour"')).text
    )
