"""A server's notes under entries of the pack: written, named, and never under the wrong entry."""

from collections.abc import Awaitable, Callable

from bot.simulator.exchanges import Reply
from bot.simulator.session import SimSession
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


async def test_what_a_server_tells_otherwise_stands_beside_the_storys_sentence(
    curate: Ask, member: Ask, session: SimSession
) -> None:
    await curate("/entry annotate name:raina unlike:clairvoyant inhuman")
    preview = await curate('fill Note="She was **only** guessing."')
    await curate("press Publish")
    shown = await member("/bio raina")
    accounts = (await member("press Sources differ (1)")).text

    assert "Otherwise than the story: Clairvoyant Inhuman of Afterlife" in preview.text
    assert "guessing" not in shown.text
    assert "Clairvoyant Inhuman of Afterlife, who foresaw" in accounts
    assert "Added by this server She was only guessing." in accounts
    await session.play("in server 2")
    assert "Sources differ (1)" not in (await member("/bio raina")).buttons


async def test_an_own_entry_tells_a_sentence_of_the_story_otherwise(
    curate: Ask, member: Ask, publish: Publish
) -> None:
    await publish(EntryDraft(Kind.CHARACTER, "Zorblax", "He keeps the bar."))
    alone = await curate("/entry annotate name:raina entry:zorblax")
    await curate("/entry annotate name:raina unlike:clairvoyant entry:zorblax")
    await curate('fill Note="Only Zorblax foresaw it."')
    await curate("press Publish")
    history = await curate("/entry history s2")
    own = await member("/bio zorblax")
    accounts = await member("press Sources differ (1)")
    await member("/bio raina")
    of_story = await member("press Sources differ (1)")
    await curate("/entry hide raina")
    hidden = await member("/bio zorblax")
    await curate("press Undo")
    await curate("/entry remove zorblax")
    await member("/bio raina")
    without = await member("press Sources differ (1)")

    assert alone.text == "Say with unlike: which sentence of the story it tells otherwise."
    assert "Note on Raina" in history.text
    assert "Sources differ (1)" in own.buttons
    assert "Otherwise than Raina (s2)" in accounts.text
    assert "As told of Zorblax (s2)" in of_story.text
    for page in (accounts, of_story, without):
        assert "Added by this server Only Zorblax foresaw it." in page.text
    assert "Sources differ (1)" not in hidden.buttons
    assert "As told in this server (s2)" in without.text


async def test_a_sentence_that_the_story_does_not_tell_is_not_shown_with_a_note(
    publish: Callable[..., Awaitable[ServerEntry]], member: Ask
) -> None:
    await publish(NoteDraft("raina", "She was guessing.", unlike="A sentence long gone."))
    shown = await member("/bio raina")

    assert "Note of this server (s1): She was guessing." in shown.text
    assert "long gone" not in shown.text


async def test_the_sentences_of_an_entry_are_offered_and_no_others_are_taken(curate: Ask) -> None:
    offered = await curate("complete /entry annotate name:raina unlike:clairv")
    refused = await curate("/entry annotate name:raina unlike:xyzzy")

    assert [one["name"][:30] for one in offered.choices] == [
        "Clairvoyant Inhuman of Afterli",
        "Powers: Clairvoyance",
    ]
    assert "Raina has no sentence that begins with “xyzzy”" in refused.text


async def test_edited_note_is_no_copy_of_itself_but_of_another(
    curate: Ask, publish: Publish
) -> None:
    text = "We keep a little of it in the cellar of the bar."
    await publish(NoteDraft("vibranium", text))
    await curate("/entry edit s1")
    edited = await curate(f'fill Note="{text} Behind the door."')
    await curate("/entry annotate vibranium")
    copied = await curate(f'fill Note="{text}"')

    assert "says much the same" not in edited.text
    assert "says much the same" in copied.text
