"""The note beside a ledger file that tells where its ledger was moved."""

from pathlib import Path

from lore.files import plain_file, write_whole
from lore.ledger.errors import LedgerMovedError


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.moved-to")


def note_move(path: Path, where: str) -> None:
    """Note where the ledger at `path` is now."""
    write_whole(_note(path), f"{where}\n".encode(), 0o600)


def forget_move(path: Path) -> None:
    """Remove the note, as there is a ledger again."""
    _note(path).unlink(missing_ok=True)


def check_not_moved(path: Path) -> None:
    """Raise LedgerMovedError if the ledger at `path`, where none is now, was moved."""
    try:
        where = plain_file(_note(path)).read_text("utf-8").strip()
    except FileNotFoundError:
        return
    raise LedgerMovedError(
        str(path),
        where,
        f"Name it in LORE_LEDGER_URL, with its password. To begin with an empty ledger in a file "
        f"instead: lorebot run --new; the former one is kept as {path}.moved",
    )
