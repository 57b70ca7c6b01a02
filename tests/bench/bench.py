"""What each figure is given: how much to measure, on which houses, and whom to tell of progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.house import Houses

SIZES = (30, 1_000, 100_000, 1_000_000)
"""Rows of a list."""


@dataclass(frozen=True)
class Bench:
    """`users` is how large the largest house is; `short` asks for fewer rounds; `peers` for other people's programs."""

    houses: Houses
    say: Callable[[str], None]
    users: int = 1_000_000
    short: bool = False
    peers: bool = False
    database: str = ""

    def rounds(self, usual: int) -> int:
        """How often to measure what is usually measured so often."""
        return max(3, usual // 5) if self.short else usual

    def sizes(self, smallest: int = 0) -> list[int]:
        """Rows of lists, as far as the largest house goes."""
        return [size for size in SIZES if smallest <= size <= max(self.users, 1_000)]

    def decades(self) -> list[int]:
        """Houses of 10³ users and more."""
        return [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= max(self.users, 1_000)]
