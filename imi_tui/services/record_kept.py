"""The last checkpoint of the record, kept beside its key after each commit: by it `verify` finds a tail that was cut.

It is written after the commit, under a lock, by whichever process is last; never back to an older entry, and only over
a checkpoint that the record still holds: what an older copy of the database, put back, would contradict stays as proof.
Where the record itself tells that a backup was put back, the checkpoint of the database before is put aside, not lost.

What it cannot find: entries cut that were committed after the last checkpoint was written (a crash between the two,
or a file that could not be written), and whatever is done by somebody who can write the key's folder as well. For that
a checkpoint is kept elsewhere: `imi audit checkpoint`.
"""

from __future__ import annotations

import fcntl
import logging
import os
from datetime import datetime

from db.files import write_beside
from db.models import Entry
from db.prepared import Prepared, Slot
from db.probe import StoreError
from imi_tui.context import Context
from imi_tui.rules.chain import Checkpoint, Key, checkpoint_line, read_checkpoint
from imi_tui.services.record_restores import restores
from imi_tui.settings import Settings

LOG = logging.getLogger("imi_tui")
_LONGEST = 1000


def kept(settings: Settings, key: Key) -> Checkpoint | None:
    """The checkpoint that was kept; None where there is none, or none that this key made."""
    try:
        told = settings.record_checkpoint_path().read_text(encoding="ascii")[:_LONGEST]
    except (OSError, UnicodeDecodeError):
        return None
    return read_checkpoint(key, told)


def keep(ctx: Context, key: Key, point: Checkpoint) -> None:
    """Keep a checkpoint of what was just committed. A failure is logged: what was committed stays committed."""
    if ctx.staged or ctx.store.database.in_transaction():
        return  # it is not in force yet, or it is the outermost transaction that commits
    try:
        descriptor = os.open(ctx.settings.record_checkpoint_path(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            told = os.read(descriptor, _LONGEST)
            before = read_checkpoint(key, told.decode(errors="replace"))
            if before is None or _may_follow(ctx, key, before, point, told):
                line = f"{checkpoint_line(key, point)}\n".encode()
                os.pwrite(descriptor, line, 0)
                os.ftruncate(descriptor, len(line))
        finally:
            os.close(descriptor)
    except (OSError, StoreError) as error:
        LOG.warning("the checkpoint of the record could not be kept: %s", type(error).__name__)


def _may_follow(ctx: Context, key: Key, before: Checkpoint, point: Checkpoint, told: bytes) -> bool:
    """Whether a checkpoint may take the place of the one before; that of another database was put aside first."""
    with ctx.store.reading():
        if _DIGEST.first(entry=before.id) == (before.digest,):
            return before.id < point.id
        restored = next((one for one in restores(key) if one.explains(before)), None)
    if restored is None:
        return False
    stamp = datetime.fromisoformat(restored.at).strftime("%Y%m%dT%H%M%SZ")
    path = ctx.settings.record_checkpoint_path()
    write_beside(path.with_name(f"{path.name}.before-restore-{stamp}"), told)
    return True


_DIGEST = Prepared(lambda: Entry.select(Entry.digest).where(Entry.id == Slot("entry")))
