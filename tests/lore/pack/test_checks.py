"""What a pack must hold to between its files."""

from collections.abc import Callable

import pytest

Write = Callable[[str, str], None]
Replace = Callable[[str, str, str], None]
Faults = Callable[[], list[str]]

KEEPER = "characters/keeper.toml"
STORM = "events/storm.toml"
QUOTES = "quotes/001.toml"

AFTERMATH = """\
name = "The Aftermath"
order = 20

[[text]]
says = "The sea calms down."
cites = ["001:3 storm comes"]
"""


def test_a_cite_of_an_unknown_source_is_a_fault(faults: Faults, replace: Replace) -> None:
    replace(KEEPER, "001:1 keeper lights the lamp", "009:1 keeper lights")

    assert faults() == [
        'characters/keeper.toml:5: cite "009:1 keeper lights": '
        "no source 009 in pack.toml; did you mean 001?"
    ]


def test_a_cite_beyond_the_last_paragraph_is_a_fault(faults: Faults, replace: Replace) -> None:
    replace(KEEPER, "001:1 keeper lights the lamp", "001:4 keeper lights")

    assert faults() == [
        'characters/keeper.toml:5: cite "001:4 keeper lights": 001 has only 3 paragraphs'
    ]


def test_a_quote_from_an_unknown_source_is_a_fault(faults: Faults, write: Write) -> None:
    write(
        "quotes/009.toml",
        '[[quotes]]\nid = "no"\noccasion = { says = "x", cites = ["001:1 a b"] }\n'
        'lines = [{ words = "No.", paragraph = 1, speaker = "keeper" }]\n',
    )

    assert faults() == [
        "quotes/009.toml:1: the file is named for its source, but there is no source 009 in "
        "pack.toml; did you mean 001?"
    ]


def test_a_quote_beyond_the_last_paragraph_is_a_fault(faults: Faults, replace: Replace) -> None:
    replace(QUOTES, "paragraph = 3", "paragraph = 4")

    assert faults() == ['quotes/001.toml:5: cite "001:4 Light it.": 001 has only 3 paragraphs']


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            KEEPER,
            'to = "tower"',
            'to = "towr"',
            f"{KEEPER}:9: there is no entry towr; did you mean tower?",
        ),
        (KEEPER, 'to = "tower"', 'to = "keeper"', f"{KEEPER}:9: the entry refers to itself"),
        (
            KEEPER,
            '"keeps"',
            '"owns"',
            f"{KEEPER}:8: no relation type owns in pack.toml; list it in relation_types",
        ),
        (
            KEEPER,
            '"keeps"',
            '"keep"',
            f"{KEEPER}:8: no relation type keep in pack.toml; did you mean keeps?",
        ),
        (STORM, '"tower"', '"rock"', f"{STORM}:9: there is no entry rock"),
        (
            STORM,
            '"tower"',
            '"keeper"',
            f"{STORM}:9: where names keeper, which is not place but character",
        ),
        (
            QUOTES,
            '"keeper"',
            '"mate"',
            f"{QUOTES}:5: there is no entry mate; who has none is named: speaker_name",
        ),
        (
            QUOTES,
            '"storm"',
            '"strom"',
            f"{QUOTES}:3: there is no event strom; did you mean storm?",
        ),
        (QUOTES, '"storm"', '"calm"', f"{QUOTES}:3: there is no event calm"),
        (QUOTES, '"storm"', '"tower"', f"{QUOTES}:3: there is no event tower"),
        (QUOTES, "event =", 'to = ["mate"]\nevent =', f"{QUOTES}:3: there is no entry mate"),
    ],
)
def test_an_unknown_reference_is_reported_with_its_line(
    faults: Faults, replace: Replace, file: str, old: str, new: str, fault: str
) -> None:
    replace(file, old, new)

    assert faults() == [fault]


def test_an_alias_missing_from_its_cites_is_a_fault(faults: Faults, replace: Replace) -> None:
    keeper = '"The Keeper"\naliases = [{ name = "lamp", cites = ["001:1 lights the lamps"] }]'
    replace(KEEPER, '"The Keeper"', keeper)

    assert faults() == [
        "characters/keeper.toml:2: alias lamp stands in no cite of it; is it for found_by?"
    ]


def test_an_alias_that_one_of_its_cites_contains_is_accepted(
    faults: Faults, replace: Replace
) -> None:
    aliases = 'aliases = [{ name = "the lamp", cites = ["001:3 a b", "001:1 lights The lamp."] }]'
    replace(KEEPER, '"The Keeper"', f'"The Keeper"\n{aliases}')
    replace(KEEPER, "001:1 keeper lights the lamp", "009:1 keeper lights")

    assert len(faults()) == 1


