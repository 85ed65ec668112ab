"""Typed custom_ids: all that a button, menu or form needs to know, even after a restart."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin, get_type_hints

# Discord's limit.
CUSTOM_ID = 100

# The largest number in the ledger.
LARGEST = 2**63 - 1

# An id of an entry or a quote, from the pack or from a server.
Slug = Annotated[str, "letters, digits, _ . and -"]

_SLUG = re.compile(r"[\w.-]{1,100}")
_NUMBER = re.compile(r"[0-9]{1,20}")
# Stands for None before another field.
_UNSET = "-"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ComponentId:
    """The base of custom_ids: each kind is a frozen dataclass with the fields it needs.

    It is written `family:field:field`; only the last field may contain a colon. Messages from years
    ago carry them, so a new field goes to the end and has a default; None is left out at the end.
    """

    family: ClassVar[str]
    # Its name in the metrics; the family if this is empty.
    label: ClassVar[str] = ""

    def __str__(self) -> str:
        values = [getattr(self, field.name) for field in fields(self)]  # type: ignore[arg-type]
        while values and values[-1] is None:
            values.pop()
        return ":".join([self.family, *map(_written, values)])

    @classmethod
    def parse(cls, custom_id: str) -> Self:
        """Parse a custom_id of this family; ValueError if it is not one."""
        readers = _readers(cls)  # type: ignore[arg-type]  # a class can be hashed
        rest = custom_id.removeprefix(cls.family)
        if not custom_id.startswith(cls.family) or rest[:1] not in ("", ":"):
            raise ValueError(custom_id)
        parts = rest[1:].split(":", max(0, len(readers) - 1)) if rest else []
        required = sum(field.default is MISSING for field in fields(cls))  # type: ignore[arg-type]
        if not required <= len(parts) <= len(readers):
            raise ValueError(custom_id)
        return cls(*(read(part) for read, part in zip(readers, parts, strict=False)))


class MenuId(ComponentId):
    """The base of custom_ids of menus, which no button has."""

    # Whether its options may be buttons that had no room: their values are custom_ids.
    holds_buttons: ClassVar[bool] = False


class FormId(ComponentId):
    """The base of custom_ids of forms, which no button or menu has."""


# Makes the custom_id of a button that asks for an entry: privately or not, and the entry's id.
Meant = Callable[[bool, str], ComponentId]


def part(words: str) -> str:
    """Return words in a form that can stand before another field of a custom_id."""
    return words.strip().replace(":", " ")


def _written(value: Any) -> str:
    if value is None:
        return _UNSET
    return str(int(value) if isinstance(value, bool) else value)


@cache
def _readers(kind: type[ComponentId]) -> list[Callable[[str], Any]]:
    types = get_type_hints(kind, include_extras=True)
    return [_reader(types[field.name]) for field in fields(kind)]  # type: ignore[arg-type]


def _reader(of: Any) -> Callable[[str], Any]:
    """Return the function that parses a field of this type, and raises ValueError if it cannot."""
    if get_origin(of) is UnionType:
        known = _reader(next(one for one in get_args(of) if one is not NoneType))
        return lambda text: None if text == _UNSET else known(text)
    if get_origin(of) is Literal:
        return _one_of(get_args(of))
    reader: Callable[[str], Any] = _READERS.get(of, of)
    return reader


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return read


def _flag(text: str) -> bool:
    return _one_of(("0", "1"))(text) == "1"


def number(text: str) -> int:
    """Parse a number up to the ledger's largest, such as an id; ValueError if it is none."""
    # `int` would also accept signs, spaces and the digits of other scripts.
    if not _NUMBER.fullmatch(text) or (read := int(text)) > LARGEST:
        raise ValueError(text)
    return read


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError(text)
    return text


def _day(text: str) -> date:
    # Python would also accept weeks, and dates without hyphens.
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


# All other types parse a text themselves.
_READERS: dict[Any, Callable[[str], Any]] = {
    bool: _flag,
    date: _day,
    int: number,
    Slug: _slug,
    str: str,
}
