"""Ids of a server's entries are made from their names; the numbers of before stay valid."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.curation.own_ids import OwnSlugs
from lore.ledger.port import Ledger, NoSuchEntryError
from lore.ledger.records import Actor, Imported, ServerEntry
from lore.pack.model import Kind

INN = EntryDraft(Kind.PLACE, "The Inn", "Ours.")
PERSON = 700_000_000_000_000_011

Bys = Callable[..., Actor]


async def take(ledger: Ledger, by: Actor, *entries: dict[str, Any]) -> Imported:
    content = json.dumps({"schema_version": 1, "entries": entries}).encode()
    version = await ledger.entries.version(1)
    done = await ledger.exchange.apply_import(1, content, version, by, lambda _: True)
    assert isinstance(done, Imported)
    return done


async def ids(ledger: Ledger) -> list[str]:
    return [entry.id for entry in (await ledger.entries.server_lore(1)).entries]


def of_a_place(name: str) -> dict[str, str]:
    return {"kind": "place", "name": name, "text": "A place."}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Zorblax Bar", "zorblax-bar"),
        ("O’Neil's Café", "oneils-cafe"),
        ("Москва", "moskva"),
        ("大聖", "dasheng"),
        ("?!", "place"),
        ("s12", "s12-place"),
        ("The Most Remarkable Inn of All", "the-most-remarkable-inn"),
        ("N" * 100, "n" * 24),
        (f"Home of {PERSON}", "home-of"),
    ],
)
def test_a_slug_is_made_of_a_name_in_any_script_and_of_nobodys_number(name: str, slug: str) -> None:
    assert OwnSlugs([]).of(EntryDraft(Kind.PLACE, name, "")) == slug


def test_slugs_of_one_name_are_numbered_and_never_too_long() -> None:
    long = "the-most-remarkable-inns"
    slugs = OwnSlugs(["inn", "inn-2", long])

    assert [slugs.of(replace(INN, name="Inn")) for _ in range(2)] == ["inn-3", "inn-4"]
    assert slugs.of(replace(INN, name=long)) == "the-most-2"
    assert slugs.of(QuoteDraft("Hm.")) is None


async def test_an_id_outlives_new_names_and_is_not_given_again(ledger: Ledger, by: Bys) -> None:
    inn = await ledger.entries.publish(1, INN, by())
    renamed = await ledger.entries.edit(1, inn.id, replace(INN, name="The Tavern"), 1, by())
    await ledger.entries.remove(1, "S.The-Inn", by())
    other = await ledger.entries.publish(1, INN, by())

    assert isinstance(renamed, ServerEntry)
    assert (inn.id, renamed.id, other.id) == ("s.the-inn", "s.the-inn", "s.the-inn-2")


async def test_a_named_entry_has_no_number_that_leads_to_it(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(1, INN, by())

    for id in ("s1", "the-inn", "s.the", "s-1"):
        with pytest.raises(NoSuchEntryError, match=f"This server has no entry {id}"):
            await ledger.entries.entry(1, id)


async def test_an_old_export_comes_in_under_its_numbers_beside_named_entries(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.entries.publish(1, INN, by())
    await take(ledger, by(), {"id": "s1", "draft": of_a_place("Old")})

    assert {*await ids(ledger)} == {"s.the-inn", "s1"}
    assert (await ledger.entries.entry(1, "s1")).draft == EntryDraft(Kind.PLACE, "Old", "A place.")
    assert (await ledger.entries.publish(1, QuoteDraft("Hm."), by())).id == "s2"


async def test_entries_of_one_file_never_take_each_others_ids(ledger: Ledger, by: Bys) -> None:
    await take(
        ledger,
        by(),
        {"draft": of_a_place("Inn")},
        {"id": "s.inn", "draft": of_a_place("Another")},
        {"id": "s.inn-2", "draft": {"kind": "quote", "words": "Hm."}},
    )

    assert {*await ids(ledger)} == {"s.inn-3", "s.inn", "s.inn-2"}
    assert (await ledger.entries.entry(1, "s.inn-2")).draft == QuoteDraft("Hm.")


@pytest.mark.parametrize(
    "id", ["s.", "s.Inn", "s.-inn", "s.inn-", "s.in n", f"s.{'n' * 25}", f"s.of-{PERSON}", "inn"]
)
async def test_a_file_with_an_id_of_another_form_is_refused(ledger: Ledger, id: str) -> None:
    content = json.dumps(
        {"schema_version": 1, "entries": [{"id": id, "draft": of_a_place("Inn")}]}
    ).encode()
    plan = await ledger.exchange.plan_import(1, content, lambda _: True)

    assert [one.reason for one in plan.refused] == [
        "id: an id is s and a number, such as s12, or s. and a name, such as s.inn"
    ]


async def test_what_was_removed_last_is_listed_last(ledger: Ledger, by: Bys) -> None:
    for name in ("A", "B", "C"):
        await ledger.entries.publish(1, replace(INN, name=name), by())
    for id in ("s.c", "s.a", "s.b"):
        await ledger.entries.remove(1, id, by())

    assert (await ledger.entries.server_lore(1)).removed == ("s.c", "s.a", "s.b")


async def test_an_approved_suggestion_knows_its_entry_by_its_name(ledger: Ledger, by: Bys) -> None:
    suggested = await ledger.suggestions.suggest(1, INN, by(21))
    act = by()
    approval = await ledger.suggestions.approve(1, suggested.number, act)

    assert approval.suggestion.entry_id == approval.entry.id == "s.the-inn"
    assert await ledger.suggestions.approve(1, suggested.number, act) == approval
    [own] = await ledger.suggestions.of_person(1, 21)
    assert own.entry_id == "s.the-inn"
