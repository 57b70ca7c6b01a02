"""A key held for 100 repeats, as fast as a keyboard repeats and as fast as a paste: it ends with the last key.

Fails on shape: repaints that are not coalesced, so that 100 keys at once cost more than as many bytes as one by one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.bench.app import bare, opened
from tests.bench.bench import Bench
from tests.bench.program import Program
from tests.bench.result import Result

REPEATS = 100
EVERY = 1 / 30
"""Seconds between the repeats of a held key."""


def measure(bench: Bench) -> Iterator[Result]:
    """Held arrow and held page down."""
    rows = bench.sizes()[-1]
    with opened(bench.houses.listed(rows), "4") as app:
        stock = bare("table", 1_000)
        stock.calm()
        for key in ("down", "pagedown"):
            ours, floor, sizes = [], [], []
            for number in range(bench.rounds(5)):
                bench.say(f"{key} held {number + 1}")
                floor.append(_held(stock, key)[0])
                took, size = _held(app, key)
                ours.append(took)
                sizes.append(size)
            what = f"{'arrow' if key == 'down' else 'page down'}, {rows:,} rows"
            floor = floor if key == "down" else []  # 100 pages are more than there are
            yield Result(
                "held 100 ×", f"{what}: last key to last byte", ours, floor, most=100, of_floor="DataTable, 1,000 rows"
            )
            yield Result("held 100 ×, bytes", what, sizes, unit="B", note="all of it")
            _once, one = app.press("up")
            app.calm()
            app.write(*[key] * REPEATS)
            at_once = app.calm(0.3)
            most = REPEATS * (12_000 if key == "pagedown" else max(one, 500))
            broken = f"{at_once:,} bytes for {REPEATS} keys at once" if at_once > most else ""
            yield Result("100 keys at once, bytes", what, [at_once], unit="B", broken=broken)
        stock.close()


def _held(app: Program, key: str) -> tuple[float, int]:
    """Milliseconds from the last repeat to the last byte, and the bytes of all of it."""
    app.calm()
    app.write("home")
    app.calm()
    size = 0
    for _repeat in range(REPEATS - 1):
        app.write(key)
        size += app.calm(EVERY)
        time.sleep(max(0.0, app.began + EVERY - time.perf_counter()))
    took, last = app.press(key)
    return took, size + last
