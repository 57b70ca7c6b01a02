"""The bench: how quick the app is, each figure against a floor measured in the same run, in turns with ours.

Run as `python -m tests.bench`; `--help` names the options. Progress goes to stderr, the table to stdout. No time fails
it: the exit code is 1 only where the shape of a cost is broken (it grows with the size, too many bytes or statements).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from tests.bench.bench import Bench
from tests.bench.house import Houses
from tests.bench.result import ELSEWHERE, Result, table

FIGURES = {
    "start": "process start to log-in",
    "first_screen": "log-in to first section",
    "keys": "arrow and page down in the lists, time and bytes",
    "held": "a key held for 100 repeats",
    "opened": "a list opened, time and memory",
    "typing": "filter and search as one types",
    "search": "the search itself, at any length of what was typed",
    "pages": "pages of the lists, first and last, by each sort",
    "save": "a save, alone",
    "writers": "20 people saving at once",
    "memory": "20 sessions at once",
    "stalls": "how long the event loop is held",
    "audit": "the record verified, appended to, paged",
    "importing": "10,000 users imported",
    "making": "the demo made",
    "curve": "each operation among 10³ to 10⁶ users",
    "peers": "Posting and Harlequin (with --peers)",
}
"""Module of a figure → what it measures."""

ON_ENGINES = ("pages", "save", "curve")
"""The figures that `--database` is for: those measured on a store alone."""

SHAPES = ("pages", "save", "stalls", "audit", "keys")
"""The figures that `--shape` takes: those that can be broken, in houses that are made quickly."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, return the exit code."""
    asked = _parser().parse_args(arguments)
    names = asked.only or (ON_ENGINES if asked.database else SHAPES if asked.shape else tuple(FIGURES))
    users = asked.users or (1_000 if asked.shape else 10_000 if asked.short else 1_000_000)
    began = time.monotonic()

    def say(words: str) -> None:
        sys.stderr.write(f"\r\x1b[K[{time.monotonic() - began:5.0f} s] {words}")
        sys.stderr.flush()

    ELSEWHERE[:] = [asked.database] if asked.database.startswith("postgresql") else []
    houses = Houses(Path(asked.cache), say, asked.database)
    bench = Bench(houses, say, users, asked.short or asked.shape, asked.peers, asked.database)
    results: list[Result] = []
    for name in names:
        say(f"{name}: {FIGURES[name]}")
        results += import_module(f"tests.bench.{name}").measure(bench)
        gc.collect()
        gc.freeze()  # else Python's collector looks through what one figure left at each of the next ones
    say("")
    told = {"made_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": _machine(), "users": users}
    print(", ".join([told["made_at"][:10], told["machine"], f"{users:,} users", asked.database or "SQLite"]))
    print("\n".join(table(results)))
    if asked.json:
        Path(asked.json).write_text(json.dumps({**told, "results": [one.told() for one in results]}, indent=1))
    broken = [f"{one.figure}, {one.what}: {one.broken}" for one in results if one.broken]
    print("\n".join(["", *(f"broken: {one}" for one in broken)]) if broken else "", end="\n" if broken else "")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    listed = "; ".join(f"{name}: {what}" for name, what in FIGURES.items())
    parser.add_argument("--only", metavar="NAME", nargs="+", choices=FIGURES, help=listed)
    parser.add_argument("--short", action="store_true", help="fewer rounds, smaller databases (10,000 users)")
    parser.add_argument(
        "--shape", action="store_true", help="only what can be broken, on 1,000 users: for every change"
    )
    parser.add_argument("--users", metavar="N", type=int, help="how large the largest database is (1,000,000)")
    parser.add_argument("--database", metavar="URL", default="", help="a demo database to measure in place of our own")
    parser.add_argument("--peers", action="store_true", help="also Posting and Harlequin, installed by pip")
    parser.add_argument("--json", metavar="FILE", help="all samples, as JSON")
    parser.add_argument(
        "--cache", metavar="FOLDER", default=str(user_cache_path("imi-bench")), help="where databases are kept"
    )
    return parser


def _machine() -> str:
    """What it was measured on."""
    cores = len([line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("processor")])
    versions = " ".join(f"{name} {version(name.lower())}" for name in ("Textual", "Peewee"))
    return f"{cores} cores, Python {platform.python_version()}, {versions}, SQLite {sqlite3.sqlite_version}"


if __name__ == "__main__":
    with suppress(PermissionError):
        os.nice(-10)  # what else runs on the machine weighs less then
    sys.exit(main())
