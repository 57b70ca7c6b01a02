"""Runs service calls off the event loop: a write lane and a read lane, each one thread with one connection.

Reads under the same name supersede each other: only the latest gets an answer, the stale query is interrupted.
Password hashes are computed on the write lane before its transaction opens; nothing slow is inside one.
While the database is away the calls of a lane wait their turn on it (`imi_tui.outage`), so that nothing is overtaken.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from db.probe import StoreError
from imi_tui.context import Context
from imi_tui.outage import Outage
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Refused, StoreAway

if TYPE_CHECKING:
    from db.engine import Interrupter

P = ParamSpec("P")
T = TypeVar("T")

Service = Callable[Concatenate[Context, Actor, P], T]


LEAVING = 1.0
"""Seconds at most that the end of the program waits for a database that is away."""


SILENT = 12.0
"""Seconds without an answer after which a database counts as away; longer than a full wait for one's turn to write."""

HELD_UP = 12.0
"""Seconds that somebody who leaves waits for a database that is there and does not answer; longer than a full turn."""

LAST = 3.0
"""Seconds at most for what is done last of all, once all is written."""

_LOOK = 0.05
"""Seconds from one look at what is waited for to the next."""


class Superseded(Exception):
    """A newer request of the same name was made; this one's answer is of no use."""


class Backend:
    """Calls services as one actor. `context` makes the `Context` on first use, on a lane's thread."""

    def __init__(self, context: Callable[[], Context]) -> None:
        self._make = context
        self._context: Context | None = None
        self._making = threading.Lock()
        self._write = ThreadPoolExecutor(1, "write")
        self._read = ThreadPoolExecutor(1, "read")
        self._reader: Interrupter | None = None
        self._latest: dict[str, int] = {}
        self._reading = ""
        self.actor = Actor(None)
        self.outage = Outage(math.inf)

    async def write(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service that changes something; calls run in order. Raises what the service raises."""
        actor = self.actor  # whoever asked, even where it is done after somebody else has logged in
        return await self._run(self._write, lambda: service(self.context(), actor, *args, **kwargs))

    def write_within(self, seconds: float, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Run a service that changes something and wait for it here, at most `seconds`; whether it was done in time.

        For the moments in which nothing else is to happen first, such as the end of the program. Never raises.
        """
        actor = self.actor

        def call() -> T:
            return service(self.context(), actor, *args, **kwargs)

        try:
            self._write.submit(self.outage.patiently, call).result(seconds)
        except (TimeoutError, Refused):
            return False
        return True

    def hurry(self, seconds: float) -> None:
        """From now on nothing waits longer than this for its turn to write, nor what waits already."""
        if self._context is not None:
            self._context.store.patience = seconds

    def later(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> None:
        """Run a service whose answer nobody waits for, after what is being written; a refusal is nobody's concern."""
        actor = self.actor

        def call() -> None:
            with suppress(Refused):
                self.outage.patiently(lambda: service(self.context(), actor, *args, **kwargs))

        self._write.submit(call)

    async def unless_away(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> None:
        """As `write`, but come back where the database is found to be away or says nothing; it is done later then.

        For what nobody who leaves should have to wait for. Raises what the service raises, where it was done.
        """
        asked = asyncio.ensure_future(self.write(service, *args, **kwargs))
        until = time.monotonic() + HELD_UP
        while not asked.done() and not self.outage.away and time.monotonic() < until:
            await asyncio.wait({asked}, timeout=_LOOK)
        if asked.done():
            asked.result()
        else:
            asked.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def read(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service that only reads. Run again if it was hit by the interrupt meant for another query."""

        def call() -> T:
            return service(self.context(), self.actor, *args, **kwargs)

        try:
            return await self._run(self._read, call)
        except StoreAway as away:
            if away.code != "store_interrupted":
                raise
            return await self._run(self._read, call)

    async def latest(self, name: str, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading service of which only the latest call under `name` matters. Raises `Superseded`."""
        number = self._latest.get(name, 0) + 1
        self._latest[name] = number
        if self._reading == name and self._reader is not None:
            self._reader.interrupt()

        def call() -> T:
            if self._latest[name] != number:
                raise Superseded
            self._reading = name
            try:
                context = self.context()
                self._reader = _interrupter(context)
                return service(context, self.actor, *args, **kwargs)
            finally:
                self._reading = ""

        while True:
            try:
                answer = await self._run(self._read, call)
            except StoreAway as away:
                if away.code != "store_interrupted":
                    raise
                continue  # superseded, which the next round says, or hit by the interrupt meant for another query
            if self._latest[name] != number:
                raise Superseded
            return answer

    async def warm(self, load: Callable[[], object]) -> None:
        """Make the context, and `load` what is behind the log-in, while the user types. Raises `StoreAway`.

        Nothing is connected yet: a database may be put in its place while a log-in waits.
        """
        await self._run(self._write, self.context)
        await self._run(self._write, load)

    def context(self) -> Context:
        """The context, made on first use. Called on the lanes' threads; raises `StoreAway`."""
        with self._making:
            if self._context is None:
                self._context = replace(self._make(), outage=self.outage)
            return self._context

    def now(self) -> datetime:
        """The present instant, by the one clock."""
        return self.context().now()

    def close(self, last: Callable[[Context, Actor], object] | None = None) -> bool:
        """End the lanes; what is being written is finished first, and then `last` is called, which may be refused.

        Whether all of it is done: what waits for a database that is away is given up, and a lane that hangs is left.
        """
        gone = self.outage.away
        self.outage.end()
        written = self._write.submit(int)
        self._done([written], LEAVING if gone else HELD_UP)
        if last is not None and not gone:
            self._write.submit(self._call_last, last)
        lanes = [self._write, self._read]
        ends = [lane.submit(self._close_connection) for lane in lanes]
        for lane in lanes:
            lane.shutdown(wait=False)
        return self._done(ends, LEAVING if gone else LAST)

    @staticmethod
    def _done(asked: list[Future[Any]], seconds: float) -> bool:
        """Wait for what was asked of the lanes, at most so long; whether all of it is done."""
        return not wait(asked, timeout=seconds).not_done

    def _call_last(self, last: Callable[[Context, Actor], object]) -> None:
        with suppress(Refused):
            last(self.context(), self.actor)

    def _close_connection(self) -> None:
        if self._context is not None:
            self._context.store.close()

    async def _run(self, lane: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        """Run a call on a lane; while the database is away it waits there, as long as somebody waits for it here."""
        wanted, loop = [True], asyncio.get_running_loop()
        asked = object()
        late = loop.call_later(SILENT, self.outage.silent, asked)
        try:
            return await loop.run_in_executor(lane, self.outage.patiently, call, lambda: bool(wanted))
        except asyncio.CancelledError:
            wanted.clear()
            raise
        finally:
            late.cancel()
            self.outage.answered(asked)


def _interrupter(context: Context) -> Interrupter:
    """What stops the query that this thread is about to ask. Raises `StoreAway`."""
    try:
        return context.store.interrupter()
    except StoreError as error:
        raise StoreAway(error.kind.value, path=error.detail) from error
