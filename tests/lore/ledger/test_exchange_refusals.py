"""What an import refuses, and why: single entries, or the whole file."""

import json
from collections.abc import Callable

import pytest

from lore.curation.quota import QuotaError
from lore.curation.reading import ImportFileError
from lore.ledger.port import Ledger
from lore.ledger.records import Actor, Imported

GUILD = 1
MILL = {"kind": "place", "name": "The Mill", "text": "It grinds."}
REVISION = {"change": "added", "at": "2026-01-01T00:00:00Z", "draft": MILL}


def accept_any_entry(_: str) -> bool:
    """Let a note be about any entry."""
    return True


def file_of(*entries: object, **header: object) -> bytes:
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    start = json.dumps({"schema_version": 1} | header)[:-1]
    return f'{start}, "entries": [\n{lines}\n]}}'.encode()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (7, "is not a table"),
        ({}, "draft: is missing"),
        ({"draft": MILL, "shoe": 1}, "shoe: means nothing here"),
        ({"draft": MILL | {"shoe": 1}}, "draft.shoe: means nothing here"),
        ({"draft": MILL | {"kind": "shoe"}}, "draft.kind: 'shoe' is none of character"),
        ({"draft": MILL | {"kind": "Quote"}}, "is none of character, event, place, "),
        ({"draft": MILL | {"kind": ["quote"]}}, "faction, work, topic, quote, note, hide or alias"),
        ({"draft": MILL | {"kind": "quote"}}, "draft.kind: 'quote' does not fit: what has name, "),
        ({"draft": {"kind": "work", "words": "Hi"}}, "words is of the form quote"),
        ({"draft": {"kind": "quote", "about": "hulk", "text": "Green."}}, "is of the form note"),
        ({"draft": {"words": "Hi"}}, "draft.kind: is missing"),
        ({"draft": "Mill"}, "draft: 'Mill' is not a table"),
        ({"draft": None}, "draft: nothing is not a table"),
        ({"draft": {"kind": "place", "name": "Mill"}}, "draft.text: is missing"),
        ({"draft": MILL | {"name": "x" * 101}}, "Name: 101 characters"),
        ({"draft": MILL | {"name": 5}}, "draft.name: 5 is not text"),
        ({"draft": MILL, "id": "ultron"}, "an id is s and a number"),
        ({"draft": MILL, "id": "s1234567890"}, "an id is s and a number"),
        ({"draft": MILL, "revisions": [{"number": 1}]}, "revisions.0.change: is missing"),
    ],
)
async def test_invalid_entry_is_refused_with_its_line_and_the_others_imported(
    ledger: Ledger, by: Callable[..., Actor], entry: object, reason: str
) -> None:
    content = file_of({"draft": MILL}, entry)
    plan = await ledger.exchange.plan_import(GUILD, content, accept_any_entry)
    [refused] = plan.refused
    assert refused.line == 3
    assert reason in refused.reason
    applied = await ledger.exchange.apply_import(
        GUILD, content, plan.version, by(), accept_any_entry
    )
    assert applied == Imported(1, 0)


async def test_note_on_an_unknown_entry_is_refused_in_file_order(
    ledger: Ledger,
) -> None:
    notes = [{"draft": {"kind": "note", "about": id, "text": "Hm."}} for id in ("nobody", "ultron")]
    content = file_of(notes[0], {"draft": MILL, "shoe": 1}, notes[1])
    plan = await ledger.exchange.plan_import(GUILD, content, "ultron".__eq__)
    assert [entry.line for entry in plan.added] == [4]
    assert [(refused.line, refused.reason) for refused in plan.refused] == [
        (2, "draft.about: there is no entry nobody that a note could be on"),
        (3, "shoe: means nothing here"),
    ]


@pytest.mark.parametrize(
    ("revisions", "reason"),
    [
        ([REVISION | {"number": 2}, REVISION | {"number": 1}], "not in the order"),
        ([REVISION | {"number": 1, "draft": {"kind": "quote", "words": "Hi"}}], "another form"),
        ([REVISION | {"number": 1, "draft": MILL | {"kind": "note"}}], "0.draft.kind: 'note' does"),
        ([REVISION | {"number": 1, "draft": 7}], "revisions.0.draft: 7 is not a table"),
        ([REVISION | {"number": 1, "at": "2026-01-01T00:00:00"}], "is not a time such as"),
        ([REVISION | {"number": 1, "at": "9999-12-31T23:59:59-12:00"}], "below 3000"),
        ([REVISION | {"number": 1, "draft": MILL | {"text": "x" * 4001}}], "4,001 characters"),
    ],
)
async def test_inconsistent_history_is_refused(
    ledger: Ledger, revisions: list[object], reason: str
) -> None:
    content = file_of({"id": "s1", "draft": MILL, "revisions": revisions})
    [refused] = (await ledger.exchange.plan_import(GUILD, content, accept_any_entry)).refused
    assert reason in refused.reason


async def test_id_found_twice_in_a_file_is_imported_once(ledger: Ledger) -> None:
    content = file_of(*[{"id": "s1", "draft": MILL}] * 2)
    plan = await ledger.exchange.plan_import(GUILD, content, accept_any_entry)
    assert [entry.line for entry in plan.added] == [2]
    assert [(refused.line, refused.reason) for refused in plan.refused] == [
        (3, "The id s1 stands twice in this file.")
    ]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (b'"text": NaN', "NaN is not a number here."),
        (b'"text": "One", "text": "Two"', "The key text stands twice."),
        (b'"text": "\\ud800"', "A text holds half a character."),
    ],
)
async def test_entry_that_cannot_be_read_refuses_itself_alone(
    ledger: Ledger, part: bytes, reason: str
) -> None:
    inn = {"draft": MILL | {"name": "The Inn"}}
    whole = file_of({"draft": MILL}, {"draft": MILL | {"text": "?"}}, inn)
    content = whole.replace(b'"text": "?"', part)
    plan = await ledger.exchange.plan_import(GUILD, content, accept_any_entry)

    assert content != whole
    assert [entry.line for entry in plan.added] == [2, 4]
    assert [(refused.line, refused.reason) for refused in plan.refused] == [(3, reason)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[]", "names no schema_version"),
        (b"{}", "names no schema_version"),
        (file_of(schema_version=7), "schema version 7; only versions 1 to 2"),
        (b'{"schema_version": 1}', "no list of entries"),
        (b'{"schema_version": 1, "entries": {}}', "no list of entries"),
        (file_of(shoe=1), "means nothing here: shoe"),
        (file_of(server=[1, 2])[:-1], "not JSON"),
    ],
)
async def test_a_file_that_is_not_an_export_is_refused_whole(
    ledger: Ledger, content: bytes, sentence: str
) -> None:
    with pytest.raises(ImportFileError, match=sentence):
        await ledger.exchange.plan_import(GUILD, content, accept_any_entry)


async def test_file_over_the_servers_limit_is_refused_at_the_dry_run(
    ledger: Ledger,
) -> None:
    content = file_of(*[{"draft": MILL | {"name": f"Mill {n}"}} for n in range(5)])
    with pytest.raises(QuotaError, match="5 entries of its own; 4 is as many"):
        await ledger.exchange.plan_import(GUILD, content, accept_any_entry)
