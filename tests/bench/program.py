"""A program in a terminal of its own: a key is written, and what comes back is read until nothing more comes."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Sequence
from pathlib import Path

import pexpect

from tests.e2e.terminal import KEYS

QUIET = 0.06
"""Seconds without a byte after which a repaint is over."""

CALM = 0.4
"""Seconds without a byte after which nothing is on its way any more, what is read after a rest included."""

PATIENCE = 120.0
"""Seconds that something is waited for to appear."""


class Program:
    """A process in a PTY."""

    def __init__(self, argv: Sequence[str], environment: dict[str, str], columns: int = 120, rows: int = 40) -> None:
        self.began = time.perf_counter()
        self._raw = b""
        self._over = False
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
        env = {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **environment}
        self._process = pexpect.spawn(argv[0], list(argv[1:]), env=env, dimensions=(rows, columns))

    @property
    def pid(self) -> int:
        """The process."""
        return int(self._process.pid)

    def until(self, text: str) -> float:
        """Read until a text was painted since the last key; the milliseconds since that (or since the start)."""
        wanted, deadline = text.encode(), time.perf_counter() + PATIENCE
        while wanted not in self._raw:
            if not self._ready(1.0):
                if self._over or time.perf_counter() > deadline:
                    raise TimeoutError(f"waited for {text!r}, got {self._raw[-2000:]!r}")
                continue
            self._raw += self._read()
        return (time.perf_counter() - self.began) * 1000

    def calm(self, quiet: float = CALM) -> int:
        """Read until nothing comes; how many bytes came."""
        size = 0
        while self._ready(quiet):
            size += len(self._read())
        return size

    def write(self, *keys: str) -> None:
        """Write keys by name, or texts; times count from here."""
        self._raw = b""
        self.began = time.perf_counter()
        os.write(self._process.child_fd, "".join(KEYS.get(key, key) for key in keys).encode())

    def press(self, key: str, first: float = 1.0) -> tuple[float, int]:
        """Milliseconds from the key to the last byte of the repaint, and how many bytes it took."""
        self.write(key)
        last, size = self.began, 0
        while self._ready(QUIET if size else first):
            size += len(self._read())
            last = time.perf_counter()
        return (last - self.began) * 1000, size

    def memory(self, what: str = "Pss") -> float:
        """MiB: `Pss`, its share of what it shares with others, or `Rss`."""
        told = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in told.splitlines() if line.startswith(f"{what}:")) / 1024

    def close(self) -> None:
        """End it."""
        self._process.close(force=True)

    def _ready(self, seconds: float) -> bool:
        return not self._over and bool(select.select([self._process.child_fd], [], [], seconds)[0])

    def _read(self) -> bytes:
        try:
            return os.read(self._process.child_fd, 65536)
        except OSError:  # it has ended
            self._over = True
            return b""
