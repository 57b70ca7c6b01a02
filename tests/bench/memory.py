"""Memory of a session: 20 at once, the share that each has of what they share (PSS), against 20 bare Textual apps.

At the log-in, which is the bare app's own size of a thing, and in the list of users, everything loaded.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from db.demo_cast import PASSWORD
from tests.bench.app import PAINTED, bare, started
from tests.bench.bench import Bench
from tests.bench.house import context
from tests.bench.program import Program
from tests.bench.result import Result

AT_ONCE = 20


def measure(bench: Bench) -> Iterator[Result]:
    """Twenty sessions of twenty people."""
    floor: list[float] = []
    at_log_in: list[float] = []
    inside: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        url = bench.houses.fresh(10_000, Path(folder))
        people = _people(url)
        for number in range(1 if bench.short else 3):
            bench.say(f"twenty at once, {number + 1}")
            apps = [bare("login") for _one in range(AT_ONCE)]
            floor += _memory(apps)
            apps = [started(url) for _one in range(AT_ONCE)]
            at_log_in += _memory(apps, close=False)
            for app, username in zip(apps, people, strict=True):
                for text in (username, "enter", PASSWORD, "enter", "4"):
                    app.write(text)
                    app.calm(0.3)
            inside += _memory(apps, painted=False)
    yield Result(
        "memory, 20 at once", "at the log-in", at_log_in, floor, unit="MiB", times=1.25, of_floor="bare Textual apps"
    )
    yield Result(
        "memory, 20 at once",
        "in the list of users",
        inside,
        floor,
        unit="MiB",
        times=1.25,
        of_floor="bare Textual apps",
    )


def _people(url: str) -> list[str]:
    """Users whose password is in order."""
    ctx = context(url)
    in_order = "NOT password_temporary AND blocked_at IS NULL"
    sql = f"SELECT username FROM users WHERE {in_order} ORDER BY password_until DESC LIMIT {AT_ONCE}"
    with ctx.store.reading():
        found = [name for (name,) in ctx.store.database.execute_sql(sql).fetchall()]
    ctx.store.close()
    return found


def _memory(apps: list[Program], *, painted: bool = True, close: bool = True) -> list[float]:
    for app in apps:
        if painted:
            app.until(PAINTED)
    for app in apps:
        app.calm()  # the bare app's cursor blinks: it is never still for long
    found = [app.memory() for app in apps]
    if close:
        for app in apps:
            app.close()
    return found
