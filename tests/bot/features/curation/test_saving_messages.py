"""“Save as quote” finds the text and the author of every kind of message."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
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
    """Return a message as it is when it was forwarded."""
    empty = {"attachments": [], "embeds": [], "edited_timestamp": None, "flags": 0}
    return {"type": 0, "content": content, "timestamp": WHEN, **empty, **rest}


@pytest.fixture
def save(curate: Ask, session: SimSession) -> Save:
    """Return a function that saves a message of Clint's, changed as given."""

    async def save(content: str = "", **otherwise: Any) -> Reply:
        await session.play("message Clint: Hello.")
        next(session.user.seen()).payload.update(content=content, **otherwise)
        return await curate('menu "Save as quote"')

    return save


def words_and_speaker(form: Reply) -> list[str | None]:
    """Return the words and the speaker with which a form opens."""
    return [part["component"].get("value") for part in form.shown["components"]][:2]


async def test_forwarded_message_is_quoted_without_a_speaker(save: Save) -> None:
    form = await save(message_snapshots=[{"message": snapshot("We have an army.")}])

    assert words_and_speaker(form) == ["We have an army.", None]


async def test_forwarded_embed_is_quoted(save: Save) -> None:
    embed = {"type": "rich", "description": "We have a Hulk."}
    form = await save(message_snapshots=[{"message": snapshot(embeds=[embed])}])

    assert words_and_speaker(form) == ["We have a Hulk.", None]


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
async def test_words_outside_the_content_are_found(save: Save, otherwise: dict[str, Any]) -> None:
    assert words_and_speaker(await save(**otherwise)) == ["On your left.", "Clint"]


POLL = {"question": {"text": "On your left."}, "answers": [], "layout_type": 1}


@pytest.mark.parametrize(
    "poll",
    [
        POLL | {"expiry": None},
        POLL,
        POLL | {"expiry": WHEN, "answers": [{"answer_id": 1, "poll_media": {"emoji": None}}]},
        POLL | {"expiry": WHEN, "results": {"answer_counts": [{"id": 7}]}},
    ],
    ids=["that never ends", "without an end", "with an odd answer", "with odd results"],
)
async def test_question_of_any_poll_is_quoted(save: Save, poll: dict[str, Any]) -> None:
    assert words_and_speaker(await save(poll=poll)) == ["On your left.", "Clint"]


async def test_poll_without_a_question_has_no_words(save: Save) -> None:
    assert "no words" in (await save(poll={"question": {}, "expiry": None})).text


@pytest.mark.parametrize(
    "otherwise",
    [
        {"activity": 7, "application": {}, "call": {}, "interaction_metadata": {"type": 99}},
        {"attachments": [{}], "reactions": [{"emoji": None}], "sticker_items": [{}]},
        {"role_subscription_data": {}, "purchase_notification": {}, "thread": {}},
        {"embeds": None, "mentions": None, "components": None, "poll": None, "stickers": None},
    ],
    ids=["where it comes from", "what hangs on it", "what it is about", "nothing"],
)
async def test_message_is_quoted_whatever_else_it_carries(
    save: Save, otherwise: dict[str, Any]
) -> None:
    form = await save("On your left.", **otherwise)

    assert words_and_speaker(form) == ["On your left.", "Clint"]


async def test_message_that_cannot_be_read_is_answered(save: Save) -> None:
    assert "only a part" in (await save("Hm.", author=None)).text


async def test_fields_of_an_embed_without_a_description_are_quoted(save: Save) -> None:
    fields = [{"name": "Ultron", "value": "I had strings."}, {"name": "Thor", "value": "No."}]
    form = await save(embeds=[{"type": "rich", "fields": fields}])

    assert words_and_speaker(form) == ["Ultron: I had strings.\nThor: No.", "Clint"]


async def test_message_text_is_preferred_to_its_link_preview(save: Save) -> None:
    form = await save("Look!", embeds=[{"type": "article", "description": "A page."}])

    assert words_and_speaker(form)[0] == "Look!"


async def test_starter_message_of_a_thread_is_quoted(save: Save, session: SimSession) -> None:
    await session.play("message Natasha: Thank you for your cooperation.")
    begun = next(session.user.seen()).payload
    reference = {"channel_id": begun["channel_id"], "message_id": begun["id"], "type": 0}
    form = await save(type=21, message_reference=reference, referenced_message=begun)

    assert words_and_speaker(form) == ["Thank you for your cooperation.", "Natasha"]


@pytest.mark.parametrize(
    "type", [*sorted({type.value for type in discord.MessageType} - WRITTEN - {21}), 999]
)
async def test_system_message_is_not_quoted(save: Save, type: int) -> None:
    reply = await save("a new channel name", type=type)

    assert reply.text == "Discord wrote that message itself, so there is nobody to quote."
    assert reply.ephemeral


@pytest.mark.parametrize("type", sorted(WRITTEN))
async def test_message_of_a_person_or_bot_is_quoted(save: Save, type: int) -> None:
    assert words_and_speaker(await save("So was I.", type=type)) == ["So was I.", "Clint"]


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
async def test_message_without_words_is_not_quoted(save: Save, otherwise: dict[str, Any]) -> None:
    assert (await save(**otherwise)).text == "That message has no words that could be quoted."


async def test_ids_in_a_message_become_names(save: Save) -> None:
    ids = "<:party_cat:112233445566778899> <t:1735689600:D> </quote:112233445566778899>"
    form = await save(f"hello {ids} <@112233445566778899>")

    assert words_and_speaker(form)[0] == "hello :party_cat: 1 January 2025 /quote @member"


async def test_ids_typed_into_a_form_become_names(curate: Ask, simulator: Simulator) -> None:
    asker = simulator.state.curator
    await curate("/entry add kind:Quote")
    await curate(f'fill Words="Go to <#112233445566778899>" Speaker="<@{asker.id}>"')
    await curate("press Publish")
    shown = (await curate("/quote id:s1")).text

    assert "“Go to #channel”" in shown
    assert f"— {asker.name}" in shown


PHOTO = {"id": "1", "filename": "cap.png", "size": 1, "url": "", "proxy_url": ""}


async def test_saved_quote_tells_when_it_was_said_and_that_there_was_an_image(
    save: Save, curate: Ask
) -> None:
    said = discord.utils.time_snowflake(datetime(2025, 5, 1, 23, 59, tzinfo=UTC))
    attached = [{**PHOTO, "content_type": "image/png"}]
    await save("On your left.", id=str(said), attachments=attached)
    await curate("fill")
    await curate("press Publish")
    shown = (await curate("/quote id:s1")).text

    assert shown.startswith("“On your left.”\n— Clint\n1 May 2025 · with an image")
    assert "— Clint" in (await curate('/search "1 May 2025"')).text


async def test_forwarded_words_are_of_the_day_on_which_they_were_said(
    save: Save, curate: Ask
) -> None:
    await save(message_snapshots=[{"message": snapshot("We have an army.")}])

    assert "29 November 2026" in (await curate("fill")).text


@pytest.mark.parametrize("type", ["video/mp4", "text/plain"])
async def test_other_attachment_is_no_image(save: Save, curate: Ask, type: str) -> None:
    await save("On your left.", attachments=[{**PHOTO, "content_type": type}])

    assert "image" not in (await curate("fill")).text
