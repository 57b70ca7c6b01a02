"""Put a backup back: verified first, brought to this version, without who was deleted since, then in one step (B13).

All of it is done to a copy beside the database; killed at any moment, the old or the new one is in place. The old one
is kept beside, and the record tells of it, so that whoever verifies it is told what became of the entries since.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from db import backup as files
from db import in_use, schema
from db.catalogue import load
from db.engine import Store
from db.files import settle
from db.locks import alone
from db.probe import StoreError, StoreKind, migration_names, sqlite_path, sqlite_url
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
from imi_tui.services.steps import Step, Told, untold
from imi_tui.settings import Settings

PATIENCE = 30.0
"""Seconds that a program which was told to end may take."""


@dataclass(frozen=True)
class Restoration:
    """What was done: how the record tells of it, the entries of the backup's record, where the database before is.

    `listed` says whether everybody is known who was deleted in that one, `again` how many were deleted or erased anew,
    `upgraded` whether the backup was of an older version.
    """

    path: Path
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
    `restore_unsealed`, `restore_tampered`, `backup_unsound`, `backup_record_broken`; `StoreAway`, `NotAllowed`.
    """
    with _said(file):
        target = sqlite_path(settings.database_url()).absolute()
        if not file.is_file():
            raise Refused("restore_missing", path=file)
        if target.exists() and file.samefile(target):
            raise Refused("restore_itself", path=file)
        older = files.migrations_of(file) != migration_names()
        if target.exists() and not instead:
            raise Refused("restore_exists", path=target)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(target):
            _nobody_at(target, end_others)
            _sweep(target)
            staging = target.with_name(f"{target.name}.restoring")
            try:
                return _Restore(settings, actor, file, now, target, staging, told).run(end_others, unsealed, older)
            finally:
                files.remove(staging)


class _Restore:
    """One restore, step by step; nothing but `_move` touches what is in place."""

    def __init__(
        self, settings: Settings, actor: Actor, file: Path, now: Callable[[], datetime], target: Path, staging: Path,
        told: Told,
    ) -> None:  # fmt: skip
        self._settings, self._actor, self._file, self._now = settings, actor, file, now
        self._target, self._staging, self._told = target, staging, told
        self._about = files.noted(file)

    def run(self, end_others: bool, unsealed: bool, older: bool) -> Restoration:
        """Do all of it."""
        self._own_key()
        self._as_it_was_made(unsealed)
        files.copy_view(self._file, self._staging, partial(self._told, Step.COPY))
        backup.look_through(self._staging, self._told)
        files.owned_like(self._staging, self._target if self._target.exists() else self._target.parent)
        files.take_note_away(self._staging)
        schema.set_mode(sqlite_url(self._staging))
        kept = self._kept_name() if self._target.exists() else None
        with files.second_store(sqlite_url(self._staging)) as store:
            ctx = self._staged(store)
            entries, _line = backup.record_of(ctx, self._actor, self._told, self._about.get("checkpoint", ""))
            _nobody_at(self._target, end_others)
            before = restore_before.look_at(ctx, self._actor, self._target, self._staging)
            again = self._fill(ctx, before, kept)
            store.settle()
        end = files.record_end(self._staging)
        self._move(kept, before)
        with files.second_store(sqlite_url(self._target)) as store:
            live = replace(ctx, store=store, staged=False)
            key = record_key.load(self._settings)
            with store.reading():
                restored = restores(key)[-1]
            record_kept.keep(live, key, Checkpoint(*end, instant(self._now())))
        return Restoration(self._target, restored, entries, kept, before.listed, again, older)

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
        search_index.complete(ctx, partial(self._told, Step.INDEX))
        return ctx

    def _fill(self, ctx: Context, before: Before, kept: Path | None) -> int:
        """The entry that tells of the restore, and what was erased since; gives how many were erased anew."""
        self._enter(ctx, before, files.record_end(self._staging), kept)
        self._told(Step.ERASE, 0, 1)
        erasures.learn(ctx, self._about.get("erasures", ""))
        again = erasures.follow(ctx, self._actor, whole=True)
        again += erasures.overdue(ctx, self._actor)
        while retention.erase_due(ctx, self._actor):
            pass
        restored_rows.tidy(ctx, self._actor, self._target if kept else None, self._about.get("taken", ""))
        self._told(Step.ERASE, 1, 1)
        return again

    def _enter(self, ctx: Context, before: Before, point: tuple[int, str], kept: Path | None) -> None:
        with write(ctx, self._actor, May.OPERATE, None, Verb.DATABASE_RESTORED) as change:
            change.note("taken", None, self._about.get("taken") or None)
            change.note("entry", before.end or None, point[0])
            change.note("digest", before.digest or None, point[1])
            change.note("common", None, before.common)
            change.note("kept", None, kept.name if kept else None)

    def _kept_name(self) -> Path:
        stamp = self._now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        return self._target.with_name(f"{self._target.name}.before-restore-{stamp}")

    def _move(self, kept: Path | None, before: Before) -> None:
        """The one step: until the last line the old database is in place, after it the new one."""
        settle(self._staging)
        if kept is not None:
            if kept.exists():
                raise Refused("restore_exists", path=kept)
            log = self._target.with_name(f"{self._target.name}-wal")
            with in_use.alone_with(self._target):
                if log.exists() and log.stat().st_size:
                    if before.listed:  # it was all in the one file a moment ago
                        raise StoreError(StoreKind.IN_USE, str(self._target))
                    log.rename(kept.with_name(f"{kept.name}-wal"))
                os.link(self._target, kept)
                settle(kept.parent)
                self._staging.replace(self._target)
        else:
            self._staging.replace(self._target)
        settle(self._target.parent)


def _nobody_at(target: Path, end_others: bool) -> None:
    """Nobody has the database open. Raises `Refused("restore_in_use")`."""
    until = time.monotonic() + PATIENCE
    asked: set[int] = set()
    while target.exists() and (number := in_use.holder(target)) is not None:
        if not (end_others and number) or time.monotonic() > until:
            raise Refused("restore_in_use", path=target, process=_named(number))
        if number not in asked:
            asked.add(number)
            os.kill(number, signal.SIGTERM)
        time.sleep(0.05)


def _named(number: int) -> str:
    try:
        told = Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        told = ""
    return f"{number} ({told})" if told else str(number)


def _sweep(target: Path) -> None:
    """Remove what a run that was killed has left: the copy, and the second name of a database that is in place."""
    files.remove(target.with_name(f"{target.name}.restoring"))
    for left in target.parent.glob(f"{target.name}.before-restore-*"):
        if target.exists() and left.samefile(target):
            left.unlink()


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
    except OSError as error:
        raise Refused("restore_unwritable", path=error.filename or file, reason=error.strerror or "") from error
