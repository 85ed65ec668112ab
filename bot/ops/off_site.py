"""Passes new backups to the operator's command, which uploads them to another machine."""

from __future__ import annotations

import asyncio
import shlex
from contextlib import suppress
from pathlib import Path

from lore.errors import LoreError
from lore.files import plain_file

# A backup that takes longer to upload counts as failed.
SECONDS = 3600.0


class OffSiteError(LoreError):
    """LORE_BACKUP_COMMAND failed on a backup."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"LORE_BACKUP_COMMAND did not take {file}: {why}.")


class OffSite:
    """Runs the command with a backup's path; the file `sent` names the last uploaded backup."""

    def __init__(self, command: str, sent: Path, seconds: float = SECONDS) -> None:
        self._command = command
        self._sent = sent
        self._seconds = seconds

    @property
    def wanted(self) -> bool:
        """Return whether a command is set."""
        return bool(self._command.strip())

    def last(self) -> str | None:
        """Return the name of the last uploaded backup."""
        try:
            return plain_file(self._sent).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None

    def _words(self, file: Path) -> list[str]:
        return [*shlex.split(self._command), str(file.absolute())]

    async def send(self, file: Path) -> None:
        """Run the command on a backup; OffSiteError if it cannot be run or fails."""
        try:
            running = await asyncio.create_subprocess_exec(
                *self._words(file),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except (OSError, ValueError) as error:
            raise OffSiteError(file, getattr(error, "strerror", None) or str(error)) from error
        try:
            async with asyncio.timeout(self._seconds):
                _, output = await running.communicate()
        except TimeoutError:
            raise OffSiteError(file, f"it ran for more than {self._seconds:.0f} seconds") from None
        finally:
            if running.returncode is None:
                with suppress(ProcessLookupError):
                    running.kill()
        if running.returncode:
            last = output.decode(errors="replace").strip().rpartition("\n")[2][:200]
            raise OffSiteError(file, f"it ended with {running.returncode} ({last or 'unsaid'})")
        plain_file(self._sent).write_text(f"{file.name}\n", "utf-8")
