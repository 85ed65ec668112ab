"""The Discord bot: answers, curation, the quote of the day, and what running it needs."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # for who starts it without installing it
    raise SystemExit(
        "Lorebot needs Python 3.11 or newer; this is Python "
        + ".".join(map(str, sys.version_info[:3]))
        + "."
    )
