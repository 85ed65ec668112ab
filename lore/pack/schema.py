"""The JSON Schema of each kind of file in a pack, for editors that complete and check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lore.pack.model import Entry, Event, Model, PackInfo
from lore.pack.reader import QuoteFile
from lore.pack.sentences import IMPLIED

_FILES: dict[str, type[Model]] = {
    "pack": PackInfo,
    "entry": Entry,
    "event": Event,
    "quotes": QuoteFile,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of file: `pack`, `entry`, `event` and `quotes`."""
    return {name: _schema(model) for name, model in _FILES.items()}


def write(folder: Path) -> None:
    """Write each schema to `folder` as `NAME.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def _schema(model: type[Model]) -> dict[str, Any]:
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        for key in IMPLIED.get(part.get("title", ""), ()):
            part["properties"].pop(key, None)
            part["required"].remove(key)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
