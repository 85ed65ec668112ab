"""A file of named sections that is mapped into memory, each checked when it is first read.

The file begins with MAGIC, the version of this layout, how many sections there are and the sum of
the table that follows; the table has the name, start, length and sum of each section. Sums are
CRC-32, all numbers are little-endian, and sections begin at multiples of 64. Nothing is ever
written into a file that has its name: who has mapped one reads on when another takes its place.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from lore.errors import CatalogueError
from lore.files import plain_file

MAGIC = b"LOREINDX"
VERSION = 1

_HEAD = struct.Struct("<8sIII")
_ROW = struct.Struct("<48sQQI")
_ALIGNED = 64


def write(file: Path, sections: Mapping[str, bytes]) -> None:
    """Write sections into a new file; OSError if that cannot be, and then there is none."""
    rows: list[bytes] = []
    at = _next_start(_HEAD.size + _ROW.size * len(sections))
    for name, content in sections.items():
        rows.append(_ROW.pack(name.encode(), at, len(content), crc32(content)))
        at = _next_start(at + len(content))
    table = b"".join(rows)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        with new.open("r+b") as out:
            out.write(_HEAD.pack(MAGIC, VERSION, len(rows), crc32(table)) + table)
            for content in sections.values():
                out.write(bytes(_next_start(out.tell()) - out.tell()) + content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(new, file)
    finally:
        new.unlink(missing_ok=True)


def _next_start(at: int) -> int:
    return -(-at // _ALIGNED) * _ALIGNED


def damaged(file: Path, inode: int) -> CatalogueError:
    """Take a damaged file away, so that it is built anew; return the sentence for who asked."""
    with suppress(OSError):
        # Another process may have put a sound one in its place.
        if file.stat().st_ino == inode:
            file.unlink()
    return CatalogueError(
        "What I know of this story was damaged on its disk. Whoever runs me has to start me again, "
        "or to run lorebot reload: then it is built anew."
    )


class IndexFile(Mapping[str, memoryview]):
    """The sections of a file by name; CatalogueError where one is not what was written."""

    def __init__(self, file: Path) -> None:
        """Map a file; CatalogueError if it is cut short, of another version or cannot be read."""
        self._file = file
        try:
            with plain_file(file).open("rb") as opened:
                self._inode = os.fstat(opened.fileno()).st_ino
                self._map = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
            magic, version, count, sum = _HEAD.unpack_from(self._map)
        except (OSError, ValueError, struct.error) as error:
            raise CatalogueError(f"The index {file} cannot be read: {error}.") from error
        table = self._map[_HEAD.size : _HEAD.size + _ROW.size * count]
        if (magic, version) != (MAGIC, VERSION) or crc32(table) != sum:
            raise CatalogueError(f"The index {file} is damaged, or of another version.")
        self._rows = {
            name.rstrip(b"\0").decode(): (start, length, sum)
            for name, start, length, sum in _ROW.iter_unpack(table)
        }
        if any(start + length > len(self._map) for start, length, _ in self._rows.values()):
            raise CatalogueError(f"The index {file} is cut short.")
        self._read: dict[str, memoryview] = {}

    def __getitem__(self, name: str) -> memoryview:
        if name not in self._read:
            start, length, sum = self._rows[name]
            section = memoryview(self._map)[start : start + length]
            if crc32(section) != sum:
                raise damaged(self._file, self._inode)
            self._read[name] = section
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
