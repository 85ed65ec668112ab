"""Puts what pydantic finds wrong in a pack's file into a sentence for whoever wrote the file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, get_args, get_origin

from pydantic_core import ErrorDetails

from lore import ids
from lore.pack.model import LONGEST_ID, SLUG, Model
from lore.pack.salvage import plain
from lore.text.wording import did_you_mean, wrong_value

Path = tuple[str | int, ...]

WRITTEN_BY_FIX = ("sha256", "paragraphs")
# The reader fills these in from the file's place, so nobody writes them.
IMPLIED = {"Entry": ("id", "kind"), "Event": ("id", "kind"), "Quote": ("source",)}


def is_no_id(error: ErrorDetails) -> bool:
    """Tell whether some text stands where an id has to."""
    return error["type"] == "string_pattern_mismatch" and error["ctx"]["pattern"] == SLUG


def sentence(model: type[Model], error: ErrorDetails) -> str:
    """Return what is wrong, and where in a file that should hold `model`."""
    path, type_ = error["loc"], error["type"]
    table, key = path[:-1], str(path[-1])
    if type_ == "extra_forbidden":
        hint = did_you_mean(key, _keys(model, table))
        if table and not hint and key in _keys(model, ()):
            hint = "; plain keys stand above the first [table]"
        return f"unknown key {key}{_inside(table)}{hint}"
    if type_ == "missing":
        hint = "; lorebot check --fix writes it" if key in WRITTEN_BY_FIX else ""
        if not table and key in repeated_tables(model):
            hint = f"; write a table [[{key}]]"
        return f"{key} is missing{_inside(table)}{hint}"
    if type_ == "tuple_type" and isinstance(error["input"], dict):
        what = f"is one table; write [[{key}]] instead of [{key}], also for one alone"
    elif type_ == "model_type" and _are_tables(error["input"]):
        what = f"stands there once; write [{key}] instead of [[{key}]]"
    elif type_ != "string_pattern_mismatch":
        what = wrong_value(error)
    elif key == "sha256":
        what = f"'{error['input']}' is no SHA-256: 64 digits and letters from a to f"
    elif key == "colour":
        what = f"'{error['input']}' is no colour: write # and six digits or letters from a to f"
    elif key == "url":
        what = f"'{error['input']}' is no address: it begins with https://"
    elif not is_no_id(error):
        what = f"'{error['input']}' is no id of a source: letters, digits, full stops and hyphens"
    else:
        what = f"'{error['input']}' is no id: lower-case letters, digits and hyphens"
        if made := ids.slug(error["input"])[:LONGEST_ID].strip("-"):
            what += f", as in {made}"
    in_name = path == ("id",) and "id" in IMPLIED.get(model.__name__, ())
    return f"{'the name of the file' if in_name else _place(path)}: {what}"


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _inside(path: Path) -> str:
    return f" in {_place(path)}" if path else ""


def _place(path: Path) -> str:
    """Return `text 1, cite 2` where pydantic has `text.0.cites.1`."""
    return ", ".join(_steps(path))


def _steps(path: Path) -> Iterator[str]:
    for step, after in pairwise((*path, "")):
        if isinstance(step, str) and isinstance(after, int):
            yield f"{ {'aliases': 'alias'}.get(step, step.removesuffix('s')) } {after + 1}"
        elif isinstance(step, str) and step != "[key]":
            yield step


def _keys(model: type[Model], path: Path) -> set[str]:
    """Return the keys that may be written in the table at `path`."""
    inside: type[Model] | None = model
    for step in path:
        if inside and isinstance(step, str):
            inside = _model_in(inside.model_fields[step].annotation)
    return set(inside.model_fields) - set(IMPLIED.get(inside.__name__, ())) if inside else set()


def repeated_tables(model: type[Model], before: str = "") -> Iterator[str]:
    """Return the names of the tables in a model that may come again: text, differences.accounts."""
    for name, field in model.model_fields.items():
        inside = _model_in(field.annotation)
        if inside and get_origin(plain(field.annotation)) is tuple:
            yield f"{before}{name}"
            yield from repeated_tables(inside, f"{before}{name}.")


def _model_in(annotation: Any) -> type[Model] | None:
    """Return the model that a field holds, alone or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
