"""Settings: from the environment and a file ``.env``, as INKREAD_PORT=9000. Unknown or unsafe ones are refused."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from limits import parse_many
from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from inkread.errors import ServiceError, StorageError
from inkread.storage.database import checked_url

PREFIX = "INKREAD_"

ENV_FILE = Path(".env")

_ELSEWHERE = frozenset({"INKREAD_DATA", "INKREAD_BIN", "INKREAD_TEST_POSTGRES"})  # of inkread.data and of tests


def _parts(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "inkread"


def _database_url() -> str:
    return f"sqlite:///{_home() / 'inkread.db'}"


Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts)]


class Settings(BaseSettings):
    """What can be set; the defaults suit one machine and a browser on it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for every network.")
    port: int = Field(8000, ge=1, le=65_535, description="Port to listen on.")
    model: Path | None = Field(None, description="Model file instead of the shipped one.")
    page_model: Path | None = Field(
        None, description="Model file for all that is written, asked for by `alphabet`, instead of the shipped one."
    )
    models: Path = Field(
        default_factory=lambda: _home() / "models", description="Folder of the model files that were promoted."
    )
    threads: int = Field(
        max(1, (os.cpu_count() or 1) - 1), ge=1, le=256, description="Threads that read; by default one core is left."
    )
    upload_mb: int = Field(20, ge=1, le=500, description="Largest request, in MB.")
    batch_mb: int = Field(100, ge=1, le=2_000, description="Largest request with many files, in MB.")
    batch_files: int = Field(200, ge=1, le=10_000, description="Most files in one request.")
    document_pages: int = Field(50, ge=1, le=1_000, description="Most pages of one document.")
    upload_seconds: float = Field(20, gt=0, le=600, description="Longest time a request may take to arrive.")
    rate: str = Field("6000/minute", description="Most requests to the API by one client; empty for no limit.")
    trusted_proxies: Listed = Field(
        (), description="Addresses whose X-Forwarded-For is believed, with commas; none by default."
    )
    cors_origins: Listed = Field((), description="Origins whose pages may call the API, with commas.")
    database_url: str = Field(
        default_factory=_database_url,
        description="Where accounts, history and corrections are kept: sqlite:///file, or postgresql://user@host/name.",
    )
    account_mb: int = Field(500, ge=0, le=1_000_000, description="Most that one account may keep, in MB.")
    corrections_mb: int = Field(
        50, ge=0, le=1_000_000, description="Most that corrections without an account may take together, in MB."
    )
    sign_up: bool = Field(True, description="Whether anybody may make an account.")
    stop_seconds: int = Field(20, ge=1, le=600, description="Time that requests get to finish when it stops.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_format: Literal["json", "text"] = Field("json", description="Log lines as JSON objects or as text.")

    @field_validator("rate")
    @classmethod
    def _check_rate(cls, value: str) -> str:
        try:
            if value.strip():
                parse_many(value)
        except ValueError:
            raise ValueError("expected a rate, e.g. 6000/minute or 50/second; 600/minute") from None
        return value.strip()

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            parts = urlsplit(value)
            local = parts.hostname in ("localhost", "127.0.0.1", "::1")
            if value != f"{parts.scheme}://{parts.netloc}" or not (
                parts.scheme == "https" or (local and parts.scheme == "http")
            ):
                raise ValueError(
                    f"{value!r} is unsafe: expected origins such as https://example.org, each named; "
                    "http only for localhost"
                )
        return values

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            network = _network(value)
            if network.prefixlen == 0:
                raise ValueError(f"{value!r} is unsafe: anyone could write any address into X-Forwarded-For")
        return values

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: str) -> str:
        try:
            parsed = checked_url(url)
        except StorageError as error:
            raise ValueError(str(error)) from None
        path = Path(parsed.database or "")
        if parsed.get_backend_name() == "sqlite":
            if path.is_relative_to(Path(__file__).resolve().parents[1]):
                raise ValueError(f"{path} is unsafe: it lies in the package, parts of which are served; name another")
            if path.exists() and not path.is_file():
                raise ValueError(f"{path}: expected a file, got a folder or device; name a file")
        return url

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Settings from the environment and ``.env``; ``given`` go before them. Else ServiceError."""
        _refuse_unknown(os.environ, "the environment")
        _refuse_unknown(dotenv_values(ENV_FILE), str(ENV_FILE))
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise ServiceError("\n".join(map(_said, error.errors()))) from None

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def _network(value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(value)
    except ValueError:
        raise ValueError(
            f"{value!r}: expected addresses or networks of proxies, e.g. 10.0.0.1 or 10.0.0.0/8; "
            "* is unsafe, because anyone could write any address into X-Forwarded-For"
        ) from None


def _refuse_unknown(names: Mapping[str, Any], source: str) -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | _ELSEWHERE
    for name in names:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise ServiceError(
                f"{name} in {source}: expected a known setting ({', '.join(sorted(known - _ELSEWHERE))}); "
                "correct the name or remove it"
            )


def _said(error: Any) -> str:
    """One line for one refused setting."""
    name = f"{PREFIX}{error['loc'][0]}".upper() if error["loc"] else "settings"
    return f"{name}={str(error['input'])[:60]}: {error['msg'].removeprefix('Value error, ')}"
