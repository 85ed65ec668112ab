"""A quote of several lines, each with its speaker: written, shown, found and changed."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from lore.curation.dialogues import DraftLine, read_dialogue, written_dialogue
from lore.curation.drafts import DraftError, EntryDraft, QuoteDraft, tidied
from lore.curation.quota import Quota
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

SAID = QuoteDraft(
    "Who took the lantern?",
    "Quillon",
    date="2026-11-30",
    more=(DraftLine("Not me.", "Zorblax"), DraftLine("Nor me.\nI swear.", "Tony Stark")),
)


async def test_dialogue_is_written_with_a_speaker_on_each_line(curate: Ask) -> None:
    form = await curate("/entry add kind:Dialogue")
    await curate('fill Dialogue="Quillon: Who took it?\nZorblax: Not me.\n  Never."')
    await curate("press Publish")

    labels = [part["label"] for part in form.shown["components"]]
    assert labels == ["Dialogue", "Listener", "Occasion", "Source"]
    shown = (await curate("/quote id:s1")).text
    assert shown.startswith(
        "Quillon “Who took it?”\nZorblax “Not me.\nNever.”\n— Quillon and Zorblax"
    )


@pytest.mark.parametrize("speaker", ["quillon", "zorblax", "tony stark"])
async def test_each_speaker_is_quoted_with_the_dialogue(
    curate: Ask, publish: Publish, speaker: str
) -> None:
    await publish(SAID)

    assert "Who took the lantern?" in (await curate(f"/quote speaker:{speaker} text:lantern")).text


async def test_dialogue_is_among_the_quotes_of_an_own_entry_that_speaks_in_it(
    curate: Ask, publish: Publish
) -> None:
    await publish(SAID)
    await publish(EntryDraft(Kind.CHARACTER, "Zorblax", "A thief."))

    assert "Zorblax (s.zorblax)" in (await curate("/quote id:s1")).buttons
    assert "Who took the lantern?" in (await curate("/quote speaker:zorblax")).text


async def test_words_of_any_line_find_the_dialogue(curate: Ask, publish: Publish) -> None:
    await publish(SAID)

    assert "Who took the lantern?" in (await curate("/quote text:nor me i swear")).text
    assert "lantern" in (await curate('/search "nor me"')).text


async def test_history_shows_which_words_of_a_dialogue_changed(
    curate: Ask, publish: Publish
) -> None:
    await publish(SAID)
    form = await curate("/entry edit s1")
    await curate('fill Dialogue="Quillon: Who took the lantern?\nZorblax: Not me."')
    await curate("press Publish")
    history = (await curate("/entry history s1")).text

    assert form.shown["components"][0]["component"]["value"].endswith("  I swear.")
    assert "Dialogue: Quillon: Who took the lantern?\nZorblax: Not me." in history
    assert "Words: " not in history


async def test_dialogue_of_which_one_line_is_left_is_a_quote_with_a_speaker(
    curate: Ask, publish: Publish
) -> None:
    await publish(SAID)
    await curate("/entry edit s1")
    await curate('fill Dialogue="Zorblax: Not me."')
    await curate("press Publish")

    assert (await curate("/quote id:s1")).text.startswith("“Not me.”\n— Zorblax\n30 November 2026")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([DraftLine("x", "A")] * 20, "A dialogue has at most 20 lines, not 21."),
        ([DraftLine("x" * 1_000, "A")], "Words: 1,006 characters; at most 1,000 can be kept."),
        ([DraftLine("x", "A" * 101)], "Speaker: 101 characters; at most 100 can be kept."),
        ([DraftLine("x", ": " * 49 + "b")] * 19, None),
        ([DraftLine("x" * 40, "\\" * 100)] * 19, "Dialogue: 4,625 characters; at most 4,000"),
    ],
)
def test_dialogue_beyond_the_limits_is_refused(lines: list[DraftLine], reason: str | None) -> None:
    draft = QuoteDraft("First", "B", more=tuple(lines))
    if reason is None:
        assert tidied(draft, Quota()).more == draft.more
        return
    with pytest.raises(DraftError) as refused:
        tidied(draft, Quota())
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("Ivo: It is 12:30: late.", [DraftLine("It is 12:30: late.", "Ivo")]),
        ("Ivo: See https://x.y\nMaren:", [DraftLine("See https://x.y", "Ivo")]),
        ("Nobody speaks here", [DraftLine("Nobody speaks here")]),
        (": Who?\nIvo: I.", [DraftLine("Who?"), DraftLine("I.", "Ivo")]),
        ("Re:Zero: Hm.\na\\: b: Hm.", [DraftLine("Hm.", "Re:Zero"), DraftLine("Hm.", "a: b")]),
        ("איוו: שלום", [DraftLine("שלום", "איוו")]),
    ],
)
def test_typed_dialogue_is_read_line_by_line(typed: str, lines: list[DraftLine]) -> None:
    assert [line for line in read_dialogue(typed) if line.words] == lines
    assert [one for one in read_dialogue(written_dialogue(lines)) if one.words] == lines
