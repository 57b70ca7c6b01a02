"""Put a backup back: verified first, brought to this version, without who was deleted since, then in one step (B13).

All of it is done to a copy beside the database; killed at any moment, the old or the new one is in place. The old one
is kept beside, and the record tells of it, so that whoever verifies it is told what became of the entries since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from db import backup as files
from db import copy as rows
from db import schema
from db.catalogue import load
from db.engine import Store
from db.probe import StoreError, StoreKind, migration_names
from imi_tui.context import Context
from imi_tui.rules.chain import Checkpoint, instant, read_checkpoint
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Refused, StoreAway
from imi_tui.rules.restores import Restored
from imi_tui.rules.verbs import Verb
from imi_tui.services import (
    backup,
    backup_seal,
    erasures,
    record_kept,
    record_key,
    restore_before,
    restored_rows,
    retention,
    search_index,
)
from imi_tui.services.door import write
from imi_tui.services.hashing import Hasher
from imi_tui.services.record_restores import restores
from imi_tui.services.restore_before import Before
from imi_tui.services.restore_place import Place, place_of
from imi_tui.services.steps import Step, Told, untold
from imi_tui.settings import Settings


@dataclass(frozen=True)
class Restoration:
    """What was done: how the record tells of it, the entries of the backup's record, where the database before is.

    `listed` says whether everybody is known who was deleted in that one, `again` how many were deleted or erased anew,
    `upgraded` whether the backup was of an older version.
    """

    name: str
    restored: Restored
    entries: int
    kept: Path | None
    listed: bool
    again: int
    upgraded: bool


def restore(
    settings: Settings, actor: Actor, file: Path, now: Callable[[], datetime], *, instead: bool = False,
    end_others: bool = False, unsealed: bool = False, told: Told = untold,
) -> Restoration:  # fmt: skip
    """Put a backup in the place of the database of the settings; `instead`: also where there is one.

    `end_others` ends the programs that have it open, as a log-out would; `unsealed`: also a file that was not made by
    `backup`, or was changed since. System actors only. Raises `Refused`: `restore_missing`, `restore_itself`,
    `restore_exists`, `restore_in_use`, `restore_no_room`, `restore_unwritable`, `restore_other_key`,
    `restore_unsealed`, `restore_tampered`, `restore_unfit`, `backup_unsound`, `backup_record_broken`; `StoreAway`,
    `NotAllowed`.
    """
    with _said(file):
        place = place_of(settings)
        if not file.is_file():
            raise Refused("restore_missing", path=file)
        if place.is_file(file):
            raise Refused("restore_itself", path=file)
        older = files.migrations_of(file) != migration_names()
        if place.occupied() and not instead:
            raise Refused("restore_exists", path=place.name)
        with place.alone():
            place.nobody(end_others)
            place.prepare(now())
            return _Restore(settings, actor, file, now, place, told).run(end_others, unsealed, older)


class _Restore:
    """One restore, step by step; nothing but `_move` touches what is in place."""

    def __init__(
        self, settings: Settings, actor: Actor, file: Path, now: Callable[[], datetime], place: Place, told: Told
    ) -> None:  # fmt: skip
        self._settings, self._actor, self._file, self._now = settings, actor, file, now
        self._place, self._told = place, told
        self._about = files.noted(file)

    def run(self, end_others: bool, unsealed: bool, older: bool) -> Restoration:
        """Do all of it."""
        self._own_key()
        self._as_it_was_made(unsealed)
        place, staging = self._place, self._place.staging
        files.copy_view(self._file, staging, partial(self._told, Step.COPY))
        backup.look_through(staging, self._told)
        place.own()
        files.take_note_away(staging)
        schema.set_mode(files.url_of(staging))
        kept = place.kept(f"{self._now().astimezone(UTC):%Y%m%dT%H%M%SZ}") if place.holds_data() else None
        with files.second_store(files.url_of(staging)) as store:
            ctx = self._staged(store)
            entries, _line = backup.record_of(ctx, self._actor, self._told, self._about.get("checkpoint", ""))
            place.nobody(end_others)
            before = restore_before.look_at(ctx, self._actor, place.url, staging)
            again = self._fill(ctx, before, kept)
            store.settle()
        end = files.record_end(staging)
        place.move(kept, before.listed, lambda store: self._index(replace(ctx, store=store)), self._told)
        with files.second_store(place.url) as store:
            live = replace(ctx, store=store, staged=False)
            key = record_key.load(self._settings)
            with store.reading():
                restored = restores(key)[-1]
            record_kept.keep(live, key, Checkpoint(*end, instant(self._now())))
        return Restoration(place.name, restored, entries, kept, before.listed, again, older)

    def _own_key(self) -> None:
        """The backup was made with the key that is here."""
        line = self._about.get("checkpoint", "")
        if line and read_checkpoint(record_key.load(self._settings), line) is None:
            raise Refused("restore_other_key", path=self._settings.record_key_path())

    def _as_it_was_made(self, unsealed: bool) -> None:
        """Nobody has changed the file since it was made."""
        if unsealed:
            self._about = {name: told for name, told in self._about.items() if name != "erasures"}
        elif not backup_seal.is_sealed(self._file):
            raise Refused("restore_unsealed", path=self._file)
        elif not backup_seal.holds(self._file, record_key.load(self._settings)):
            raise Refused("restore_tampered", path=self._file)

    def _staged(self, store: Store) -> Context:
        """The copy as a database of this version, searchable, which is not in force yet."""
        settings = self._settings
        hasher = Hasher(settings.hash_memory_kib, settings.hash_time)
        ctx = Context(store, load(), settings, hasher, self._now, staged=True)
        self._told(Step.UPGRADE, 0, 1)
        schema.run_pending(store)
        self._told(Step.UPGRADE, 1, 1)
        self._index(ctx)
        return ctx

    def _index(self, ctx: Context) -> None:
        search_index.complete(ctx, partial(self._told, Step.INDEX))

    def _fill(self, ctx: Context, before: Before, kept: Path | None) -> int:
        """The entry that tells of the restore, and what was erased since; gives how many were erased anew."""
        self._enter(ctx, before, files.record_end(self._place.staging), kept)
        self._told(Step.ERASE, 0, 1)
        erasures.learn(ctx, self._about.get("erasures", ""))
        again = erasures.follow(ctx, self._actor, whole=True)
        again += erasures.overdue(ctx, self._actor)
        while retention.erase_due(ctx, self._actor):
            pass
        restored_rows.tidy(ctx, self._actor, self._place.url if kept else "", self._about.get("taken", ""))
        self._told(Step.ERASE, 1, 1)
        return again

    def _enter(self, ctx: Context, before: Before, point: tuple[int, str], kept: Path | None) -> None:
        with write(ctx, self._actor, May.OPERATE, None, Verb.DATABASE_RESTORED) as change:
            change.note("taken", None, self._about.get("taken") or None)
            change.note("entry", before.end or None, point[0])
            change.note("digest", before.digest or None, point[1])
            change.note("common", None, before.common)
            change.note("kept", None, kept.name if kept else None)


@contextmanager
def _said(file: Path) -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        if error.kind is StoreKind.FULL:
            raise Refused("restore_no_room") from error
        if error.kind is StoreKind.IN_USE:
            raise Refused("restore_in_use", path=error.detail, process="—") from error
        raise StoreAway(error.kind.value, path=error.detail or file) from error
    except rows.Differs as differs:
        raise Refused("restore_unfit", path=file, table=differs.table, key=differs.key) from differs
    except OSError as error:
        raise Refused("restore_unwritable", path=error.filename or file, reason=error.strerror or "") from error
