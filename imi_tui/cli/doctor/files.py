"""Checks of the settings file and of the database: there, ours, sound, closed to others, on a disk that suits it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from db import turn
from db.probe import StoreError, StoreKind, probe
from imi_tui.cli.doctor import postgresql
from imi_tui.cli.doctor.place import Place, Said, State, may_write, mode_of, owner_of
from imi_tui.i18n import _
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import StoreAway

LEAST_FREE = 200 * 2**20
"""Bytes that should be free beside the database: an upgrade puts a copy of it there, and mail waits there."""

REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ocfs2", "gfs2", "beegfs"}
"""File systems on which SQLite's locks or its shared memory do not hold."""


def settings(place: Place) -> Iterator[Said]:
    """The settings file can be read, names only what there is, and only root may change it."""
    if place.problem:
        yield State.WRONG, place.problem
        return
    if not place.config.exists():
        yield State.HINT, _("There is no settings file {path}; the defaults hold.").format(path=place.config)
        return
    about = place.config.stat()
    if about.st_mode & 0o022 or (place.account and place.account.pw_uid and may_write(place.config, place.account)):
        yield (
            State.WRONG,
            _("{path} can be changed by others than root. Mend: chown root {path} && chmod 0640 {path}").format(
                path=place.config
            ),
        )
    elif about.st_mode & 0o004 and _has_password(place):
        yield (
            State.WRONG,
            _(
                "{path} holds the mail server's password and can be read by everybody. Mend: chgrp {account} {path} &&"
                " chmod 0640 {path}"
            ).format(path=place.config, account=place.account_name),
        )
    else:
        yield State.OK, _("{path} is read, and only root may change it.").format(path=place.config)


def _has_password(place: Place) -> bool:
    return "@" in place.settings.mail.partition("?")[0] and place.settings.mail.startswith("smtp")


def database(place: Place) -> Iterator[Said]:
    """The database is there, ours, of this version and sound; one on a server has checks of its own."""
    if place.on_server:
        yield from postgresql.database(place)
        return
    try:
        probe(place.settings.database_url())
    except StoreError as error:
        # An older one is upgraded at the next start: nothing is wrong with it.
        state = State.HINT if error.kind is StoreKind.OLDER else State.WRONG
        yield state, sentence(StoreAway(error.kind.value, path=error.detail))
        return
    path = place.database
    assert path is not None  # probe has read it
    try:
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA quick_check(5)")]
            journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
        connection.close()
    except sqlite3.DatabaseError as error:
        problems, journal = [str(error)], "wal"
    if problems != ["ok"]:
        yield (
            State.WRONG,
            _("The database {path} is damaged ({problem}). Restore the last backup.").format(
                path=path, problem=problems[0]
            ),
        )
    elif journal != "wal":
        yield (
            State.WRONG,
            _("The database {path} is not in WAL mode. Mend: sqlite3 {path} 'PRAGMA journal_mode=WAL'").format(
                path=path
            ),
        )
    else:
        yield State.OK, _("The database {path} is ours, of this version, and sound.").format(path=path)


def rights(place: Place) -> Iterator[Said]:
    """Folder 0700 and files 0600, of the account that the app runs as."""
    path = place.database
    if place.on_server:
        path = place.settings.record_key_path()  # what else there is beside the program's key lies on the server
    if path is None or not path.exists():
        yield State.SKIPPED, _("There is no database yet.") if not place.on_server else _("There is no file yet.")
        return
    said = False
    beside = [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", ".lock", turn.SUFFIX)]
    key = place.settings.record_key_path()
    beside += [place.settings.log_path(), key, *key.parent.glob(f"{key.name}.*")]
    beside += path.parent.glob(f"{path.name}.before-*")
    for one, wanted in [
        (path.parent, 0o700),
        *((file, 0o600) for file in dict.fromkeys([path, *beside]) if file.exists()),
    ]:
        if one.stat().st_mode & 0o777 & ~wanted:
            said = True
            yield (
                State.WRONG,
                _("{path} has the mode {mode}, so others can get at it. Mend: chmod {wanted} {path}").format(
                    path=one, mode=mode_of(one), wanted=f"{wanted:04o}"
                ),
            )
        if place.account is not None and one.stat().st_uid != place.account.pw_uid:
            said = True
            yield (
                State.WRONG,
                _("{path} belongs to {owner}, not to {account}. Mend: chown {account}: {path}").format(
                    path=one, owner=owner_of(one), account=place.account_name
                ),
            )
    if not said:
        yield State.OK, _("Folder and files of the database are open to their owner alone.")


def disk(place: Place) -> Iterator[Said]:
    """A local file system, with room."""
    if place.on_server:
        yield State.SKIPPED, _("The database is on a server; watch over the room on its disk there.")
        return
    folder = place.database.parent if place.database else None
    if folder is None or not folder.exists():
        yield State.SKIPPED, _("There is no database yet.")
        return
    kind = file_system(folder, Path("/proc/self/mountinfo").read_text(encoding="utf-8"))
    remote = kind in REMOTE or kind.startswith("fuse.")
    if remote:
        yield (
            State.WRONG,
            _(
                "{path} is on a file system ({kind}) on which locks cannot be relied upon. Move it to a local disk."
            ).format(path=folder, kind=kind),
        )
    about = os.statvfs(folder)
    free = about.f_bavail * about.f_frsize
    size = place.database.stat().st_size if place.database and place.database.exists() else 0
    short = free < max(LEAST_FREE, 2 * size)
    if short:
        yield (
            State.WRONG,
            _("Only {free} MiB are free in {path}. Make room: an upgrade puts a copy of the database there.").format(
                free=free // 2**20, path=folder
            ),
        )
    if not remote and not short:
        yield (
            State.OK,
            _("The database is on a local disk ({kind}) with {free} MiB free.").format(kind=kind, free=free // 2**20),
        )


def file_system(folder: Path, mounts: str) -> str:
    """The kind of file system that a folder is on, by the text of /proc/self/mountinfo; the last of the longest."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _dash, after = line.partition(" - ")
        point = Path(before.split()[4].replace("\\040", " "))
        if folder.resolve().is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split()[0]
    return kind