def test_two_events_with_the_same_order_are_refused(faults: Faults, write: Write) -> None:
    write("events/aftermath.toml", AFTERMATH.replace("20", "10"))

    assert faults() == ["events/storm.toml:2: aftermath has the same order 10"]


def test_an_event_ordered_before_the_one_it_follows_is_refused(
    faults: Faults, write: Write
) -> None:
    write("events/aftermath.toml", AFTERMATH.replace("order = 20", 'order = 5\nafter = ["storm"]'))

    assert faults() == ["events/aftermath.toml:2: it follows storm, whose order 10 is not lower"]


def test_an_event_ordered_before_the_one_it_is_part_of_is_refused(
    faults: Faults, write: Write
) -> None:
    write("events/aftermath.toml", AFTERMATH.replace("order = 20", 'order = 5\npart_of = "storm"'))

    assert faults() == ["events/aftermath.toml:2: it is part of storm, whose order 10 is not lower"]


@pytest.mark.parametrize("key", ["part_of", "after"])
def test_an_event_can_only_follow_or_be_part_of_events(
    faults: Faults, replace: Replace, key: str
) -> None:
    value = '"tower"' if key == "part_of" else '["tower"]'
    replace(STORM, "order = 10", f"order = 10\n{key} = {value}")

    assert faults() == [f"events/storm.toml:3: {key} names tower, which is not event but place"]


def test_a_tier_set_apart_cannot_be_cited_beside_another(faults: Faults, replace: Replace) -> None:
    replace(KEEPER, 'lamp"]', 'lamp", "002:1 and sings to it"]')

    assert faults() == [
        "characters/keeper.toml:5: sequel stands apart, but is cited beside others; "
        "give it its own entry"
    ]


def test_a_tier_set_apart_may_have_an_entry_of_its_own(faults: Faults, write: Write) -> None:
    write("characters/mermaid.toml", 'name = "M"\n[[text]]\nsays = "x"\ncites = ["002:1 a b"]\n')
    write("loose.toml", "")

    assert [line.split(":")[0] for line in faults()] == ["loose.toml"]


def test_a_difference_may_have_an_account_from_a_tier_set_apart(
    faults: Faults, write: Write
) -> None:
    accounts = "\n".join(
        f'[[differences.accounts]]\nsays = "x"\ncites = ["{cite} a b"]'
        for cite in ("001:1", "002:1")
    )
    write(KEEPER, f'\n[[differences]]\nabout = "The lamp"\ndiffers = "x"\n{accounts}\n')
    write("loose.toml", "")

    assert [line.split(":")[0] for line in faults()] == ["loose.toml"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('speaker = "keeper", attribution = "inferred"', "an inferred speaker, and only that,"),
        ('speaker = "keeper", reason = "He does."', "an inferred speaker, and only that,"),
        ('speaker = "keeper", attribution = "unknown"', "a line has a speaker unless"),
        ('attribution = "stated"', "a line has a speaker unless"),
    ],
)
def test_a_speaker_is_stated_inferred_with_a_reason_or_unknown(
    faults: Faults, replace: Replace, line: str, what: str
) -> None:
    replace(QUOTES, 'speaker = "keeper"', line)

    assert len(faults()) == 1
    assert faults()[0].startswith(f"quotes/001.toml:5: {what}")


def test_two_sources_with_the_same_id_are_refused(faults: Faults, replace: Replace) -> None:
    replace("pack.toml", 'id = "002"', 'id = "001"')

    assert "pack.toml:25: two sources have the id 001" in faults()


def test_id_of_what_servers_add_is_none_for_a_pack(faults: Faults, replace: Replace) -> None:
    replace("pack.toml", 'version = "1"', 'version = "1"\nid = "s"')

    assert len(faults()) == 1
    assert "s is how ids of what servers add begin; write another id" in faults()[0]


