"""Keys in the lists of the app: milliseconds and bytes, against Textual's own DataTable with 30 rows.

Fails on shape: an arrow of more than `MOST` bytes, a page of more than `PAGE`, or more with many rows than with few.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from tests.bench.app import bare, opened
from tests.bench.bench import Bench
from tests.bench.house import MANAGER
from tests.bench.program import Program
from tests.bench.result import Result

ROUNDS = 40
MOST = 500
PAGE = {40: 12_000, 24: 4_000}
GROWTH = 1.2

LISTS: Mapping[str, tuple[str, ...]] = {"users": ("4",), "find": ("f3", "down"), "access": ("f4",), "activity": ("f5",)}
"""Which keys lead to which list."""


def measure(bench: Bench) -> Iterator[Result]:
    """Arrow and page down."""
    bench.say("opening the lists …")
    with ExitStack() as stack:
        apps: dict[str, Program] = {}
        for rows in bench.sizes():
            url = bench.houses.listed(rows)
            apps[f"users, {rows:,} rows"] = stack.enter_context(opened(url, *LISTS["users"]))
        url = bench.houses.house(bench.users)
        for name in ("find", "access"):
            who = MANAGER if name == "access" else "berziann"
            apps[name] = stack.enter_context(opened(url, *LISTS[name], username=who))
        apps["find, with a text"] = stack.enter_context(opened(url, "f3", "inspekcija", "down"))
        apps["users, 80 × 24"] = stack.enter_context(opened(bench.houses.listed(1_000), "4", columns=80, rows=24))
        stock, text = bare("table", 30), bare("text")
        small = bare("text", columns=80, rows=24)
        for one in (stock, text, small):
            stack.callback(one.close)
            one.calm()
        yield from _arrows(bench, apps, stock)
        yield from _pages(bench, apps, text, small)


def _arrows(bench: Bench, apps: Mapping[str, Program], stock: Program) -> Iterator[Result]:
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in apps}
    floor: list[tuple[float, int]] = []
    for number in range(bench.rounds(ROUNDS)):
        bench.say(f"arrow {number + 1}")
        key = "up" if number // 10 % 2 else "down"
        floor.append(_pressed(stock, key))
        for name, app in apps.items():
            found[name].append(_pressed(app, key))
    sizes = {name: statistics.median(size for _ms, size in taken) for name, taken in found.items()}
    few = next(iter(sizes.values()))
    for name, taken in found.items():
        broken = f"{sizes[name]:,.0f} bytes for an arrow" if sizes[name] > MOST else ""
        if name.endswith("rows") and sizes[name] > GROWTH * few:
            broken = f"{sizes[name]:,.0f} bytes with many rows, {few:,.0f} with few"
        times, stock_times = [ms for ms, _size in taken], [ms for ms, _size in floor]
        yield Result("arrow", name, times, stock_times, times=0.6, of_floor="DataTable, 30 rows")
        yield Result("arrow, bytes", name, [size for _ms, size in taken], unit="B", most=MOST, broken=broken)


def _pages(bench: Bench, apps: Mapping[str, Program], text: Program, small: Program) -> Iterator[Result]:
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in apps if " 30 rows" not in name}
    floors: dict[bool, list[tuple[float, int]]] = {True: [], False: []}
    for number in range(bench.rounds(ROUNDS // 2)):
        bench.say(f"page {number + 1}")
        floors[False].append(_pressed(text, "x"))
        floors[True].append(_pressed(small, "x"))
        for name, taken in found.items():
            # From the top again now and then: a list that was searched for is a few pages long.
            taken.append(_pressed(apps[name], "pagedown", "down" if number % 4 else "home"))
    for name, taken in found.items():
        most = PAGE[24 if name.endswith("24") else 40]
        size = statistics.median(size for _ms, size in taken)
        broken = f"{size:,.0f} bytes for a page" if size > most else ""
        floor = [ms for ms, _size in floors[name.endswith("24")]]
        yield Result("page down", name, [ms for ms, _size in taken], floor, of_floor="the same as raw text")
        yield Result("page down, bytes", name, [size for _ms, size in taken], unit="B", most=most, broken=broken)


def _pressed(app: Program, key: str, before: str = "") -> tuple[float, int]:
    """A key of somebody who has just pressed another: what a process has slept away is the machine's affair."""
    app.calm(0.25)
    app.press(before or key)
    return app.press(key)
