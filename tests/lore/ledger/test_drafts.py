import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from lore.curation.drafts import (
    Draft,
    DraftError,
    EntryDraft,
    NoteDraft,
    QuoteDraft,
    from_json,
    tidied,
    to_json,
)
from lore.curation.quota import Quota
from lore.pack.model import Kind

QUOTA = Quota()


def named(name: str, text: str = "Text.", aliases: tuple[str, ...] = ()) -> EntryDraft:
    return EntryDraft(Kind.PLACE, name, text, aliases)


@pytest.mark.parametrize(
    "draft",
    [
        EntryDraft(Kind.ARTIFACT, "Mjølnir", "Line one.\n\nLine two.", ("the hammer",), "us"),
        QuoteDraft("“Soup first.”", "Maren", "Ivo", "the siege", "https://example.org/1"),
        QuoteDraft("Soup.", date="2026-11-30", image=True),
        NoteDraft("ultron", "A toaster.", "us"),
    ],
)
def test_draft_is_read_back_as_stored(draft: Draft) -> None:
    assert from_json(to_json(draft)) == draft


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (QuoteDraft("We", occasion="2026-11-30"), QuoteDraft("We", date="2026-11-30")),
        (QuoteDraft("We", occasion="With an image"), QuoteDraft("We", image=True)),
        (QuoteDraft("We", occasion="On 2026-11-30"), QuoteDraft("We", occasion="On 2026-11-30")),
        (
            QuoteDraft("We", occasion="At noon", date="30.11.2026"),
            QuoteDraft("We", occasion="30.11.2026 At noon"),
        ),
    ],
)
def test_day_alone_is_the_date_and_what_is_no_day_is_told(given: Draft, kept: Draft) -> None:
    assert tidied(given, QUOTA) == kept
    assert from_json(to_json(given)) == kept


def test_quote_of_a_former_version_has_no_date() -> None:
    row = '{"words": "We", "speaker": "", "listener": "", "occasion": "", "source": ""'
    assert from_json(row + ', "kind": "quote"}') == QuoteDraft("We")


ID = "123456789012345678"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (f"Ask <@{ID}> or <@!{ID}>.", "Ask @member or @member."),
        (f"In <#{ID}>, <@&{ID}>.", "In #channel, @role."),
        (f"Hail <a:crown:{ID}>!", "Hail :crown:!"),
        ("On <t:1735689600:D>.", "On 1 January 2025."),
        (f"Type </quote:{ID}> <5.", "Type /quote <5."),
    ],
)
def test_ids_in_old_rows_and_files_become_names(raw: str, shown: str) -> None:
    drafts: list[tuple[Draft, Draft]] = [
        (named(f"The {raw}", raw, (raw,)), named(f"The {shown}", shown, (shown,))),
        (QuoteDraft(raw, raw, raw, raw, raw), QuoteDraft(shown, shown, shown, shown, shown)),
        (NoteDraft("ultron", raw, raw), NoteDraft("ultron", shown, shown)),
    ]
    for old, worded in drafts:
        assert from_json(to_json(old)) == worded
        assert tidied(old, QUOTA) == worded


@pytest.mark.parametrize("unseen", ["\ue000", "\U000f0001 \u0378", "\u200b\u3164", "\ufffe"])
def test_invisible_text_in_an_old_row_counts_as_empty(unseen: str) -> None:
    quote = QuoteDraft("We are here", unseen, unseen, unseen, unseen)
    entry = EntryDraft(Kind.PLACE, "Inn", "A place", ("Tavern", unseen), unseen)

    for draft in (quote, entry):
        assert unseen not in to_json(from_json(to_json(draft)))
        assert tidied(draft, Quota()) == from_json(to_json(draft))
    assert from_json(to_json(quote)) == QuoteDraft("We are here")


def test_invisible_name_is_refused() -> None:
    with pytest.raises(DraftError, match="Name: at least one letter or digit is needed"):
        tidied(EntryDraft(Kind.PLACE, "\ue000", "A place"), Quota())


@pytest.mark.parametrize("seen", ["🦊", "!", "\U0001fae9", "٣"])
def test_speaker_without_letters_is_kept(seen: str) -> None:
    assert tidied(QuoteDraft("We", seen), Quota()) == QuoteDraft("We", seen)


def test_superfluous_space_and_control_characters_are_removed() -> None:
    draft = named("  The \t old\n mill\x07 ", " One. \r\n\r\nTwo.\x00\u2028Three. ")
    assert tidied(draft, QUOTA) == named("The old mill", "One.\n\nTwo.\nThree.")


def test_invisible_characters_are_removed_before_the_space_around_a_name() -> None:
    assert tidied(named("Mill \u202e"), QUOTA) == named("Mill")


def test_alias_is_kept_once_and_not_if_it_equals_the_name() -> None:
    draft = named("The Mill", aliases=("the mill", "Old Mill", "", "old mill "))
    assert tidied(draft, QUOTA) == named("The Mill", aliases=("old mill",))


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (named("\u3164"), "Name: at least one letter or digit is needed."),
        (named("\u200b"), "Name: at least one letter or digit is needed."),
        (named("Mill", "!!!"), "Text: at least one letter or digit is needed."),
        (named("x" * 101), "Name: 101 characters; at most 100 can be kept."),
        (
            named("Mill", "x" * 4001),
            "Text: 4,001 characters; at most 4,000 can be kept.",
        ),
        (named("Mill \ud800"), "Name: it holds half a character, which cannot be kept."),
        (named("Mill", aliases=("x" * 101,)), "Alias: 101 characters; at most 100"),
        (named("Mill", aliases=tuple(map(str, range(21)))), "at most 20 aliases, not 21"),
        (QuoteDraft(""), "Words: at least one letter or digit is needed."),
        (QuoteDraft("Hi", source="x" * 301), "Source: 301 characters"),
        (NoteDraft("", "Text."), "About: at least one letter or digit is needed."),
    ],
)
def test_invalid_draft_is_refused_with_a_reason(draft: Draft, sentence: str) -> None:
    with pytest.raises(DraftError, match=sentence):
        tidied(draft, QUOTA)


@given(st.text(min_size=1), st.text(min_size=1), st.lists(st.text(), max_size=4))
def test_tidying_is_idempotent(name: str, text: str, aliases: list[str]) -> None:
    try:
        once = tidied(named(name, text, tuple(aliases)), QUOTA)
    except DraftError:
        reject()
    assert tidied(once, QUOTA) == once


def test_all_faults_of_a_draft_are_reported_at_once() -> None:
    with pytest.raises(DraftError) as refusal:
        tidied(named(" ", "x" * 5000), QUOTA)
    assert len(str(refusal.value).splitlines()) == 2
