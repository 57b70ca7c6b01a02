"""The list of deletions and erasures outside the database: a copy of it that is put back forgets them again (B14).

A file beside the record's key, one line for each: `ENTRY deleted|forgotten USER AT MARK`. It names nobody: MARK is an
HMAC of the username with the record's key, by which somebody else who got the same number in the copy is told apart.
How much of the file the database has seen stands in the database; one that was put back has seen less, and the worker
does the rest again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db.models import Entry, EntryValues, Meta, RetiredUsername, User
from imi_tui.context import Context
from imi_tui.rules.chain import PERSONAL, instant
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Refused, StoreAway
from imi_tui.rules.text import identity
from imi_tui.rules.verbs import Verb
from imi_tui.services import record_key, retention, users
from imi_tui.services.door import housekeeping, read

SEEN = "erasures"
"""The fact of the store: how many bytes of the file it has seen, and up to which entry they tell of it."""

_KINDS = {Verb.USER_DELETED.code: "deleted", Verb.PERSON_FORGOTTEN.code: "forgotten"}


@dataclass(frozen=True)
class Erasure:
    """A line: the entry that told of it, what it was, whose number, when, and the mark of the username."""

    entry: int
    kind: str
    user_id: int
    at: str
    mark: str

    @property
    def line(self) -> str:
        """As it stands in the file."""
        return f"{self.entry} {self.kind} {self.user_id} {self.at} {self.mark or '-'}\n"


def path(ctx: Context) -> Path:
    """Where the list is: beside the record's key."""
    key = ctx.settings.record_key_path()
    return key.with_name(f"{key.name}.erasures")


def follow(ctx: Context, actor: Actor, *, whole: bool = False) -> int:
    """Do again what the list knows and this database has not seen, then list what is new; returns how many were done
    again. `whole`: whatever this database has seen, as one that is put back. System actors only. Raises `StoreAway`
    (`erasures_unusable` where the file cannot be used), `NotAllowed`.
    """
    with read(ctx, actor, May.OPERATE, None):
        seen, last = _seen()
        told = Entry.select(Entry.id).where(Entry.id > last, Entry.verb.in_(list(_KINDS))).exists()
    size = _size(path(ctx))
    seen = 0 if whole else seen
    deleted: set[int] = set()
    again = sum(_again(ctx, actor, one, deleted) for one in _listed(path(ctx), seen)) if seen < size else 0
    if not told and not again and seen == size:
        return 0
    new, last = _new(ctx, actor, last)
    size = _append(path(ctx), new)
    with housekeeping(ctx, actor):
        Meta.put(SEEN, f"{size} {last}")
    return again


def overdue(ctx: Context, actor: Actor) -> int:
    """Erase what the record keeps of those who were deleted, by the list, so long ago that it is due; returns how many.

    In a backup that was put back they were deleted anew, and by the record that was not long ago. System actors only.
    Raises as `follow`.
    """
    with read(ctx, actor, May.OPERATE, None):
        until = instant(retention.kept_until(ctx))
    open_still: dict[int, Erasure] = {}
    for one in _listed(path(ctx), 0) if _size(path(ctx)) else ():
        if one.kind == "forgotten":
            open_still.pop(one.user_id, None)
        elif one.kind == "deleted" and one.mark and one.at <= until:
            open_still[one.user_id] = one
    return sum(_erase(ctx, actor, one) for one in open_still.values())


def _erase(ctx: Context, actor: Actor, one: Erasure) -> bool:
    """Forget somebody whom the record says to be deleted, if it is this very person; whether it was done."""
    with read(ctx, actor, May.OPERATE, None):
        told = Entry.select(Entry.id, Entry.authority_id).where(
            Entry.subject_id == one.user_id, Entry.verb == Verb.USER_DELETED.code
        )
        gone = told.order_by(Entry.id.desc()).tuples().first()
        same = gone is not None and hmac.compare_digest(_mark(ctx, _username(gone[0])), one.mark)
    if same:
        retention.forget(ctx, actor, one.user_id, gone[1])
    return same


def learn(ctx: Context, told: str) -> None:
    """Add the lines of a list that came with a backup which this one lacks. Raises `StoreAway("erasures_unusable")`."""
    known = {one.line for one in _listed(path(ctx), 0)} if _size(path(ctx)) else set()
    _append(path(ctx), [one for one in _parsed(told) if one.line not in known])


def _seen() -> tuple[int, int]:
    found = Meta.select(Meta.value).where(Meta.name == SEEN).scalar()
    size, entry = (found or "0 0").split()
    return int(size), int(entry)


