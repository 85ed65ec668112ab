"""The pictures that the documents show."""

from tests.photographs.accepted import FOLDER, documents, named

MEGABYTE = 1 << 20


def test_every_picture_of_a_document_is_there_and_described_in_words() -> None:
    shown = [(file, alt) for document in documents() for file, alt in named(document)]

    assert [file for file, _ in shown if not file.is_file()] == []
    assert [file for file, alt in shown if len(alt.split()) < 5] == []


def test_pictures_are_small_and_each_is_shown_somewhere() -> None:
    shown = {file.resolve() for document in documents() for file, _ in named(document)}

    assert {*FOLDER.iterdir()} == {file for file in shown if file.parent == FOLDER}
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 2 * MEGABYTE
