"""In what way an entry of the record is not the one that was written there (B8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from imi_tui.rules.chain import KEYED, PLAIN, Key, Link, keyed, plain

LOOKED_FURTHER = 1000
"""How far beyond the record's end the place is looked for at which an entry was written."""


class Breach(StrEnum):
    """What was done to the record."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT = "cut"
    OLDER_COPY = "older_copy"
    REWRITTEN = "rewritten"
    VALUES_CHANGED = "values_changed"
    VALUES_MISSING = "values_missing"


@dataclass(frozen=True)
class Broken:
    """The first entry that is not as it was written."""

    entry_id: int
    how: Breach


@dataclass(frozen=True)
class Stored:
    """An entry as it stands in the store."""

    id: int
    link: Link
    algorithm: object
    previous: object
    digest: object

    @classmethod
    def of(cls, row: Sequence[Any]) -> Stored:
        """From a row as the driver gives it; instants as text, or as naive UTC."""
        entry_id, at, *fields, algorithm, previous, digest = row
        told = at.isoformat() if isinstance(at, datetime) else str(at).replace(" ", "T")
        return cls(entry_id, Link(f"{told}+00:00", *fields), algorithm, previous, digest)


def authentic(key: Key, one: Stored, entry_id: int) -> bool:
    """Whether the house wrote this entry, and with this id (a PLAIN one: with any)."""
    if one.algorithm == KEYED:
        return keyed(key, entry_id, one.link, one.previous) == one.digest
    return one.algorithm == PLAIN and plain(one.link, one.previous) == one.digest


def diagnosis(
    key: Key,
    one: Stored,
    good: tuple[int, str, str],
    after: Iterator[Stored],
    allowed: bool,
    known: int | None,
    keyed_yet: bool,
) -> Broken:
    """What happened where `one` stands after the last good entry.

    `good` is that one's id, its digest and the one before; `after` are the entries beyond it, `allowed` says whether
    an entry of this algorithm may stand here, `known` is the id of the last checkpoint, `keyed_yet` says
    whether the last good entry is a KEYED one.
    """
    last, digest, _before = good
    wanted = last + 1
    if one.id != wanted:
        return Broken(wanted, Breach.MISSING)
    if allowed and authentic(key, one, wanted):
        # Authentic here, but after something else than what stands before it.
        if one.algorithm == PLAIN:
            return _plain_misfit(key, one, good, after)
        return Broken(wanted, Breach.OLDER_COPY) if keyed_yet else Broken(last, Breach.REWRITTEN)
    highest, follower = wanted, False
    for other in after:
        highest = other.id
        follower = follower or (
            other.id != wanted and other.previous == digest and authentic(key, other, wanted)
        )  # fmt: skip
    place = _written_as(key, one, highest) if allowed else None
    if place is not None and place > wanted:
        return Broken(wanted, Breach.REORDERED if follower else Breach.MISSING)
    if place is not None or follower or (known is not None and wanted > known):
        return Broken(wanted, Breach.INSERTED)
    return Broken(wanted, Breach.CHANGED)


def _plain_misfit(key: Key, one: Stored, good: tuple[int, str, str], after: Iterator[Stored]) -> Broken:
    """An entry from before there was a key that is whole in itself: what stood before it is gone, moved or added."""
    last, digest, before = good
    if one.previous == before:
        return Broken(last, Breach.INSERTED)
    follower = any(other.previous == digest and authentic(key, other, last + 1) for other in after)
    return Broken(last + 1, Breach.REORDERED if follower else Breach.MISSING)


def _written_as(key: Key, one: Stored, highest: int) -> int | None:
    """The id with which a KEYED entry was written, where it was."""
    if one.algorithm != KEYED:
        return None
    return next((place for place in range(1, highest + LOOKED_FURTHER) if authentic(key, one, place)), None)
