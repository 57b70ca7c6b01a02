"""Verifying the record against its floor: sqlite3 reading the same rows, and an HMAC over each, in the same run.

Run as `python -m tests.bench.audit`. Per 100,000 entries; ours and the floor take turns, the median counts. Appending,
at the beginning and with the whole record behind it, and the first page of Activity are measured beside it. Fails only
on broken shape: memory that grows with the record, or an append or a page that does.
"""

from __future__ import annotations

import hmac
import sqlite3
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from db import schema
from db.catalogue import load
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.verbs import Verb
from imi_tui.services import record, record_kept
from imi_tui.services.activity import ActivityQuery, activity_page
from imi_tui.services.hashing import Hasher
from imi_tui.services.record_check import verify
from imi_tui.settings import Settings
from tests.world import Clock, World

ENTRIES = 100_000
ROUNDS = 5
AUTHORITIES = 50
CLI = system_actor("cli")
VALUES: dict[str, tuple[object, object]] = {"phone": ("", "+371 67 000 000"), "language": ("lv", "en")}


def main() -> None:
    """Measure and print; exit 1 where the shape is broken."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/imi.db"
        context = Context(schema.create(url), load(), Settings(database=url), Hasher(memory_kib=8, time=1), Clock())
        anna = World(context).administrator(World(context).authority())
        few_append, few_page, few_memory = _filled(context, anna, 2_000)
        many_append, many_page, many_memory = _filled(context, anna, ENTRIES)
        floors, ours = [], []
        for _round in range(ROUNDS):
            floors.append(_seconds(lambda: _floor(context.store.path)))
            ours.append(_seconds(lambda: verify(context, CLI)))
        floor, mine = statistics.median(floors), statistics.median(ours)
        print(f"verify {ENTRIES:,} entries: {mine:.2f} s ({mine / floor:.2f} of the floor, {floor:.2f} s)")
        print(f"append, committed: {few_append:.2f} ms of 2,000, {many_append:.2f} ms of {ENTRIES:,}")
        print(f"first page of Activity: {few_page:.2f} ms, {many_page:.2f} ms")
        print(f"memory at its highest: {few_memory:.1f} MiB, {many_memory:.1f} MiB")
        context.store.close()
    if many_memory > 2 * few_memory + 2 or many_append > 3 * few_append or many_page > 3 * few_page:
        sys.exit("not flat")


def _filled(context: Context, anna: Actor, number: int) -> tuple[float, float, float]:
    """Fill up to so many entries; milliseconds of an append and of a page, MiB of verifying."""
    with context.store.reading():
        (there,) = context.store.database.execute_sql("SELECT COUNT(*) FROM entry").fetchone()
    with context.store.writing():
        for one in range(there, number):
            record.append(context, context.now(), Verb.USER_EDITED, anna, one % AUTHORITIES + 1, one, VALUES)
    append = statistics.median(_seconds(lambda: _append(context, anna)) for _one in range(50)) * 1000
    page = statistics.median(
        _seconds(lambda: activity_page(context, anna, None, ActivityQuery(), "en", limit=100)) for _one in range(50)
    )
    tracemalloc.start()
    verify(context, CLI)
    memory = tracemalloc.get_traced_memory()[1] / 1024 / 1024
    tracemalloc.stop()
    return append, page * 1000, memory


def _append(context: Context, anna: Actor) -> None:
    with context.store.writing():
        end = record.append(context, context.now(), Verb.USER_EDITED, anna, 1, 1, VALUES)
    record_kept.keep(context, end.key, end.point)


def _floor(path: Path) -> None:
    """Every row read once, an HMAC over each entry."""
    with closing(sqlite3.connect(path)) as connection:
        for row in connection.execute("SELECT * FROM entry ORDER BY id"):
            hmac.digest(b"k" * 32, str(row).encode(), "sha256")
        for _values in connection.execute("SELECT * FROM entry_values ORDER BY entry_id"):
            pass


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
