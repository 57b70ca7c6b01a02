"""From the start of the process to the painted log-in, against a bare Textual app, in the same run.

Run as `python -m tests.bench.start`. The two take turns in a PTY of 120 × 40; the median counts. It only reports.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pexpect

from tests.e2e.terminal import imi

ROUNDS = 15

BARE = """
from textual.app import App
from textual.widgets import Input, Label

class Bare(App):
    def compose(self):
        yield Label("Username")
        yield Input()
        yield Input()

Bare().run()
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "IMI_LANGUAGE": "en",
            "IMI_CONFIG": "/dev/null",
            "IMI_DATABASE": f"sqlite:///{folder}/demo.db",
        }
        subprocess.run(imi("demo", "--no-open"), env=environment, check=True, capture_output=True)
        ways = {"bare Textual app": [sys.executable, "-c", BARE], "imi, log-in": imi()}
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _round in range(ROUNDS):
            for name, argv in ways.items():
                found[name].append(_start(argv, environment))
    floor = statistics.median(seconds for seconds, _memory in found["bare Textual app"])
    for name, measured in found.items():
        seconds = statistics.median(one for one, _memory in measured)
        memory = statistics.median(one for _seconds, one in measured)
        print(f"{name:>18} {seconds * 1000:6.0f} ms ({seconds / floor:4.2f}) {memory:6.1f} MiB RSS")


def _start(argv: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds until the log-in is painted, and MiB of memory then."""
    started = time.perf_counter()
    app = pexpect.spawn(argv[0], argv[1:], env=environment, dimensions=(40, 120), timeout=30)
    app.expect("Username")
    seconds = time.perf_counter() - started
    status = Path(f"/proc/{app.pid}/status").read_text(encoding="ascii")
    memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
    app.close(force=True)
    return seconds, memory


if __name__ == "__main__":
    main()
