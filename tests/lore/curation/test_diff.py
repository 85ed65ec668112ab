from hypothesis import given
from hypothesis import strategies as st

from lore.curation.diff import FieldChange, Mark, Piece, diff
from lore.curation.drafts import EntryDraft, NoteDraft, QuoteDraft
from lore.pack.model import Kind


def note(text: str) -> NoteDraft:
    return NoteDraft("ultron", text)


def test_unchanged_field_is_not_listed() -> None:
    assert diff(note("Same."), note("Same.")) == ()


def test_removed_added_and_kept_words_are_distinguished() -> None:
    [change] = diff(note("She cooks at the farm."), note("She often cooks at the mill."))
    assert change.field == "text"
    assert change.pieces == (
        Piece(Mark.KEPT, "She "),
        Piece(Mark.NEW, "often "),
        Piece(Mark.KEPT, "cooks at the "),
        Piece(Mark.GONE, "farm."),
        Piece(Mark.NEW, "mill."),
    )


def test_word_that_becomes_the_last_is_kept() -> None:
    [change] = diff(note("She cooks well"), note("She cooks"))
    assert change.pieces == (Piece(Mark.KEPT, "She cooks"), Piece(Mark.GONE, "well"))


def test_fields_are_listed_in_form_order() -> None:
    before = EntryDraft(Kind.PLACE, "Mill", "Old.", aliases=("A", "B"))
    after = EntryDraft(Kind.FACTION, "Mill", "New.", aliases=("A", "C"))
    assert [change.field for change in diff(before, after)] == ["kind", "text", "aliases"]


def test_formerly_empty_field_is_all_new() -> None:
    [change] = diff(QuoteDraft("Hi."), QuoteDraft("Hi.", speaker="Maren Holt"))
    assert change == FieldChange("speaker", "", "Maren Holt", (Piece(Mark.NEW, "Maren Holt"),))


TEXTS = st.lists(st.sampled_from(["farm", "mill", "the", "a."])).map(" ".join)


@given(TEXTS, TEXTS)
def test_pieces_add_up_to_the_new_text_and_the_old_words(before: str, after: str) -> None:
    for change in diff(note(before), note(after)):
        new = "".join(piece.text for piece in change.pieces if piece.mark != Mark.GONE)
        old = " ".join(piece.text.strip() for piece in change.pieces if piece.mark != Mark.NEW)
        assert new == after
        assert old.split() == before.split()
