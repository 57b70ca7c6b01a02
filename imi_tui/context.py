"""The composition root: what every use case needs, made once by the command line or by a test, and passed on."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from imi_tui.outage import Outage
from imi_tui.process import Process, this_process

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.engine import Store
    from imi_tui.services.hashing import Hasher
    from imi_tui.settings import Settings


def system_clock() -> datetime:
    """Now, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Context:
    """The store, the catalogue, the settings, the hasher and the one clock (an aware instant in UTC).

    `origin` is where this process is used from: the address of the SSH client, or nothing on the machine itself;
    `terminal` the name of the terminal it runs in, if any. `process` is the one that uses it; `outage` says how it
    waits for a database that is away. `staged` says that this database is not in force: a backup, or one that is about
    to be put in place. No checkpoint of it is kept beside the key, and that one says nothing of it.
    """

    store: Store
    catalogue: Catalogue
    settings: Settings
    hasher: Hasher
    now: Callable[[], datetime] = system_clock
    origin: str = ""
    process: Process = field(default_factory=this_process)
    terminal: str = ""
    staged: bool = False
    outage: Outage = field(default_factory=Outage)


def make_context(settings: Settings, now: Callable[[], datetime] = system_clock) -> Context:
    """Open the database of the settings, read the catalogue. Raises `StoreAway`.

    The imports stand inside because the log-in is painted before any of this is needed.
    """
    from db.catalogue import CatalogueError, load
    from db.engine import Store
    from db.probe import StoreError
    from imi_tui.rules.refusals import StoreAway
    from imi_tui.services.hashing import Hasher

    try:
        store, catalogue = Store(settings.database_url()), load()
    except StoreError as error:
        raise StoreAway(error.kind.value, path=error.detail) from error
    except CatalogueError as error:
        raise StoreAway("catalogue_broken", file=error.file, line=error.line, problem=error.problem) from error
    return Context(
        store=store,
        catalogue=catalogue,
        settings=settings,
        hasher=Hasher(settings.hash_memory_kib, settings.hash_time),
        now=now,
        origin=os.environ.get("SSH_CONNECTION", "").partition(" ")[0],
        terminal=_terminal(),
    )


def _terminal() -> str:
    try:
        return os.ttyname(0).removeprefix("/dev/")
    except OSError:
        return ""
