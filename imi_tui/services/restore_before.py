"""What is known of the database whose place a backup takes: how far its record went, and who was deleted in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from peewee import DatabaseError

from db import backup as files
from db.probe import StoreError, StoreKind, probe
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import StoreAway
from imi_tui.services import erasures, record_kept, record_key
from imi_tui.services.door import read
from imi_tui.services.record_restores import restores


@dataclass(frozen=True)
class Before:
    """The database that was in place: the end of its record, the last entry that it has in common with the backup.

    `listed` says whether it could be read, so that everybody who was deleted in it is known.
    """

    end: int = 0
    digest: str = ""
    common: int = 0
    listed: bool = True


def look_at(ctx: Context, actor: Actor, url: str, staging: Path) -> Before:
    """Look at the database in place, and list everybody who was deleted in it; `ctx` is that of the backup.

    What cannot be read is left as it is. Raises `StoreAway` where the list of those who were deleted cannot be written,
    or a server does not answer.
    """
    with read(ctx, actor, May.OPERATE, None):
        ends, listed = [(0, "")], True
    try:
        probe(url)
        with files.second_store(url) as store:
            _follow(replace(ctx, store=store), actor)
            with store.reading():
                if ctx.settings.record_key_path().exists():
                    ends += [(one.before, one.digest) for one in restores(record_key.load(ctx.settings))]
            store.settle()
    except StoreError as error:
        if error.kind is StoreKind.MISSING:
            return _with_kept(ctx, Before(), staging)
        if error.kind is StoreKind.AWAY:
            raise
        listed = False
    try:
        end, common = files.end_and_common(url, staging)
        ends.append(end)
    except (StoreError, DatabaseError):
        listed, common = False, 0
    return _with_kept(ctx, Before(*max(ends), common, listed), staging)


def _follow(ctx: Context, actor: Actor) -> None:
    try:
        erasures.follow(ctx, actor)
    except StoreAway as away:
        if away.code == "erasures_unusable":
            raise
        raise StoreError(StoreKind(away.code)) from away


def _with_kept(ctx: Context, before: Before, staging: Path) -> Before:
    """The checkpoint beside the key may know of a later end than what can be read of the database."""
    if not ctx.settings.record_key_path().exists():
        return before
    kept = record_kept.kept(ctx.settings, record_key.load(ctx.settings))
    if kept is None or kept.id <= before.end:
        return before
    with files.looking(staging) as connection:
        (there,) = connection.execute("SELECT digest FROM entry WHERE id = ?", (kept.id,)).fetchone() or ("",)
    if there == kept.digest:
        return before
    common = before.common or min(files.record_end(staging)[0], kept.id - 1)
    return replace(before, end=kept.id, digest=kept.digest, common=common)
