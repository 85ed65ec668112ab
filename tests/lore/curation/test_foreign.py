"""Files of other bots: what shape they have, who said what and when, and what cannot be taken."""

import json
from typing import Any

import pytest

from lore.curation.drafts import EntryDraft, QuoteDraft, tidied
from lore.curation.foreign.quotes import ForeignFile, read_foreign
from lore.curation.quota import Quota
from lore.curation.reading import MAX_BYTES, ImportFileError
from lore.pack.model import Kind


def read(content: bytes | str | object, name: str = "") -> ForeignFile:
    if not isinstance(content, bytes | str):
        content = json.dumps(content)
    raw = content.encode() if isinstance(content, str) else content
    return read_foreign(raw, name, lambda draft: tidied(draft, Quota()))


def quotes(content: bytes | str | object, name: str = "") -> list[tuple[str, str, str]]:
    """Return the words, speaker, and date or occasion of each quote in a file."""
    drafts = [one.draft for one in read(content, name).entries]
    return [
        (one.words, one.speaker, one.date or one.occasion)
        for one in drafts
        if isinstance(one, QuoteDraft)
    ]


ADA = ("Lanterns out!", "Ada", "2021-03-04")
NO_DATE = ("Lanterns out!", "Ada", "")
BARE = ("Lanterns out!", "", "")
MARCH = 1_614_816_000

JSON: dict[str, tuple[object, tuple[str, str, str]]] = {
    "list of texts": (["Lanterns out!"], BARE),
    "texts that name their speaker": (['"Lanterns out!" - Ada'], NO_DATE),
    "list of objects": ([{"text": "Lanterns out!", "author": "Ada", "date": "2021-03-04"}], ADA),
    "nested under a key": (
        {"quotes": [{"quote": "Lanterns out!", "by": "Ada", "createdAt": "2021-03-04T10:00:00Z"}]},
        ADA,
    ),
    "objects by number, author an object": (
        {
            "status": "ok",
            "data": {
                "quotes": {
                    "17": {
                        "content": "Lanterns out!",
                        "user": {"id": "123456789012345678", "username": "Ada"},
                        "ts": MARCH,
                    }
                }
            },
        },
        ADA,
    ),
    "by server": (
        {
            "123456789012345678": [
                {"message": "Lanterns out!", "saidBy": "Ada", "time": MARCH * 1000}
            ]
        },
        ADA,
    ),
    "texts by number": ({"1": "Lanterns out!", "2": "Quillons up!"}, BARE),
    "lists by speaker": ({"Ada": ["Lanterns out!"], "Bo": ["Quillons up!"]}, NO_DATE),
    "rows as lists": ([[7, "Lanterns out!", "Ada", MARCH]], ADA),
    "keys of several words": (
        [
            {
                "msg_quote": "Lanterns out!",
                "msg_author": "Ada",
                "quoteDate": "2021-03-04",
                "addedBy": "Bo",
            }
        ],
        ADA,
    ),
    "seconds with a fraction": (
        [{"text": "Lanterns out!", "by": "Ada", "at_time": 0, "ts": MARCH + 0.123}],
        ADA,
    ),
    "keys that nobody knows": (
        [{"uid": 3, "blurb": "Lanterns out!", "legend": "Ada", "at": "2021-03-04"}],
        ADA,
    ),
    "database export": (
        [
            {
                "_id": {"$oid": "5f"},
                "quote": "Lanterns out!",
                "author": "Ada",
                "date": {"$date": "2021-03-04"},
            }
        ],
        ADA,
    ),
    "stream bot": (
        {
            "exported": "2022-01-01",
            "settings": {"message": "Quote added"},
            "quotes": [
                {
                    "id": 1,
                    "userId": "5",
                    "user": "Ada",
                    "quote": "Lanterns out!",
                    "timestamp": "2021-03-04",
                }
            ],
        },
        ADA,
    ),
    "ten levels deep": (
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": ["Lanterns out!"]}}}}}}}}},
        BARE,
    ),
    "author known by an id alone": (
        [
            {
                "text": "Lanterns out!",
                "author": "123456789012345678",
                "name": "<@123456789012345678>",
            }
        ],
        BARE,
    ),
}


@pytest.mark.parametrize("shape", JSON)
def test_quotes_are_found_in_json_of_every_shape(shape: str) -> None:
    content, quote = JSON[shape]
    assert quotes(content)[0] == quote


