"""Opens and writes files safely: opening a pipe would block for ever."""

import os
import shutil
import stat
from contextlib import suppress
from errno import EINVAL
from pathlib import Path

# Windows takes these for devices, whatever ending they have.
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)

# The files that SQLite itself opens beside a database.
_BESIDE = ("-wal", "-shm", "-journal")

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


class NotAFileError(OSError):
    """Something other than a file is in a file's place."""

    def __init__(self, path: Path, what: str) -> None:
        self._said = f"{path.name} is {what}, not a file"
        super().__init__(EINVAL, self._said, str(path))

    def __str__(self) -> str:
        return self._said


def plain_file(path: Path) -> Path:
    """Return the path of a file, or of nothing yet; NotAFileError if something else is there."""
    if os.path.exists(path) and not os.path.isfile(path):
        mode = path.stat().st_mode
        raise NotAFileError(path, next((name for is_it, name in _KINDS if is_it(mode)), "a device"))
    return path


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file in one step: it keeps its old content or gets all of the new content.

    An existing file keeps its mode, and a link to it stays one. OSError if it cannot be written;
    then nothing was changed.
    """
    target = path.resolve()
    new = plain_file(target.with_name(f".{target.name}.{os.getpid()}.new"))
    try:
        with open(new, "wb", opener=lambda name, how: os.open(name, how, mode)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            shutil.copymode(target, new)
        os.replace(new, target)
    except OSError:
        with suppress(OSError):
            new.unlink()
        raise


def database_uri(path: Path, mode: str) -> str:
    """Return the address at which SQLite opens a file as `ro` or `rw`.

    NotAFileError if one of SQLite's files is not a plain file.
    """
    for file in (path, *(path.with_name(path.name + ending) for ending in _BESIDE)):
        plain_file(file)
    return f"{path.resolve().as_uri()}?mode={mode}"
