"""What is wrong with a body, gathered in the nested form that Discord reports it in."""

from collections.abc import Sequence
from typing import Any

from bot.rehearsal.refusals import RefusedError

Path = tuple[str | int, ...]


class Findings:
    """Faults by place; `refuse` raises them all at once as error 50035."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """Note one fault at `path`."""
        node = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: Path, value: object, low: int, high: int) -> None:
        """Text or a list must hold `low` to `high` characters or parts; nothing counts as 0."""
        size = len(value) if isinstance(value, Sequence) else 0
        if value is not None and not isinstance(value, Sequence):
            self.add(path, "BASE_TYPE_BAD_TYPE", "This has the wrong type.")
        elif not size and low:
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not low <= size <= high:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")

    def among(self, path: Path, value: object, allowed: set[int]) -> None:
        """A number must be one of those Discord knows here."""
        if value not in allowed:
            known = ", ".join(str(number) for number in sorted(allowed))
            self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of ({known}).")

    def unique(self, path: Path, value: object, seen: set[object]) -> None:
        """A value must not stand in the same body twice."""
        if value in seen:
            self.add(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "This stands here twice already.")
        seen.add(value)

    def refuse(self) -> None:
        """Raise what was found, if anything was."""
        if self._tree:
            raise RefusedError(400, 50035, "Invalid Form Body", self._tree)
