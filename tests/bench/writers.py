"""Twenty administrators saving at once, against twenty processes that do as much by the bare driver, as durably.

Each of ours reads a colleague, saves another phone number and begins again; each of the floor's reads and writes a row
and appends two. The two take turns, some seconds each. Fails on shape: a save that was refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from db.demo_cast import CAST
from db.models import User
from imi_tui.rules.refusals import Refused
from tests.bench.bench import Bench
from tests.bench.house import context, somebody
from tests.bench.result import Result

AT_ONCE = 20


def measure(bench: Bench) -> Iterator[Result]:
    """Commits per second, and the longest wait."""
    seconds = 2.0 if bench.short else 5.0
    ours, floor, longest, refused = [], [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        url = bench.houses.copied(bench.houses.listed(1_000), Path(folder))
        for number in range(2 if bench.short else 4):
            bench.say(f"twenty write, {number + 1}")
            done = _run("raw", f"{folder}/raw-{number}.db", seconds)
            floor.append(sum(one["commits"] for one in done) / seconds)
            done = _run("ours", url, seconds)
            ours.append(sum(one["commits"] for one in done) / seconds)
            longest.append(max(one["longest"] for one in done))
            refused += sum(one["refused"] for one in done)
    broken = f"{refused} saves were refused" if refused else ""
    yield Result("20 write at once", "commits", ours, floor, unit="/s", least=0.5, of_floor="sqlite3", broken=broken)
    yield Result("20 write at once", "longest wait for a save", longest, unit="s", most=2)


def _run(kind: str, where: str, seconds: float) -> list[dict[str, float]]:
    if kind == "raw":
        _prepare(where)
    argv = [sys.executable, "-m", "tests.bench.writers", kind, where, str(seconds)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    running = [subprocess.Popen([*argv, str(number)], text=True, **pipes) for number in range(AT_ONCE)]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()  # it is ready
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [json.loads(process.communicate()[0]) for process in running]


def _prepare(where: str) -> None:
    import sqlite3

    connection = sqlite3.connect(where)
    connection.executescript(
        "PRAGMA journal_mode = WAL; CREATE TABLE person (id INTEGER PRIMARY KEY, phone INTEGER);"
        "CREATE TABLE entry (id INTEGER PRIMARY KEY, told TEXT); CREATE TABLE value (entry INTEGER, told TEXT);"
    )
    connection.executemany("INSERT INTO person VALUES (?, 0)", [(number,) for number in range(AT_ONCE)])
    connection.commit()
    connection.close()


def _child(kind: str, where: str, seconds: float, number: int) -> None:
    from tests.bench.save import saver

    longest, commits, refused = 0.0, 0, 0
    if kind == "ours":
        ctx = context(where)
        actor, home = somebody(ctx)
        with ctx.store.reading():
            others = User.select(User.id).where(User.authority == home, User.id > len(CAST)).order_by(User.id)
            people = [one for (one,) in others.tuples()]
        save = saver(ctx, actor, home, people[number])
    else:
        save = _raw(where, number)
    save()  # the first of a process, which makes ready for all further ones, is nobody's turn
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    end = time.time() + seconds
    while time.time() < end:
        began = time.perf_counter()
        try:
            save()
            commits += 1
        except Refused as why:
            refused += 1
            sys.stderr.write(f"{why.code}\n")
        longest = max(longest, time.perf_counter() - began)
    sys.stdout.write(json.dumps({"commits": commits, "longest": longest, "refused": refused}))


def _raw(where: str, number: int):  # type: ignore[no-untyped-def]  # a closure
    import sqlite3

    connection = sqlite3.connect(where, isolation_level=None, timeout=10)
    connection.execute("PRAGMA synchronous = FULL")

    def save() -> None:
        connection.execute("BEGIN IMMEDIATE")
        phone = connection.execute("SELECT phone FROM person WHERE id = ?", (number,)).fetchone()[0]
        connection.execute("UPDATE person SET phone = ? WHERE id = ?", (phone + 1, number))
        connection.execute("INSERT INTO entry (told) VALUES (?)", ("0" * 200,))
        connection.execute("INSERT INTO value VALUES (?, ?)", (number, "0" * 100))
        connection.execute("COMMIT")

    return save


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
