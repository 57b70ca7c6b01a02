"""Take a backup while the database is in use: consistent, looked through, its record verified, whole or absent (B13).

The key of the record is not in it: whoever had both could write history anew. What the list of those who were deleted
says is, since it names nobody, and a backup that is put back on another machine has nothing else to go by.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from db import backup as files
from db import copy as rows
from db.files import move_new, settle
from db.models import Meta
from db.probe import StoreError, StoreKind, is_postgresql, sqlite_url
from imi_tui.context import Context
from imi_tui.rules.chain import checkpoint_line, instant
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Refused, StoreAway
from imi_tui.rules.script import INDEXED
from imi_tui.services import backup_seal, erasures, record_check, record_kept, record_key
from imi_tui.services.door import housekeeping, read
from imi_tui.services.steps import Step, Told, untold

TAKEN = "backup"
"""The fact of the store: when the last backup was taken."""


@dataclass(frozen=True)
class Taken:
    """A backup: its file and size, when, how many entries of the record, the checkpoint of the last one as a line."""

    path: Path
    bytes: int
    at: datetime
    entries: int
    checkpoint: str


def take(ctx: Context, actor: Actor, file: Path, told: Told = untold) -> Taken:
    """Write a backup to a file that is not there yet, of mode 0600. System actors only.

    Raises `Refused`: `backup_exists`, `backup_unwritable`, `backup_no_room`; `backup_unsound`, `backup_record_broken`
    where what was copied is not in order, so that nobody takes it for a backup; `StoreAway`, `NotAllowed`.
    """
    with read(ctx, actor, May.OPERATE, None):
        at = ctx.now()
    beside = file.with_name(f".{file.name}.making-{os.getpid()}")
    try:
        if file.exists():
            raise FileExistsError(file)
        _sweep(file)
        expected = _expected(ctx)
        _copy(ctx, beside, told)
        files.note(beside, _about(ctx, at))
        entries, line = verified(ctx, actor, beside, told, expected)
        files.note(beside, {"checkpoint": line})
        if line:
            backup_seal.seal(beside, record_key.load(ctx.settings))
        settle(beside)
        size = beside.stat().st_size
        move_new(beside, file)
    except FileExistsError as error:
        raise Refused("backup_exists", path=file) from error
    except OSError as error:
        raise Refused("backup_unwritable", path=file, reason=error.strerror or "") from error
    except StoreError as error:
        if error.kind is StoreKind.FULL:
            raise Refused("backup_no_room", path=file) from error
        raise StoreAway(error.kind.value, path=error.detail) from error
    finally:
        files.remove(beside)
    with housekeeping(ctx, actor):
        Meta.put(TAKEN, instant(at))
    return Taken(file, size, at, entries, line)


def verified(ctx: Context, actor: Actor, file: Path, told: Told = untold, checkpoint: str = "") -> tuple[int, str]:
    """Look a SQLite file of this version through, and verify its record up to a checkpoint, if one is given.

    Gives the number of entries and the checkpoint of the last one. Raises `Refused`: `backup_unsound`,
    `backup_record_broken`; `StoreAway`, `NotAllowed`.
    """
    look_through(file, told)
    with files.second_store(sqlite_url(file.absolute())) as store:
        return record_of(replace(ctx, store=store, staged=True), actor, told, checkpoint)


def record_of(ctx: Context, actor: Actor, told: Told = untold, checkpoint: str = "") -> tuple[int, str]:
    """The same of the record alone, in a database that is open."""
    verdict = record_check.verify(ctx, actor, checkpoint=checkpoint, progress=partial(told, Step.RECORD))
    if verdict.broken is not None:
        raise Refused("backup_record_broken", path=ctx.store.path, entry=verdict.broken.entry_id)
    return verdict.entries, verdict.checkpoint


def look_through(file: Path, told: Told) -> None:
    """Let SQLite check a whole file. Raises `Refused("backup_unsound")`."""
    told(Step.SOUND, 0, 1)
    if faults := files.faults_of(file):
        raise Refused("backup_unsound", path=file, problem=faults[0])
    told(Step.SOUND, 1, 1)


def _expected(ctx: Context) -> str:
    """The checkpoint that is kept beside the key: what is copied after it was read must hold it."""
    if not ctx.settings.record_key_path().exists():
        return ""
    key = record_key.load(ctx.settings)
    kept = record_kept.kept(ctx.settings, key)
    return "" if kept is None else checkpoint_line(key, kept)


def _copy(ctx: Context, beside: Path, told: Told) -> None:
    if is_postgresql(ctx.store.url):
        try:
            rows.into_file(ctx.store, beside, {INDEXED}, partial(told, Step.COPY))
        except rows.Differs as differs:
            raise Refused("copy_differs", table=differs.table, key=differs.key) from differs
    else:
        files.copy_view(ctx.store.path, beside, partial(told, Step.COPY))


def _about(ctx: Context, at: datetime) -> dict[str, str]:
    try:
        deleted = erasures.path(ctx).read_text(encoding="ascii")
    except FileNotFoundError:
        deleted = ""
    return {"taken": instant(at), "erasures": deleted}


def _sweep(file: Path) -> None:
    """Remove what a run that was killed has left of the same backup."""
    for left in file.parent.glob(f".{file.name}.making-*"):
        number = left.name.rpartition("-")[2]
        if number.isdecimal() and not Path(f"/proc/{number}").exists():
            files.remove(left)
