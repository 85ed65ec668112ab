"""A row that a statement returns, as every engine gives it."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol


class StoredRow(Protocol):
    """Gives its values by the name or the place of their columns, and in turn."""

    def __getitem__(self, column: Any, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...

    def keys(self) -> Iterable[str]:
        """Return the names of the columns."""
