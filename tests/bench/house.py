"""The databases that figures are measured on: made once per machine by `imi demo`, kept in a folder of the cache.

A house of N users has an authority for each 50 of them (20,000 of a million), one of which has a tenth of all the
users. A list of N rows is such a house whose users are all of one authority. What an older version made is made anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from db.catalogue import load
from db.demo_cast import CAST
from db.engine import Store
from db.probe import MIGRATIONS
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from tests.bench.result import milliseconds
from tests.e2e.terminal import imi

LARGE = 6
"""The authority that has a tenth of the users."""

MANAGER = "vitoline"
"""Who manages other authorities in the demo."""


@dataclass(frozen=True)
class Houses:
    """The houses of a folder. `url` is in place of all of them, where one is given."""

    folder: Path
    say: Callable[[str], None]
    url: str = ""

    def house(self, users: int) -> str:
        """The URL of a house of so many users."""
        if self.url:
            return self.url
        path = self._path(f"{users}-users")
        if not path.exists():
            self.make(users, f"sqlite:///{path}")
        return f"sqlite:///{path}"

    def listed(self, rows: int) -> str:
        """The URL of a house in which `berziann` administers one authority of so many users."""
        path = self._path(f"{rows}-rows")
        if not path.exists():
            self.say(f"putting {rows:,} users into one authority …")
            beside = path.with_suffix(".making")
            shutil.copyfile(Houses(self.folder, self.say).house(max(rows, 600)).removeprefix("sqlite:///"), beside)
            _one_authority(beside, rows)
            beside.replace(path)
        return f"sqlite:///{path}"

    def make(self, users: int, url: str) -> float:
        """Make a house; returns the milliseconds it took."""
        self.say(f"making a database of {users:,} users …")
        argv = imi("demo", "--no-open", "--fresh", "--users", str(users), "--authorities", str(authorities(users)))
        env = {**os.environ, "IMI_CONFIG": os.devnull}
        return milliseconds(
            lambda: subprocess.run([*argv, "--database", url], env=env, check=True, capture_output=True)
        )

    def fresh(self, users: int, folder: Path) -> str:
        """The URL of a copy of a house that may be written to; of the one given, that itself."""
        return self.url or self.copied(self.house(users), folder)

    def copied(self, url: str, folder: Path) -> str:
        """The URL of a copy of a house, with the key of its record where it has one."""
        source = Path(url.removeprefix("sqlite:///"))
        for path in (source, source.with_name(f"{source.name}.record-key")):
            if path.exists():
                shutil.copyfile(path, folder / path.name)
        return f"sqlite:///{folder / source.name}"

    def _path(self, name: str) -> Path:
        """Where a house stands. Those of another version are dropped."""
        version = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(MIGRATIONS.glob("0*.py")))).hexdigest()[
            :8
        ]
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob(f"{name}-*"):
            if version not in old.name:
                old.unlink()
        return self.folder / f"{name}-{version}.db"


def authorities(users: int) -> int:
    """How many authorities a house has."""
    return max(20, users // 50)


def context(url: str) -> Context:
    """A context on a house, with cheap hashes."""
    settings = Settings(database=url, mail="maildir:///nowhere")
    return Context(Store(url), load(), settings, Hasher(memory_kib=8, time=1))


def somebody(ctx: Context, username: str = "berziann") -> tuple[Actor, int]:
    """One of the cast, with the id of the authority."""
    number = next(at for at, part in enumerate(CAST, 1) if part.username == username)
    with ctx.store.reading():
        sql = f"SELECT authority_id FROM users WHERE id = {number}"
        return Actor(number), int(ctx.store.database.execute_sql(sql).fetchone()[0])


def _one_authority(path: Path, rows: int) -> None:
    """Put all users into the first authority; what is beyond `rows` goes. Rights stay with those it had before."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        run = connection.execute
        run("PRAGMA journal_mode = OFF")
        run("PRAGMA synchronous = OFF")
        run("PRAGMA foreign_keys = ON")
        run("DELETE FROM users WHERE id > ?", (rows,))
        run("PRAGMA foreign_keys = OFF")
        indexes = run("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'users' AND type = 'index' AND sql > ''")
        kept = indexes.fetchall()
        for name, _sql in kept:
            run(f'DROP INDEX "{name}"')
        run("DELETE FROM user_right WHERE authority_id <> 1")
        run("UPDATE users SET authority_id = 1 WHERE authority_id <> 1")
        for _name, sql in kept:
            run(sql)
        run("PRAGMA journal_mode = WAL")
