"""Settings: defaults, then /etc/imi-tui.toml (or IMI_CONFIG), then the environment, into one frozen value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from urllib.parse import quote

from db.probe import sqlite_path, sqlite_url

CONFIG = Path("/etc/imi-tui.toml")

_ENVIRONMENT = {"IMI_DATABASE": "database", "IMI_MAIL": "mail", "IMI_LANGUAGE": "language"}


class SettingsError(Exception):
    """The settings cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """What a deployment may set. Empty `database` and `mail` mean the user's own data folder."""

    database: str = ""
    mail: str = ""
    mail_from: str = "imi@localhost.example"
    language: str = ""
    deployment: str = ""
    temporary_password_days: int = 14
    password_months: int = 6
    wrong_tries: int = 5
    mouse: bool = True
    hash_memory_kib: int = 19456
    hash_time: int = 2

    def database_url(self) -> str:
        """The URL of the database: the one set, or a SQLite file in the user's data folder."""
        if self.database:
            return self.database
        from platformdirs import user_data_path

        return sqlite_url(user_data_path("imi-tui") / "imi.db")

    def mail_url(self) -> str:
        """The URL mail goes to: the one set, or a Maildir beside the database."""
        if self.mail:
            return self.mail
        return maildir_url(sqlite_path(self.database_url()).with_name("mail"))


def maildir_url(folder: Path) -> str:
    """The URL of a Maildir; what a URL cannot hold is percent-encoded."""
    return f"maildir://{quote(str(folder.absolute()))}"


def load(environment: Mapping[str, str] = os.environ, config: Path | None = None) -> Settings:
    """Read the settings. Raises `SettingsError` for an unreadable file, an unknown name or a value of a wrong kind."""
    settings = Settings()
    path = config or Path(environment.get("IMI_CONFIG", CONFIG))
    if path != CONFIG or path.exists():
        settings = _with_file(settings, path)
    given = {name: environment[variable] for variable, name in _ENVIRONMENT.items() if environment.get(variable)}
    return replace(settings, **given)  # type: ignore[arg-type]  # the environment's names are all of text fields


def _with_file(settings: Settings, path: Path) -> Settings:
    import tomllib

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    known = {field.name: type(getattr(settings, field.name)) for field in fields(settings)}
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"{path}: unknown setting {name!r}")
        if type(value) is not known[name]:
            raise SettingsError(f"{path}: {name} must be of type {known[name].__name__}")
    return replace(settings, **values)
