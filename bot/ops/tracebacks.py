"""Tracebacks for the log without text that people wrote."""

from __future__ import annotations

import re
import traceback

# Errors cite the values that they are about in quotes, which the values may hold as well. It is
# looked for once, from the beginning: where nothing closes, each opening quote would look anew.
_CITED = re.compile(r"""(?s:\A([^"'“]*)["'“].*["'”])""")


def trace(error: BaseException) -> str:
    """Return the traceback of an error and its causes, with “…” for text quoted in messages."""
    formatted = traceback.TracebackException.from_exception(error)
    _cite_nothing(formatted)
    return "".join(formatted.format()).rstrip("\n")


def _cite_nothing(formatted: traceback.TracebackException) -> None:
    # There is no public way to format an exception with another message.
    formatted._str = _CITED.sub(r"\1“…”", formatted._str)  # type: ignore[attr-defined]
    for other in (formatted.__cause__, formatted.__context__, *(formatted.exceptions or ())):
        if other:
            _cite_nothing(other)
