"""Who has a SQLite file open, and how to be alone with it: by the locks that SQLite itself takes.

In WAL mode each connection that has read holds a shared lock on a range of bytes as long as it is open. Whoever asks
must have no connection to the file in the same process: its locks would be lost when the file is closed here.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.probe import StoreError, StoreKind

_FIRST, _LENGTH = 0x40000000, 512
"""The bytes that SQLite locks: pending, reserved, and the range that readers share."""

_FLOCK = "hhqqi4x"
"""Linux's `struct flock`."""


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
