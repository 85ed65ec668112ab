"""Faults of a request body, collected in the nested form in which Discord reports them."""

from collections.abc import Collection
from typing import Any

from bot.simulator.refusals import RefusedError

Path = tuple[str | int, ...]
Sizes = tuple[tuple[str, int, int], ...]  # keys of a part with the least and most they may hold


class Findings:
    """Collected faults by path; `refuse` raises them all as error 50035."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """Add a fault at `path`."""
        node = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def sizes(
        self, where: Path, part: dict[str, Any], sizes: Sizes, *, trimmed: bool = False
    ) -> None:
        """Check the sizes of texts (some of which Discord trims) and lists; a missing one counts
        as 0.
        """
        for key, low, high in sizes:
            value = part.get(key)
            if trimmed and isinstance(value, str):
                value = value.strip()
            if not isinstance(value, (str, list)):
                if value is not None:
                    self.add((*where, key), "BASE_TYPE_BAD_TYPE", "This has the wrong type.")
                elif low:
                    self.add((*where, key), "BASE_TYPE_REQUIRED", "This field is required")
            elif not low <= len(value) <= high:
                missing = not value
                code = "BASE_TYPE_REQUIRED" if missing else "BASE_TYPE_BAD_LENGTH"
                message = f"Must be between {low} and {high} in length."
                self.add((*where, key), code, "This field is required" if missing else message)

    def among(self, where: Path, key: str, value: object, allowed: Collection[int]) -> None:
        """Check that a value is one of those Discord allows."""
        if value not in allowed:
            known = ", ".join(str(number) for number in sorted(allowed))
            self.add((*where, key), "BASE_TYPE_CHOICES", f"Value must be one of ({known}).")

    def unique(self, where: Path, key: str, value: object, seen: set[object]) -> None:
        """Check that a value occurs only once in the body."""
        if value in seen:
            self.add(
                (*where, key), "COMPONENT_CUSTOM_ID_DUPLICATED", "This stands here twice already."
            )
        seen.add(value)

    def refuse(self) -> None:
        """Raise the collected faults if there are any."""
        if self._tree:
            raise RefusedError(400, 50035, "Invalid Form Body", self._tree)
