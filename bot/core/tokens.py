"""What a bot's token looks like: to refuse what is none, and to keep it out of what is read."""

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
    """The application's id, which a token begins with; None if it has not the form of a token."""
    if not FORM.fullmatch(token):
        return None
    first = token.partition(".")[0]
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode()
    except ValueError:
        return None
    return int(decoded) if decoded.isdecimal() else None
