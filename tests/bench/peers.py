"""Start and memory against what people would use instead: Posting 2.11 and Harlequin 2.17.

Each is in an environment of its own, made by pip in the cache. Ours is the floor: how many times as long they take,
how many times as much they need.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.app import PAINTED, started
from tests.bench.bench import Bench
from tests.bench.program import Program
from tests.bench.result import Result

PEERS = {
    "Posting 2.11": (["posting==2.11.*", "tree-sitter==0.25.*"], ["posting"], "Collection"),
    "Harlequin 2.17": (["harlequin==2.17.*"], ["harlequin"], "Data Catalog"),
}
"""What pip installs, the command, and what its first screen shows.

With a tree-sitter newer than 0.25 Posting ends by a segmentation fault."""

ROUNDS = 8


def measure(bench: Bench) -> Iterator[Result]:
    """Nothing where they were not asked for."""
    if not bench.peers:
        return
    url = bench.houses.house(1_000)
    for name, (wanted, command, painted) in PEERS.items():
        program = _installed(bench, name, wanted, command)
        if program is None:
            continue
        home = {"HOME": str(bench.houses.folder)}
        theirs: list[tuple[float, float]] = []
        ours: list[tuple[float, float]] = []
        for number in range(bench.rounds(ROUNDS) + 1):
            bench.say(f"{name} {number + 1}")
            pair = _started(started(url), PAINTED), _started(Program(program, home), painted)
            if number:
                ours.append(pair[0])
                theirs.append(pair[1])
        start = [[one[0] for one in some] for some in (theirs, ours)]
        memory = [[one[1] for one in some] for some in (theirs, ours)]
        yield Result("peers, start", name, *start, least=3, of_floor="imi, log-in")
        yield Result("peers, memory", name, *memory, unit="MiB", least=2, of_floor="imi, log-in")


def _started(program: Program, painted: str) -> tuple[float, float]:
    """Milliseconds to the first screen, and MiB (PSS)."""
    took = program.until(painted)
    program.calm()
    memory = program.memory()
    program.close()
    return took, memory


def _installed(bench: Bench, name: str, wanted: list[str], command: list[str]) -> list[str] | None:
    place = bench.houses.folder / name.replace(" ", "-").lower()
    program = place / "bin" / command[0]
    if not program.exists():
        bench.say(f"installing {name} …")
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        done = subprocess.run(
            [place / "bin" / "pip", "install", "-q", *wanted], capture_output=True, text=True, check=False
        )
        if done.returncode:
            bench.say(f"{name} cannot be installed: {done.stderr.strip().splitlines()[-1]}")
            return None
    return [str(Path(program)), *command[1:]]
