"""What is wrong in a pack and where: the form that every check reports in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from lore.pack.model import Model

Path = tuple[str | int, ...]

M_co = TypeVar("M_co", bound=Model, covariant=True)


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of the pack and the path inside it, as pydantic names paths.

    `near` are the words at fault, where they can be found on a line after that.
    """

    file: str
    path: Path = ()
    near: str = ""

    def at(self, *path: str | int, near: str = "") -> FileLine:
        """Return a place below this one."""
        return FileLine(self.file, (*self.path, *path), near)

    def beside(self, key: str) -> FileLine:
        """Return the place of another key in the same table."""
        return FileLine(self.file, (*self.path[:-1], key), self.near)


@dataclass(frozen=True, slots=True)
class PackProblem:
    """One thing that is wrong; `mend` is what would be right there, where that is certain.

    `no_id` is what stands where an id has to.
    """

    where: FileLine
    what: str
    mend: str | int | None = None
    no_id: str = ""


@dataclass(frozen=True, slots=True)
class Written(Generic[M_co]):
    """An entry or quote of a pack, and where it is written."""

    where: FileLine
    it: M_co
