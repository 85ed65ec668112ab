"""Statements of the pack that were wrong once, and what its documents say instead."""

import re

import pytest

from lore.pack.model import Entry, Pack, Statement


@pytest.fixture(scope="session")
def entries(pack: Pack) -> dict[str, Entry]:
    return {entry.id: entry for entry in pack.entries}


def article(entry: Entry) -> str:
    return " ".join(one.says for one in (*filter(None, (entry.lead,)), *entry.text))


def sentence_with(entry: Entry, words: str) -> Statement:
    """Return the one sentence of the article that has these words."""
    (found,) = (one for one in entry.text if words in one.says)
    return found


def cited(statement: Statement) -> set[tuple[str, int]]:
    return {(cite.source, cite.paragraph) for cite in statement.cites}


def test_fury_encourages_the_avengers_and_does_not_convince_them(
    entries: dict[str, Entry],
) -> None:
    told = article(entries["nick-fury"])

    assert "encouraged" in told
    assert "convince" not in told
    assert "talked them into" not in told


def test_strucker_uses_the_scepter_and_does_not_wield_it(entries: dict[str, Entry]) -> None:
    relations = entries["baron-strucker"].relations

    assert [one.type for one in relations if one.to == "scepter"] == ["used"]


def test_new_avengers_are_only_about_to_be_trained(pack: Pack) -> None:
    (trains,) = (one for one in pack.info.relation_types if one.id == "trains")
    said = [
        one.says for entry in pack.entries for one in (*entry.text, *filter(None, (entry.status,)))
    ]

    assert "prepare" in trains.label.casefold()
    assert [says for says in said if "trained the new" in says] == []


def test_stark_learns_at_the_tower_who_the_hacker_is(entries: dict[str, Entry]) -> None:
    found_out = sentence_with(entries["tony-stark"], "discovered that it was J.A.R.V.I.S.")

    assert "at Avengers Tower he discovered" in found_out.says
    assert ("003", 49) in cited(found_out)


def test_the_article_on_banner_tells_why_the_hulk_left(entries: dict[str, Entry]) -> None:
    left = sentence_with(entries["bruce-banner"], "as a danger")

    assert {("000", 7), ("002", 1), ("003", 62)} <= cited(left)


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("tony-stark", "a vision of a bleak future"),
        ("natasha-romanoff", "pushed Banner into a pit"),
        ("wanda-maximoff", "telekinetic"),
        ("wanda-maximoff", "guarded Ultron's machine"),
    ],
)
def test_the_article_tells_what_only_one_document_has(
    entries: dict[str, Entry], id: str, words: str
) -> None:
    assert words in article(entries[id])


@pytest.mark.parametrize("id", ["steve-rogers", "clint-barton"])
def test_avengers_take_part_in_the_battle_of_their_team(entries: dict[str, Entry], id: str) -> None:
    fought = sentence_with(entries[id], "and the other Avengers fought Ultron's drones")

    assert {("000", 7), ("003", 60)} <= cited(fought)


def test_a_line_that_either_of_two_may_have_said_has_no_speaker(pack: Pack) -> None:
    [extinct] = (quote for quote in pack.quotes if quote.id == "he-said-extinct")
    reasons = [line.reason or "" for quote in pack.quotes for line in quote.lines]

    assert extinct.speakers() == ()
    assert not [one for one in reasons if re.search(r"\b(either|may be|might be)\b", one)]


def test_ultron_is_cut_off_from_all_bodies_but_his_own_and_his_sentries(
    entries: dict[str, Entry],
) -> None:
    cut_off = sentence_with(entries["ultron-sentries"], "confronted Ultron")

    assert "his own body and those of his sentries" in cut_off.says
    assert ("003", 58) in cited(cut_off)


def test_klaues_mercenaries_are_only_beginning_to_be_fought_off(
    entries: dict[str, Entry],
) -> None:
    assert "began to fight off" in article(entries["klaue-mercenaries"])


def test_stark_and_banner_build_on_while_jarvis_is_uploaded(entries: dict[str, Entry]) -> None:
    uploaded = sentence_with(entries["synthetic-body"], "uploaded J.A.R.V.I.S.")

    assert "while he and Bruce Banner went on building it" in uploaded.says
    assert ("003", 49) in cited(uploaded)


def test_the_hulk_leaves_so_as_not_to_endanger_romanoff_or_the_team(
    entries: dict[str, Entry],
) -> None:
    left = sentence_with(entries["quinjet"], "so as not to endanger")

    assert cited(left) == {("000", 7), ("002", 1), ("003", 62)}


def test_wanda_guards_the_machine_before_she_takes_revenge(entries: dict[str, Entry]) -> None:
    guarding = sentence_with(entries["doomsday-trigger"], "guarding")

    assert ("000", 7) in cited(guarding)


def test_new_members_at_the_battle_and_a_team_formed_after_it_are_a_difference(
    entries: dict[str, Entry],
) -> None:
    shown = [
        one for one in entries["new-avengers-formed"].differences if "new-avengers" in one.also
    ]

    assert [[account.document for account in one.accounts] for one in shown] == [["003", None]]


def test_no_one_is_said_to_speak_first_of_the_launch_codes(entries: dict[str, Entry]) -> None:
    (codes,) = entries["nuclear-launch-codes"].differences

    assert "first" not in f"{codes.about} {codes.differs}"


def test_an_account_from_one_document_alone_names_it(pack: Pack) -> None:
    for one in (one for entry in pack.entries for one in entry.differences):
        for account in one.accounts:
            sources = {cite.source for cite in account.cites}
            assert account.document == (sources.pop() if len(sources) == 1 else None), one.about
