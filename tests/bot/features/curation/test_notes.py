"""A server's notes under entries of the pack: written, named, and never under the wrong entry."""

from collections.abc import Awaitable, Callable

from bot.simulator.exchanges import Reply
from lore.curation.drafts import EntryDraft, NoteDraft
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

BAR = EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar at the harbour.", ("The Quillon",), "Menu")


async def test_note_is_shown_under_the_unchanged_pack_entry(curate: Ask, member: Ask) -> None:
    plain = (await member("/lore vibranium")).text
    await curate("/entry annotate vibranium")
    await curate('fill Note="We have some." Source="The cellar"')
    await curate("press Publish")

    noted = (await member("/lore vibranium")).text
    assert "Note of this server (s1): We have some.\nThe cellar" in noted
    assert noted.replace("Note of this server (s1): We have some.\nThe cellar\n", "") == plain


async def test_note_is_called_by_its_entrys_name(curate: Ask) -> None:
    form = await curate("/entry annotate hulk")
    preview = await curate("fill Note=Green.")

    assert form.shown["title"] == "Note on Bruce Banner"
    assert preview.text.startswith("Preview of a note on Bruce Banner, for your eyes only.")
    published = await curate("press Publish")
    assert published.text == "Published: Note on Bruce Banner (s1), revision 1."
    assert (await curate("/entry edit s1")).shown["title"] == "Edit note on Bruce Banner"


async def test_every_list_calls_a_note_by_its_entrys_name(curate: Ask, publish: Publish) -> None:
    await publish(NoteDraft("bruce-banner", "Green."))
    lines = (
        "complete /entry remove banner", "/entry list", "/entry remove s1", "press Undo",
        "/entry history s1",
    )  # fmt: skip
    texts = [(await curate(line)).text for line in lines]

    assert texts[0] == "s1 · Note on Bruce Banner: Green."
    assert "- Note on Bruce Banner (s1) · Green." in texts[1]
    assert all("Note on Bruce Banner" in text for text in texts[2:])


async def test_entry_of_a_note_can_be_chosen(curate: Ask) -> None:
    asked = await curate("/entry annotate maximoff")

    assert asked.text.startswith("Did you mean …")
    assert (await curate(f"press {asked.buttons[0]}")).shown[
        "title"
    ] == f"Note on {asked.buttons[0]}"


async def test_an_unknown_name_for_a_note_is_not_counted_as_unanswered(curate: Ask) -> None:
    missed = await curate("/entry annotate zorblax quillon")

    assert missed.text.startswith("Nothing found")
    assert "was found" in (await curate("/entry unanswered")).text


async def test_servers_own_entry_is_edited_instead_of_annotated(
    curate: Ask, publish: Publish
) -> None:
    await publish(BAR)

    assert "change it with /entry edit" in (await curate("/entry annotate Zorblax Bar")).text
