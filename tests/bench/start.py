"""From the start of the process to the painted log-in, against a bare Textual app; both on a PTY of 120 × 40."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.app import PAINTED, bare, started
from tests.bench.bench import Bench
from tests.bench.program import Program
from tests.bench.result import Result

ROUNDS = 25


def measure(bench: Bench) -> Iterator[Result]:
    """Start to log-in."""
    url = bench.houses.house(1_000)
    ours, floor = [], []
    for number in range(bench.rounds(ROUNDS) + 1):
        pair = _painted(bare("login")), _painted(started(url))
        if number:
            floor.append(pair[0])
            ours.append(pair[1])
    yield Result("start", "process to log-in", ours, floor, times=1.15, of_floor="a bare Textual app")


def _painted(program: Program) -> float:
    try:
        return program.until(PAINTED)
    finally:
        program.close()
