"""What the operator sets: read once from the environment and `.env`, every fault named at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from dotenv import dotenv_values
from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from lore.errors import LoreError
from lore.ledger.quota import Quota
from lore.wording import meant, wrong_value

ENV_FILE = Path(".env")
QUOTA = Quota()
Count = Annotated[int, Field(ge=1)]


class SettingsError(LoreError):
    """Settings that cannot be used; the text names every one of them."""


class Settings(BaseSettings):
    """The operator's settings; `token` is None when the bot is only to be rehearsed."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_prefix="LORE_", extra="ignore", frozen=True, env_ignore_empty=True
    )

    token: SecretStr | None = Field(
        None, validation_alias=AliasChoices("DISCORD_TOKEN", "LORE_DISCORD_TOKEN")
    )
    token_file: Path | None = Field(
        None, validation_alias=AliasChoices("DISCORD_TOKEN_FILE", "LORE_DISCORD_TOKEN_FILE")
    )
    data_dir: Path = Path("data")
    pack: Path = Path(__file__).parents[1] / "seeds"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    contact: Annotated[str, StringConstraints(max_length=200)] = ""
    health_port: Annotated[int, Field(ge=0, le=65535)] = 8650
    backup_hours: Annotated[float, Field(ge=0, le=8760)] = 24
    backup_keep: Count = 14
    person_per_minute: Count = 60
    server_per_minute: Count = 600
    entries_per_server: Count = QUOTA.entries
    quotes_per_server: Count = QUOTA.quotes
    suggestions_waiting: Count = QUOTA.queue
    suggestions_per_day: Count = QUOTA.suggestions_per_day
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode] = None
    shard_count: Count | None = None

    @field_validator("shard_ids", mode="before")
    @classmethod
    def _separate(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.shard_ids is not None and not self.shard_count:
            raise ValueError("LORE_SHARD_IDS needs LORE_SHARD_COUNT, how many there are in all")
        if any(not 0 <= one < (self.shard_count or 0) for one in self.shard_ids or ()):
            raise ValueError("LORE_SHARD_IDS are counted from 0 to LORE_SHARD_COUNT - 1")
        return self

    @property
    def catalogue(self) -> Path:
        """Where the compiled pack lies."""
        return self.data_dir / "catalogue.db"

    @property
    def ledger(self) -> Path:
        """Where what servers asked us to remember lies."""
        return self.data_dir / "ledger.db"

    @property
    def synced(self) -> Path:
        """Where it is kept which commands Discord was sent last."""
        return self.data_dir / "commands.sha256"

    @property
    def quota(self) -> Quota:
        """How much one server may have us keep."""
        return Quota(
            entries=self.entries_per_server,
            quotes=self.quotes_per_server,
            queue=self.suggestions_waiting,
            suggestions_per_day=self.suggestions_per_day,
        )

    def prepare(self) -> None:
        """Make the data folder, closed to others, where it is not there yet."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            what = (
                "is not a folder" if self.data_dir.exists() else f"cannot be made: {error.strerror}"
            )
            raise SettingsError(
                f"The data folder {self.data_dir} {what}. "
                "Name another with LORE_DATA_DIR or --data."
            ) from None

    def secret_files(self) -> list[Path]:
        """The files that hold the token and are there."""
        return [file for file in (ENV_FILE, self.token_file) if file and file.exists()]


def load(**given: object) -> Settings:
    """The settings; what is given goes before the environment, the environment before `.env`."""
    try:
        settings = Settings(**{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]  # pydantic judges them
    except UnicodeDecodeError as error:
        raise SettingsError(f"{ENV_FILE} is not UTF-8 text: {error}.") from None
    except ValidationError as error:
        raise _refused([*map(_fault, error.errors(include_url=False)), *_unknown()]) from None
    if unknown := list(_unknown()):
        raise _refused(unknown)
    if settings.token or not settings.token_file:
        return settings
    try:
        token = settings.token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"DISCORD_TOKEN_FILE {settings.token_file}: {error}") from None
    return settings.model_copy(update={"token": SecretStr(token) if token else None})


def _refused(faults: list[str]) -> SettingsError:
    lines = "\n".join(f"  {fault}" for fault in faults)
    return SettingsError(f"These settings (environment or .env) cannot be used:\n{lines}")


def _unknown() -> Iterator[str]:
    """What is written like a setting and is none, perhaps a slip of the pen."""
    known = {_key(name) for name in Settings.model_fields}
    known |= {f"LORE_{name}" for name in known if name.startswith("DISCORD_")}
    written = {**dotenv_values(ENV_FILE), **os.environ}  # noqa: TID251  # settings are read here
    for name in sorted(written):
        if name.startswith("LORE_") and name not in known:
            yield f"{name}: there is no such setting{meant(name, known)}"


def _fault(error: ErrorDetails) -> str:
    if not error["loc"]:
        return error["msg"].removeprefix("Value error, ")
    return f"{_key(str(error['loc'][0]))}: {wrong_value(error)}"


def _key(name: str) -> str:
    """The name that an operator writes for a setting."""
    key = name.upper()
    return f"DISCORD_{key}" if key.startswith("TOKEN") else f"LORE_{key.removeprefix('LORE_')}"
