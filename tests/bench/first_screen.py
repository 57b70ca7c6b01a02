"""From the right password to the first section painted, less the hash, against a bare app that mounts one screen.

A hash in a process that has just waited takes up to twice as long as one in a row of them, so it is measured like that.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from tests.bench.app import BARE, PAINTED, bare, log_in, started
from tests.bench.bench import Bench
from tests.bench.program import CALM
from tests.bench.result import Result

ROUNDS = 12


def measure(bench: Bench) -> Iterator[Result]:
    """Log-in to first screen."""
    settings = Settings()
    made = Hasher(settings.hash_memory_kib, settings.hash_time).hash("-")
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as folder:
        url = bench.houses.fresh(1_000, Path(folder))
        for _round in range(bench.rounds(ROUNDS)):
            floor.append(_bare())
            app = started(url)
            ours.append(log_in(app) - _hash(made))
            app.write("ctrl+q")
            app.calm()
            app.close()
    yield Result(
        "first screen",
        "password to first section, less the hash",
        ours,
        floor,
        times=1.5,
        of_floor="one screen mounted",
    )


def _hash(made: str) -> float:
    """Milliseconds that a process takes to verify its first password."""
    argv = [*BARE, "hash"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        time.sleep(CALM)
        process.stdin.write(f"{made}\n")
        process.stdin.flush()
        return float(process.stdout.readline())


def _bare() -> float:
    app = bare("login")
    app.until(PAINTED)
    app.calm()
    app.write("enter")
    took = app.until("Another")
    app.close()
    return took
