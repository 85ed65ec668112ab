import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lore.curation.reading import MAX_BYTES, ImportFileError, read_json

pytestmark = pytest.mark.thorough


def bomb(head: str, tail: str = "") -> bytes:
    return (head * (MAX_BYTES // len(head.encode())) + tail).encode()[:MAX_BYTES]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b" " * 1_000_001, "The file is larger than 1 MB."),
        (b"[" * 10_000 + b"]" * 10_000, "Line 1: more than 20 levels deep."),
        (b'{"a":' * 10_000, "Line 1: more than 20 levels deep."),
        (b'{\n"a": 1,\n"a": 2}', "Line 3: the key a stands twice."),
        (b'{\n"a": 1,\n"\\u0061": 2}', "Line 3: the key a stands twice."),
        (b"[1,\n NaN]", "Line 2: NaN is not a number here."),
        (b"[-Infinity]", "Line 1: -Infinity is not a number here."),
        (b"[" + b"9" * 5000 + b"]", "Line 1: 9{30} is not a number here."),
        (b'["\\u0000"]', "Line 1: a text holds the character NUL."),
        (b'\n["a\0b"]', "Line 2: a text holds the character NUL."),
        (b'[\n\n"\\ud800"]', "Line 3: a text holds half a character."),
        (b'{"\\udc00": 1}', "Line 1: a text holds half a character."),
        (b'[\n"\xff"]', "Line 2: the file is not in UTF-8."),
        ("[]".encode("utf-16"), "Line 1: the file is not in UTF-8."),
        (b"[1,\n2,\n]", r"Line 3: this is not JSON \(a comma before \]\)"),
        (b'{"a": 1,\n\n "b": [2],\n}', r"Line 4: this is not JSON \(a comma before }\)"),
        (b'["\\x"]', "Line 1: this is not JSON"),
        (b"", "The file is empty."),
        (b'{"entries": [' + b"1," * 400_000 + b"1]}", "Line 1: more than 5,000 entries; split"),
    ],
)
def test_fault_in_a_file_is_reported_with_its_line(content: bytes, sentence: str) -> None:
    with pytest.raises(ImportFileError, match=sentence) as refusal:
        read_json(content, items_of="entries")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [
        bomb("["),
        bomb('{"a":'),
        bomb('"'),
        bomb('\\"', "x"),
        b'"' + bomb('\\"')[:-1],
        bomb('"\\', "x"),
        bomb("[1,"),
        b"[" + bomb("{},")[1:],
        bomb("9"),
        bomb("-"),
        bomb("\n"),
        bomb("\u00e9"),
    ],
    ids=lambda content: repr(content[:8]),
)
@pytest.mark.timeout(120)
def test_decompression_bomb_is_refused_in_little_memory(content: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(ImportFileError):
        read_json(content, items_of="entries")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50 * MAX_BYTES


def test_list_items_are_read_with_their_lines() -> None:
    content = b'{"x": [7,\n8], "entries": [\n{"entries": [1, 2]},\n3, [4],\n\n"five"]}'
    document = read_json(content, items_of="entries")
    assert document.value["entries"] == [{"entries": [1, 2]}, 3, [4], "five"]
    assert document.lines == (3, 4, 4, 6)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_any_plain_json_is_read_unchanged(value: object, ascii: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii, indent=indent)
    assert read_json(text.encode(), items_of="entries").value == value