def _new(ctx: Context, actor: Actor, last: int) -> tuple[list[Erasure], int]:
    """What the record tells since this entry, and the entry up to which it was looked."""
    with read(ctx, actor, May.OPERATE, None):
        rows = (
            Entry.select(Entry.id, Entry.verb, Entry.subject_id, Entry.at)
            .where(Entry.id > last, Entry.verb.in_(list(_KINDS)))
            .order_by(Entry.id)
            .tuples()
        )
        found = [
            Erasure(entry, _KINDS[verb], user_id, instant(at), _mark(ctx, _username(entry)))
            for entry, verb, user_id, at in rows
        ]
    return found, max([last, *(one.entry for one in found)])


def _username(entry_id: int) -> str:
    """The username of somebody deleted, as the entry has it; empty once that is erased."""
    values = EntryValues.select(EntryValues.values).where(EntryValues.entry == entry_id, EntryValues.kind == PERSONAL)
    told = json.loads(values.scalar() or "{}")
    return str(told.get("username", [""])[0])


def _mark(ctx: Context, username: str) -> str:
    if not username:
        return ""
    key = record_key.load(ctx.settings)
    return hmac.new(key.secret, b"erasure:" + identity(username).encode(), hashlib.sha256).hexdigest()[:32]


def _again(ctx: Context, actor: Actor, one: Erasure, deleted: set[int]) -> bool:
    """Delete or forget somebody anew in a database that was put back; whether there was anything to do.

    `deleted` are those who were deleted anew in this run: what was erased of them later is erased at once.
    """
    with read(ctx, actor, May.OPERATE, None):
        user = User.get_or_none(User.id == one.user_id)
        told = Entry.select(Entry.authority_id, Entry.at).where(
            Entry.subject_id == one.user_id, Entry.verb == Verb.USER_DELETED.code
        )
        gone = told.order_by(Entry.id.desc()).tuples().first()
        kept = EntryValues.select().join(Entry).where(
            Entry.subject_id == one.user_id, EntryValues.kind == PERSONAL
        ).exists()  # fmt: skip
    same = user is not None and one.mark and hmac.compare_digest(_mark(ctx, user.username), one.mark)
    if one.kind == "deleted" and user is not None and same and instant(user.registered_at) <= one.at:
        try:
            users.delete(ctx, actor, user.authority_id, one.user_id)
        except StoreAway:
            raise
        except Refused:  # the last holder of a mandatory right, in a copy from before there was another: blocked
            return _block(ctx, actor, one.user_id)
        deleted.add(one.user_id)
        _retire_since(ctx, actor, user.username, one.at)
        return True
    due = gone is not None and (instant(gone[1]) <= one.at or one.user_id in deleted)
    if one.kind == "forgotten" and user is None and gone is not None and kept and due:
        retention.forget(ctx, actor, one.user_id, gone[0])
        return True
    return False


def _retire_since(ctx: Context, actor: Actor, username: str, at: str) -> None:
    """The username is kept from being given again from the first deletion on, not from this one."""
    with housekeeping(ctx, actor):
        since = RetiredUsername.update(retired_at=datetime.fromisoformat(at))
        since.where(RetiredUsername.username_key == identity(username)).execute()


def _block(ctx: Context, actor: Actor, user_id: int) -> bool:
    with housekeeping(ctx, actor) as now:
        blocked = User.update(blocked_at=now, password_hash=None).where(User.id == user_id, User.blocked_at.is_null())
        return bool(blocked.execute())


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StoreAway("erasures_unusable", path=file) from error


def _listed(file: Path, seen: int) -> Sequence[Erasure]:
    """What stands in the file after so many bytes."""
    try:
        with file.open("rb") as there:
            there.seek(seen)
            return _parsed(there.read().decode("ascii"))
    except (OSError, ValueError) as error:
        raise StoreAway("erasures_unusable", path=file) from error


def _parsed(told: str) -> list[Erasure]:
    parts = [line.split(" ") for line in told.splitlines() if line.count(" ") == 4]
    return [Erasure(int(one[0]), one[1], int(one[2]), one[3], one[4].strip("-")) for one in parts]


def _append(file: Path, new: Iterable[Erasure]) -> int:
    """Write lines at the end, on the disk when this returns; returns the file's size."""
    told = "".join(one.line for one in new).encode("ascii")
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, told)
            os.fsync(descriptor)
            return os.fstat(descriptor).st_size
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StoreAway("erasures_unusable", path=file) from error
