"""Runs service calls off the event loop: a write lane and a read lane, each one thread with one connection.

Reads under the same name supersede each other: only the latest gets an answer, the stale query is interrupted.
Password hashes are computed on the write lane before its transaction opens; nothing slow is inside one.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Refused, StoreAway

P = ParamSpec("P")
T = TypeVar("T")

Service = Callable[Concatenate[Context, Actor, P], T]


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
        self._reader: sqlite3.Connection | None = None
        self._latest: dict[str, int] = {}
        self._reading = ""
        self.actor = Actor(None)

    async def write(self, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service that changes something; calls run in order. Raises what the service raises."""
        actor = self.actor  # whoever asked, even where it is done after somebody else has logged in
        return await self._run(self._write, lambda: service(self.context(), actor, *args, **kwargs))

    def write_within(self, seconds: float, service: Service[P, T], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Run a service that changes something and wait for it here, at most `seconds`; whether it was done in time.

        For the moments in which nothing else is to happen first, such as the end of the program. Never raises.
        """
        actor = self.actor
        call = self._write.submit(lambda: service(self.context(), actor, *args, **kwargs))
        try:
            call.result(seconds)
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
                service(self.context(), actor, *args, **kwargs)

        self._write.submit(call)

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
                self._reader = context.store.interrupter()
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

    async def warm(self) -> None:
        """Load what the sections behind the log-in need while the user types."""
        await self._run(self._write, self.context)

    def context(self) -> Context:
        """The context, made on first use. Called on the lanes' threads; raises `StoreAway`."""
        with self._making:
            if self._context is None:
                self._context = self._make()
            return self._context

    def now(self) -> datetime:
        """The present instant, by the one clock."""
        return self.context().now()

    def close(self, last: Callable[[Context, Actor], object] | None = None) -> None:
        """End the lanes; what is being written is finished first, and then `last` is called, which may be refused."""
        if last is not None:
            self._write.submit(self._call_last, last)
        for lane in (self._write, self._read):
            lane.submit(self._close_connection)
            lane.shutdown(wait=True)

    def _call_last(self, last: Callable[[Context, Actor], object]) -> None:
        with suppress(Refused):
            last(self.context(), self.actor)

    def _close_connection(self) -> None:
        if self._context is not None:
            self._context.store.close()

    async def _run(self, lane: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(lane, call)
