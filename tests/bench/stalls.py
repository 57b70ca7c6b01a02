"""For how long the event loop is held while people log in, passwords are hashed and reset, and the mail server hangs.

The app runs with Argon2's real parameters on a demo database, a worker beside it whose mail server accepts connections
and never answers. A watchdog on the loop wakes every millisecond; how late it wakes is how long the loop was held.
Fails on shape: SQL that was sent from the loop's own thread.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import peewee

from db import demo, schema
from db.catalogue import load
from db.demo_cast import CAST, CAST_AUTHORITIES, PASSWORD
from imi_tui.context import Context, system_clock
from imi_tui.mail.smtp import SmtpTransport
from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from imi_tui.worker import serve
from tests.bench.bench import Bench
from tests.bench.result import Result
from tests.screens.harness import TestApp, press, settle, type_text, wait_for
from tests.world import demo_ways

LONGEST = 50.0
ROUNDS = 5


def measure(bench: Bench) -> Iterator[Result]:
    """The longest that the loop was held, per action."""
    found: dict[str, list[float]] = {}
    on_loop: list[str] = []
    with _sql_on(threading.get_ident(), on_loop):
        for number in range(bench.rounds(ROUNDS)):
            bench.say(f"loop watched, {number + 1}")
            with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as hanging:
                for action, held in asyncio.run(_round_of(Path(folder), hanging.getsockname()[1])).items():
                    found.setdefault(action, []).append(held * 1000)
    broken = f"{len(on_loop)} statements from the loop's thread, such as {on_loop[0]}" if on_loop else ""
    for action, times in found.items():
        yield Result("loop held", action, times, most=LONGEST, broken=broken)


@contextmanager
def _sql_on(thread: int, sent: list[str]) -> Iterator[None]:
    """Keep the statements that a thread sends once `sent` is open for them."""
    run = peewee.Database.execute_sql

    def execute_sql(self: peewee.Database, sql: str, *more: Any, **how: Any) -> Any:
        if threading.get_ident() == thread and _WATCHED:
            sent.append(sql)
        return run(self, sql, *more, **how)

    with patch.object(peewee.Database, "execute_sql", execute_sql):
        yield


_WATCHED: list[str] = []
"""What is being watched: before it the databases are made, on the same thread."""


async def _round_of(folder: Path, port: int) -> dict[str, float]:
    ctx = _context(folder)
    stop = threading.Event()
    transport = SmtpTransport(host="127.0.0.1", port=port, timeout=5)
    worker = threading.Thread(target=serve, args=(ctx, transport, stop, 0.1), daemon=True)
    worker.start()
    held: dict[str, float] = {}
    app = TestApp(ctx)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        gc.collect()
        gc.freeze()  # as the app does once it is loaded: else the collector looks through all of the bench as well
        async with _watched(held, "a wrong password"):
            await type_text(pilot, "berziann")
            await press(pilot, "enter")
            await type_text(pilot, "Not-This-One-1")
            await press(pilot, "enter")
        async with _watched(held, "the right one, first section"):
            await type_text(pilot, PASSWORD)
            await press(pilot, "enter")
            await wait_for(pilot, "Mana iestāde")
        await press(pilot, "4")
        async with _watched(held, "a reset, mail server hanging"):
            await press(pilot, "down", "r", "enter")
            await asyncio.sleep(1)
        await press(pilot, "g", "p", "p")
        async with _watched(held, "another password"):
            for entry in (PASSWORD, "Cita-Laba-Vieta-7", "Cita-Laba-Vieta-7"):
                await type_text(pilot, entry)
                await press(pilot, "enter")
    stop.set()
    worker.join()
    app.backend.close()
    return held


@asynccontextmanager
async def _watched(held: dict[str, float], action: str) -> AsyncIterator[None]:
    """Keep the longest time that the loop was held in the body."""

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            held[action] = max(held.get(action, 0.0), time.perf_counter() - before - 0.001)

    watchdog = asyncio.create_task(watch())
    _WATCHED.append(action)
    yield
    _WATCHED.clear()
    watchdog.cancel()


def _context(folder: Path) -> Context:
    url = f"sqlite:///{folder}/imi.db"
    settings = Settings(database=url)
    ctx = Context(schema.create(url), load(), settings, Hasher(settings.hash_memory_kib, settings.hash_time))
    ways = demo_ways(ctx.hasher.hash(PASSWORD), system_clock())
    demo.make(ctx.store, ctx.catalogue, ways, ctx.now(), authorities=len(CAST_AUTHORITIES), users=len(CAST))
    return ctx
