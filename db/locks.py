"""The lock under which a SQLite database is made or upgraded: a file beside it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.probe import StoreError, StoreKind


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the upgrade lock of a database, freed by the system whatever becomes of us. Raises `StoreError`."""
    try:
        lock = path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        raise StoreError(StoreKind.READ_ONLY, str(path)) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
