"""The place that a backup is put into: a SQLite file or a server's database; each with its one step from old to new."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from db import backup as files
from db import copy as rows
from db import in_use, schema
from db.engine import Store
from db.files import move_new, settle
from db.locks import alone
from db.probe import StoreError, StoreKind, is_postgresql, probe, shown_url, sqlite_path
from imi_tui.rules.refusals import Refused
from imi_tui.rules.script import INDEXED
from imi_tui.services.steps import Step, Told
from imi_tui.settings import Settings

PATIENCE = 30.0
"""Seconds that a program which was told to end may take."""

Fill = Callable[[Store], None]
"""Makes what is not copied, such as the search index, in a database that the rows are in."""


class FilePlace:
    """A SQLite file."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.path = sqlite_path(url).absolute()
        self.name = str(self.path)
        self.staging = self.path.with_name(f"{self.path.name}.restoring")

    def occupied(self) -> bool:
        """Whether there is a database, or anything else."""
        return self.path.exists()

    def is_file(self, file: Path) -> bool:
        """Whether that very file is the one in place."""
        return self.path.exists() and file.samefile(self.path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else restores or upgrades; what a run that was killed has left is removed first."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(self.path):
            files.remove(self.staging)
            for left in self.path.parent.glob(f"{self.path.name}.before-restore-*"):
                if self.path.exists() and left.samefile(self.path):
                    left.unlink()
            try:
                yield
            finally:
                files.remove(self.staging)

    def holds_data(self) -> bool:
        """Whether there is anything to be kept."""
        return self.occupied()

    def prepare(self, _now: datetime) -> None:
        """Whatever the file is, it is kept as it is."""

    def own(self) -> None:
        """The copy belongs to whom the database belongs."""
        files.owned_like(self.staging, self.path if self.path.exists() else self.path.parent)

    def nobody(self, end_others: bool) -> None:
        """See that nobody has it open. Raises `Refused("restore_in_use")`."""
        until = time.monotonic() + PATIENCE
        asked: set[int] = set()
        while self.path.exists() and (number := in_use.holder(self.path)) is not None:
            if not (end_others and number) or time.monotonic() > until:
                raise Refused("restore_in_use", path=self.path, process=in_use.named(number))
            if number not in asked:
                asked.add(number)
                os.kill(number, signal.SIGTERM)
            time.sleep(0.05)

    def kept(self, stamp: str) -> Path:
        """Where the database before is kept."""
        return self.path.with_name(f"{self.path.name}.before-restore-{stamp}")

    def move(self, kept: Path | None, settled: bool, _fill: Fill, _told: Told) -> None:
        """The one step: until its last line the old database is in place, after it the new one.

        `settled` says that the old one was all in its one file a moment ago. Raises `Refused`, `StoreError`, `OSError`.
        """
        settle(self.staging)
        if kept is not None:
            if kept.exists():
                raise Refused("restore_exists", path=kept)
            log = self.path.with_name(f"{self.path.name}-wal")
            with in_use.alone_with(self.path):
                if log.exists() and log.stat().st_size:
                    if settled:
                        raise StoreError(StoreKind.IN_USE, str(self.path))
                    log.rename(kept.with_name(f"{kept.name}-wal"))
                os.link(self.path, kept)
                settle(kept.parent)
                self.staging.replace(self.path)
        else:
            self.staging.replace(self.path)
        settle(self.path.parent)


class ServerPlace:
    """A server's database; the files that come about stand beside the record's key."""

    def __init__(self, url: str, key: Path) -> None:
        self.url, self._key = url, key
        self.name = shown_url(url)
        self.staging = key.with_name(f"{key.name}.restoring")

    def occupied(self) -> bool:
        """Whether there are tables in it."""
        return rows.state_of(self.url) != "absent"

    def is_file(self, _file: Path) -> bool:
        """It is no file."""
        return False

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else restores on this machine; the step itself is alone by the server's own locks."""
        self._key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(self.staging):
            files.remove_but_lock(self.staging)
            try:
                yield
            finally:
                files.remove_but_lock(self.staging)

    def holds_data(self) -> bool:
        """Whether there is anything to be kept: half a copy is not."""
        return rows.state_of(self.url) == "other"

    def prepare(self, now: datetime) -> None:
        """See that it is ours, and of this version, since it is copied by its columns. Raises `StoreError`."""
        try:
            probe(self.url)
        except StoreError as error:
            if error.kind is StoreKind.OLDER:
                schema.upgrade(self.url, now)
            elif error.kind not in {StoreKind.MISSING, StoreKind.INCOMPLETE}:
                raise

    def own(self) -> None:
        """The copy belongs to whom the key's folder belongs."""
        files.owned_like(self.staging, self._key.parent)

    def nobody(self, end_others: bool) -> None:
        """See that nobody is connected; who is ended may come back and finds themselves logged out.

        Raises `Refused("restore_in_use")`, `StoreError`.
        """
        if process := in_use.other(self.url):
            if not end_others:
                raise Refused("restore_in_use", path=self.name, process=process)
            in_use.end_other_sessions(self.url)

    def kept(self, stamp: str) -> Path:
        """The file into which the database before is copied."""
        return self._key.with_name(f"{self._key.name.removesuffix('.record-key')}.before-restore-{stamp}")

    def move(self, kept: Path | None, _settled: bool, fill: Fill, told: Told) -> None:
        """The one step, which is a transaction of the server. Raises as that of a file."""
        if kept is not None:
            beside = kept.with_name(f".{kept.name}")
            files.remove(beside)
            try:
                with files.second_store(self.url) as old:
                    rows.into_file(old, beside, {INDEXED}, partial(told, Step.ASIDE))
                move_new(beside, kept)
            finally:
                files.remove(beside)
        with (
            files.second_store(files.url_of(self.staging)) as source,
            files.second_store(self.url) as target,
            source.reading(),
            target.writing(),
        ):
            schema.empty(target)
            rows.mark(target)
            schema.run_pending(target)
            rows.open_record(target)
            rows.run(source, target, {INDEXED}, partial(told, Step.PLACE))
            rows.compare(source, target, {INDEXED}, partial(told, Step.COMPARE))
            rows.finish(target)
            fill(target)


Place = FilePlace | ServerPlace


def place_of(settings: Settings) -> Place:
    """The place of a deployment's database. Raises `StoreError(UNKNOWN_URL)`."""
    url = settings.database_url()
    return ServerPlace(url, settings.record_key_path().absolute()) if is_postgresql(url) else FilePlace(url)
