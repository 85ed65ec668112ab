"""Freezes what the bot does, or writes it in full: `make freeze-accept`, `make freeze DIR=…`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from tests.frozen import record

if __name__ == "__main__":
    # The scripts let go wrong what is told there.
    logging.disable(logging.ERROR)
    match sys.argv[1:]:
        case ["accept"]:
            record.accept()
        case ["write", folder] if not Path(folder).exists():
            record.write_in_full(Path(folder))
        case _:
            sys.exit("Name a folder that is not there yet: make freeze DIR=/tmp/now")
