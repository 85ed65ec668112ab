"""Files that the bot uploads and people attach, kept to be downloaded again."""

import mimetypes
from collections.abc import Callable
from typing import Any

from bot.simulator.objects import Json
from bot.simulator.refusals import too_large

LARGEST = 10 * 1024 * 1024
Files = dict[int, tuple[str, bytes]]


class Uploads:
    """Every file of a simulation by attachment id; `origin` is the base of their addresses."""

    def __init__(self) -> None:
        self.origin = ""
        self._files: dict[int, tuple[Json, bytes]] = {}

    def add(self, number: int, name: str, data: bytes, description: str | None = None) -> Json:
        """Keep a file and return its attachment JSON."""
        url = f"{self.origin}/{number}/{name}"
        attachment: Json = {
            "id": str(number),
            "filename": name,
            "size": len(data),
            "url": url,
            "proxy_url": url,
            "content_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        }
        if description:
            attachment["description"] = description
        self._files[number] = (attachment, data)
        return attachment

    def attachment(self, number: int) -> Json:
        """Return a file's attachment JSON; KeyError for an unknown one."""
        return self._files[number][0]

    def data(self, number: int) -> bytes:
        """Return a file's content; KeyError for an unknown one."""
        return self._files[number][1]

    def latest(self, name: str) -> bytes | None:
        """Return the content of the latest file with this name."""
        found = (data for a, data in reversed(self._files.values()) if a["filename"] == name)
        return next(found, None)

    def names(self) -> list[str]:
        """Return the names of the files, each once."""
        return list(dict.fromkeys(attachment["filename"] for attachment, _ in self._files.values()))

    def received(self, body: Any, files: Files, new_id: Callable[[], int]) -> Any:
        """Return the body with its attachments as Discord stores them: new files, or kept ones."""
        message = body.get("data", body) if isinstance(body, dict) else None
        if not message or "attachments" not in message:
            return body
        kept: list[Json] = []
        for entry in message["attachments"]:
            number = int(entry["id"])
            if number in files:
                name, data = files[number]
                if len(data) > LARGEST:
                    raise too_large()
                kept.append(self.add(new_id(), name, data, entry.get("description")))
            elif number in self._files:
                kept.append(self.attachment(number))
        changed = message | {"attachments": kept}
        return body | {"data": changed} if "data" in body else changed


def split_form(form: Any) -> tuple[bytes, Files]:
    """Return the JSON, and the files by number, of a multipart request."""
    files: Files = {}
    for name, part in form.items():
        if name.startswith("files["):
            files[int(name[6:-1])] = (part.filename, part.file.read())
    return form["payload_json"].encode(), files
