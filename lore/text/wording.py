"""Numbers, lists and faults in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

_ALIKE = 65  # of 100; "towr" and "tower" have 89

_WRONG = {
    "int_": "is not a whole number",
    "float_": "is not a number",
    "finite_": "is not a number",
    "string_type": "is not text; write it between quotes",
    "tuple_": "is not a list; write it between [ and ]",
    "model_": "is not a table of keys and values",
    "dataclass_": "is not a table of keys and values",
    "dict_": "is not a table of keys and values",
    "bool_": "is neither true nor false",
    "datetime_": "is not a time such as 2026-11-21T12:00:00+00:00",
    "date_": "is not a day such as 2026-11-21",
    "timezone_": "is not a time such as 2026-11-21T12:00:00+00:00",
    "greater_than_equal": "is too low: {ge} at least",
    "less_than_equal": "is too high: {le} at most",
    "less_than": "is too high: below {lt} only",
}


def counted(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun: `1 fault`, `0 faults`; `more` is an irregular plural."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def listed(parts: Sequence[str]) -> str:
    """Return a list in words: “A”, “A and B”, “A, B and C”."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def dated(day: date) -> str:
    """Return a day in words: `30 November 2026`."""
    return f"{day.day} {day:%B} {day.year}"


def ranges(numbers: Iterable[int]) -> str:
    """Return sorted numbers, those in a row by their first and last: `2, 6–8`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    ends = (dict.fromkeys((run[0], run[-1])) for run in runs)
    return ", ".join("–".join(map(str, run)) for run in ends)


def clause(sentence: str) -> str:
    """Return a sentence as it goes on after a name: `Took part.` as `took part`."""
    words = sentence if _ends_with_initials(sentence) else sentence.removesuffix(".")
    begins_with_name = words[1:2].isupper()
    return words if begins_with_name else words[:1].lower() + words[1:]


def ended(words: str) -> str:
    """Return words with the full stop of a sentence, which may be that of their last initials."""
    return words if words.endswith(".") else f"{words}."


def _ends_with_initials(sentence: str) -> bool:
    """Tell whether a sentence ends with an abbreviation such as S.H.I.E.L.D., dots and all."""
    *initials, rest = sentence.rpartition(" ")[2].split(".")
    return (
        len(initials) > 1 and not rest and all(len(one) == 1 and one.isalpha() for one in initials)
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean …?` with the most similar known word; empty if none is similar."""
    found = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return f"; did you mean {found[0]}?" if found else ""


def wrong_value(error: ErrorDetails) -> str:
    """Return in plain words what pydantic finds wrong with a value."""
    type_, given, context = error["type"], error["input"], error.get("ctx", {})
    match type_:
        case "value_error":
            return error["msg"].removeprefix("Value error, ")
        case "enum" | "literal_error":
            choices = context["expected"].replace("'", "")
            return f"{shown(given)} is none of {choices}"
        case "missing":
            return "is missing"
        case "extra_forbidden" | "unexpected_keyword_argument":
            return "means nothing here"
        case "string_too_short":
            return "is empty"
        case "string_too_long":
            return f"is {len(given)} characters long, {context['max_length']} are allowed"
        case "too_short":
            return f"at least {context['min_length']} needed, {len(given)} there"
        case "too_long":
            return f"only {context['max_length']} allowed"
    for beginning, what in _WRONG.items():
        if type_.startswith(beginning):
            return f"{shown(given)} {what.format(**context)}"
    return error["msg"]


def shown(value: Any) -> str:
    """Write a value of a file, cut if it is long."""
    match value:
        case str():
            return f"'{value}'" if len(value) <= 60 else f"'{value[:60]}…'"
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case list() | tuple():
            return "a list"
        case _:
            return str(value)
