"""Scripted faults of the REST API: which request fails, and how."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass
class Fault:
    """What goes wrong with the next `times` requests that `match` ("POST /channels/*/messages").

    `delay` is in seconds. With a `status` the answer is that status and `body`, as JSON or, if it
    is bytes, as it is; with `disconnect` there is no answer. `after` lets the request take its
    effect first, before the delay as well.
    """

    match: str
    status: int | None = None
    body: Any = field(default_factory=lambda: {"message": "scripted fault", "code": 0})
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    disconnect: bool = False
    after: bool = False
    times: int = 1


def take(faults: list[Fault], method: str, path: str) -> Fault | None:
    """Return the first fault that matches this request, and remove it once it is used up."""
    for fault in faults:
        if fnmatchcase(f"{method} {path}", fault.match):
            fault.times -= 1
            if fault.times <= 0:
                faults.remove(fault)
            return fault
    return None