UP = {"text": "Quillons up!", "author": "Bo"}
BESIDE: dict[str, object] = {
    "a number beside ids": {"1": {"text": "Lanterns out!", "author": "Ada"}, "2": UP, "last_id": 2},
    "a text beside ids": {
        "quotes": {"1": {"text": "Lanterns out!", "author": "Ada"}, "2": UP, "by": "Quotebot"}
    },
    "settings beside ids, by server": {
        "111": {
            "4": {"text": "Lanterns out!", "author": "Ada"},
            "settings": {"prefix": "!", "message": ""},
        },
        "222": {"7": UP},
    },
    "a number beside names": {
        "lanterns": {"text": "Lanterns out!", "author": "Ada"},
        "quillons": UP,
        "count": 2,
    },
}


@pytest.mark.parametrize("shape", BESIDE)
def test_other_keys_beside_the_ids_of_quotes_hide_none_of_them(shape: str) -> None:
    assert quotes(BESIDE[shape]) == [NO_DATE, ("Quillons up!", "Bo", "")]


def test_texts_and_objects_may_stand_in_one_list() -> None:
    file = read(["Lanterns out!", UP, ["a", "b"], None])

    assert quotes(["Lanterns out!", UP]) == [BARE, ("Quillons up!", "Bo", "")]
    assert [one.line for one in file.entries] == [1, 2]
    assert [(one.line, one.reason) for one in file.refused] == [(3, "it has no words")]
    assert file.shape.sentence.endswith("Left aside: 1 under “[]”.")


@pytest.mark.parametrize("text", ["Up\\u0000", "Up\\ud800"])
def test_text_that_cannot_be_kept_refuses_its_item_alone(text: str) -> None:
    file = read(f'["Lanterns out!", "{text}", {{"text": "Down", "by": "{text}"}}]')

    assert [one.line for one in file.entries] == [1]
    assert [one.line for one in file.refused] == [2, 3]
    assert all(one.reason.startswith("a text holds") for one in file.refused)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"text": "Down", "stars": NaN}', "NaN is not a number here"),
        ('{"text": "Down", "stars": -Infinity}', "-Infinity is not a number here"),
        (f'{{"text": "Down", "stars": {"9" * 5000}}}', f"{'9' * 30} is not a number here"),
        ('{"text": "Down", "text": "Up"}', "the key text stands twice"),
        ('{"text": "Down", "\\ud800": 1}', "a text holds half a character"),
    ],
)
@pytest.mark.parametrize("nested", ["[{}]", '{{"a": {{"quotes": [{}]}}}}'])
def test_object_that_cannot_be_read_refuses_itself_alone(
    row: str, reason: str, nested: str
) -> None:
    file = read(nested.format(f'{{"text": "Lanterns out!"}}, {row}, {{"text": "Left"}}'))

    assert [one.line for one in file.entries] == [1, 3]
    assert [(one.line, one.reason) for one in file.refused] == [(2, reason)]


def test_id_that_stands_twice_refuses_its_row_alone() -> None:
    file = read('{"1": "Lanterns out!", "2": "Down", "2": "Up", "3": "Left"}')

    assert len(file.entries) == 2
    assert [one.reason for one in file.refused] == ["the key 2 stands twice"]


def test_list_that_stands_twice_refuses_the_file() -> None:
    with pytest.raises(ImportFileError, match="the key quotes stands twice"):
        read('{"quotes": ["Lanterns out!"], "quotes": ["Down"]}')


def test_line_that_is_no_json_refuses_itself_alone() -> None:
    file = read('{"text": "Up"}\n\n{"text": \n["key", NaN]\n{"text": "Down", "by": "Ada"}\n')

    assert [one.line for one in file.entries] == [1, 4]
    assert [(one.line, one.reason) for one in file.refused] == [
        (2, "line 3: this is not JSON (Expecting value)"),
        (3, "line 4: NaN is not a number here"),
    ]


