"""Verifying the record against its floor: sqlite3 reading the same rows, and an HMAC over each.

Measured on `ENTRIES` entries and scaled to a million, the cost of one being the same throughout. Fails on shape: memory
of verifying that grows with the record, or the cost of an append or of a page that does.
"""

from __future__ import annotations

import hmac
import sqlite3
import tempfile
import tracemalloc
from collections.abc import Iterator
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
from tests.bench.bench import Bench
from tests.bench.result import Result, growth, in_turns
from tests.world import Clock, World

FEW = 2_000
ENTRIES = 100_000
MILLION = 1_000_000
AUTHORITIES = 50
GROWTH = 3.0
CLI = system_actor("cli")
VALUES: dict[str, tuple[object, object]] = {"phone": ("", "+371 67 000 000"), "language": ("lv", "en")}


def measure(bench: Bench) -> Iterator[Result]:
    """Verify, append, page."""
    many = ENTRIES // 5 if bench.short else ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/imi.db"
        context = Context(schema.create(url), load(), Settings(database=url), Hasher(memory_kib=8, time=1), Clock())
        anna = World(context).administrator(World(context).authority())
        few_append, few_page, few_memory = _filled(context, anna, FEW)
        bench.say(f"filling a record of {many:,} entries")
        append, page, memory = _filled(context, anna, many)
        bench.say("verifying")
        floor, ours = in_turns(bench.rounds(5), lambda: _floor(context.store.path), lambda: verify(context, CLI))
        context.store.close()
    scaled = [[one / 1000 * MILLION / many for one in times] for times in (ours, floor)]
    what = f"a million entries (from {many:,})"
    yield Result("audit verify", what, *scaled, unit="s", of_floor="the same rows read, an HMAC each")
    more = [memory - few_memory]
    broken = (
        f"{memory:.1f} MiB for {many:,} entries, {few_memory:.1f} for {FEW:,}" if memory > 2 * few_memory + 2 else ""
    )
    yield Result("audit verify", "memory beyond that of 2,000", more, unit="MiB", broken=broken)
    for name, few, all_of_it in (("append", few_append, append), ("page of 100", few_page, page)):
        broken = growth(few, all_of_it, GROWTH)
        yield Result(
            "activity", f"{name}, {many:,} entries", all_of_it, few, of_floor=f"{FEW:,} entries", broken=broken
        )


def _filled(context: Context, anna: Actor, number: int) -> tuple[list[float], list[float], float]:
    """Fill up to so many entries; milliseconds of appends and of pages, MiB of verifying."""
    with context.store.reading():
        (there,) = context.store.database.execute_sql("SELECT COUNT(*) FROM entry").fetchone()
    with context.store.writing():
        for one in range(there, number):
            record.append(context, context.now(), Verb.USER_EDITED, anna, one % AUTHORITIES + 1, one, VALUES)
    append, page = in_turns(
        50,
        lambda: _append(context, anna),
        lambda: activity_page(context, anna, None, ActivityQuery(), "en", limit=100),
    )
    tracemalloc.start()
    verify(context, CLI)
    memory = tracemalloc.get_traced_memory()[1] / 1024 / 1024
    tracemalloc.stop()
    return append, page, memory


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
