"""The demo made: seconds of 10,000 users and of 100,000, against as many rows put into a bare file by sqlite3.

Fails on shape: more per user in the larger one.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.result import Result, growth, milliseconds

GROWTH = 2.0


def measure(bench: Bench) -> Iterator[Result]:
    """Demo generation, in a small size and in one ten times as large."""
    sizes = [1_000, 10_000] if bench.short else [10_000, 100_000]
    per_user: list[list[float]] = []
    for users in sizes:
        ours, floor = [], []
        for number in range(1 if bench.short or users > 10_000 else 3):
            with tempfile.TemporaryDirectory() as folder:
                floor.append(milliseconds(partial(_rows, Path(folder), users)) / 1000)
                ours.append(bench.houses.make(users, f"sqlite:///{folder}/{number}.db") / 1000)
        per_user.append([one / users * 1000 for one in ours])
        broken = growth(per_user[0], per_user[-1], GROWTH)
        yield Result(
            "demo made", f"{users:,} users", ours, floor, unit="s", of_floor="as many rows by sqlite3", broken=broken
        )


def _rows(folder: Path, users: int) -> None:
    """As many rows of people and of their rights, with as many indexes."""
    with closing(sqlite3.connect(folder / "rows.db")) as connection:
        connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE person (id INTEGER PRIMARY KEY, home INT, a TEXT, b TEXT, c TEXT, d TEXT, e TEXT, f TEXT);"
            "CREATE UNIQUE INDEX one ON person (c); CREATE UNIQUE INDEX two ON person (d); "
            "CREATE INDEX three ON person (home, a, b); CREATE INDEX four ON person (home, e);"
            "CREATE INDEX five ON person (home, f); CREATE INDEX six ON person (home, c);"
            "CREATE TABLE held (person INT, what TEXT, PRIMARY KEY (person, what)) WITHOUT ROWID;"
        )
        rows = (
            (
                one,
                one % 997,
                f"name{one * 7919 % users}",
                "b",
                f"{one}@a.example",
                f"user{one}",
                "2026-01-01",
                "2026-02-02",
            )
            for one in range(users)
        )
        connection.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.executemany("INSERT INTO held VALUES (?, ?)", ((one // 3, one % 3) for one in range(3 * users)))
        connection.commit()
