"""What people mark up in a text: hidden words, emphasis, addresses."""

import pytest

from lore.text.markup import parse_markup, spoilers, without_markup


def hidden_words(text: str) -> list[str]:
    return [text[start:end] for start, end in spoilers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In the end ||the butler did it||.", ["||the butler did it||"]),
        ("||One||, two, ||three||", ["||One||", "||three||"]),
        ("||over\n\ntwo lines||", ["||over\n\ntwo lines||"]),
        ("a || b", []),
        ("||a|| b ||c", ["||a||"]),
        ("||||", []),
        (r"\||not hidden||", []),
        (r"\\||hidden||", ["||hidden||"]),
        ("`a || b || c`", []),
        ("```\na || b\n``` ||hidden||", ["||hidden||"]),
        (r"\`||hidden||`", ["||hidden||"]),
        ("```a``` ||hidden|| ```b```", ["||hidden||"]),
        ("```a || b```` ||hidden||", ["||hidden||"]),
        ("> One ||two|| three ||four||", ["||two||", "||four||"]),
        ("||`code` inside||", ["||`code` inside||"]),
        ("``a||`b||hidden||", ["||hidden||"]),
        ("**bold ||hidden|| bold**", ["||hidden||"]),
    ],
)
def test_words_between_spoiler_bars_are_hidden(text: str, expected: list[str]) -> None:
    assert hidden_words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "**a ||b** and ||SECRET||",
        "_a ||b_ and ||SECRET||",
        "~~a ||b~~ and ||SECRET||",
        "> a ||b\n||SECRET||",
        "# a ||b\n||SECRET||",
        "- a ||b\n||SECRET||",
        "https://example.org/?a||b and ||SECRET||",
        "**a ||b** and ||SECRET|| **c ||d**",
    ],
)
def test_doubtful_spoiler_bars_hide_rather_too_much(
    text: str,
) -> None:
    assert any("SECRET" in words for words in hidden_words(text))
    assert "SECRET" not in without_markup(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** and *italic* and _italic_", "bold and italic and italic"),
        ("***both***", "both"),
        ("*outer **inner***", "outer inner"),
        ("***bold and italic** only italic*", "bold and italic only italic"),
        ("***italic and bold* only bold**", "italic and bold only bold"),
        ("_outer *inner* outer_", "outer inner outer"),
        ("**half and *half", "**half and *half"),
        ("*crossing **each* other**", "crossing **each other**"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        (r"\*escaped\*", r"\*escaped\*"),
        ("`*code*`", "`*code*`"),
        ("**a ||secret|| b**", "a [spoiler] b"),
        ("__underlined__ ~~struck~~ # heading", "__underlined__ ~~struck~~ # heading"),
    ],
)
def test_label_has_no_markup_and_no_spoilers(text: str, expected: str) -> None:
    assert without_markup(text) == expected


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://example.org/~ann/my_page.", "https://example.org/~ann/my_page"),
        ("(https://en.wikipedia.org/wiki/Foo_(bar))", "https://en.wikipedia.org/wiki/Foo_(bar)"),
        ("**https://example.org/a_b**, then", "https://example.org/a_b"),
        ("https://web.archive.org/web/*/x", "https://web.archive.org/web/*/x"),
        ("<https://example.org/a?b=c&d=[1]>", "https://example.org/a?b=c&d=[1]"),
        ("||https://example.org/_x_||", "https://example.org/_x_"),
        ("[text](https://example.org/x)", "https://example.org/x"),
        ("https://пример.рф/путь_и_цель!", "https://пример.рф/путь_и_цель"),
        ("“https://example.org/Schindler's_List”", "https://example.org/Schindler's_List"),
        ("https://[2001:db8::1]:80/a_b", "https://[2001:db8::1]:80/a_b"),
        ("https://example.org/頁。", "https://example.org/頁"),
    ],
)
def test_address_ends_before_the_punctuation_of_its_sentence(text: str, address: str) -> None:
    assert [text[start:end] for start, end in parse_markup(text).addresses] == [address]
