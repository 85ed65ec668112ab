"""A server's own part: indexed once, changed in small steps."""

from collections.abc import Iterable
from datetime import UTC, datetime

from lore.curation.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.records import ServerEntry, ServerLore
from lore.pack.model import Kind
from lore.query.answers import Ref
from lore.query.server_layer import EMPTY, Resolve, ServerLayer, id_of, updated_layer
from tests.tiers import CANON

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def saved(id: str, draft: Draft, revision: int = 1) -> ServerEntry:
    return ServerEntry(1, id, revision, draft, True, 7, NOW, 7, NOW)


def person(id: str, name: str, revision: int = 1) -> ServerEntry:
    return saved(id, EntryDraft(Kind.CHARACTER, name, f"About {name}."), revision)


def after(
    former: ServerLayer,
    entries: Iterable[ServerEntry],
    removed: Iterable[str] = (),
    resolve: Resolve = lambda _: None,
) -> ServerLayer:
    since = former.version
    lore = ServerLore(1, since, since + 1, tuple(entries), tuple(removed))
    return updated_layer(former, lore, resolve)


def found(layer: ServerLayer, name: str) -> list[str]:
    return [id_of(match.key) for match in layer.names.find(name)]


def test_an_entry_is_found_by_its_name() -> None:
    assert found(after(EMPTY, [person("s1", "Zorblax")]), "zorblax") == ["s1"]


def test_an_edited_entry_is_no_longer_found_by_its_former_name() -> None:
    first = after(EMPTY, [person("s1", "Zorblax")])

    second = after(first, [person("s1", "Quillon", revision=2)])

    assert found(second, "quillon") == ["s1"]
    assert found(second, "zorblax") == []


def test_a_removed_entry_is_not_found_and_known_as_removed() -> None:
    first = after(EMPTY, [person("s1", "Zorblax")])

    second = after(first, [], removed=["s1"])

    assert found(second, "zorblax") == []
    assert [*second.removed] == ["s1"]


def test_a_restored_entry_is_no_longer_known_as_removed() -> None:
    first = after(after(EMPTY, [person("s1", "Zorblax")]), [], removed=["s1"])

    second = after(first, [person("s1", "Zorblax", revision=3)])

    assert found(second, "zorblax") == ["s1"]
    assert not second.removed


def test_a_change_indexes_only_what_changed() -> None:
    first = after(EMPTY, [person(f"s{n}", f"Name {n}") for n in range(50)])

    second = after(first, [person("s3", "Zorblax", revision=2)])

    assert second.base is first.base
    assert second.changes == 1


def test_the_whole_index_is_rebuilt_when_most_of_it_changed() -> None:
    first = after(EMPTY, [person(f"s{n}", f"Name {n}") for n in range(5)])

    second = after(first, [person(f"s{n}", f"New {n}", 2) for n in range(4)])

    assert second.changes == 0
    assert "s2" not in found(second, "name 2")
    assert found(second, "name 4")[0] == "s4"


def test_passages_of_a_former_text_are_not_found() -> None:
    first = after(EMPTY, [person("s1", "Zorblax")])

    second = after(first, [person("s1", "Quillon", revision=2)])

    hits = second.passages.entries.find("about zorblax")
    assert [second.passages.refs[hit.key].key for hit in hits] == ["s1@2"]


def test_notes_are_gathered_under_the_entry_they_are_about() -> None:
    notes = [saved("s1", NoteDraft("thor", "Worthy.")), saved("s2", NoteDraft("thor", "Loud."))]

    assert [note.id for note in after(EMPTY, notes).notes["thor"]] == ["s1", "s2"]


def test_a_quote_without_a_speaker_says_that_none_is_known() -> None:
    layer = after(EMPTY, [saved("s1", QuoteDraft("Well said."))])

    assert layer.quotes["s1"].lines[0].attribution == "unknown"


def test_a_quote_is_linked_to_the_servers_own_entry_whichever_came_first() -> None:
    quote = saved("s1", QuoteDraft("Lanterns out!", speaker="zorblax"))

    layer = after(after(EMPTY, [quote]), [person("s2", "Zorblax")])

    assert {id: list(quotes) for id, quotes in layer.spoken.items()} == {"s2": ["s1"]}
    assert layer.voices == {}


def test_a_quote_is_linked_to_the_servers_own_entry_before_that_of_the_pack() -> None:
    quote = saved("s1", QuoteDraft("Lanterns out!", speaker="Zorblax"))
    of_pack = Ref("zorblax", "Zorblax", Kind.CHARACTER, CANON)

    alone = after(EMPTY, [quote], resolve=lambda _: of_pack)
    both = after(alone, [person("s2", "Zorblax")], resolve=lambda _: of_pack)
    again = after(both, [], removed=["s2"], resolve=lambda _: of_pack)

    assert [list(one.spoken) for one in (alone, both, again)] == [["zorblax"], ["s2"], ["zorblax"]]


def test_a_quote_is_no_longer_linked_to_an_entry_that_was_removed() -> None:
    quote = saved("s1", QuoteDraft("Lanterns out!", speaker="Zorblax"))
    both = after(EMPTY, [quote, person("s2", "Zorblax")])

    layer = after(both, [], removed=["s2"])

    assert layer.spoken == {}
    assert list(layer.voices) == ["zorblax"]


def test_a_speaker_without_an_entry_is_found_by_name_while_quoted() -> None:
    first = after(EMPTY, [saved("s1", QuoteDraft("Lanterns out!", speaker="Bob @ Home"))])

    second = after(first, [], removed=["s1"])

    assert found(first, "bob home") == ["~Bob @ Home"]
    assert found(second, "bob home") == []
