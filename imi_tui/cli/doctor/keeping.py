"""Checks of what is kept: who manages access, the key of the record, the backups, the log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imi_tui import log as log_module
from imi_tui.cli import backups
from imi_tui.cli.common import CLI
from imi_tui.cli.doctor.place import Place, Said, State, may_write, mode_of, opened
from imi_tui.i18n import _, date_time, ngettext
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import StoreAway
from imi_tui.services import record_key
from imi_tui.services.measures import Noted, noted

OLD = timedelta(days=2)
"""A newest backup that is older says that they are not taken any more, where they are taken daily."""

LARGE = 100 * 2**20
"""Bytes of a log that nobody moves away."""


def key(place: Place) -> Iterator[Said]:
    """The record's key is there, can be read, and is kept apart from the backups."""
    path = place.settings.record_key_path()
    if not path.exists() and not _of(place).entries:
        yield State.SKIPPED, _("Nothing was recorded yet, so the record has no key yet.")
        return
    try:
        record_key.load(place.settings)
    except StoreAway as away:
        yield State.WRONG, sentence(away)
        return
    folder = place.settings.backups
    if folder and path.resolve().is_relative_to(Path(folder).resolve()):
        yield (
            State.WRONG,
            _(
                "The record's key {path} is in the folder of the backups: who has both could write the record anew."
                " Keep it elsewhere and name its place in the setting record_key."
            ).format(path=path),
        )
    else:
        yield State.OK, _("The record's key {path} can be read. Keep a copy apart from the backups.").format(path=path)


def managers(place: Place) -> Iterator[Said]:
    """Somebody can log in who registers authorities and helps where no administrator can."""
    known = _of(place)
    if not known.authorities:
        yield State.WRONG, _("There is no authority yet, so nobody can log in. Make the first one: imi init")
    elif not known.managers:
        yield (
            State.WRONG,
            _(
                "No administrator of an access manager can log in. Find one and reset the password: imi users list"
                " --authority NAME; imi users reset USER"
            ),
        )
    else:
        words = ngettext(
            "{n} administrator of an access manager can log in.",
            "{n} administrators of access managers can log in.",
            known.managers,
        )
        yield State.OK, words.format(n=known.managers)


def backup(place: Place) -> Iterator[Said]:
    """A backup was taken of late, lies where nobody else can read it, and not beside the database."""
    taken = _of(place).backed_up_at
    if not place.settings.backups:
        if taken is None:
            yield (
                State.HINT,
                _(
                    "No backup was taken yet, and the setting backups names no folder of them. Take one every day: imi"
                    " backup FILE"
                ),
            )
        else:
            yield from _aged(taken)
        return
    folder = Path(place.settings.backups)
    try:
        last = backups.newest(place.settings)
    except OSError as error:
        yield (
            State.WRONG,
            _("The folder of the backups {path} cannot be read: {reason}. Correct the setting backups.").format(
                path=folder, reason=error.strerror
            ),
        )
        return
    if last is None:
        yield State.WRONG, _("There is no backup in {path}. Take one every day: imi backup FILE").format(path=folder)
        return
    path, written = last
    if path.stat().st_mode & 0o077:
        yield (
            State.WRONG,
            _("The backup {path} has the mode {mode}, so others can read it. Mend: chmod 0600 {path}").format(
                path=path, mode=mode_of(path)
            ),
        )
    if place.database is not None and place.database.exists():
        yield from _beside(place.database, folder)
    yield from _aged(max(written, taken) if taken else written)


def _beside(database: Path, folder: Path) -> Iterator[Said]:
    """The folder of the backups, held against the database that they are of."""
    about, size = os.statvfs(folder), database.stat().st_size
    free = about.f_bavail * about.f_frsize
    if free < size:
        yield (
            State.WRONG,
            _("Only {free} MiB are free in {path}, too little for a backup of {size} MiB. Make room.").format(
                free=free // 2**20, path=folder, size=size // 2**20
            ),
        )
    if folder.stat().st_dev == database.stat().st_dev:
        yield (
            State.HINT,
            _("The backups in {path} are on the database's own disk: with it they would be lost too.").format(
                path=folder
            ),
        )


def _aged(at: datetime) -> Iterator[Said]:
    old = datetime.now(UTC) - at > OLD
    words = (
        _("The newest backup is of {when}. Take one every day: imi backup FILE")
        if old
        else _("The newest backup is of {when}.")
    )
    yield State.WRONG if old else State.OK, words.format(when=date_time(at))


def log(place: Place) -> Iterator[Said]:
    """What is logged can be written, and does not grow for ever."""
    settings = place.settings
    if settings.log == "journal":
        if log_module.JOURNAL.exists():
            yield State.OK, _("The log goes to the journal.")
            return
        yield (
            State.WRONG,
            _("There is no journal at {path}, so the log goes to {file}. Set log to a file.").format(
                path=log_module.JOURNAL, file=settings.log_path()
            ),
        )
    path = settings.log_path()
    there = path if path.exists() else path.parent
    if not there.exists() or not _can_write(place, there):
        yield (
            State.WRONG,
            _("The log {path} cannot be written by {account}. Give it to that account, or correct the setting.").format(
                path=path, account=place.account_name
            ),
        )
    elif path.exists() and path.stat().st_size > LARGE:
        yield (
            State.HINT,
            _("The log {path} has grown to {size} MiB. Let logrotate move it away; the README says how.").format(
                path=path, size=path.stat().st_size // 2**20
            ),
        )
    else:
        yield State.OK, _("The log goes to {path}.").format(path=path)


def _can_write(place: Place, path: Path) -> bool:
    if place.account is not None and os.geteuid() == 0:
        return may_write(path, place.account)
    return os.access(path, os.W_OK)


def _of(place: Place) -> Noted:
    with opened(place) as context:
        return noted(context, CLI)