TABLE = "quote,author,date\nLanterns out!,Ada,2021-03-04\n"
TEXTS: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    "CSV with a header": ("q.csv", "Author,Quote\nAda,Lanterns out!\n", [NO_DATE]),
    "newline in quotation marks": (
        "",
        'quote,author\n"Lanterns\nout, all!",Ada\n',
        [("Lanterns\nout, all!", "Ada", "")],
    ),
    "CSV without a header": (
        "q.csv",
        "1,Lanterns out!,Ada,2021-03-04\n2,Quillons up at once!,Bo,2021-03-05\n",
        [ADA, ("Quillons up at once!", "Bo", "2021-03-05")],
    ),
    "header of questions": (
        "",
        "What was said?,Who said it?,Date of the quote\nLanterns out!,Ada,2021-03-04\n",
        [ADA],
    ),
    "header of plurals, days counted": (
        "",
        "Sayings,Speakers,Added by,When?\nLanterns out!,Ada,Bo,44259.5\n",
        [ADA],
    ),
    "one column": ("q.csv", '"Lanterns out!"\n"Up, up!"\n', [BARE, ("Up, up!", "", "")]),
    "semicolons": ("", "Zitat;Autor;Datum\nLanterns out!;Ada;4.3.2021\n", [ADA]),
    "a title above the names of columns": ("", f"Our quotes\n\n{TABLE}", [ADA]),
    "a title with commas": ("q.csv", f"Our quotes,,\n{TABLE}", [ADA]),
    "a title and a day, with semicolons": (
        "",
        '"Our, quotes"\nSaved;4.3.2021;\n' + TABLE.replace(",", ";"),
        [ADA],
    ),
    "the separator named first": ("q.csv", "sep=;\n" + TABLE.replace(",", ";"), [ADA]),
    "tabs": ("", "Lanterns out!\tAda\nQuillons up!\tBo\n", [NO_DATE, ("Quillons up!", "Bo", "")]),
    "days first": (
        "",
        "quote,author,date\nLanterns out!,Ada,04/03/2021\nUp!,Bo,25/12/2020\n",
        [ADA, ("Up!", "Bo", "2020-12-25")],
    ),
    "days or months first": (
        "",
        "quote,author,date\nLanterns out!,Ada,04/03/2021\n",
        [("Lanterns out!", "Ada", "04/03/2021")],
    ),
    "a quote a line, with commas": (
        "",
        "Lanterns, out!\n\nUp, up!",
        [("Lanterns, out!", "", ""), ("Up, up!", "", "")],
    ),
    "quoted, with a speaker": (
        "",
        '"Lanterns out!" - Ada, 2021\nUp, up - and away\n“Down!” —Bo\n',
        [("Lanterns out!", "Ada", "2021"), ("Up, up - and away", "", ""), ("Down!", "Bo", "")],
    ),
    "speaker after a dash in every line": (
        "",
        "1. Lanterns out! — Ada\n2. Up – Bo Quillon\n",
        [NO_DATE, ("Up", "Bo Quillon", "")],
    ),
    "speaker before a colon in every line": (
        "",
        "[2021-03-04 10:00] Ada: Lanterns out!\n[2021-03-04 10:01] Bo: Note: none\n",
        [ADA, ("Note: none", "Bo", "2021-03-04")],
    ),
    "a colon in some lines": (
        "",
        "Rule one: none\nUp\n",
        [("Rule one: none", "", ""), ("Up", "", "")],
    ),
    "parts between signs": (
        "",
        "Lanterns\nout!\n%\nUp\n",
        [("Lanterns\nout!", "", ""), ("Up", "", "")],
    ),
    "day after a second dash": (
        "",
        '"Lanterns out!" - Ada - 2021-03-04\nUp - Bo - 25/12/2020\nNo - I say - no\n',
        [ADA, ("Up", "Bo", "2020-12-25"), ("No - I say - no", "", "")],
    ),
    "speaker on the line below": (
        "",
        "Lanterns out!\n  - Ada, 2021-03-04\n\n> Up,\n> up!\n— Bo\n\nNo dash\n",
        [ADA, ("Up,\nup!", "Bo", ""), ("No dash", "", "")],
    ),
    "speaker below parts": (
        "",
        "Up\n— Ada\n%\nDown\n— Bo\n",
        [("Up", "Ada", ""), ("Down", "Bo", "")],
    ),
    "a heading and one name": ("", "Up\n# More\n- Ada\n", [("Up", "", ""), ("- Ada", "", "")]),
    "lines of which one is signed": (
        "",
        "Down\nLanterns out!\n- Ada\nUp\n",
        [("Down", "", ""), NO_DATE, ("Up", "", "")],
    ),
    "a list of names": (
        "",
        "Tea\n- Ada\n- Bo\n",
        [("Tea", "", ""), ("Ada", "", ""), ("Bo", "", "")],
    ),
    "a JSON text a line": (
        "",
        '{"text": "Lanterns out!", "by": "Ada"}\n{"text": "Up"}\n',
        [NO_DATE, ("Up", "", "")],
    ),
}


