"""Messages that are saved one after the other may become one quote, in the order of the talk."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.reading import buttons_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.dialogues import DraftLine
from lore.curation.drafts import QuoteDraft
from lore.curation.joining import joined

Ask = Callable[[str], Awaitable[Reply]]

OFFERED = ["Add to it", "New quote"]


@pytest.fixture
def save(curate: Ask, session: SimSession) -> Callable[..., Awaitable[Reply]]:
    """Return a function that writes a message and saves it, changed as given."""

    async def save(said: str, **changed: Any) -> Reply:
        await session.play(f"message {said}")
        next(session.user.seen()).payload.update(changed)
        return await curate('menu "Save as quote"')

    return save


def field(form: Reply, name: str) -> str:
    """Return the text with which a field of a form opens."""
    parts = {part["label"]: part["component"] for part in form.shown["components"]}
    return str(parts[name].get("value") or "")


async def published(curate: Ask) -> Reply:
    await curate("fill")
    return await curate("press Publish")


async def test_form_that_can_no_longer_open_is_told_of(
    save: Callable[..., Awaitable[Reply]], curate: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save("Clint: Who took it?")
    await save("Nat: Not me.")
    with monkeypatch.context() as slow:
        slow.setattr("bot.core.request.ACKNOWLEDGED_AFTER", 0.0)
        told = await curate("press Add to it")
    form = await curate("press Add to it")

    assert told.text == "That took too long for a form to open. Please try again."
    assert field(form, "Dialogue") == "Clint: Who took it?\nNat: Not me."


async def test_second_message_is_added_to_the_first(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")
    offer = await save("Nat: Not me.")
    form = await curate("press Add to it")
    await published(curate)
    shown = (await curate("/quote id:s1")).text

    assert offer.buttons == OFFERED
    assert offer.ephemeral
    assert field(form, "Dialogue") == "Clint: Who took it?\nNat: Not me."
    assert shown.startswith("Clint “Who took it?”\nNat “Not me.”\n— Clint and Nat\n")


async def test_second_message_may_be_a_quote_of_its_own(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")
    await save("Nat: Not me.")
    form = await curate("press New quote")

    assert (field(form, "Words"), field(form, "Speaker")) == ("Not me.", "Nat")


async def test_published_quote_is_added_to_as_an_edit(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")
    await curate('fill Speaker="Clint Barton"')
    await curate("press Publish")
    await save("Nat: Not me.")
    form = await curate("press Add to it")
    done = await published(curate)

    assert field(form, "Dialogue") == "Clint Barton: Who took it?\nNat: Not me."
    assert done.text.startswith("Saved: “Who took it?” (s1), revision 2.")


async def test_third_message_is_added_to_what_was_typed_meanwhile(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")
    await save("Nat: Not me.")
    await curate("press Add to it")
    await curate('fill Dialogue="Clint: WHO took it?\nNat: Not me."')
    await save("Clint: Then who?")
    form = await curate("press Add to it")

    assert field(form, "Dialogue") == "Clint: WHO took it?\nNat: Not me.\nClint: Then who?"


async def test_earlier_message_stands_first_whenever_it_was_saved(
    save: Callable[..., Awaitable[Reply]], curate: Ask, session: SimSession
) -> None:
    await session.play("message Nat: Not me.")
    earlier = next(session.user.seen())
    await save("Clint: Who took it?")
    # The newest message is what the menu is used on.
    earlier.payload.update(timestamp=earlier.payload["timestamp"])
    latest = next(session.user.seen()).payload
    older = earlier.payload["id"]
    await save("Nat: Not me.", id=older)
    form = await curate("press Add to it")

    assert latest["id"] > older
    assert field(form, "Dialogue") == "Nat: Not me.\nClint: Who took it?"
    assert field(form, "Source").endswith(f"/{older}")


@pytest.mark.parametrize("line", ["in #lore", "as owner", "in server 2"])
async def test_other_channel_person_or_server_is_offered_nothing(
    save: Callable[..., Awaitable[Reply]], session: SimSession, line: str
) -> None:
    await save("Clint: Who took it?")
    for one in (line, "message Nat: Not me.", 'menu "Save as quote"'):
        exchange = await session.play(one)

    assert [reply.kind for reply in exchange.replies] == ["modal"]


async def test_after_ten_minutes_a_message_is_a_quote_of_its_own(
    save: Callable[..., Awaitable[Reply]], simulator: Simulator, lore_bot: LoreBot
) -> None:
    await save("Clint: Who took it?")
    state = simulator.state
    channel = state.server(1).channels[0].id
    drafts, now = lore_bot.services.ledger.drafts, state.clock()
    since = now - timedelta(minutes=1)
    last = await drafts.last_saved(state.server(1).id, state.curator.id, channel, since)
    assert last is not None
    await drafts.keep(replace(last, typed_at=now - timedelta(minutes=10, seconds=1)))

    assert (await save("Nat: Not me.")).kind == "modal"


async def test_same_message_is_not_added_to_itself(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")

    assert (await curate('menu "Save as quote"')).kind == "modal"


async def test_second_press_adds_a_message_only_once(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")
    await save("Nat: Not me.")
    await curate("press Add to it")
    form = await curate("press Add to it")

    assert field(form, "Dialogue") == "Clint: Who took it?\nNat: Not me."


async def test_what_is_too_much_for_one_quote_is_not_joined(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save(f"Clint: {'Ho! ' * 200}")
    await save(f"Nat: {'Hm? ' * 200}")
    refused = await curate("press Add to it")
    form = await curate("press New quote")

    assert refused.text.startswith("Together they would be too much for one quote")
    assert "at most 1,000 can be kept" in refused.text
    assert field(form, "Words").startswith("Hm? Hm?")


async def test_offer_tells_what_was_sent_from_what_was_only_opened(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")
    opened = await save("Nat: Not me.")
    await curate("press New quote")
    await curate("fill")
    sent = await save("Clint: Then who?")

    assert "In this channel you began to save “Who took it?”" in opened.text
    assert "In this channel you saved “Not me.”" in sent.text


async def test_message_that_was_only_offered_is_added_to_by_none(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")
    await curate("fill")
    await save("Nat: Not me.")
    offer = await save("Clint: Then who?")

    assert "In this channel you saved “Who took it?”" in offer.text


async def test_discarded_message_is_not_added_to(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")
    await curate("fill")
    await curate("press Discard")

    assert (await save("Nat: Not me.")).kind == "modal"


async def test_discarded_message_is_added_to_once_it_is_brought_back(
    save: Callable[..., Awaitable[Reply]], curate: Ask
) -> None:
    await save("Clint: Who took it?")
    await curate("fill")
    await curate("press Discard")
    await curate("press Bring it back (for a day)")
    offer = await save("Nat: Not me.")

    assert "In this channel you saved “Who took it?”" in offer.text


async def test_removed_quote_is_not_added_to(
    save: Callable[..., Awaitable[Reply]], curate: Ask, session: SimSession
) -> None:
    await save("Clint: Who took it?")
    await published(curate)
    await save("Nat: Not me.")
    offer = next(session.user.seen())
    await curate("/entry remove s1")
    data = {"custom_id": buttons_of(offer.payload)[0]["custom_id"], "component_type": 2}
    replies, _ = await session.user.act(InteractionKind.COMPONENT, data, offer)

    assert replies[0].text == (
        "What this would be added to was taken away. Choose New quote instead."
    )
    assert (await save("Clint: Then who?")).kind == "modal"


async def test_draft_of_another_curator_is_not_added_to(
    save: Callable[..., Awaitable[Reply]], session: SimSession
) -> None:
    await save("Clint: Who took it?")
    await save("Nat: Not me.")
    offer = next(session.user.seen())
    [press, _] = buttons_of(offer.payload)
    await session.play("as owner")
    data = {"custom_id": press["custom_id"], "component_type": 2}
    replies, _ = await session.user.act(InteractionKind.COMPONENT, data, offer)

    assert replies[0].text == "Only whoever wrote this draft can decide about it."


@pytest.mark.parametrize(
    ("place", "warning"),
    [("open", ""), ("adult", "age-restricted channel"), ("private", "private channel")],
)
async def test_place_that_is_not_for_all_is_told_before_publishing(
    save: Callable[..., Awaitable[Reply]],
    curate: Ask,
    lore_bot: LoreBot,
    simulator: Simulator,
    place: str,
    warning: str,
) -> None:
    server = simulator.state.server(1)
    channel: Any = lore_bot.get_channel(server.channels[0].id)
    channel.nsfw = place == "adult"
    hidden = {"id": server.id, "type": 0, "allow": "0", "deny": str(1 << 10)}
    channel._fill_overwrites({"permission_overwrites": [hidden] if place == "private" else []})
    await save("Clint: Who took it?")
    preview = (await curate("fill")).text

    assert ("others may not be able to follow the link" in preview) is bool(warning)
    assert warning in preview


def test_message_is_put_where_it_was_said_among_the_others() -> None:
    more = (DraftLine("3", "A"),)
    draft = QuoteDraft("One", "A", source="https://x/1", date="2026-11-30", more=more)
    added = QuoteDraft("Two", "B", source="https://x/2", date="2026-11-29", image=True)
    whole, messages = joined(draft, (10, 30), added, 20)

    assert [line.words for line in whole.lines] == ["One", "Two", "3"]
    assert messages == (10, 20, 30)
    assert (whole.source, whole.date, whole.image) == ("https://x/1", "2026-11-29", True)


def test_message_stands_last_where_the_lines_were_rewritten() -> None:
    draft = QuoteDraft("One and two", "A", source="Menu")
    whole, messages = joined(draft, (10, 30), QuoteDraft("Zero", "B", source="https://x/0"), 5)

    assert [line.words for line in whole.lines] == ["One and two", "Zero"]
    assert (whole.source, messages) == ("Menu", (10, 30, 5))
