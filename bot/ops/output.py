"""Output to a terminal or pipe of any encoding: `?` replaces what cannot be encoded."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from typing import Any


def tolerate_any_encoding() -> None:
    """Make output that cannot be encoded, and input that cannot be decoded, raise no error."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # The parent process may have closed them.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str, *, err: bool = False) -> None:
    """Write a line to standard output or standard error.

    typer.echo writes UTF-8 where the encoding is ASCII.
    """
    stream = sys.stderr if err else sys.stdout
    if stream is not None:
        stream.write(f"{text}\n")
        stream.flush()


def json_line(value: Any) -> str:
    """Return a value as JSON, with escapes where the output cannot encode a character."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode((sys.stdout and sys.stdout.encoding) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def decodable(typed: str) -> str:
    """Return an argument with its lone surrogates, Python's mark of undecodable bytes, replaced."""
    return typed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@contextmanager
def progress_bar(
    doing: str, *, hidden: bool = False
) -> Iterator[Callable[[int, int], None] | None]:
    """Yield what shows on a terminal how much is done, of how much; None where nobody sees it.

    The bar comes when something is done for the first time.
    """
    if hidden or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:

        @cache
        def bar() -> Callable[..., None]:
            # A bot that has nothing to show does not need it, and saves eight megabytes.
            from rich.console import Console
            from rich.progress import Progress

            shown = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
            return partial(shown.update, shown.add_task(doing))

        yield lambda done, of: bar()(completed=done, total=of)
