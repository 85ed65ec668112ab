"""A server's own part: built once, changed in small steps, kept for the latest servers."""

from collections.abc import Iterable
from datetime import UTC, datetime

from lore.ledger.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.records import ServerEntry, ServerLore
from lore.model import Kind
from lore.overlay import CHANGES, EMPTY, Overlay, Overlays, id_of, overlaid

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def saved(id: str, draft: Draft, revision: int = 1) -> ServerEntry:
    return ServerEntry(1, id, revision, draft, True, 7, NOW, 7, NOW)


def person(id: str, name: str, revision: int = 1) -> ServerEntry:
    return saved(id, EntryDraft(Kind.CHARACTER, name, f"About {name}."), revision)


def after(former: Overlay, entries: Iterable[ServerEntry], removed: Iterable[str] = ()) -> Overlay:
    since = former.version
    lore = ServerLore(1, since, since + 1, tuple(entries), frozenset(removed))
    return overlaid(former, lore, lambda _: None)


def found(overlay: Overlay, name: str) -> list[str]:
    return [id_of(match.key) for match in overlay.names.find(name, allow=overlay.is_live)]


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
    assert second.removed == {"s1"}


def test_a_restored_entry_is_no_longer_known_as_removed() -> None:
    first = after(after(EMPTY, [person("s1", "Zorblax")]), [], removed=["s1"])

    second = after(first, [person("s1", "Zorblax", revision=3)])

    assert found(second, "zorblax") == ["s1"]
    assert second.removed == frozenset()


def test_a_change_indexes_only_what_changed() -> None:
    first = after(EMPTY, [person(f"s{n}", f"Name {n}") for n in range(50)])

    second = after(first, [person("s3", "Zorblax", revision=2)])

    assert second.base is first.base


def test_after_many_changes_the_index_is_built_anew() -> None:
    first = after(EMPTY, [person(f"s{n}", f"Name {n}") for n in range(CHANGES + 1)])

    second = after(first, [person(f"s{n}", f"New {n}", 2) for n in range(CHANGES + 1)])

    assert second.base is not first.base
    assert found(second, "name 5") == []


def test_passages_of_a_former_text_are_not_live() -> None:
    first = after(EMPTY, [person("s1", "Zorblax")])

    second = after(first, [person("s1", "Quillon", revision=2)])

    keys = {second.texts.spots[hit.key].key for hit in second.texts.entries.find("about zorblax")}
    assert not any(second.is_live(key) for key in keys if key.endswith("@1"))


def test_notes_are_gathered_under_the_entry_they_are_about() -> None:
    notes = [saved("s1", NoteDraft("thor", "Worthy.")), saved("s2", NoteDraft("thor", "Loud."))]

    assert [note.id for note in after(EMPTY, notes).notes["thor"]] == ["s1", "s2"]


def test_a_quote_without_a_speaker_says_that_nobody_is_known() -> None:
    overlay = after(EMPTY, [saved("s1", QuoteDraft("Well said."))])

    assert overlay.quotes["s1"].lines[0].attribution == "unknown"


class Ledger:
    """Counts how often a server's lore is read, and from which version."""

    def __init__(self) -> None:
        self.read: list[tuple[int, int]] = []

    async def server_lore(self, guild_id: int, since: int = 0) -> ServerLore:
        self.read.append((guild_id, since))
        return ServerLore(guild_id, since, since + 1, (), frozenset())


async def test_a_server_is_read_once_until_it_changes() -> None:
    ledger = Ledger()
    overlays = Overlays(ledger, lambda _: None)  # type: ignore[arg-type]  # the one verb it uses
    await overlays.of(1)
    await overlays.of(1)

    overlays.changed(1)
    await overlays.of(1)

    assert ledger.read == [(1, 0), (1, 1)]


async def test_the_server_not_asked_for_longest_is_dropped() -> None:
    ledger = Ledger()
    overlays = Overlays(ledger, lambda _: None, servers=2)  # type: ignore[arg-type]  # as above
    for guild_id in (1, 2, 1, 3, 1, 2):
        await overlays.of(guild_id)

    assert [guild_id for guild_id, _ in ledger.read] == [1, 2, 3, 2]


def test_a_quote_is_linked_to_the_servers_own_entry_whichever_came_first() -> None:
    quote = saved("s1", QuoteDraft("Lanterns out!", speaker="zorblax"))

    overlay = after(after(EMPTY, [quote]), [person("s2", "Zorblax")])

    assert overlay.spoken == {"s2": ("s1",)}
    assert overlay.voices == {}


def test_a_quote_is_no_longer_linked_to_an_entry_that_was_removed() -> None:
    quote = saved("s1", QuoteDraft("Lanterns out!", speaker="Zorblax"))
    both = after(EMPTY, [quote, person("s2", "Zorblax")])

    overlay = after(both, [], removed=["s2"])

    assert overlay.spoken == {}
    assert list(overlay.voices) == ["zorblax"]
