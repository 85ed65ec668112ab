"""What the pack that ships must hold, and that it stands in its documents."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from lore.pack import documents
from lore.pack.check import check
from lore.pack.model import Attribution, Entry, Event, Pack, Tier, cites_in
from tests.tiers import CANON, FAN

AVENGERS = {
    "tony-stark",
    "steve-rogers",
    "thor",
    "bruce-banner",
    "natasha-romanoff",
    "clint-barton",
}
OTHERS = {
    "ultron",
    "jarvis",
    "vision",
    "wanda-maximoff",
    "pietro-maximoff",
    "nick-fury",
    "helen-cho",
    "ulysses-klaue",
    "baron-strucker",
}
BATTLES = {
    "raid-on-sokovia",
    "attack-on-avengers-tower",
    "battle-at-the-salvage-yard",
    "duel-of-johannesburg",
    "battle-of-seoul",
    "battle-of-sokovia",
}
# Names, and what is described so.
SAID_BY_NOBODY = {"Ultron", "Vision", "metal men", "prized pupils"}


def test_the_pack_matches_its_documents_and_explains_each_omission(
    seeds: Path, documents_folder: Path
) -> None:
    found = check(seeds, documents_folder, covered=True)

    assert (found.faults, found.remarks, found.left_out) == ((), (), [])


def test_the_pack_has_the_people_and_battles_of_the_story(pack: Pack) -> None:
    assert {entry.id for entry in pack.entries} >= AVENGERS | OTHERS | BATTLES


@pytest.mark.parametrize("id", sorted(BATTLES))
def test_a_battle_has_a_place_participants_and_an_outcome(pack: Pack, id: str) -> None:
    [battle] = (entry for entry in pack.entries if entry.id == id)

    assert isinstance(battle, Event)
    assert battle.where
    assert battle.participants
    assert battle.outcome


def test_the_pack_has_every_quote_of_the_storys_own_documents(
    pack: Pack, documents_folder: Path
) -> None:
    texts, _ = documents.load(pack.info, documents_folder)
    own = "\n".join(one for id in ("000", "002", "003") for one in texts[id].paragraphs)
    quoted = {line.words for quote in pack.quotes for line in quote.lines}

    assert set(re.findall(r'"([^"]+)"', own)) - quoted == SAID_BY_NOBODY


def test_a_speaker_not_named_by_the_source_is_never_called_stated(pack: Pack) -> None:
    exchanges = {"peace-in-my-time", "i-have-moved-beyond-your-mission"}
    lines = [line for quote in pack.quotes if quote.id in exchanges for line in quote.lines]

    assert {line.attribution for line in lines} == {Attribution.INFERRED}


def test_no_entry_has_a_name_twice(pack: Pack) -> None:
    names = [
        (entry.id, name)
        for entry in pack.entries
        for name in (entry.name, *(alias.name for alias in entry.aliases))
    ]

    assert [one for one, times in Counter(names).items() if times > 1] == []


def test_no_film_entry_cites_fan_fiction(pack: Pack) -> None:
    for entry in pack.entries:
        own = (cite for path, cite in cites_in(entry) if path[0] != "differences")
        tiers = {pack.info.tier_of([cite]) for cite in own}

        assert tiers == {FAN} or FAN not in tiers


@pytest.mark.parametrize("hidden", [{FAN}, {CANON}, {FAN, CANON}])
def test_a_difference_hints_at_no_account_that_is_hidden(pack: Pack, hidden: set[Tier]) -> None:
    secret = {name for entry in pack.entries for name in names_of(entry, pack, hidden)}
    secret |= {"fan chapter", "fan retelling"} if FAN in hidden else set()
    for entry in pack.entries:
        for one in entry.differences:
            seen = [it.says for it in one.accounts if pack.info.tier_of(it.cites) not in hidden]
            if 1 < len(seen) < len(one.accounts):
                read = " ".join((one.about, one.differs, *seen))

                assert not [name for name in secret if re.search(rf"\b{name}\b", read)], one.about


@pytest.mark.parametrize("hidden", [{FAN}, {CANON}, {FAN, CANON}])
def test_a_difference_without_hidden_accounts_still_concerns_each_of_its_entries(
    pack: Pack, hidden: set[Tier]
) -> None:
    entries = {entry.id: entry for entry in pack.entries}
    for one in (one for entry in pack.entries for one in entry.differences):
        seen = [it.says for it in one.accounts if pack.info.tier_of(it.cites) not in hidden]
        if 1 < len(seen) < len(one.accounts):
            read = " ".join((one.about, one.differs, *seen)).casefold()

            for id in one.also:
                shown = pack.info.tier_of_entry(entries[id]) not in hidden
                assert not shown or any(word in read for word in words_of(entries[id])), (id, read)


def words_of(entry: Entry) -> Iterator[str]:
    """Yield the words of all its names, but for small ones."""
    names = (
        entry.name,
        *(alias.name for alias in entry.aliases),
        *(other.name for other in entry.found_by),
    )
    yield from (word for name in names for word in re.findall(r"\w{4,}", name.casefold()))


def names_of(entry: Entry, pack: Pack, tiers: set[Tier]) -> Iterator[str]:
    """Yield the names of an entry of these tiers."""
    if pack.info.tier_of_entry(entry) in tiers:
        yield re.escape(entry.name)
        yield from (re.escape(alias.name) for alias in entry.aliases)
