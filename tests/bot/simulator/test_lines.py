"""The lines that a person types in the simulator, parsed without a bot."""

import pytest

from bot.simulator.lines import FITS, LineError, leaves, match_name, parse_command, parse_fields

NAME = {"type": 3, "name": "name", "description": "d", "required": True}
PRIVATE = {"type": 5, "name": "private", "description": "d"}
BIO = {"type": 1, "name": "bio", "options": [NAME, PRIVATE]}
LORE = {
    "type": 1,
    "name": "lore",
    "options": [{"type": 1, "name": "add", "options": [NAME, PRIVATE]}],
}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("/bio tony strak", {"name": "tony strak"}),
        ("/bio name:tony strak private:true", {"name": "tony strak", "private": "true"}),
        ("/bio tony private:true", {"name": "tony", "private": "true"}),
        ("/bio private:true name:tony", {"name": "tony", "private": "true"}),
        ('/bio name:"tony strak" private:true', {"name": "tony strak", "private": "true"}),
        ('/bio "a private:lie" private:true', {"name": "a private:lie", "private": "true"}),
        ('/bio he said "no" twice', {"name": 'he said "no" twice'}),
        ("/bio year:2015", {"name": "year:2015"}),
        ("/bio Age: of Ultron", {"name": "Age: of Ultron"}),
        ('/bio "unclosed', {"name": '"unclosed'}),
        ("/bio", {}),
    ],
)
def test_command_line_fills_its_options(line: str, values: dict[str, str]) -> None:
    assert parse_command(line, [BIO]).values == values


@pytest.mark.parametrize(
    ("line", "focused"),
    [("/bio to", "name"), ("/bio", "name"), ("/bio tony private:t", "private")],
)
def test_last_option_is_the_one_being_typed(line: str, focused: str) -> None:
    assert parse_command(line, [BIO]).focused == focused


def test_subcommand_is_part_of_the_path() -> None:
    line = parse_command("/lore add name:x", [LORE])
    assert (line.path, line.values) == (("add",), {"name": "x"})


@pytest.mark.parametrize("line", ["/x", "/lore", "/lore x", "/bio a name:b", "/bio name:a name:b"])
def test_line_that_fits_no_command_says_why(line: str) -> None:
    with pytest.raises(LineError):
        parse_command(line, [BIO, LORE])


@pytest.mark.parametrize("line", ["", "/"])
def test_line_without_a_command_lists_the_commands(line: str) -> None:
    with pytest.raises(LineError, match=r"^Say which command: /bio, /lore\.$"):
        parse_command(line, [BIO, LORE])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Name=Tony", {"Name": "Tony"}),
        ("name=Tony Also known as=a, b", {"Name": "Tony", "Also known as": "a, b"}),
        ('"Also known as"="a Name=b" Name=c', {"Also known as": "a Name=b", "Name": "c"}),
        ("Name=", {"Name": ""}),
        ("", {}),
    ],
)
def test_fields_are_named_by_label(text: str, values: dict[str, str]) -> None:
    assert parse_fields(text, ["Name", "Also known as"]) == values


def test_value_without_a_field_is_refused() -> None:
    with pytest.raises(LineError, match="Fields here: Name"):
        parse_fields("Tony", ["Name"])


@pytest.mark.parametrize(
    ("said", "names"),
    [("MORE", [["More"], ["More"], ["More"]]), ("q", [[], ["Quotes"], ["Quotes"]]), ("", [[]] * 3)],
)
def test_name_is_matched_whole_by_its_start_or_by_a_part(said: str, names: list[list[str]]) -> None:
    labels = ["More", "Quotes"]
    assert [[n] if (n := match_name(said, labels, fits)) else [] for fits in FITS] == names


def test_ambiguous_name_is_refused_with_all_matches() -> None:
    with pytest.raises(LineError, match=r"^re may mean one of: Remove, Reload\.$"):
        match_name("re", ["Remove", "Reload", "More"], str.startswith)


@pytest.mark.parametrize(("line", "leaving"), [(" Exit ", True), ("quit", True), ("/exit", False)])
def test_person_leaves_with_one_word(line: str, leaving: bool) -> None:
    assert leaves(line) is leaving
