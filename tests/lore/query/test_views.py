import pytest

from lore.catalogue.database import Catalogue
from lore.query.answers import EntryView
from lore.query.views import Views
from tests.tiers import EVERY_TIER, FAN, FILM

ALL = EVERY_TIER


@pytest.fixture
def views(catalogue: Catalogue) -> Views:
    return Views(catalogue)


def test_a_first_event_is_the_part_one_took_part_in_rather_than_the_whole(views: Views) -> None:
    first = views.entry("vision", ALL).first_event
    assert first is not None
    assert first.id == "birth-of-the-vision"


def test_fan_fiction_counts_only_for_the_events_of_its_own_entries(views: Views) -> None:
    mila, scepter = views.entry("mila", ALL).first_event, views.entry("scepter", ALL).last_event
    assert mila is not None
    assert scepter is not None
    assert (mila.id, scepter.id) == ("lab-argument", "cho-enthralled")


def test_a_difference_is_shown_at_each_entry_that_it_concerns(views: Views) -> None:
    about = {one.about for one in views.entry("tony-stark", ALL).disagreements}
    assert "Who made Ultron" in about


def test_a_difference_with_one_account_that_may_be_seen_is_hidden(views: Views) -> None:
    about = {it.about for it in views.entry("wanda-maximoff", ALL).disagreements}
    seen = {it.about for it in views.entry("wanda-maximoff", ALL - {FAN}).disagreements}
    assert about - seen >= {"Who met Ultron in the church", "What Ultron said to the twins"}
    assert seen


def test_an_entrys_own_differences_come_first(views: Views) -> None:
    at = [one.at.id for one in views.entry("ultron", ALL).disagreements]
    assert at == sorted(at, key=lambda id: id != "ultron")
    assert len(set(at)) > 1


def test_a_difference_is_searched_only_at_the_entry_that_carries_it(views: Views) -> None:
    at = [
        id
        for id, view in views.everything()
        if isinstance(view, EntryView)
        and any(one.about == "Who made Ultron" for one in view.disagreements)
    ]
    assert at == ["ultron"]


def test_a_year_that_only_another_work_gives_is_hidden_with_it(views: Views) -> None:
    shown = views.entry("campaign-against-hydra", ALL).happening
    hidden = views.entry("campaign-against-hydra", frozenset({FILM})).happening
    assert shown is not None
    assert hidden is not None
    assert shown.when is not None
    assert (shown.when.year, shown.when.by, hidden.when) == (2015, True, None)


def test_a_hidden_works_account_adds_no_event_to_a_character(
    views: Views,
) -> None:
    first = views.entry("list", frozenset({FILM})).first_event
    events = {event.id for event in views.events(frozenset({FILM}), who="list")}
    assert first is not None
    assert (first.id, events) == ("raid-on-sokovia", {"raid-on-sokovia"})


def test_an_event_without_a_place_takes_that_of_the_event_it_is_part_of(views: Views) -> None:
    events = {event.id for event in views.events(ALL, place="novi-grad")}
    assert {"wandas-revenge", "ultrons-end"} <= events


def test_a_place_that_only_another_work_gives_is_hidden_with_it(views: Views) -> None:
    shown = views.entry("strucker-experiments", ALL).happening
    hidden = views.entry("strucker-experiments", frozenset({FILM})).happening
    assert shown is not None
    assert hidden is not None
    assert shown.where is not None
    assert hidden.where is None


def test_what_happened_in_a_city_happened_in_its_country(views: Views) -> None:
    events = {event.id for event in views.events(ALL, place="sokovia")}
    assert {"raid-on-sokovia", "battle-of-sokovia", "church-meeting"} <= events
    assert "battle-of-seoul" not in events


def test_no_fan_fiction_is_listed_between_two_film_events(views: Views) -> None:
    happening = views.entry("attack-on-avengers-tower", ALL).happening
    assert happening is not None
    assert happening.next is not None
    assert happening.next.id == "strucker-killed"
