"""The folder of a site: written whole, and never over what others put there."""

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from lore.site.folder import MARKER, SiteFolderError, write_site
from lore.site.pages import SitePage


def makers(pages: dict[str, str]) -> list[Callable[[], SitePage]]:
    return [partial(SitePage, path, text.encode()) for path, text in pages.items()]


def held(folder: Path) -> dict[str, str]:
    """Return all files of a folder but the marker."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MARKER)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_a_site_is_replaced_and_what_is_no_longer_in_it_removed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "site"
    write_site(folder, makers({"index.html": "1", "entry/a.html": "a", "quote/b.html": "b"}))
    (folder / "CNAME").write_text("lore.example")

    changed = write_site(folder, makers({"index.html": "1", "entry/c.html": "c"}))

    assert held(folder) == {"index.html": "1", "entry/c.html": "c", "CNAME": "lore.example"}
    assert changed == 1
    assert not (folder / "quote").exists()


def test_a_folder_of_others_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(SiteFolderError, match=r"holds thesis\.txt"):
        write_site(tmp_path, makers({"index.html": "1"}))

    assert held(tmp_path) == {"thesis.txt": "years of work"}


def test_a_file_of_others_in_the_place_of_a_page_is_refused(tmp_path: Path) -> None:
    write_site(tmp_path, makers({"index.html": "1"}))
    (tmp_path / "entry").mkdir()
    (tmp_path / "entry/a.html").write_text("mine")

    with pytest.raises(SiteFolderError, match=r"a\.html is not ours"):
        write_site(tmp_path, makers({"index.html": "2", "entry/a.html": "a"}))

    assert held(tmp_path) == {"index.html": "1", "entry/a.html": "mine"}


@pytest.mark.parametrize("marked", ["", "{}", '{"files": 3}'])
def test_a_folder_with_a_marker_that_says_nothing_is_refused(tmp_path: Path, marked: str) -> None:
    (tmp_path / MARKER).write_text(marked)

    with pytest.raises(SiteFolderError, match="cannot be understood"):
        write_site(tmp_path, makers({"index.html": "1"}))


def test_a_marker_removes_nothing_outside_its_folder(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / MARKER).write_text(f'{{"files": ["../mine.txt", "{mine.as_posix()}"]}}')

    write_site(folder, makers({"index.html": "1"}))

    assert mine.read_text() == "mine"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")

    with pytest.raises(SiteFolderError, match="is no folder"):
        write_site(tmp_path / "site", makers({"index.html": "1"}))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Have the system refuse what makes a file larger, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


def test_where_there_is_no_room_the_former_site_stays_whole(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write_site(folder, makers({"index.html": "1", "entry/a.html": "a"}))

    with files_of_at_most(1000), pytest.raises(SiteFolderError, match="cannot be written"):
        write_site(folder, makers({"index.html": "2", "entry/b.html": "b" * 10_000}))

    assert held(folder) == {"index.html": "1", "entry/a.html": "a"}
    assert write_site(folder, makers({"index.html": "2"})) == 1


def test_where_there_is_no_room_for_a_first_site_nothing_is_left(tmp_path: Path) -> None:
    with files_of_at_most(1000), pytest.raises(SiteFolderError):
        write_site(tmp_path / "site", makers({"index.html": "1" * 10_000}))

    assert not (tmp_path / "site").exists()
