"""The queue of those who want to write to a file, so that each comes to its turn in the order in which it asked.

SQLite gives its one write lock to whoever happens to ask at the right moment, and lets all others sleep meanwhile: with
twenty who write, one of them can wait for seconds. The system hands a lock of a file on in the order of the asking and
at once, and frees it whatever becomes of its holder. It only puts in order: who may write, SQLite's own lock decides.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from db.locks import private

SUFFIX = ".turn"
"""Of the file beside the database."""

LONGEST = 2.0
"""Seconds after which one goes on without a turn: who stands before us may have been stopped."""

_LOOK = 0.05
"""Seconds between two looks whether there is still time to wait."""


@contextmanager
def in_turn(path: Path, patience: Callable[[], float]) -> Iterator[None]:
    """Inside it is our turn to write to the database at this path; after `patience` seconds or `LONGEST` in any case.

    Where the file of the queue cannot be opened there is none.
    """
    try:
        file = open(path.with_name(path.name + SUFFIX), "ab", opener=private)  # noqa: SIM115  # given back below
    except OSError:
        yield
        return
    wait = None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            wait = _Wait(file)
            wait.start()
            wait.until(patience)
        yield
    finally:
        if wait is None or wait.over():
            file.close()


class _Wait(threading.Thread):
    """Stands in the queue. A thread of its own, since nothing but a signal ends the system's waiting for a lock."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(name="turn", daemon=True)
        self._file = file
        self._ours = threading.Event()
        self._deciding = threading.Lock()
        self._left = False

    def run(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._deciding:
            self._ours.set()
            if self._left:
                self._file.close()

    def until(self, patience: Callable[[], float]) -> None:
        """Wait until it is our turn, or for so long."""
        began = time.monotonic()
        while not self._ours.wait(_LOOK):
            if time.monotonic() - began > min(LONGEST, patience()):
                return

    def over(self) -> bool:
        """Leave the queue. Whether the turn had come: then it is the caller's to close the file, which ends it."""
        with self._deciding:
            self._left = True
            return self._ours.is_set()
