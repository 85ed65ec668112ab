"""Writes files of a pack: each as a whole or not at all, and none over another."""

from __future__ import annotations

import tomlkit


def toml_text(text: str) -> str:
    """Return a text as TOML has it, between quotes."""
    return tomlkit.string(text).as_string()
