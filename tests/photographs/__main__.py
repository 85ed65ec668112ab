"""Photographs the tour: `make pictures`; `make pictures-accept` takes those of the documents."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import settings
from tests.photographs import accepted, tour

ROOT = Path(__file__).parents[2]


def photograph(folder: Path) -> list[str]:
    """Photograph everything into a folder, and return what is wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as data:
        of_seeds = settings.load(data_dir=Path(data), pack=ROOT / "seeds")
        return asyncio.run(tour.photographed(of_seeds, folder))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", folder]:
            sys.exit("\n".join(photograph(Path(folder))) or None)
        case ["accept", folder]:
            accepted.take(Path(folder))
        case _:
            sys.exit("Name a folder: make pictures DIR=/tmp/pictures")
