"""Verify the record (B8): walk the chain from its beginning, in bites, and name the first entry that is not as written.

What one cannot see in the chain itself, a tail that was cut or an older copy of the database put back, is found by a
checkpoint: the one kept beside the key, and any line of `checkpoint` that was kept elsewhere. A backup that was put
back by the program is told by the record itself, so that the checkpoints from before are known for what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from peewee import fn

from db.models import Entry, EntryValues
from imi_tui.context import Context
from imi_tui.rules.chain import (
    FIRST,
    KEYED,
    PERSONAL,
    PLAIN,
    PUBLIC,
    WHOLE,
    Checkpoint,
    Key,
    canonical,
    checkpoint_line,
    instant,
    read_checkpoint,
    values_digest,
)
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Refused
from imi_tui.rules.restores import Restored
from imi_tui.rules.verbs import Verb
from imi_tui.services import record_kept, record_key
from imi_tui.services.door import read
from imi_tui.services.record import COLUMNS, WITH_PERSONAL
from imi_tui.services.record_faults import Breach, Broken, Stored, authentic, diagnosis
from imi_tui.services.record_restores import restores

BITE = 2000
"""Entries that are held at once."""

Progress = Callable[[int, int], None]
"""Told how many entries are done, and of how many."""

_NO_VALUES = values_digest("", canonical({}))
"""What stands in a PLAIN entry without values."""


@dataclass(frozen=True)
class Verdict:
    """How many entries were verified, what is broken first (None: nothing), and the checkpoint of the end as a line.

    `kept` says whether a checkpoint beside the key was there to compare with; without it a cut tail is not seen.
    `restores` are the backups that were put back, as the record tells of them; `elsewhere` is the one before which the
    checkpoint that was given was made: what it vouches for is in the database that was put aside then, not in this one.
    """

    entries: int
    broken: Broken | None
    checkpoint: str
    kept: bool
    restores: tuple[Restored, ...] = ()
    elsewhere: Restored | None = None


def verify(ctx: Context, actor: Actor, *, checkpoint: str = "", progress: Progress | None = None) -> Verdict:
    """Verify every entry and all values; with a checkpoint that was kept elsewhere, that the record still holds it.

    Raises `Refused("checkpoint_unknown")` where the line is none of this record, `StoreAway("record_key_missing")`,
    `NotAllowed`, `StoreAway`.
    """
    with read(ctx, actor, May.OPERATE, None):
        empty = not Entry.select(Entry.id).exists()
    if empty and not checkpoint and not ctx.settings.record_key_path().exists():
        return Verdict(0, None, "", False)
    key = record_key.load(ctx.settings)
    points, given = [], None
    # Before the view of the record is taken: what is written meanwhile must not seem to be cut.
    kept = None if ctx.staged else record_kept.kept(ctx.settings, key)
    if kept is not None:
        points.append(kept)
    if checkpoint:
        given = read_checkpoint(key, checkpoint)
        if given is None:
            raise Refused("checkpoint_unknown")
        points.append(given)
    with read(ctx, actor, May.OPERATE, None):
        restored = tuple(restores(key))
        own = [point for point in points if not any(one.explains(point) for one in restored)]
        walk = _Walk(ctx, key, own, progress or (lambda _done, _total: None))
        broken = walk.broken()
    line = (
        "" if broken or not walk.last else checkpoint_line(key, Checkpoint(walk.last, walk.digest, instant(ctx.now())))
    )
    elsewhere = next((one for one in restored if given is not None and one.explains(given)), None)
    return Verdict(walk.last, broken, line, kept is not None, restored, elsewhere)


def checkpoint(ctx: Context, actor: Actor) -> str:
    """The line of the record's present end, to be kept elsewhere; empty of an empty record. Raises as `verify`."""
    with read(ctx, actor, May.OPERATE, None):
        end = Entry.select(Entry.id, Entry.digest).order_by(Entry.id.desc()).limit(1).tuples().first()
    if end is None:
        return ""
    return checkpoint_line(record_key.load(ctx.settings), Checkpoint(end[0], end[1], instant(ctx.now())))


