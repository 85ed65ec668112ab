"""Pictures of entries: whether each lies in the pack, is one, and may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lore.errors import LoreError
from lore.files import plain_file
from lore.pack.model import Entry, Picture, licence_of
from lore.pack.problems import PackProblem, Written
from lore.text.wording import did_you_mean

# Discord takes no larger one from a bot.
_LARGEST = 10_000_000
_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
}


@dataclass(frozen=True, slots=True)
class PictureFile:
    """Where a picture of an entry lies, and how the name of such a file ends."""

    path: Path
    ending: str


class PictureFileError(LoreError):
    """The file of a picture is not what it was when the pack was checked."""


def picture_file(folder: Path, picture: Picture) -> PictureFile:
    """Find the picture of an entry in the folder of its pack."""
    if why := _not_a_picture(folder, picture.image):
        raise PictureFileError(f"The picture {picture.image} {why}.")
    file = folder / picture.image
    return PictureFile(file, _ending(_beginning(file)))


def problems(folder: Path, entries: Iterable[Written[Entry]]) -> Iterator[PackProblem]:
    """Yield everything wrong with the pictures that entries name."""
    for written in entries:
        if picture := written.it.picture:
            if why := _not_a_picture(folder, picture.image):
                at = written.where.at("picture", "image", near=picture.image)
                yield PackProblem(at, f"{picture.image} {why}")
            if not licence_of(picture.licence).allows_verbatim:
                what = f"{picture.licence} is no licence to show it: CC0, BY, BY-SA, PD, own"
                yield PackProblem(written.where.at("picture", "licence"), what)


def _not_a_picture(folder: Path, name: str) -> str:
    """Return why a file cannot be shown as a picture; empty if it can be."""
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts or "\\" in name:
        return "is outside the pack; name a file in its folder"
    file = folder / inside
    try:
        beginning = _beginning(file)
        size = file.stat().st_size
    except FileNotFoundError:
        beside = file.parent.iterdir() if file.parent.is_dir() else ()
        return f"is not there{did_you_mean(inside.name, [other.name for other in beside])}"
    except (OSError, ValueError) as error:
        return f"cannot be read: {error}"
    if not _ending(beginning):
        return "is no picture: PNG, JPEG, WebP or GIF"
    if size > _LARGEST:
        return f"is {size / 1_000_000:.1f} MB large; {_LARGEST // 1_000_000} are allowed"
    return ""


def _beginning(file: Path) -> bytes:
    with plain_file(file).open("rb") as opened:
        return opened.read(12)


def _ending(beginning: bytes) -> str:
    """Return how a file that begins like this ends its name; empty if it is no picture."""
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "webp"
    return next((end for begin, end in _BEGINNINGS.items() if beginning.startswith(begin)), "")
