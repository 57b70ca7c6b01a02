"""How long a log-in must wait after failed ones: per username and per origin, growing, forgotten after an hour.

A person mistypes once or twice and never waits. Whoever tries many passwords of one name, or one password of many
names, soon waits longer than it is worth; blocking all people of an authority takes hours, and their administrators
are told of the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FORGOTTEN_AFTER = timedelta(hours=1)
"""Tries longer ago than this no longer count."""


@dataclass(frozen=True)
class Patience:
    """`free` tries cost no wait; after them the wait begins at `first` and doubles up to `most`."""

    free: int
    first: timedelta
    most: timedelta

    def wait(self, tries: int) -> timedelta:
        """The wait after so many tries in vain."""
        beyond = min(tries - self.free, 30)
        return min(self.most, self.first * (1 << (beyond - 1))) if beyond > 0 else timedelta()


NAME = Patience(free=2, first=timedelta(seconds=2), most=timedelta(minutes=15))
"""For one username, whether somebody has it or not."""

ORIGIN = Patience(free=10, first=timedelta(seconds=1), most=timedelta(minutes=1))
"""For one origin, such as the address an SSH client comes from: many people may share one."""


def tries_now(tries: int, last_at: datetime, now: datetime) -> int:
    """How many of the tries still count; a clock set back forgets nothing."""
    return 0 if now - last_at >= FORGOTTEN_AFTER else tries
