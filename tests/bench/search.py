"""Search as you type: milliseconds against a single unranked FTS5 prefix query by sqlite3, in the same run.

Run as `python -m tests.bench.search`. For 1,000 and 20,000 authorities, at one to eight letters typed, two words, a
misspelt one and a text with a filter; ours and the floor take turns, the median counts, with the quartiles. The first
page of 100 is measured as the table asks for it, reasons included, and the part of it that grows with the page beside
it: the same with 30 rows. Fails only on broken shape: more with many authorities than with few, or with the letters.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from db import demo, schema
from db.catalogue import load
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.services.directory_search import DirectoryQuery, search
from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from tests.world import NOW, Clock, demo_ways

SIZES = (1_000, 20_000)
ROUNDS = 40
TYPED = {
    **{f"{number} typed": "inspekci"[:number] for number in range(1, 9)},
    "two words": "darba inspek",
    "word and town": "bauamt graz",
    "keyword": "plumber",
    "misspelt": "inspektcija",
    "two misspelt": "labor inspektorate",
    "nothing": "qqqq zzzz",
}
GROWTH = 2.5
"""How much more 20,000 authorities may cost than 1,000, which do not fill a page at each query."""


def main() -> None:
    """Measure and print; exit 1 where the shape is broken."""
    medians: dict[tuple[int, str], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            context, path = _made(Path(folder), size)
            print(f"\n{size:,} authorities, {path.stat().st_size / 1e6:,.0f} MB")
            print(f"{'':>14} {'floor ms':>9} {'100 rows ms (quartiles)':>26} {'ratio':>7} {'30 rows ms':>11}")
            floor_connection = sqlite3.connect(path)
            for name, text in TYPED.items():
                floor, ours, short = _measured(context, floor_connection, text)
                medians[size, name] = ours[1]
                spread = f"{ours[1]:.2f} ({ours[0]:.2f}–{ours[2]:.2f})"
                print(f"{name:>14} {floor[1]:9.3f} {spread:>26} {ours[1] / floor[1]:7.1f} {short[1]:11.2f}")
            floor_connection.close()
            context.store.close()
    typed = [medians[SIZES[1], f"{number} typed"] for number in range(2, 9)]
    broken = [name for name in TYPED if medians[SIZES[1], name] > GROWTH * max(typed[0], medians[SIZES[0], name])]
    if broken or max(typed) > 2 * statistics.median(typed):
        sys.exit(f"not flat: {', '.join(broken) or typed}")


def _made(folder: Path, size: int) -> tuple[Context, Path]:
    path = folder / f"{size}.db"
    url = f"sqlite:///{path}"
    hasher = Hasher(memory_kib=8, time=1)
    store, catalogue = schema.create(url), load()
    demo.make(store, catalogue, demo_ways(hasher.hash("-")), NOW, authorities=size, users=1)
    store.settle()
    return Context(store, catalogue, Settings(database=url), hasher, Clock()), path


def _measured(context: Context, floor: sqlite3.Connection, text: str) -> tuple[list[float], list[float], list[float]]:
    """Quartiles in milliseconds: the floor, the first page of 100, of 30; each query is another one to our caches."""
    word = text.split(maxsplit=1)[0]
    sql = "SELECT rowid FROM search_index WHERE search_index MATCH ? LIMIT 100"
    calls: tuple[Callable[[], object], ...] = (
        lambda: floor.execute(sql, (f'"{word}" *',)).fetchall(),
        lambda: search(context, Actor(1), DirectoryQuery(text), "lv", limit=100),
        lambda: search(context, Actor(1), DirectoryQuery(text), "lv", limit=30),
    )
    taken: list[list[float]] = [[], [], []]
    for _round in range(ROUNDS):
        for call, times in zip(calls, taken, strict=True):
            started = time.perf_counter()
            call()
            times.append((time.perf_counter() - started) * 1000)
    floor_ms, ours, short = (statistics.quantiles(times, n=4) for times in taken)
    return floor_ms, ours, short


if __name__ == "__main__":
    main()
