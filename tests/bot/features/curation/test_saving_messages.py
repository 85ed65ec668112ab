"""“Save as quote” finds the words of every kind of message, and whose they are."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

pytestmark = pytest.mark.thorough

Ask = Callable[[str], Awaitable[Reply]]
Save = Callable[..., Awaitable[Reply]]

# The types of messages that hold what somebody wrote.
WRITTEN = {0, 19, 20, 23}
WHEN = "2026-11-29T12:00:00+00:00"


def snapshot(content: str = "", **rest: Any) -> dict[str, Any]:
    """A message as it is when it is forwarded."""
    empty = {"attachments": [], "embeds": [], "edited_timestamp": None, "flags": 0}
    return {"type": 0, "content": content, "timestamp": WHEN, **empty, **rest}


@pytest.fixture
def save(curate: Ask, session: SimSession) -> Save:
    """Saves a message of Clint's that is as Discord sends it otherwise."""

    async def save(content: str = "", **otherwise: Any) -> Reply:
        await session.play("message Clint: Hello.")
        next(session.user.seen()).payload.update(content=content, **otherwise)
        return await curate('menu "Save as quote"')

    return save


def filled(form: Reply) -> list[str | None]:
    """The words and the speaker with which a form opens."""
    return [part["component"].get("value") for part in form.shown["components"]][:2]


async def test_a_forwarded_message_is_quoted_without_a_speaker(save: Save) -> None:
    form = await save(message_snapshots=[{"message": snapshot("We have an army.")}])

    assert filled(form) == ["We have an army.", None]


async def test_a_forwarded_embed_is_quoted(save: Save) -> None:
    embed = {"type": "rich", "description": "We have a Hulk."}
    form = await save(message_snapshots=[{"message": snapshot(embeds=[embed])}])

    assert filled(form) == ["We have a Hulk.", None]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"embeds": [{"type": "image"}, {"type": "rich", "description": "On your left."}]},
        {"embeds": [{"type": "rich", "title": "On your left."}]},
        {"embeds": [{"type": "rich", "author": {"name": "On your left."}}]},
        {"embeds": [{"type": "rich", "footer": {"text": "On your left."}}]},
        {"components": [{"type": 17, "components": [{"type": 10, "content": "On your left."}]}]},
        {
            "poll": {
                "question": {"text": "On your left."},
                "answers": [],
                "expiry": WHEN,
                "allow_multiselect": False,
                "layout_type": 1,
            }
        },
    ],
    ids=["description", "title", "author", "footer", "components", "poll"],
)
async def test_words_are_found_outside_the_content(save: Save, otherwise: dict[str, Any]) -> None:
    assert filled(await save(**otherwise)) == ["On your left.", "Clint"]


async def test_the_fields_of_an_embed_without_other_words_are_quoted(save: Save) -> None:
    fields = [{"name": "Ultron", "value": "I had strings."}, {"name": "Thor", "value": "No."}]
    form = await save(embeds=[{"type": "rich", "fields": fields}])

    assert filled(form) == ["Ultron: I had strings.\nThor: No.", "Clint"]


async def test_what_was_written_goes_before_the_preview_of_its_link(save: Save) -> None:
    form = await save("Look!", embeds=[{"type": "article", "description": "A page."}])

    assert filled(form)[0] == "Look!"


async def test_the_message_that_a_thread_began_with_is_quoted(
    save: Save, session: SimSession
) -> None:
    await session.play("message Natasha: Thank you for your cooperation.")
    begun = next(session.user.seen()).payload
    reference = {"channel_id": begun["channel_id"], "message_id": begun["id"], "type": 0}
    form = await save(type=21, message_reference=reference, referenced_message=begun)

    assert filled(form) == ["Thank you for your cooperation.", "Natasha"]


@pytest.mark.parametrize(
    "type", [*sorted({type.value for type in discord.MessageType} - WRITTEN - {21}), 999]
)
async def test_what_discord_itself_writes_is_nobodys_words(save: Save, type: int) -> None:
    reply = await save("a new channel name", type=type)

    assert reply.text == "Discord wrote that message itself, so there is nobody to quote."
    assert reply.ephemeral


@pytest.mark.parametrize("type", sorted(WRITTEN))
async def test_what_people_and_bots_write_is_quoted(save: Save, type: int) -> None:
    assert filled(await save("So was I.", type=type)) == ["So was I.", "Clint"]


@pytest.mark.parametrize(
    "otherwise",
    [
        {},
        {"sticker_items": [{"id": "123456789012345678", "name": "Wave", "format_type": 1}]},
        {"type": 21},
        {"message_snapshots": [{"message": snapshot()}]},
    ],
    ids=["nothing", "a sticker", "a thread without its message", "a forwarded picture"],
)
async def test_a_message_without_words_is_not_quoted(save: Save, otherwise: dict[str, Any]) -> None:
    assert (await save(**otherwise)).text == "That message has no words that could be quoted."


async def test_ids_in_a_message_become_words(save: Save) -> None:
    ids = "<:party_cat:112233445566778899> <t:1735689600:D> </quote:112233445566778899>"
    form = await save(f"hello {ids} <@112233445566778899>")

    assert filled(form)[0] == "hello :party_cat: 1 January 2025 /quote @member"


async def test_ids_that_are_typed_into_a_form_become_words(
    curate: Ask, simulator: Simulator
) -> None:
    asker = simulator.state.curator
    await curate("/entry add kind:Quote")
    await curate(f'fill Words="Go to <#112233445566778899>" Speaker="<@{asker.id}>"')
    await curate("press Publish")
    shown = (await curate("/quote id:s1")).text

    assert "“Go to #channel”" in shown
    assert f"— {asker.name}" in shown
