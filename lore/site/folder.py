"""Writes a site into a folder: whole or not at all, and never over what others put there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from lore.errors import LoreError
from lore.files import write_whole
from lore.site.pages import SitePage

# Says which files of a folder are ours. It and the new files are in place before an old one goes.
MARKER = ".lorebot-site"
NEW = ".lorebot-site.new"

Progress = Callable[[int, int], None]


class SiteFolderError(LoreError):
    """The folder cannot be written to, or is not ours to write to."""


def write_site(
    folder: Path, makers: Sequence[Callable[[], SitePage]], progress: Progress | None = None
) -> int:
    """Write a site, and return how many of its files changed.

    What a former run wrote is replaced, or removed where it is no longer part of the site; all
    else in the folder stays. SiteFolderError if it holds anything and no run wrote to it before, or
    where it cannot be written: then every page that was there still is.
    """
    try:
        return _write(folder, makers, progress)
    except OSError as error:
        raise SiteFolderError(
            f"The site cannot be written to {folder}: {error.strerror or error}. Nothing that was "
            "there is lost."
        ) from error


def _write(
    folder: Path, makers: Sequence[Callable[[], SitePage]], progress: Progress | None
) -> int:
    is_new = not os.path.lexists(folder)
    before = _ours(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / NEW
        shutil.rmtree(new, ignore_errors=True)
        now = _made(new, makers, progress)
        _check_free(folder, now.keys() - before)
        _keep_marker(folder, before | now.keys())
    except BaseException:
        shutil.rmtree(folder / NEW, ignore_errors=True)
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
    changed = sum(_moved(new / path, folder / path) for path in now)
    shutil.rmtree(new)
    _remove(folder, before - now.keys())
    _keep_marker(folder, now.keys())
    return changed


def _ours(folder: Path) -> set[str]:
    """Return the files of a folder that a former run wrote; SiteFolderError if it is another's."""
    if not os.path.lexists(folder):
        return set()
    if not folder.is_dir():
        raise SiteFolderError(f"{folder} is no folder. Name one that is empty or not there yet.")
    marker = folder / MARKER
    if not os.path.lexists(marker):
        if others := sorted({path.name for path in folder.iterdir()} - {NEW, ".git"}):
            raise SiteFolderError(
                f"{folder} holds {others[0]}, and no site of ours: it is left as it is. Name a "
                "folder that is empty or not there yet."
            )
        return set()
    try:
        files = json.loads(marker.read_text(encoding="utf-8"))["files"]
        return {path for path in files if _is_inside(path)}
    except (ValueError, KeyError, TypeError):
        raise SiteFolderError(
            f"{marker} cannot be understood, so nobody knows which files are ours. Name another "
            "folder, or empty this one."
        ) from None


def _is_inside(path: str) -> bool:
    """Return whether a path stays inside the folder; a marker may have been tampered with."""
    parts = Path(path).parts
    return bool(parts) and not Path(path).is_absolute() and ".." not in parts


def _made(
    new: Path, makers: Sequence[Callable[[], SitePage]], progress: Progress | None
) -> dict[str, None]:
    """Write the whole site aside, and return the paths of its files."""
    paths: dict[str, None] = {}
    for done, make in enumerate(makers, 1):
        page = make()
        file = new / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page.content)
        paths[page.path] = None
        if progress:
            progress(done, len(makers))
    return paths


def _check_free(folder: Path, paths: Iterable[str]) -> None:
    """Raise SiteFolderError if a file that is not ours stands where one of the site belongs."""
    for path in sorted(paths):
        if os.path.lexists(folder / path):
            raise SiteFolderError(
                f"{folder / path} is not ours, and a page belongs there: nothing is changed. Move "
                "it away, or name another folder."
            )


def _keep_marker(folder: Path, paths: Iterable[str]) -> None:
    about = "Written by lorebot site, which replaces and removes these files and no others."
    text = json.dumps({"about": about, "files": sorted(paths)}, indent=0)
    write_whole(folder / MARKER, f"{text}\n".encode())


def _moved(new: Path, file: Path) -> bool:
    """Put a new file in its place, and return whether it differs from what was there."""
    if file.is_file() and file.read_bytes() == new.read_bytes():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    os.replace(new, file)
    return True


def _remove(folder: Path, paths: Iterable[str]) -> None:
    """Remove files, and the folders that are empty without them."""
    for path in paths:
        (folder / path).unlink(missing_ok=True)
        for parent in (folder / path).parents:
            if parent == folder:
                break
            with suppress(OSError):
                parent.rmdir()
