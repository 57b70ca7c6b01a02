"""What the record tells of backups that were put back: by it a checkpoint of the database before is no sign of forgery.

A restore is an entry of its own, written by the program and authenticated by the key like every other: from which end
of the record (that of the database put aside) to which (that of the backup), up to which entry the two are the same,
and where the one before is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from imi_tui.rules.chain import Checkpoint


@dataclass(frozen=True)
class Restored:
    """A restore: by which entry it is told and when, and when the backup was taken (empty: not known).

    The record went back from entry `before` (0: nothing is known of a database before) with the digest `digest` to
    entry `to`; up to `common` both are the same, and the entries after it are in `kept` (empty: nowhere).
    """

    entry_id: int
    at: str
    taken: str
    before: int
    digest: str
    to: int
    common: int
    kept: str

    def explains(self, point: Checkpoint) -> bool:
        """Whether a checkpoint that the record contradicts is of the database that was put aside."""
        if point.id == self.before:
            return point.digest == self.digest
        return self.common < point.id < self.before and point.at < self.at
