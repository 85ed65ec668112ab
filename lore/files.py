"""Opens and writes files safely: a pipe would keep whoever opens it waiting for ever."""

import os
import shutil
import stat
from contextlib import suppress
from errno import EINVAL
from pathlib import Path

# Files of SQLite's own, which it opens beside a database.
_BESIDE = ("-wal", "-shm", "-journal")

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


class NotAFileError(OSError):
    """Something else stands where a file is expected."""

    def __init__(self, path: Path, what: str) -> None:
        self._said = f"{path.name} is {what}, not a file"
        super().__init__(EINVAL, self._said, str(path))

    def __str__(self) -> str:
        return self._said


def plain_file(path: Path) -> Path:
    """Return the path of a file, or of nothing yet; NotAFileError where something else is."""
    if os.path.exists(path) and not os.path.isfile(path):
        mode = path.stat().st_mode
        raise NotAFileError(path, next((name for is_it, name in _KINDS if is_it(mode)), "a device"))
    return path


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file in one step: it holds what it held before, or all of the content.

    A file that is there keeps its mode, and a link to it stays one. OSError if it cannot be
    written; then nothing was changed.
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

    NotAFileError where one of the files that belong to it is none.
    """
    for file in (path, *(path.with_name(path.name + ending) for ending in _BESIDE)):
        plain_file(file)
    return f"{path.resolve().as_uri()}?mode={mode}"
