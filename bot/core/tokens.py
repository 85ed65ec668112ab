"""The form of a bot's token: to refuse invalid ones, and to keep them out of logs."""

from __future__ import annotations

import base64
import re

FORM = re.compile(r"[\w-]{18,40}\.[\w-]{6}\.[\w-]{25,}", re.ASCII)
HIDDEN = "[hidden]"

NO_FORM = (
    "It has not the form of a bot's token: three parts with dots between them. Copy it "
    "again from the page Bot of your application."
)


def application_of(token: str) -> int | None:
    """Return the application's id, which begins a token; None if it has not a token's form."""
    if not FORM.fullmatch(token):
        return None
    first = token.partition(".")[0]
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode()
    except ValueError:
        return None
    return int(decoded) if decoded.isdecimal() else None
