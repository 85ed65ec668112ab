import os
import socket
from pathlib import Path

import pytest

from lore.files import NotAFileError, database_uri, plain_file, write_whole


def test_a_file_may_be_opened_and_so_may_what_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    assert plain_file(tmp_path / "there") == tmp_path / "there"
    assert plain_file(tmp_path / "not yet") == tmp_path / "not yet"


def test_something_else_in_a_files_place_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "one")
    (tmp_path / "link").symlink_to(tmp_path / "one")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "two"))

    for path, what in (
        (tmp_path / "one", "one is a pipe"),
        (tmp_path / "link", "link is a pipe"),
        (tmp_path / "two", "two is a socket"),
        (tmp_path, f"{tmp_path.name} is a folder"),
        (Path("/dev/null"), "null is a device"),
    ):
        with pytest.raises(NotAFileError) as refused:
            plain_file(path)
        assert str(refused.value) == refused.value.strerror == f"{what}, not a file"
        assert refused.value.filename == str(path)


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_the_files_sqlite_opens_beside_a_database_must_be_files(
    tmp_path: Path, ending: str
) -> None:
    os.mkfifo(tmp_path / f"ledger.db{ending}")
    with pytest.raises(NotAFileError, match=f"ledger.db{ending} is a pipe"):
        database_uri(tmp_path / "ledger.db", "ro")


def test_a_rewritten_file_keeps_its_mode_and_the_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("before")
    (tmp_path / "file").chmod(0o640)
    (tmp_path / "link").symlink_to("file")
    write_whole(tmp_path / "link", b"after", 0o600)

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "after"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640
    assert len(list(tmp_path.iterdir())) == 2


def test_a_new_file_has_the_mode_that_is_asked_for(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"new", 0o600)

    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("before")
    in_its_way = tmp_path / f".file.{os.getpid()}.new"
    os.mkfifo(in_its_way)

    with pytest.raises(NotAFileError):
        write_whole(tmp_path / "file", b"after")
    assert (tmp_path / "file").read_text() == "before"
    assert in_its_way.is_fifo()
