"""A list opened: from the key to the last byte, at each size against 30 rows, and the memory that the process grows by.

Fails on shape: more than `GROWTH` MiB with many rows.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.app import opened
from tests.bench.bench import Bench
from tests.bench.result import Result

ROUNDS = 10
GROWTH = 4.0


def measure(bench: Bench) -> Iterator[Result]:
    """The list of users, opened again and again."""
    sizes = bench.sizes()
    taken: dict[int, list[float]] = {rows: [] for rows in sizes}
    with ExitStack() as stack:
        apps = {rows: stack.enter_context(opened(bench.houses.listed(rows))) for rows in sizes}
        before = {rows: app.memory() for rows, app in apps.items()}
        for number in range(bench.rounds(ROUNDS) + 1):
            bench.say(f"list opened {number + 1}")
            for rows, app in apps.items():
                app.write("1")
                app.calm(0.3)
                took, _size = app.press("4")
                app.calm(0.3)
                if number:
                    taken[rows].append(took)
        grown = {rows: app.memory() - before[rows] for rows, app in apps.items()}
    for rows in sizes[1:]:
        yield Result(
            "list opened", f"users, {rows:,} rows", taken[rows], taken[sizes[0]], times=1.1, of_floor="30 rows"
        )
        more = grown[rows] - grown[sizes[0]]
        broken = f"{more:.1f} MiB more with {rows:,} rows than with {sizes[0]}" if more > GROWTH else ""
        yield Result("list opened, memory", f"users, {rows:,} rows", [more], unit="MiB", most=GROWTH, broken=broken)
    note = f"{statistics.median(taken[sizes[0]]):.1f} ms of 30 rows"
    bench.say(note)
