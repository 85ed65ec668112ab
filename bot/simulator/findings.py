"""What is wrong with a body, gathered in the nested form that Discord reports it in."""

from collections.abc import Collection
from typing import Any

from bot.simulator.refusals import RefusedError

Path = tuple[str | int, ...]
Sizes = tuple[tuple[str, int, int], ...]  # keys of a part with the least and most they may hold


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

    def sizes(
        self, where: Path, part: dict[str, Any], sizes: Sizes, *, trimmed: bool = False
    ) -> None:
        """Texts (some of which Discord trims) and lists must hold so much; nothing counts as 0."""
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
        """A number must be one of those Discord knows here."""
        if value not in allowed:
            known = ", ".join(str(number) for number in sorted(allowed))
            self.add((*where, key), "BASE_TYPE_CHOICES", f"Value must be one of ({known}).")

    def unique(self, where: Path, key: str, value: object, seen: set[object]) -> None:
        """A value must not stand in the same body twice."""
        if value in seen:
            self.add(
                (*where, key), "COMPONENT_CUSTOM_ID_DUPLICATED", "This stands here twice already."
            )
        seen.add(value)

    def refuse(self) -> None:
        """Raise what was found, if anything was."""
        if self._tree:
            raise RefusedError(400, 50035, "Invalid Form Body", self._tree)
