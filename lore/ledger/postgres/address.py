"""Where the ledger's PostgreSQL is: an address with a password, and what may be shown of it."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """An address such as postgresql://lorebot:secret@db.example.org/lorebot."""

    url: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in SCHEMES or not parts.path.strip("/") or not self.url.isprintable():
            raise ValueError(
                "is no address such as postgresql://lorebot:PASSWORD@localhost/lorebot"
            )
        # Raises ValueError if it is no number.
        _ = parts.port

    def __str__(self) -> str:
        """Return what may be shown: no password, and no parameters, which may hold one."""
        parts = urlsplit(self.url)
        where = parts.netloc.rpartition("@")[2]
        name = f"{unquote(parts.username)}@" if parts.username else ""
        return urlunsplit((SCHEMES[0], name + where, parts.path, "", ""))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the texts that no output may show."""
        password = urlsplit(self.url).password or ""
        return tuple(dict.fromkeys(one for one in (password, unquote(password)) if one))
