"""How service calls wait while the database is away, and who is told of it (B12).

Whoever runs service calls owns an `Outage`: the app's lanes, the worker, a command. A call that found the database away
is run again, whole, after a wait with jitter: it had not reached its commit, for a commit whose answer was lost is
looked up by the door before anybody hears of it. Nothing here ticks: only a call that waits asks again.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Hashable
from typing import TypeVar

from imi_tui.rules.refusals import StoreAway

T = TypeVar("T")

AWAY = "store_away"
"""The code of the one refusal that is waited for: the database cannot be reached, or takes no change just now."""

FIRST, LONGEST = 0.1, 2.0
"""Seconds of the first wait and of the longest; each is twice the one before, and chance takes up to half of it."""


def _always() -> bool:
    return True


class Outage:
    """Whether the database is away, as the calls of one program find it.

    A call waits up to `patience` seconds in all (0: not at all), until `over` is set, or until nobody wants its answer
    any more. `told` is called on the waiting thread whenever `away` changes.
    """

    def __init__(self, patience: float = 0.0, over: threading.Event | None = None) -> None:
        self._patience = patience
        self._over = over or threading.Event()
        self._lock = threading.Lock()
        self._waiting: set[Hashable] = set()
        self._here = threading.local()
        self.told: Callable[[], object] = _always

    @property
    def away(self) -> bool:
        """Whether a call waits for the database now, which cannot be reached or says nothing."""
        return bool(self._waiting)

    def silent(self, call: Hashable) -> None:
        """A call has waited for an answer for so long that nobody may be there, although the line stands."""
        self._mark(call, waiting=True)

    def answered(self, call: Hashable) -> None:
        """It was answered, or nobody waits for it any more."""
        self._mark(call, waiting=False)

    def end(self) -> None:
        """From now on nobody waits: a call that does is refused at once."""
        self._over.set()

    def patiently(self, call: Callable[[], T], wanted: Callable[[], bool] = _always, *, at_least: float = 0.0) -> T:
        """Run a call until the database answers. Raises what it raises; `StoreAway` where it is not waited for.

        `wanted` says whether anybody waits for the answer still; a call made within this one is wanted as long as this
        one is. `at_least` is the patience where the program's own is less.
        """
        outer: Callable[[], bool] = getattr(self._here, "wanted", _always)
        self._here.wanted = lambda: wanted() and outer()
        until = time.monotonic() + max(self._patience, at_least)
        step = FIRST
        try:
            while True:
                try:
                    return call()
                except StoreAway as away:
                    if away.code != AWAY or not self._wait(step, until):
                        raise
                step = min(step * 2, LONGEST)
        finally:
            self._here.wanted = outer
            self._mark(threading.get_ident(), waiting=False)

    def _wait(self, step: float, until: float) -> bool:
        """Wait a moment; whether to try again then."""
        left = until - time.monotonic()
        if left <= 0 or self._over.is_set() or not self._here.wanted():
            return False
        self._mark(threading.get_ident(), waiting=True)
        self._over.wait(min(left, step * random.uniform(0.5, 1)))  # noqa: S311  # jitter, no secret
        return not self._over.is_set() and bool(self._here.wanted())

    def _mark(self, who: Hashable, *, waiting: bool) -> None:
        with self._lock:
            before = self.away
            (self._waiting.add if waiting else self._waiting.discard)(who)
            changed = self.away != before
        if changed:
            self.told()
