"""A store that goes away when a test says so: before anything was done, in the middle, or with the answer to a commit.

It is the real store of the test; only what a dead line does is done in its place. So that each moment can be hit for
sure, which killing servers does by chance.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from db.engine import Interrupter, Store
from db.probe import StoreError, StoreKind


class Fault(Enum):
    """When a write loses its line."""

    BEFORE = "before it begins"
    DURING = "when all is written, before its commit"
    ANSWER_LOST = "after its commit, whose answer is lost"
    COMMIT_LOST = "in its commit, which is not done"


class _Undone(Exception):
    """Thrown where a transaction is to be rolled back."""


class Storm:
    """What becomes of the next write transactions, in order; and whether the store is away altogether."""

    def __init__(self, store: Store) -> None:
        self.faults: deque[Fault | None] = deque()
        self.away = False
        self.tries = 0
        self._reading, self._writing, self._interrupter = store.reading, store.writing, store.interrupter
        store.interrupter = self.interrupter  # type: ignore[method-assign]  # likewise
        store.reading, store.writing = self.reading, self.writing  # type: ignore[method-assign]  # the line, not the store

    def _look(self) -> None:
        self.tries += 1
        if self.away:
            raise StoreError(StoreKind.AWAY)

    def interrupter(self) -> Interrupter:
        self._look()
        return self._interrupter()

    @contextmanager
    def reading(self) -> Iterator[None]:
        self._look()
        with self._reading():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        self._look()
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.BEFORE:
            raise StoreError(StoreKind.AWAY)
        try:
            with self._writing():
                yield
                if fault in {Fault.DURING, Fault.COMMIT_LOST}:
                    raise _Undone
        except _Undone:
            raise StoreError(StoreKind.AWAY) from None
        if fault is Fault.ANSWER_LOST:
            raise StoreError(StoreKind.AWAY)
