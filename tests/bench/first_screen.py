"""From the right password to the first section painted, less the hash, against a bare app that mounts one screen."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from tests.bench.app import PAINTED, bare, log_in, started
from tests.bench.bench import Bench
from tests.bench.result import Result, in_turns

ROUNDS = 12


def measure(bench: Bench) -> Iterator[Result]:
    """Log-in to first screen."""
    settings = Settings()
    hasher = Hasher(settings.hash_memory_kib, settings.hash_time)
    made = hasher.hash("-")
    (hashing,) = in_turns(20, lambda: hasher.verify(made, "-"), waits=True)
    ours, floor = [], []
    with tempfile.TemporaryDirectory() as folder:
        url = bench.houses.fresh(1_000, Path(folder))
        for _round in range(bench.rounds(ROUNDS)):
            floor.append(_bare())
            app = started(url)
            ours.append(log_in(app) - statistics.median(hashing))
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


def _bare() -> float:
    app = bare("login")
    app.until(PAINTED)
    app.calm()
    app.write("enter")
    took = app.until("Another")
    app.close()
    return took
