"""Writes to the terminal or the pipe, whatever encoding it has: `?` for what cannot be shown."""

from __future__ import annotations

import io
import json
import sys
from typing import Any


def tolerate_any_encoding() -> None:
    """Let neither output that cannot be encoded nor input that cannot be decoded raise."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # Whoever starts us may have closed them.
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
    """Write a value as JSON; where a character cannot be encoded, all but ASCII are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode((sys.stdout and sys.stdout.encoding) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def decodable(typed: str) -> str:
    """Replace what of an argument was no text, which Python keeps as lone surrogates."""
    return typed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