TIERS = """\
[[tiers]]
id = "tale"
label = "The tale"
colour = "#0a64A0"

[[tiers]]
id = "sequel"
label = "Sequels by readers"
apart = true
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('id = "sequel"', 'id = "tale"', "12: two tiers have the id tale"),
        (
            'id = "sequel"',
            'id = "server"',
            "12: server is the tier of what servers add themselves; choose another id",
        ),
        ('id = "sequel"', 'id = "The Sequel"', "12: tier 2, id: 'The Sequel' is no id: lower-case"),
        ('"Sequels by readers"', '"the  TALE"', "13: two tiers are called the  TALE"),
        ('label = "Sequels by readers"\n', "", "11: label is missing in tier 2"),
        ('"Sequels by readers"', '" "', "13: tier 2, label: is empty"),
        ('"#0a64A0"', '"red"', "9: tier 1, colour: 'red' is no colour: write # and six digits"),
        ('"#0a64A0"', '"#0a64a"', "9: tier 1, colour: '#0a64a' is no colour: write # and six"),
        ('"#0a64A0"', "0x0a64a0", "9: tier 1, colour: 681120 is not text; write it between quotes"),
        ("apart = true", "aprat = true", "14: unknown key aprat in tier 2; did you mean apart?"),
        (TIERS, "", "1: tiers: a pack needs at least one: write [[tiers]] with an id and a label"),
        (TIERS, "tiers = []\n", "6: tiers: a pack needs at least one: write [[tiers]]"),
        (TIERS, "[tiers]\n", "6: tiers: a pack needs at least one: write [[tiers]]"),
        ('tier = "tale"', 'tier = "talk"', "20: no tier talk in pack.toml; did you mean tale?"),
        ('tier = "tale"', 'tier = "server"', "20: no tier server in pack.toml"),
    ],
)
def test_a_faulty_tier_is_reported_with_its_line(
    faults: Faults, replace: Replace, old: str, new: str, fault: str
) -> None:
    replace("pack.toml", old, new)

    assert faults()[0].startswith(f"pack.toml:{fault}")


def test_more_tiers_than_fit_in_a_menu_are_refused(faults: Faults, replace: Replace) -> None:
    many = "".join(f'[[tiers]]\nid = "t{n}"\nlabel = "T {n}"\n' for n in range(19))
    replace("pack.toml", TIERS, TIERS + many)

    assert faults() == ["pack.toml:6: tiers: only 20 allowed"]


def test_an_unknown_tier_of_paragraphs_is_reported_with_its_line(
    faults: Faults, write: Write
) -> None:
    write("pack.toml", "\n[sources.tiers]\nsequal = [1]\n")

    assert faults() == ["pack.toml:33: no tier sequal in pack.toml; did you mean sequel?"]


def test_a_tier_of_paragraphs_beyond_the_last_is_refused(faults: Faults, write: Write) -> None:
    write("pack.toml", "\n[sources.tiers]\ntale = [3]\n")

    assert faults() == ["pack.toml:33: 002 has 2 paragraphs, so not 3"]


def test_a_broken_file_is_one_fault_though_others_refer_to_its_entry(
    faults: Faults, write: Write
) -> None:
    write("places/tower.toml", "= broken\n")

    assert [line.split(": ")[0] for line in faults()] == ["places/tower.toml:6"]


@pytest.mark.parametrize(
    ("former", "fault"),
    [
        ('["tower"]', "former names tower, which is an entry now; take it out"),
        ('["keeper"]', "former names keeper, which is an entry now; take it out"),
        (
            '["guard", "guard"]',
            "former names guard, as that of keeper does; take it out of one of them",
        ),
        ('["s7"]', "former 1: 's7' is no id: s with digits alone is what the entries of servers"),
    ],
)
def test_a_former_id_leads_to_one_entry_only(
    faults: Faults, replace: Replace, former: str, fault: str
) -> None:
    replace(KEEPER, 'name = "The Keeper"', f'name = "The Keeper"\nformer = {former}')

    [found] = faults()
    assert found.startswith(f"{KEEPER}:2: {fault}")


def test_two_entries_cannot_have_had_the_same_id(faults: Faults, replace: Replace) -> None:
    for file, name in ((KEEPER, "The Keeper"), ("places/tower.toml", "The Tower")):
        replace(file, f'name = "{name}"', f'name = "{name}"\nformer = ["guard"]')

    [fault] = faults()
    assert fault.startswith("places/tower.toml:2: former names guard, as that of keeper does; take")


@pytest.mark.parametrize("id", ["s12", "s0"])
def test_an_id_of_s_and_digits_is_reserved_for_server_entries(
    faults: Faults, write: Write, id: str
) -> None:
    write(f"places/{id}.toml", 'name = "A"\n[[text]]\nsays = "B."\ncites = ["001:2 tower on"]\n')

    assert faults() == [
        f"places/{id}.toml:1: the name of the file: '{id}' is no id: s with digits alone is what "
        "the entries of servers are called; add a word"
    ]


def test_an_id_longer_than_32_characters_is_refused(faults: Faults, write: Write) -> None:
    file = f"places/{'a' * 33}.toml"
    write(file, 'name = "A"\n[[text]]\nsays = "B."\ncites = ["001:2 tower on"]\n')

    assert faults() == [f"{file}:1: the name of the file: is 33 characters long, 32 are allowed"]


@pytest.mark.parametrize("id", ["The Lighthouse", "a.b", ""])
def test_a_pack_id_consists_of_letters_digits_and_hyphens(
    faults: Faults, replace: Replace, id: str
) -> None:
    replace("pack.toml", 'version = "1"', f'version = "1"\nid = "{id}"')

    [fault] = faults()
    assert fault.startswith(
        f"pack.toml:3: id: '{id}' is no id: lower-case letters, digits and hyphens"
    )
