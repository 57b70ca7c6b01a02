"""Create and upgrade the schema: playhouse.migrations run under our lock, with the digest of each file recorded."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playhouse.migrations import Runner

from db.engine import Store, copy_file, create_file, translated
from db.models import Meta
from db.probe import MIGRATIONS, StoreError, StoreKind, probe, sqlite_path, sqlite_url


def create(url: str) -> Store:
    """Make a new, empty database of this version and open it. Raises `StoreError` (EXISTS, NO_FOLDER, …)."""
    create_file(url)
    store = Store(url)
    with alone(store.path):
        run_pending(store)
    return store


@contextmanager
def making(url: str, *, instead: bool = False) -> Iterator[str]:
    """Make a database beside its place, to be filled, and move it there at the end: a stopped run leaves nothing half.

    Yields the URL to fill it under. Raises `StoreError` (EXISTS where there is a file, unless `instead`; NO_FOLDER).
    """
    path = sqlite_path(url).absolute()
    if path.exists() and not instead:
        raise StoreError(StoreKind.EXISTS, str(path))
    beside = path.with_name(f"{path.name}.making")
    _remove(beside)
    made = sqlite_url(beside)
    try:
        create(made).close()
        yield made
        Store(made).settle()
        _remove(path)
        beside.replace(path)
    finally:
        _remove(beside)


def _remove(path: Path) -> None:
    """Remove a SQLite file with all that stands beside it."""
    for suffix in ("", "-wal", "-shm", ".lock"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def upgrade(url: str, now: datetime, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Path | None:
    """Bring an existing database to this version; returns the copy of the old one that was put beside it first.

    `progress` is told how much is copied, and of how much. Returns None where there was nothing to do. Raises
    `StoreError`: NEWER where the database is of a later version, ALTERED where a migration that was run is not the file
    we have.
    """
    if not _is_older(url):
        return None
    store = Store(url)
    with alone(store.path):
        if not _is_older(url):  # somebody else upgraded it while we waited
            return None
        with store.writing():  # whoever may not write leaves no copy behind
            Meta.delete().where(Meta.name == "").execute()
        stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        copy = store.path.with_name(f"{store.path.name}.before-upgrade-{stamp}")
        copy_file(store.path, copy, progress)
        run_pending(store)
    store.close()
    return copy


def set_mode(url: str) -> None:
    """Put a SQLite file that is not in WAL mode, as one that was put there by hand, into it. Raises `StoreError`."""
    store = Store(url)
    store.connect()
    with translated():
        store.database.execute_sql("PRAGMA journal_mode = WAL")
    store.close()


def _is_older(url: str) -> bool:
    try:
        probe(url)
    except StoreError as error:
        if error.kind is not StoreKind.OLDER:
            raise
        return True
    return False


def run_pending(store: Store) -> None:
    """Run what is pending; one process at a time, see `alone`. Raises `StoreError` (ALTERED)."""
    store.connect()
    with translated():
        runner = Runner(store.database, str(MIGRATIONS))
        _check_unaltered(runner)
        for name in runner.up():
            with store.writing():
                Meta.insert(name=f"migration:{name}", value=_digest(name)).execute()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the upgrade lock of a database: a file beside it, freed by the system whatever becomes of us."""
    try:
        lock = path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        raise StoreError(StoreKind.READ_ONLY, str(path)) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check_unaltered(runner: Runner) -> None:
    if not Meta.table_exists():
        return
    applied = set(runner.applied())
    recorded = {row.name: row.value for row in Meta.select().where(Meta.name.startswith("migration:"))}
    for name in applied:
        if recorded.get(f"migration:{name}", _digest(name)) != _digest(name):
            raise StoreError(StoreKind.ALTERED, name)


def _digest(name: str) -> str:
    return hashlib.sha256((MIGRATIONS / f"{name}.py").read_bytes()).hexdigest()
