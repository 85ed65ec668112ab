"""From a form to the server's lore: preview, publish, edit, discard; no typed text is lost."""

import random
from collections.abc import Awaitable, Callable

from bot.app import build_bot
from bot.cli import clock
from bot.client import LoreBot
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

BAR = EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar at the harbour.", ("The Quillon",), "Menu")


async def test_form_leads_to_a_private_preview_that_changes_nothing(curate: Ask) -> None:
    await curate("/entry add kind:Place")
    preview = await curate('fill Name="Zorblax Bar" Text="A bar at the harbour." Source=Menu')

    assert preview.ephemeral
    assert preview.buttons == ["Publish", "Edit", "Discard"]
    assert "Zorblax Bar\nPlace · Added by this server\nA bar at the harbour." in preview.text
    assert (await curate("/lore Zorblax Bar")).text.startswith("Nothing found")


async def test_published_entry_looks_like_its_preview(curate: Ask, member: Ask) -> None:
    await curate("/entry add kind:Place")
    preview = await curate('fill Name="Zorblax Bar" Aliases=Quillon Text="A bar." Source=Menu')
    published = await curate("press Publish")

    assert published.text == "Published: Zorblax Bar (s.zorblax-bar), revision 1."
    shown = preview.text.split("\n", 1)[1]
    assert (await member("/lore Zorblax Bar")).text == shown.replace(
        "Source: Menu", "Added by this server as s.zorblax-bar, revision 1 · Source: Menu"
    )


async def test_quote_has_speaker_listener_and_occasion(curate: Ask, member: Ask) -> None:
    await curate("/entry add kind:Quote")
    await curate('fill Words="Lanterns out!" Speaker=Quillon Listener=Zorb Occasion="At the bar"')
    await curate("press Publish")

    text = (await member("/quote id:s1")).text
    assert text.startswith("“Lanterns out!”\n— Quillon, to Zorb\nAt the bar\n")


async def test_draft_can_be_edited_until_it_is_published(curate: Ask) -> None:
    await curate("/entry add kind:Place")
    await curate("fill Name=Zorblax Text=One")
    form = await curate("press Edit")
    again = await curate("fill Text=Two")

    assert form.kind == "modal"
    assert (again.kind, again.text.endswith("\nTwo")) == ("update", True)


async def test_discarded_draft_is_not_kept(curate: Ask, lore_bot: LoreBot, guild_id: int) -> None:
    await curate("/entry add kind:Place")
    await curate("fill Name=Zorblax Text=One")

    assert (await curate("press Discard")).text == "Discarded: Zorblax\nNothing was changed."
    assert await lore_bot.services.ledger.entries.version(guild_id) == 0


async def test_invalid_text_is_explained_and_stays_in_the_form(curate: Ask) -> None:
    await curate("/entry add kind:Place")
    refused = await curate('fill Name="???" Text="A bar."')
    await curate("press Edit")
    mended = await curate("fill Name=Zorblax")

    assert refused.text == "Not yet\nName: at least one letter or digit is needed."
    assert "Zorblax\nPlace · Added by this server\nA bar." in mended.text


async def test_similar_entry_is_warned_about_and_can_be_opened(curate: Ask) -> None:
    await curate("/entry add kind:Character")
    preview = await curate("fill Name=Ultrom Text=Somebody")

    assert "⚠ Ultron has a name like this." in preview.text
    assert (await curate("press Open Ultron")).text.startswith("Ultron\n")


async def test_warning_counts_the_similar_entries_it_does_not_show(
    curate: Ask, publish: Publish
) -> None:
    for number in range(17):
        await publish(EntryDraft(Kind.PLACE, "Vexillum", f"Room {number}."))
    await curate("/entry add kind:Place")
    preview = await curate("fill Name=Vexillum Text=Another")

    assert preview.text.count(" is called Vexillum as well: who asks for that name") == 3
    assert "⚠ And 14 more are like this." in preview.text
    assert len([label for label in preview.buttons if label.startswith("Open ")]) == 3


async def test_duplicate_quote_warning_names_the_existing_quote(
    curate: Ask, publish: Publish
) -> None:
    await publish(QuoteDraft("Lanterns out!"))
    await curate("/entry add kind:Quote")
    preview = await curate('fill Words="Lanterns out!"')

    assert "⚠ The quote s1 says much the same: “Lanterns out!”" in preview.text


