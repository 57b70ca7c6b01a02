"""What every check is given, and what it says."""

from __future__ import annotations

import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from db.probe import StoreError, is_postgresql, probe, sqlite_path
from imi_tui.context import Context, make_context
from imi_tui.settings import Settings

SYSTEMD = Path("/run/systemd/system")
"""There where systemd runs the machine."""


class State(StrEnum):
    """How it stands: `wrong` makes the doctor's exit code 1; a `hint` is for somebody to judge."""

    OK = "ok"
    HINT = "hint"
    WRONG = "wrong"
    SKIPPED = "skipped"


Said = tuple[State, str]
"""What a check says: how it stands, and in words what is the matter and what mends it."""


@dataclass(frozen=True)
class Place:
    """The deployment that is looked at. `problem` is why the settings cannot be used; then they are the defaults.

    `account` is the system's account that the app runs as, None where there is none of that name.
    """

    config: Path
    settings: Settings
    problem: str
    account_name: str
    account: pwd.struct_passwd | None

    @property
    def on_server(self) -> bool:
        """Whether the database is one of a server, and no file."""
        return is_postgresql(self.settings.database_url())

    @property
    def database(self) -> Path | None:
        """The database's file, None where the URL is not understood, or a server's."""
        try:
            return sqlite_path(self.settings.database_url()).absolute()
        except StoreError:
            return None


@contextmanager
def opened(place: Place) -> Iterator[Context]:
    """The deployment's database. Raises `StoreError`, `Refused` where it cannot be used: such a check is skipped."""
    probe(place.settings.database_url())
    context = make_context(place.settings)
    try:
        yield context
    finally:
        context.store.close()


Check = Callable[[Place], Iterator[Said]]


def account_of(name: str) -> pwd.struct_passwd | None:
    """The account of a name, or None."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def may_write(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether the permission bits let an account that is not root write a file or folder that exists."""
    return _may(path, account, 0o222)


def may_enter(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether the permission bits let an account go through a folder, or run a file."""
    return _may(path, account, 0o111)


def _may(path: Path, account: pwd.struct_passwd, bits: int) -> bool:
    if account.pw_uid == 0:
        return True
    about = path.stat()
    if about.st_uid == account.pw_uid:
        return bool(about.st_mode & bits & 0o700)
    if about.st_gid == account.pw_gid:
        return bool(about.st_mode & bits & 0o070)
    return bool(about.st_mode & bits & 0o007)


def mode_of(path: Path) -> str:
    """The permission bits as one writes them for chmod."""
    return f"{path.stat().st_mode & 0o7777:04o}"


def owner_of(path: Path) -> str:
    """The name of a file's owner, or its number."""
    number = path.stat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
