"""The lock under which a SQLite database is made or upgraded: a file beside it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from db.probe import StoreError, StoreKind

private = partial(os.open, mode=0o600)
"""Opens a file that is nobody else's to read."""


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the upgrade lock of a database, freed by the system whatever becomes of us. Raises `StoreError`."""
    try:
        lock = open(path.with_name(f"{path.name}.lock"), "ab", opener=private)  # noqa: SIM115  # given back below
    except OSError as error:
        raise StoreError(StoreKind.READ_ONLY, str(path)) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
