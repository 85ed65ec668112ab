"""Makes a model of data with faults, so that a fault in one place hides none in another.

What is wrong or missing is filled in, at its place, with what stands for nothing: UNREAD.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lore.pack.model import Cite, Model
from lore.pack.problems import Path

M = TypeVar("M", bound=Model)

# An id, name or sentence that could not be read.
UNREAD: Final = "x-unread-x"
# No paragraph of a source is beyond it.
UNREAD_NUMBER: Final = 10**9

_TEXTS = (UNREAD, "0" * 64)
_NUMBERS = (UNREAD_NUMBER, 1)
_COLLECTIONS = (tuple, dict)
# Each round fills in one level more; no model is so deep.
_ROUNDS = 24


def salvaged(model: type[M], data: dict[str, Any]) -> tuple[M | None, list[ErrorDetails]]:
    """Return what can be made of the data, which is changed, and what is wrong with it."""
    wrong: list[ErrorDetails] = []
    tries: Counter[Path] = Counter()
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(data), wrong
        except ValidationError as error:
            errors = list(_told_apart(error.errors(include_url=False)))
            wrong = wrong or errors
        for path, one in {_place(model, data, one): one for one in errors}.items():
            _mend(model, data, path, one, tries)
    return None, wrong


def _told_apart(errors: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Yield the errors, but for those that follow from others.

    pydantic counts only whole items of a list, so that a broken one also seems to be missing.
    """
    for one in errors:
        if one["type"] != "too_short" or len(one["input"]) < one["ctx"]["min_length"]:
            yield one


def _place(model: type[Model], data: Any, wrong: ErrorDetails) -> Path:
    """Return where to mend: around the place of the error if it is in no table or list there."""
    path = wrong["loc"]
    if path[-1:] == ("[key]",):
        return path[:-1]
    if wrong["type"] == "extra_forbidden":
        return path
    while _annotation(model, path) is None or not isinstance(_at(data, path[:-1]), dict | list):
        path = path[:-1]
    return path


def _mend(
    model: type[Model], data: Any, path: Path, wrong: ErrorDetails, tries: Counter[Path]
) -> None:
    """Put into the data, where it is wrong, what the model takes."""
    has_key = "[key]" not in wrong["loc"] and wrong["type"] != "extra_forbidden"
    choices = _fillings(_annotation(model, path)) if has_key else ()
    holder = _at(data, path[:-1])
    tries[path] += 1
    if wrong["type"] == "too_long":
        del holder[path[-1]][wrong["ctx"]["max_length"] :]
        return
    if wrong["type"] == "too_short" and isinstance(there := holder[path[-1]], list):
        missing = wrong["ctx"]["min_length"] - len(there)
        item = _annotation(model, (*path, 0))
        more = [filling for _ in range(missing) for filling in _fillings(item)[:1]]
        holder[path[-1]] = [*there, *more]
        return
    if tries[path] <= len(choices) and isinstance(holder, dict):
        holder[path[-1]] = choices[tries[path] - 1]
    elif tries[path] <= len(choices) and isinstance(holder, list):
        holder[int(path[-1])] = choices[tries[path] - 1]
    elif isinstance(holder, dict):
        holder.pop(path[-1], None)
    elif isinstance(holder, list):
        holder.pop(int(path[-1]))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _annotation(model: type[Model], path: Path) -> Any:
    """Return what a model says may stand at a path."""
    inside: Any = model
    for step in path:
        if get_origin(inside) in _COLLECTIONS:
            inside = get_args(inside)[-1 if get_origin(inside) is dict else 0]
        elif isinstance(inside, type) and issubclass(inside, Model) and step in inside.model_fields:
            inside = inside.model_fields[step].annotation
        else:
            return None
        inside = plain(inside)
    return inside


def plain(annotation: Any) -> Any:
    """Return a type without what may stand in its place: nothing, or what limits it."""
    while not isinstance(annotation, type) and get_origin(annotation) not in _COLLECTIONS:
        inner = [one for one in get_args(annotation) if one is not type(None)]
        if not inner:
            return None
        annotation = inner[0]
    return annotation


def _fillings(annotation: Any) -> Sequence[Any]:
    if get_origin(annotation) is tuple:
        return [list(_fillings(plain(get_args(annotation)[0]))[:1])]
    if annotation is Cite:
        return [f"{UNREAD}:1 {UNREAD} {UNREAD}"]
    if annotation is str:
        return _TEXTS
    if annotation is int:
        return _NUMBERS
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return [{}]
    return ()