@pytest.mark.parametrize("shape", TEXTS)
def test_quotes_are_found_in_texts_of_every_shape(shape: str) -> None:
    name, content, expected = TEXTS[shape]
    assert quotes(content, name) == expected
    assert quotes(content.replace("\n", "\r\n"), name) == expected


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_text_is_read_in_every_encoding(encoding: str) -> None:
    assert quotes("Café – ça va?\nOui\n".encode(encoding))[0] == ("Café – ça va?", "", "")


@pytest.mark.parametrize(
    "name",
    [
        "added_by",
        "createdBy",
        "guild_name",
        "author_url",
        "isQuote",
        "quote_count",
        "Date of birth",
    ],
)
def test_name_with_a_word_that_says_it_is_of_something_else_is_not_taken(name: str) -> None:
    assert quotes([{"quote": "Up", name: "Bo 2021-03-04"}]) == [("Up", "", "")]


def test_what_a_file_was_taken_for_is_told() -> None:
    table = read("id,quote,author\n1,Up,Ada\n2,Down,Bo\n")
    listed = read({"Ada": ["Up"], "Bo": ["Down"]})
    split = read({"quotes": ["Up"], "commands": [{"message": "Hi"}, {"message": "Ho"}]})

    assert table.shape.sentence == (
        "Read as a table with commas between its columns, 2 rows: “quote” as the words, "
        "“author” as the speaker. Left out: “id”."
    )
    assert listed.shape.sentence.endswith("2 items: the name above each list as the speaker.")
    assert split.shape.sentence == "Read as JSON, 1 item. Left aside: 2 under “commands”."


def test_each_row_that_cannot_be_taken_has_its_number_and_reason() -> None:
    words = "w" * 1_001
    rows = f'quote,author\nUp,Ada\n,Bo\n"=HYPERLINK(""https://a.b"",""c"")",Bo\nhttps://a.b/c,Bo\n{words},Bo\nA,B,C\n'
    told = [(one.line, one.reason) for one in read(rows).refused]

    assert told == [
        (3, "it has no words"),
        (4, "it is a formula of a spreadsheet, not words"),
        (5, "it is an address and no words"),
        (6, "Words: 1,001 characters; at most 1,000 can be kept."),
        (
            7,
            "it has 3 columns, and the table 2: what holds the sign between columns has to stand "
            "in quotation marks",
        ),
    ]


@pytest.mark.parametrize("rest", ["", ",Ada"])
def test_row_with_an_unclosed_quotation_mark_is_refused(rest: str) -> None:
    file = read(f'quote{rest and ",author"}\nUp{rest}\n"Lanterns out!{rest}\nDown{rest}\n', "q.csv")

    assert [one.line for one in file.entries] == [2]
    assert [one.line for one in file.refused] == [3]
    assert "a quotation mark opens in it that nothing closes" in file.refused[0].reason


def test_rows_above_the_names_of_columns_are_told() -> None:
    file = read(f"Our quotes\n{TABLE}")

    assert [one.line for one in file.entries] == [3]
    assert file.shape.sentence.endswith(
        "Left aside: what stands above row 2, which names the columns."
    )


def test_quote_that_names_its_speaker_is_not_of_whoever_posted_it() -> None:
    posted = [
        {"content": '"Lanterns out!" - Ada', "author": "Bo"},
        {"content": "Up", "author": "Bo"},
    ]

    assert quotes(posted) == [NO_DATE, ("Up", "Bo", "")]
    assert "or the speaker after the closing quotation mark" in read(posted).shape.sentence


def test_speakers_that_are_ids_are_left_out_and_told() -> None:
    ids = ["<@123456789012345678>", 123456789012345678, "123456789012345678", "Ada"]
    file = read([{"quote": f"Up {at}!", "author": id} for at, id in enumerate(ids)])

    assert [one.draft.speaker for one in file.entries if isinstance(one.draft, QuoteDraft)] == [
        *("", "", ""),
        "Ada",
    ]
    assert file.shape.sentence.endswith("Without a speaker, whom a number alone names: 3 items.")


