"""Statements of events that were wrong once, and what the documents say instead."""

from collections.abc import Iterator
from itertools import chain

import pytest

from lore.pack.model import DifferenceKind, Entry, Event, Pack, Statement
from tests.pack.test_seeds import AVENGERS

TIME_NOT_TOLD = {
    "maximoff-bombing",
    "strucker-experiments",
    "search-at-the-nexus",
    "inhuman-outbreak",
    "sokovia-accords-drawn-up",
    "zemos-revenge",
    "the-snap",
}


def entry_of(pack: Pack, id: str) -> Entry:
    [found] = (entry for entry in pack.entries if entry.id == id)
    return found


def event_of(pack: Pack, id: str) -> Event:
    found = entry_of(pack, id)
    assert isinstance(found, Event)
    return found


def article(entry: Entry) -> str:
    """Return the text of an entry, as one string."""
    return " ".join(one.says for one in entry.text)


def deeds(event: Event) -> dict[str, str]:
    """Return what each participant did."""
    return {one.who: one.did for one in event.participants}


def cited(statements: tuple[Statement, ...]) -> Iterator[str]:
    """Return the source and paragraph of every cite."""
    return (f"{c.source}:{c.paragraph}" for c in chain.from_iterable(s.cites for s in statements))


@pytest.mark.parametrize(
    "id",
    [
        "attack-on-avengers-tower",
        "battle-of-sokovia",
        "campaign-against-hydra",
        "evacuation-of-novi-grad",
        "flight-to-the-homestead",
        "raid-on-sokovia",
        "ultron-offensive",
    ],
)
def test_each_of_the_six_avengers_has_a_deed_in_what_the_team_did(pack: Pack, id: str) -> None:
    assert deeds(event_of(pack, id)).keys() >= AVENGERS


def test_the_article_on_the_offensive_begins_with_what_the_film_tells(pack: Pack) -> None:
    [article_on_the_offensive] = (one for one in pack.info.sources if one.id == "003")

    assert article_on_the_offensive.tier_of(3) == "film"
    assert article_on_the_offensive.tier_of(6) == "canon"


def test_the_hulk_leaves_for_romanoffs_and_for_the_teams_sake(pack: Pack) -> None:
    departure = event_of(pack, "hulks-departure")

    assert "endanger Natasha Romanoff" in article(departure)
    assert {"000:7", "002:1", "003:62"} <= set(cited(departure.text))


def test_whether_the_hulk_leaves_before_wandas_revenge_is_not_decided(pack: Pack) -> None:
    departure = event_of(pack, "hulks-departure")
    [when] = (one for one in departure.differences if one.about == "When the Hulk left")

    assert "wandas-revenge" not in departure.after
    assert when.kind is DifferenceKind.CONTRADICTS
    assert "wandas-revenge" in when.also


def test_events_that_no_document_dates_have_no_order(pack: Pack) -> None:
    events = [entry for entry in pack.entries if isinstance(entry, Event)]

    assert {event.id for event in events if event.order is None} == TIME_NOT_TOLD


def test_stark_finds_out_at_the_tower_who_the_hacker_is(pack: Pack) -> None:
    search = event_of(pack, "search-at-the-nexus")

    assert search.where is None
    assert "decided to go to Oslo" in article(search)
    assert "At Avengers Tower Stark found out" in article(search)


def test_nobody_says_that_klaues_mercenaries_were_fought_off(pack: Pack) -> None:
    battle = event_of(pack, "battle-at-the-salvage-yard")

    assert "began to fight" in article(battle)
    assert not any(
        "mercenaries" in deeds(battle)[who] for who in ("clint-barton", "natasha-romanoff")
    )


def test_pietro_is_not_called_impatient_to_kill(pack: Pack) -> None:
    assert "impatient" not in article(event_of(pack, "church-meeting-with-mila"))


def test_banner_has_a_part_in_the_upload_in_one_of_two_accounts(pack: Pack) -> None:
    birth = event_of(pack, "birth-of-the-vision")
    [who] = (one for one in birth.differences if one.about == "Who uploaded J.A.R.V.I.S.")

    assert who.kind is DifferenceKind.CONTRADICTS
    assert [("Banner" in one.says) for one in who.accounts] == [False, True]


@pytest.mark.parametrize("id", ["sokovia-accords-drawn-up", "whih-interviews"])
def test_shield_has_a_part_in_what_followed_the_offensive(pack: Pack, id: str) -> None:
    assert "shield" in deeds(event_of(pack, id))


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("raid-on-sokovia", "gave him a vision of a bleak future"),
        ("raid-on-sokovia", "telekinetic"),
        ("romanoff-freed", "pushed Banner into a pit"),
        ("battle-of-sokovia", "Wanda Maximoff guarded the machine"),
    ],
)
def test_facts_from_a_single_document_are_in_the_article(pack: Pack, id: str, words: str) -> None:
    assert words in article(event_of(pack, id))


@pytest.mark.parametrize(
    ("id", "about", "paragraph"),
    [
        ("new-avengers-formed", "When the Avengers had new members", "003:3"),
        ("twins-turn-on-ultron", "When the twins turned on Ultron", "000:3"),
    ],
)
def test_a_document_that_tells_another_order_is_shown_as_differing(
    pack: Pack, id: str, about: str, paragraph: str
) -> None:
    [found] = (one for one in event_of(pack, id).differences if one.about == about)

    assert found.kind is DifferenceKind.CONTRADICTS
    assert paragraph in cited(found.accounts)


def test_every_event_tells_first_what_came_of_it(pack: Pack) -> None:
    events = [entry for entry in pack.entries if isinstance(entry, Event)]

    assert [event.id for event in events if not (event.outcome or event.lead)] == []


def test_every_difference_is_a_contradiction_or_a_detail(pack: Pack) -> None:
    unread = [one.about for entry in pack.entries for one in entry.differences if one.kind is None]

    assert unread == []
