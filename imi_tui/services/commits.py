"""A commit whose answer was lost: was it done? Its entry of the record tells, and nobody hears of it before (B12).

An entry's digest is made with a secret key over what it tells and all that stands before it, so that no other commit,
on whichever server, has the same. It is looked up inside a write transaction: the one whose answer was lost may still
wait for its standby, and holds its turn until then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from db.models import Entry
from db.probe import StoreError, StoreKind
from imi_tui.context import Context
from imi_tui.outage import AWAY
from imi_tui.rules.chain import Checkpoint
from imi_tui.rules.refusals import StoreAway

PATIENCE = 60.0
"""Seconds at least that a program waits for the database to come back, to know what has become of its commit."""


class Commit:
    """How far a write transaction has come: its commit is asked for once it has an `end` in the record."""

    def __init__(self) -> None:
        self.end: Checkpoint | None = None

    def asked(self, end: Checkpoint) -> None:
        """All that it writes is written; what comes now is the commit, with this entry as the last."""
        self.end = end


@contextmanager
def surely(ctx: Context, commit: Commit) -> Iterator[None]:
    """Around a write transaction: where its commit's answer was lost, it is as if it had come, if it was done.

    Raises the `StoreError` where it was not done, so that the whole call may be run again;
    `StoreAway("store_outcome_unknown")` where the database does not come back in time.
    """
    try:
        yield
    except StoreError as error:
        end = commit.end
        if end is None or error.kind is not StoreKind.AWAY:
            raise
        ctx.store.close()
        try:
            done = ctx.outage.patiently(lambda: _is_there(ctx, end), at_least=PATIENCE)
        except StoreAway as away:
            raise StoreAway("store_outcome_unknown") from away
        if not done:
            raise


def _is_there(ctx: Context, end: Checkpoint) -> bool:
    """Whether the record holds this entry. Raises `StoreAway`; a turn that does not come is waited for as well."""
    try:
        with ctx.store.writing():
            return bool(Entry.select(Entry.digest).where(Entry.id == end.id).scalar() == end.digest)
    except StoreError as error:
        ctx.store.close()
        code = AWAY if error.kind is StoreKind.LOCKED else error.kind.value
        raise StoreAway(code, path=error.detail) from error
