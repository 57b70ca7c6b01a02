"""The steps of a long job on the whole database, and how whoever waits is told of them."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """What is being done."""

    COPY = "copy"
    SOUND = "sound"
    RECORD = "record"
    UPGRADE = "upgrade"
    ERASE = "erase"
    INDEX = "index"
    COMPARE = "compare"
    ASIDE = "aside"
    PLACE = "place"


Told = Callable[[Step, int, int], None]
"""Told how much of a step is done, and of how much (0: not known)."""


def untold(_step: Step, _done: int, _total: int) -> None:
    """Nobody waits to be told."""