class _Walk:
    """One walk along the chain; `last` and `digest` say how far it came."""

    def __init__(self, ctx: Context, key: Key, points: list[Checkpoint], progress: Progress) -> None:
        self._ctx, self._key, self._progress = ctx, key, progress
        self._points = points
        self._keyed_yet = False
        self.last, self.digest, self._before = 0, FIRST, ""

    def broken(self) -> Broken | None:
        """What is broken first, or None."""
        total = int(Entry.select(fn.MAX(Entry.id)).scalar() or 0)
        while bite := self._bite(self.last):
            values = self._values(bite[0].id, bite[-1].id)
            for one in bite:
                found = self._link(one) or self._of_values(one, values.pop(one.id, {})) or self._at_point(one)
                if found:
                    return found
            self._progress(self.last, total)
        ends = [point.id for point in self._points]
        if self._key.begun:
            ends.append(self._key.begun[0])
        return Broken(self.last + 1, Breach.CUT) if max(ends, default=0) > self.last else None

    def _link(self, one: Stored) -> Broken | None:
        """Whether an entry is the one that was written after the last."""
        begun = self._key.begun
        allowed = one.algorithm == KEYED or (
            one.algorithm == PLAIN and not self._keyed_yet and (begun is None or one.id <= begun[0])
        )
        fits = one.id == self.last + 1 and one.previous == self.digest
        if not (allowed and fits and authentic(self._key, one, one.id)):
            known = max((point.id for point in self._points), default=None)
            good = (self.last, self.digest, self._before)
            return diagnosis(self._key, one, good, self._after(), allowed, known, self._keyed_yet)
        if begun and one.id == begun[0] and one.digest != begun[1]:
            return Broken(one.id, Breach.REWRITTEN)
        self._keyed_yet = one.algorithm == KEYED
        self.last, self.digest, self._before = one.id, str(one.digest), self.digest
        return None

    def _of_values(self, one: Stored, rows: dict[object, tuple[object, object]]) -> Broken | None:
        if one.algorithm == PLAIN:
            wanted = {WHOLE: "" if one.link.values_digest == _NO_VALUES else one.link.values_digest}
        else:
            wanted = {PUBLIC: one.link.values_digest, PERSONAL: one.link.personal_digest}
        for kind, digest in wanted.items():
            row = rows.pop(kind, None)
            if row is None and digest and not self._forgotten(one, kind):
                return Broken(one.id, Breach.VALUES_MISSING)
            if row is not None and values_digest(*row) != digest:
                return Broken(one.id, Breach.VALUES_CHANGED)
        return Broken(one.id, Breach.VALUES_CHANGED) if rows else None

    def _at_point(self, one: Stored) -> Broken | None:
        other = any(point.id == one.id and point.digest != one.digest for point in self._points)
        return Broken(one.id, Breach.OLDER_COPY) if other else None

    def _forgotten(self, one: Stored, kind: str) -> bool:
        """Whether a later entry says that the personal values about this one's subject were erased."""
        if kind == PUBLIC or (kind == WHOLE and one.link.verb not in WITH_PERSONAL):
            return False
        later = Entry.select(Entry.id).where(
            Entry.subject_id == one.link.subject_id, Entry.id > one.id, Entry.verb == Verb.PERSON_FORGOTTEN.code
        )
        return one.link.subject_id is not None and bool(later.exists())

    def _bite(self, after: int) -> list[Stored]:
        query = Entry.select(*COLUMNS).where(Entry.id > after).order_by(Entry.id).limit(BITE)
        return [Stored.of(row) for row in self._raw(query)]

    def _after(self) -> Iterator[Stored]:
        """The entries beyond the last good one."""
        query = Entry.select(*COLUMNS).where(Entry.id > self.last).order_by(Entry.id)
        return map(Stored.of, self._raw(query))

    def _values(self, first: int, last: int) -> dict[int, dict[object, tuple[object, object]]]:
        columns = (EntryValues.entry, EntryValues.kind, EntryValues.salt, EntryValues.values)
        found: dict[int, dict[object, tuple[object, object]]] = {}
        for entry_id, kind, salt, told in self._raw(
            EntryValues.select(*columns).where(EntryValues.entry.between(first, last))
        ):
            found.setdefault(entry_id, {})[kind] = (salt, told)
        return found

    def _raw(self, query: Any) -> Any:
        """Rows as the driver gives them: converting instants would be most of the work."""
        return self._ctx.store.database.execute(query)
