"""Freezes what the bot does, or writes it in full: see `make freeze` and `make freeze-accept`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.frozen import record

if __name__ == "__main__":
    if len(sys.argv) > 1:
        record.write_in_full(Path(sys.argv[1]))
    else:
        record.accept()
