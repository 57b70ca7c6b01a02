"""Settings: defaults, then /etc/imi-tui.toml (or IMI_CONFIG), then the environment, into one frozen value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from urllib.parse import quote

from db.probe import is_postgresql, sqlite_path, sqlite_url
from imi_tui.rules.passwords import LONGEST, SHORTEST

CONFIG = Path("/etc/imi-tui.toml")

_ENVIRONMENT = {"IMI_DATABASE": "database", "IMI_MAIL": "mail", "IMI_LANGUAGE": "language"}


LOGS = ("journal", "stderr")
"""What can be logged to besides a file."""

LOG_LEVELS = ("debug", "info", "warning", "error")


class SettingsError(Exception):
    """The settings cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Settings:
    """What a deployment may set. Empty `database` and `mail` mean the user's own data folder."""

    database: str = ""
    mail: str = ""
    mail_from: str = "imi@localhost.example"
    mail_bounces: str = ""
    commission_mail: str = ""
    language: str = ""
    deployment: str = ""
    temporary_password_days: int = 14
    password_months: int = 6
    password_minimum: int = SHORTEST
    reminder_days: tuple[int, ...] = (14, 7, 1)
    wrong_tries: int = 5
    sessions: int = 3
    idle_minutes: int = 15
    lock_minutes: int = 480
    draft_days: int = 90
    kept_years: int = 3
    mouse: bool = True
    record_key: str = ""
    backups: str = ""
    log: str = ""
    log_level: str = "info"
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
        return maildir_url(self._beside("mail"))

    def record_key_path(self) -> Path:
        """The file of the record's key: the one set, or one beside the database."""
        if self.record_key:
            return Path(self.record_key)
        return self._beside(f"{self._place().name}.record-key")

    def record_checkpoint_path(self) -> Path:
        """The file of the record's last checkpoint, beside its key."""
        key = self.record_key_path()
        return key.with_name(f"{key.name}.checkpoint")

    def log_path(self) -> Path:
        """The file that is logged to, where a file is: the one set, or one beside the database."""
        if self.log not in {"", *LOGS}:
            return Path(self.log)
        return self._place().with_suffix(".log")

    def _beside(self, name: str) -> Path:
        return self._place().with_name(name)

    def _place(self) -> Path:
        """The database's file; of a server's database, the place that it would have among the user's own data."""
        url = self.database_url()
        if not is_postgresql(url):
            return sqlite_path(url)
        from platformdirs import user_data_path

        return user_data_path("imi-tui") / "imi.db"


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
            from difflib import get_close_matches

            meant = get_close_matches(name, known, 1)
            raise SettingsError(f"{path}: unknown setting {name!r}" + (f"; is {meant[0]} meant?" if meant else ""))
        if known[name] is tuple:
            values[name] = _whole_numbers(path, name, value)
        elif type(value) is not known[name]:
            raise SettingsError(f"{path}: {name} must be of type {known[name].__name__}")
    return _within_bounds(replace(settings, **values), path)


def _whole_numbers(path: Path, name: str, value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or any(type(one) is not int for one in value):
        raise SettingsError(f"{path}: {name} must be a list of whole numbers")
    return tuple(value)


def _within_bounds(settings: Settings, path: Path) -> Settings:
    """What the guide promises and no deployment may take back. Raises `SettingsError`."""
    lowest = {"password_minimum": SHORTEST, "password_months": 1, "temporary_password_days": 1, "wrong_tries": 1}
    lowest |= {"sessions": 1, "idle_minutes": 0, "lock_minutes": 1, "draft_days": 1, "kept_years": 0}
    for name, bound in lowest.items():
        if getattr(settings, name) < bound:
            raise SettingsError(f"{path}: {name} must be at least {bound}")
    if settings.password_minimum > LONGEST:
        raise SettingsError(f"{path}: password_minimum must be at most {LONGEST}")
    if settings.log not in {"", *LOGS} and not settings.log.startswith("/"):
        raise SettingsError(f"{path}: log must be an absolute path, or one of {', '.join(LOGS)}")
    if settings.log_level not in LOG_LEVELS:
        raise SettingsError(f"{path}: log_level must be one of {', '.join(LOG_LEVELS)}")
    if any(days < 1 for days in settings.reminder_days):
        raise SettingsError(f"{path}: reminder_days must be whole numbers from 1 up")
    return settings
