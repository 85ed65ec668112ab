"""What a picture shows, and the same in words."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lore.pack.model import SERVER, Attribution
from lore.pictures.drawing import ALT_TEXT, Legend
from lore.pictures.quotes import quote_card
from lore.pictures.relations import relations
from lore.pictures.timelines import timeline
from lore.query.answers import CitedText, EntryView, Origin, QuoteView, SpokenLine, Timeline
from lore.query.arrangement import START, steps
from lore.query.visible_lore import VisibleLore

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def written(words: str, speaker: str = "Somebody") -> QuoteView:
    """Return a quote that a server wrote."""
    line = SpokenLine(words, speaker, None, Attribution.STATED, None)
    occasion = CitedText("At <:home:1>, **late**.", (), SERVER)
    return QuoteView("s1", SERVER, (line,), ("Wanda",), occasion, None, (), Origin("TV", 1, NOW))


def entry(visible: VisibleLore, id: str) -> EntryView:
    view = visible.entry(id)
    assert view
    return view


def whole_story(visible: VisibleLore, legend: Legend) -> Timeline:
    tiers = legend.info.every_tier
    events = visible.views.events(tiers)
    return Timeline.of(visible.views.entry(event.id, tiers) for event in events)


def test_a_card_says_all_that_it_shows(visible: VisibleLore, legend: Legend) -> None:
    for id in visible.quotes():
        quote = visible.quote(id)
        assert quote
        card = quote_card(quote, legend)
        alt = card.alt.replace("\n", " ")

        assert all(" ".join(line.words.split()) in alt for line in quote.lines)
        assert all(line.speaker in alt for line in quote.lines if line.speaker)
        assert all(listener in alt for listener in quote.to)
        assert ("inferred" in alt) is any(
            line.attribution is Attribution.INFERRED for line in quote.lines
        )
        assert legend.style(quote.tier).label in alt


def test_a_servers_quote_is_drawn_without_its_markup(legend: Legend) -> None:
    card = quote_card(written("<:grin:12> **so** it ||ends||"), legend)

    assert card.alt == (
        "Somebody: “:grin: so it [spoiler]” Said to Wanda. At :home:, late. "
        "Added by this server. TV."
    )
    assert card.tiers == {SERVER}


@pytest.mark.parametrize(
    "words", ["👨\u200d👩\u200d👧 " * 600, "x" * 4000, "word\n" * 800, "y " * 2000]
)
def test_a_quote_of_any_length_fits_on_its_card(words: str, legend: Legend) -> None:
    card = quote_card(written(words, "Z" * 500), legend)

    assert len(card.alt) <= ALT_TEXT
    assert len(card.data) < 6000


def test_relations_stand_in_groups_by_what_they_are_called(
    visible: VisibleLore, legend: Legend
) -> None:
    view = entry(visible, "ultron")
    drawn = relations(view, legend)

    assert drawn
    data = json.loads(drawn.data)
    assert [group["label"] for group in data["groups"]] == [
        *dict.fromkeys(link.label for link in view.links)
    ]
    assert drawn.alt.startswith("Relations of Ultron (character, ")
    assert all(f"{label}: " in drawn.alt for label in {link.label for link in view.links})


def test_of_very_many_relations_it_is_said_how_many_are_left_out(
    visible: VisibleLore, legend: Legend
) -> None:
    view = entry(visible, "ultron")
    link = view.links[0]
    # Of one label 100, and of 200 labels one each.
    links = [
        replace(
            link,
            label="Knows" if n < 100 else f"Way {n}",
            other=replace(link.other, id=f"x{n}", name=f"Nobody {n}"),
        )
        for n in range(300)
    ]
    drawn = relations(replace(view, links=tuple(links)), legend)

    assert drawn
    groups = json.loads(drawn.data)["groups"]
    shown = sum(len(group["others"]) for group in groups)
    assert shown == 28
    assert groups[0]["more"] == "and 91 more"
    assert json.loads(drawn.data)["more"] == f"and {300 - 91 - shown} more"


def test_an_entry_without_relations_has_no_picture_of_them(
    visible: VisibleLore, legend: Legend
) -> None:
    assert relations(replace(entry(visible, "ultron"), links=()), legend) is None


def test_what_another_tier_tells_says_so_and_counts_for_spoilers(
    visible: VisibleLore, legend: Legend
) -> None:
    drawn = relations(entry(visible, "tony-stark"), legend)

    assert drawn
    other = next(tier for tier in legend.info.other_works if tier in drawn.tiers)
    assert f"({legend.style(other).label})" in drawn.alt


def test_a_timeline_shows_ten_events_and_rings_the_one_asked_for(
    visible: VisibleLore, legend: Legend
) -> None:
    asked = whole_story(visible, legend)
    for n, event in enumerate(steps(asked.events)):
        assert event.position
        drawn = timeline(asked, legend, event.position, ringed=True)
        assert drawn
        events = [row for row in json.loads(drawn.data)["rows"] if "name" in row]

        assert len(events) == 10
        assert [row["name"] for row in events if row["asked"]] == [event.ref.name]
        assert f"{n + 1} {event.ref.name}" in drawn.alt


def test_timeline_has_the_heading_of_what_goes_on_once(
    visible: VisibleLore, legend: Legend
) -> None:
    drawn = timeline(whole_story(visible, legend), legend, START, ringed=False)

    assert drawn
    wholes = [row["whole"] for row in json.loads(drawn.data)["rows"] if "whole" in row]
    assert len({*wholes}) == len(wholes)
    assert "Campaign against HYDRA, continued" in wholes
    assert re.search(r"\d Raina's Vision .*Campaign against HYDRA, continued: \d Raid", drawn.alt)


def test_lanes_are_of_those_who_take_part_in_the_most_events(
    visible: VisibleLore, legend: Legend
) -> None:
    drawn = timeline(whole_story(visible, legend), legend, START, ringed=False)

    assert drawn
    data = json.loads(drawn.data)
    assert len(data["lanes"]) == 6
    assert {n for row in data["rows"] for n in row.get("who", ())} == set(range(6))


def test_without_events_there_is_no_timeline(legend: Legend) -> None:
    assert timeline(Timeline.of([]), legend, START, ringed=False) is None
