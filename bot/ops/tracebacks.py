"""Tracebacks for the log without text that people wrote."""

from __future__ import annotations

import re
import traceback

# Errors quote the values that they are about, and values may contain quotes themselves. The pattern
# is matched once, from the start: without a closing quote, each opening one would search again.
_CITED = re.compile(r"""(?s:\A([^"'“]*)["'“].*["'”])""")


def trace(error: BaseException) -> str:
    """Return the traceback of an error and its causes, with “…” for text quoted in messages."""
    formatted = traceback.TracebackException.from_exception(error)
    _cite_nothing(formatted)
    return "".join(formatted.format()).rstrip("\n")


def _cite_nothing(formatted: traceback.TracebackException) -> None:
    # Python has no public way to format an exception with another message.
    formatted._str = _CITED.sub(r"\1“…”", formatted._str)  # type: ignore[attr-defined]
    for other in (formatted.__cause__, formatted.__context__, *(formatted.exceptions or ())):
        if other:
            _cite_nothing(other)
