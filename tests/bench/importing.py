"""Users imported: 10,000 rows of a file, checked and put in, against the rows that come of it put in by sqlite3.

The floor is a copy of the same house, into which the rows of all tables go in one transaction, as durably. Besides, how
long nobody else can save meanwhile. Fails on shape: more per user among many than among few, in the file or the house.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import cycle, islice, product
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from imi_tui.context import Context
from imi_tui.rules import csv_cells
from imi_tui.rules.users_file import COLUMNS, users_in
from imi_tui.services.users_import import import_users
from tests.bench.bench import Bench
from tests.bench.house import context, somebody
from tests.bench.result import Result, growth, milliseconds

GROWTH = 2.0
HELD = 2.0
"""Seconds that others may have to wait."""

TABLES = ("users", "user_right", "mail", "entry", "entry_values")
FIRST_NAMES = "Anna Jānis Līga Pēteris Ilze Mārtiņš Žanete Kārlis Dace Andris Zane Ģirts".split()
SURNAMES = [
    stem + end
    for stem in "Bērz Kaln Ozol Liep Krūm Siliņ Egl Vītol Zar Priež".split()
    for end in "iņš a ītis ājs enieks upe kalns aine".split()
]


def measure(bench: Bench) -> Iterator[Result]:
    """A small file and a large one into the smallest house, the large one into the largest house."""
    few, many = (100, 1_000) if bench.short else (1_000, 10_000)
    houses = [1_000, *([bench.users] if bench.users > 1_000 else [])]
    before: list[float] = []
    for number, users in [(few, houses[0]), *((many, users) for users in houses)]:
        bench.say(f"importing {number:,} users among {users:,}")
        with tempfile.TemporaryDirectory() as folder:
            rounds = [_round(bench, Path(folder), number, users) for _round_ in range(bench.rounds(5))]
        ours, held, floor = map(list, zip(*rounds, strict=True))
        what = f"{number:,} users among {users:,}"
        each = [one / number * 1000 for one in ours]
        broken = growth(before, each, GROWTH) if before else ""
        before = before or each
        yield Result("import", what, ours, floor, unit="s", of_floor="the same rows by sqlite3", broken=broken)
        yield Result("import", f"others wait, {what}", held, unit="s", most=HELD)


def _round(bench: Bench, folder: Path, number: int, users: int) -> tuple[float, float, float]:
    """Seconds of an import, those of its transaction, those of the floor."""
    content = _file(number)
    for name in ("ours", "floor"):
        (folder / name).mkdir(exist_ok=True)
    ctx = context(bench.houses.copied(bench.houses.house(users), folder / "ours"))
    floor = bench.houses.copied(bench.houses.house(users), folder / "floor").removeprefix("sqlite:///")
    actor, home = somebody(ctx)
    with closing(sqlite3.connect(floor)) as bare, _held(ctx) as held:
        took = milliseconds(lambda: import_users(ctx, actor, home, users_in(content).rows)) / 1000
        rows = {table: _new(ctx.store.path, Path(floor), table) for table in TABLES}
        bare.executescript(
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -8000;"
            'DROP TRIGGER "entry_values_appended"'  # it asks for a row of this table after each of that
        )
        raw = milliseconds(partial(_put, bare, rows)) / 1000
    ctx.store.close()
    return took, held[0], raw


def _file(number: int) -> bytes:
    """A file of so many users, without usernames."""
    names = islice(cycle(product(FIRST_NAMES, SURNAMES)), number)
    cells = [
        (first, last, "lv", f"person{at}@import.example", f"+371 67 {at // 1000:03} {at % 1000:03}", "", _RIGHTS)
        for at, (first, last) in enumerate(names)
    ]
    return b"".join(csv_cells.written([COLUMNS, *cells]))


_RIGHTS = "services:basic_user services:request_handler"


@contextmanager
def _held(ctx: Context) -> Iterator[list[float]]:
    """Seconds that the write transaction took, from its turn to its commit."""
    found: list[float] = []
    writing = ctx.store.writing

    @contextmanager
    def timed() -> Iterator[None]:
        with writing():
            began = perf_counter()
            yield
        found.append(perf_counter() - began)

    with patch.object(ctx.store, "writing", timed):
        yield found


def _new(ours: Path, before: Path, table: str) -> list[tuple[object, ...]]:
    """The rows that a table has got."""
    with closing(sqlite3.connect(ours)) as connection:
        connection.execute("ATTACH ? AS before", (str(before),))
        key = {"user_right": "user_id", "entry_values": "entry_id"}.get(table, "id")
        of = {"user_right": "users", "entry_values": "entry"}.get(table, table)
        sql = f"SELECT * FROM {table} WHERE {key} > (SELECT COALESCE(MAX(id), 0) FROM before.{of})"
        return connection.execute(sql).fetchall()


def _put(connection: sqlite3.Connection, rows: dict[str, list[tuple[object, ...]]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, these in rows.items():
        places = ", ".join("?" * len(these[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", these)
    connection.commit()