async def test_preview_without_a_source_mentions_no_source(curate: Ask) -> None:
    await curate("/entry add kind:Quote")
    preview = await curate('fill Words="Lanterns out!"')

    assert "— an unnamed speaker" in preview.text
    assert "The source does not tell" not in preview.text


async def test_edit_form_opens_with_the_current_text(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    form = await curate("/entry edit Zorblax Bar")
    values = [part["component"].get("value") for part in form.shown["components"]]

    assert values[1:] == ["Zorblax Bar", "The Quillon", "A bar at the harbour.", "Menu"]


async def test_edit_is_a_new_revision_under_the_same_id(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry edit s.zorblax-bar")
    await curate('fill Text="A bar no more." Kind=Event')

    assert (await curate("press Publish")).text == "Saved: Zorblax Bar (s.zorblax-bar), revision 2."
    shown = (await curate("/lore s.zorblax-bar")).text
    assert "Event · Added by this server · time not told\nA bar no more." in shown


async def test_edit_that_changes_nothing_makes_no_revision(curate: Ask, publish: Publish) -> None:
    await publish(BAR)
    await curate("/entry edit s.zorblax-bar")
    await curate("fill")

    assert "Nothing was changed" in (await curate("press Publish")).text


async def test_edit_form_is_titled_with_the_entrys_name(curate: Ask, publish: Publish) -> None:
    await publish(BAR)

    assert (await curate("/entry edit s.zorblax-bar")).shown["title"] == "Edit Zorblax Bar"


async def test_message_becomes_a_quote_with_its_author_and_link(
    curate: Ask, session: SimSession
) -> None:
    await session.play("message Clint: Nobody would know.")
    form = await curate('menu "Save as quote"')
    values = [part["component"].get("value") for part in form.shown["components"]]

    assert values[:2] == ["Nobody would know.", "Clint"]
    assert values[4].startswith("https://discord.com/channels/")


async def test_long_message_is_left_for_the_curator_to_shorten(
    curate: Ask, session: SimSession
) -> None:
    await session.play(f"message Clint: {'word ' * 300}end")
    await curate('menu "Save as quote"')

    refused = await curate("fill")
    assert "1,503 characters; at most 1,000 can be kept" in refused.text
    assert refused.buttons == ["Edit", "Discard"]


async def test_long_text_is_previewed_page_by_page(curate: Ask) -> None:
    await curate("/entry add kind:Place")
    first = await curate(f'fill Name=Zorblax Text="{"All work and no play. " * 170}End."')
    second = await curate("press Page 2 of 2")

    assert first.buttons == ["Publish", "Edit", "Discard", "Page 2 of 2"]
    assert "End." in second.text


async def test_draft_is_published_once_after_repeated_presses(
    curate: Ask, lore_bot: LoreBot, guild_id: int, session: SimSession
) -> None:
    await curate("/entry add kind:Place")
    await curate("fill Name=Zorblax Text=One")
    message = next(session.user.seen())
    preview = dict(message.payload)
    await curate("press Publish")
    message.payload = preview

    assert (await curate("press Publish")).text.startswith("I no longer have this draft")
    assert len((await lore_bot.services.ledger.entries.server_lore(guild_id)).entries) == 1


async def test_form_open_during_a_restart_still_reaches_its_preview(
    settings: Settings, simulator: Simulator
) -> None:
    session = SimSession(simulator)
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        await session.play("as curator")
        await session.play("/entry add kind:Quote")
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        preview = await session.play('fill Words="Lanterns out!"')
        published = await session.play("press Publish")

    assert "“Lanterns out!”" in preview.replies[0].text
    assert published.replies[0].text.startswith("Published: “Lanterns out!” (s1)")


async def test_notes_and_quotes_are_edited_in_their_own_forms(
    curate: Ask, publish: Publish
) -> None:
    await publish(NoteDraft("ultron", "He hummed."))
    await publish(QuoteDraft("Lanterns out!"))

    assert (await curate("/entry edit s1")).fields == ["Note", "Otherwise than", "Source"]
    assert (await curate("/entry edit s2")).fields[0] == "Words"


async def test_completion_offers_entries_that_can_be_edited(curate: Ask, publish: Publish) -> None:
    await publish(BAR)

    assert (await curate("complete /entry edit zor")).choices == [
        {"name": "s.zorblax-bar · Zorblax Bar", "value": "s.zorblax-bar"}
    ]