def test_headings_and_bullets_of_a_list_are_not_quoted() -> None:
    file = read('# Quotes\n- "Lanterns out!" - Ada [Zorblax] [4.3.2021]\n- "Up" - Bo\n')

    assert [one.draft for one in file.entries] == [
        QuoteDraft("Lanterns out!", "Ada", occasion="Zorblax", date="2021-03-04"),
        QuoteDraft("Up", "Bo"),
    ]
    assert [(one.line, one.reason) for one in file.refused] == [(1, "it is a heading")]


def message(**given: Any) -> dict[str, Any]:
    """Return a message as exporters of chats write it."""
    author = {"id": "123456789012345678", "name": "ada99", "nickname": "Ada", "isBot": False}
    usual = {"id": "1", "type": "Default", "timestamp": "2021-03-04T10:00:00+00:00"}
    return usual | {"content": "Lanterns out!", "author": author, "embeds": [], **given}


def test_messages_of_an_exported_chat_are_quotes_and_its_notices_are_not() -> None:
    file = read(
        {
            "guild": {"id": "1", "name": "Zorblax"},
            "channel": {"id": "2", "name": "general", "topic": "All"},
            "messages": [
                message(),
                message(type="GuildMemberJoin", content="Joined."),
                message(content="", attachments=[{"url": "https://a.b"}]),
            ],
        }
    )

    assert [one.draft for one in file.entries] == [
        QuoteDraft("Lanterns out!", "Ada", date="2021-03-04")
    ]
    assert [(one.line, one.reason) for one in file.refused] == [
        (2, "it is a notice of Discord's, nothing that somebody said"),
        (3, "it has no words"),
    ]


def test_rows_with_the_keys_of_the_own_format_need_nothing_around_them() -> None:
    file = read(
        [
            {"kind": "place", "name": "Zorblax Bar", "text": "A bar.", "aliases": ["The Bar"]},
            {"kind": "quote", "words": "Lanterns out!"},
            {"kind": "plac", "name": "x", "text": "y"},
        ]
    )
    table = read("kind,name,text\nplace,Zorblax Bar,A bar.\n")

    assert [one.draft for one in file.entries] == [
        EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar.", ("The Bar",)),
        QuoteDraft("Lanterns out!"),
    ]
    assert file.refused[0].reason.startswith("kind: 'plac' is none of character, ")
    assert table.entries[0].draft == EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar.")


NO_QUOTES: dict[str, tuple[bytes, str]] = {
    "zip": (b"PK\x03\x04abc", "This is a zip or a spreadsheet"),
    "picture": (b"\x89PNG\r\n\x1a\n", "This is a picture"),
    "web page": (b"<!DOCTYPE html><p>502", "This is a web page"),
    "empty": (b" \n ", "The file is empty"),
    "header only": (b"quote,author\n", "The file holds no rows"),
    "NUL": (b"abc\0\0\0d", "The file is not a text"),
    "cut off": ("Up".encode("utf-16") + b"a", "The file is not a text, or it is cut off"),
    "100,000 rows": (b"up\n" * 100_000, "more than 5,000 lines; split"),
    "large": (b"a" * (MAX_BYTES + 1), "larger than 1 MB; split"),
    "deep": (b"[" * 50 + b"]" * 50, "more than 20 levels deep"),
    "NaN": (b"[NaN]", "NaN is not a number"),
    "key twice": (b'{"a": 1, "a": 2}', "the key a stands twice"),
    "half a character": (b'{"\\ud800": "Up"}', "a text holds half a character"),
    "no texts": (b'{"a": [1, 2], "b": {}}', "The JSON holds no texts"),
}


def test_yaml_is_refused_rather_than_read_line_by_line() -> None:
    with pytest.raises(ImportFileError, match="Convert it to JSON or CSV"):
        read("- id: a1\n  txt: Lanterns out!\n", "quotes.yml")


@pytest.mark.parametrize("file", NO_QUOTES)
def test_file_without_quotes_is_refused_in_a_sentence(file: str) -> None:
    content, sentence = NO_QUOTES[file]
    with pytest.raises(ImportFileError, match=sentence):
        read(content)
