"""A backup as a file: copied in one consistent view while the database is in use, and looked through (B13).

The file is a SQLite database of ours, closed in itself, with one table more (`backup`) of what was true when it was
taken.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from db import turn
from db.engine import Store, translated
from db.models.base import database as models_database
from db.probe import APPLICATION_ID, StoreError, StoreKind, migration_names, sqlite_url

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

_PAGES = 500
"""Pages copied from one telling of the progress to the next."""

_ABOUT = "backup"


def copy_view(source: Path, target: Path, progress: Progress) -> None:
    """Copy a SQLite database as it is at one instant, however much is written to it meanwhile, to a new file.

    Raises `StoreError`; FULL where there is no room for the copy.
    """
    target.touch(mode=0o600, exist_ok=False)
    with translated(), closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as one:
        one.execute("PRAGMA busy_timeout = 5000")
        # The view is held open: else whoever writes meanwhile would make the copying begin anew, again and again.
        one.execute("BEGIN")
        one.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        with closing(sqlite3.connect(target)) as other:
            one.backup(other, pages=_PAGES, progress=lambda _state, left, total: progress(total - left, total))
            close_in_itself(other)


def close_in_itself(connection: sqlite3.Connection) -> None:
    """No files beside it: it can be moved, and read from a disk that cannot be written."""
    connection.execute("PRAGMA journal_mode = DELETE")


def note(path: Path, about: Mapping[str, str]) -> None:
    """Put down in a backup what was true when it was taken; more can follow. Raises `StoreError`."""
    with translated(), closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {_ABOUT} (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        connection.executemany(f"INSERT INTO {_ABOUT} VALUES (?, ?)", list(about.items()))  # noqa: S608  # a name of our own


def noted(path: Path) -> dict[str, str]:
    """What a backup says of itself; nothing where it was made in another way. Raises `StoreError`."""
    with looking(path) as connection:
        named = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (_ABOUT,))
        if named.fetchone() is None:
            return {}
        return dict(connection.execute(f"SELECT name, value FROM {_ABOUT}").fetchall())  # noqa: S608  # likewise


def take_note_away(path: Path) -> None:
    """A backup that is put back is a database like any other. Raises `StoreError`."""
    with translated(), closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"DROP TABLE IF EXISTS {_ABOUT}")


@contextmanager
def looking(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a SQLite file that only reads. Raises `StoreError`."""
    with translated(), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as one:
        yield one


def migrations_of(path: Path) -> list[str]:
    """The migrations that a SQLite file of ours was made with.

    Raises `StoreError`: MISSING, NOT_A_DATABASE, NOT_OURS; NEWER where one of them is not known here.
    """
    if not path.is_file():
        raise StoreError(StoreKind.MISSING, str(path))
    try:
        with looking(path) as connection:
            (number,) = connection.execute("PRAGMA application_id").fetchone()
            if number != APPLICATION_ID:
                raise StoreError(StoreKind.NOT_OURS, str(path))
            applied = [name for (name,) in connection.execute("SELECT name FROM schema_migration ORDER BY name")]
    except sqlite3.OperationalError as error:  # it has no such table
        raise StoreError(StoreKind.NOT_OURS, str(path)) from error
    except StoreError as error:
        raise StoreError(error.kind, str(path)) from error
    if set(applied) - set(migration_names()):
        raise StoreError(StoreKind.NEWER, str(path))
    return applied


def faults_of(path: Path) -> list[str]:
    """What SQLite finds wrong in a file, in its own words: pages, indexes, constraints, foreign keys. A few at most."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
            found = [] if found == ["ok"] else found
            for table, row, parent, _number in connection.execute("PRAGMA foreign_key_check").fetchmany(5):
                found.append(f"{table} {row}: {parent}")
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return found


def record_end(path: Path) -> tuple[int, str]:
    """Number and digest of the record's last entry in a SQLite file of any version; (0, "") of none."""
    with looking(path) as connection:
        return connection.execute("SELECT id, digest FROM entry ORDER BY id DESC LIMIT 1").fetchone() or (0, "")


def end_and_common(url: str, other: Path) -> tuple[tuple[int, str], int]:
    """Number and digest of the last entry of a database of any version, and the last one that a SQLite file has, too.

    Each entry stands for all before it. Raises `StoreError`.
    """
    with second_store(url, read_only=True) as store, looking(other) as beside, store.reading():
        run, param = store.database.execute_sql, store.database.param
        end = run("SELECT id, digest FROM entry ORDER BY id DESC LIMIT 1").fetchone() or (0, "")

        def same(number: int) -> bool:
            ours = run(f"SELECT digest FROM entry WHERE id = {param}", (number,)).fetchone()  # noqa: S608  # a place
            theirs = beside.execute("SELECT digest FROM entry WHERE id = ?", (number,)).fetchone()
            return ours is not None and ours == theirs

        low, high = 0, min(end[0], record_end(other)[0])
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if same(middle) else (low, middle - 1)
    return (int(end[0]), str(end[1])), low


@contextmanager
def second_store(url: str, *, read_only: bool = False) -> Iterator[Store]:
    """Another database for a while, which the models speak to meanwhile. Raises `StoreError`."""
    before = models_database.obj
    try:
        store = Store(url, read_only=read_only)
        try:
            yield store
        finally:
            store.close()
    finally:
        models_database.initialize(before)


def url_of(path: Path) -> str:
    """The URL of a SQLite file."""
    return sqlite_url(path.absolute())


def remove(path: Path) -> None:
    """Remove a SQLite file with all that stands beside it."""
    remove_but_lock(path)
    path.with_name(f"{path.name}.lock").unlink(missing_ok=True)


def remove_but_lock(path: Path) -> None:
    """The same but for the lock, which somebody holds."""
    for suffix in ("", "-wal", "-shm", "-journal", turn.SUFFIX):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def owned_like(path: Path, other: Path) -> None:
    """Give a file to whom another one belongs, where it is ours to give. Raises `OSError`."""
    about = other.stat()
    if os.geteuid() == 0:
        os.chown(path, about.st_uid, about.st_gid)
