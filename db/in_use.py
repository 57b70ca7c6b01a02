"""Who has a database open, and how to be alone with a SQLite file: by the locks that SQLite itself takes.

In WAL mode each connection that has read holds a shared lock on a range of bytes as long as it is open. Whoever asks
must have no connection to the file in the same process: its locks would be lost when the file is closed here.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.backup import second_store
from db.probe import StoreError, StoreKind, is_postgresql, sqlite_path

_FIRST, _LENGTH = 0x40000000, 512
"""The bytes that SQLite locks: pending, reserved, and the range that readers share."""

LEAVING = 5.0
"""Seconds that a server may take to notice that somebody has left."""

_FLOCK = "hhqqi4x"
"""Linux's `struct flock`."""


def other(url: str) -> str:
    """Another program that has a database open, in words; nothing where there is none.

    Raises `OSError` where a file cannot be opened, `StoreError` where a server does not let us look.
    """
    if is_postgresql(url):
        return _other_session(url)
    path = sqlite_path(url)
    number = holder(path) if path.exists() else None
    return "" if number is None else named(number)


def named(number: int) -> str:
    """A process by its number and, where that can be seen, its command."""
    try:
        told = Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        told = ""
    return f"{number} ({told})" if told else str(number)


def end_other_sessions(url: str) -> None:
    """End whoever else is connected to a server's database. Raises `StoreError`."""
    sql = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with second_store(url) as store, store.reading():
        store.database.execute_sql(sql).fetchall()


def _other_session(url: str) -> str:
    sql = (
        "SELECT pid, application_name, host(client_addr) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY pid LIMIT 1"
    )
    until = time.monotonic() + LEAVING
    with second_store(url) as store:
        while True:
            with store.reading():
                found = store.database.execute_sql(sql).fetchone()
            if found is None or time.monotonic() > until:
                break
            time.sleep(0.05)
    return "" if found is None else f"{found[0]} ({', '.join(str(one) for one in found[1:] if one)})"


def holder(path: Path) -> int | None:
    """The number of a process that has the file open; None where there is none, 0 where it cannot be seen from here.

    Raises `OSError` where the file cannot be opened.
    """
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _FIRST, _LENGTH, 0)
    with path.open("r+b") as file:
        answer = fcntl.fcntl(file, fcntl.F_GETLK, asked)
    kind, *_where, number = struct.unpack(_FLOCK, answer)
    return None if kind == fcntl.F_UNLCK else max(number, 0)


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Nobody else has the file open, and nobody can read it meanwhile. Raises `StoreError(IN_USE)`, `OSError`."""
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LENGTH, _FIRST)
        except OSError as error:
            raise StoreError(StoreKind.IN_USE, str(path)) from error
        yield
