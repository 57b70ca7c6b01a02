"""A real cluster: etcd, and two PostgreSQL servers that Patroni looks after, on this machine, each on its own ports.

The programs are Debian's (`patroni`, `python3-etcd`, `etcd-server`, `postgresql-15`). Patroni begins as slowly as it
lets itself be told to be quick: a primary that is gone is given up after `TTL` seconds.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.failover.servers import PATIENCE, account, as_account, eventually, free_port, own_folder

TTL, LOOP_WAIT, RETRY = 20, 1, 3
"""Patroni's own lowest: what it lets `ttl`, `loop_wait` and `retry_timeout` be set to."""

_BIN = Path("/usr/lib/postgresql")


def why_not() -> str:
    """Why there can be no cluster here; nothing where there can."""
    missing = [name for name in ("patroni", "etcd") if shutil.which(name) is None]
    if not missing and not versions():
        missing = ["PostgreSQL of Debian"]
    if missing:
        words = " and ".join(missing)
        return f"no {words} on this machine (Debian: patroni, python3-etcd, etcd-server, postgresql-15)"
    if account() == "nobody" or (account() is None and os.geteuid() == 0):
        return "there is no account postgres to run the servers as"
    return ""


def versions() -> list[Path]:
    return sorted(_BIN.glob("*/bin"))


class Member:
    """One of the cluster's servers with its Patroni."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster = cluster
        self.name = name
        self.port, self.api = free_port(), free_port()
        self.data = cluster.folder / name
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start its Patroni, which makes, starts and looks after the server."""
        told = self._cluster.folder / f"{self.name}.yml"
        told.write_text(json.dumps(self._settings()), encoding="utf-8")  # JSON is YAML, too
        told.chmod(0o644)
        self.process = self._cluster.begin("patroni", str(told), log=self.name)

    def _settings(self) -> dict[str, object]:
        entry = {"username": "imi", "password": "imi"}
        return {
            "scope": "imi",
            "name": self.name,
            "restapi": {"listen": f"127.0.0.1:{self.api}", "connect_address": f"127.0.0.1:{self.api}"},
            "etcd3": {"host": f"127.0.0.1:{self._cluster.etcd_port}"},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL,
                    "loop_wait": LOOP_WAIT,
                    "retry_timeout": RETRY,
                    "synchronous_mode": True,
                    "postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 60}},
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}",
                "connect_address": f"127.0.0.1:{self.port}",
                "data_dir": str(self.data),
                "bin_dir": str(versions()[-1]),
                "pgpass": str(self._cluster.folder / f"{self.name}.pgpass"),
                "authentication": {"superuser": entry, "replication": entry, "rewind": entry},
                "parameters": {"unix_socket_directories": str(self._cluster.folder)},
                "pg_hba": ["local all all trust", "host all all all trust", "host replication all all trust"],
            },
            "watchdog": {"mode": "off"},
        }

    def _told(self, what: str) -> Any:
        """What its Patroni answers; nothing where it does not."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.api}/{what}", timeout=2) as answer:
                return json.load(answer)
        except OSError:
            return {}

    def leads(self) -> bool:
        """Whether it is the primary."""
        told = self._told("patroni")
        return told.get("role") in {"master", "primary"} and told.get("state") == "running"

    def cluster(self) -> list[dict[str, Any]]:
        """The members of the cluster as it knows them."""
        return list(self._told("cluster").get("members", []))

    def takes_writes(self) -> bool:
        """Whether its server is no standby (any more)."""
        return self.ask("SELECT pg_is_in_recovery()") == [(False,)]

    def ask(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Ask this server; nothing where it does not answer."""
        from db.postgresql import psycopg  # which opens the way to the driver

        try:
            where = f"host=127.0.0.1 port={self.port} user=imi dbname={database}"
            with psycopg.connect(where, autocommit=True, connect_timeout=2) as connection:
                cursor = connection.execute(sql)  # type: ignore[call-overload]  # the test's own words
                return list(cursor.fetchall()) if cursor.description else []
        except psycopg.OperationalError:
            return []

    def kill(self) -> None:
        """Kill Patroni and the server with -9 in the same moment, as a machine that loses its power."""
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGSTOP)  # nothing is restarted meanwhile
        try:
            server = int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0])
            for one in [server, *_below(server)]:
                _kill(one)
        except (OSError, IndexError, ValueError):
            pass
        if self.process is not None:
            _kill(self.process.pid)
            self.process.wait(PATIENCE)


class Cluster:
    """etcd and two members."""

    def __init__(self) -> None:
        self.account = account()
        self.folder = own_folder(self.account)
        self.etcd_port, self._peers = free_port(), free_port()
        self._etcd: subprocess.Popen[bytes] | None = None
        self.members = [Member(self, "one"), Member(self, "two")]

    def begin(self, *command: str, log: str) -> subprocess.Popen[bytes]:
        """Start a program as the account."""
        with (self.folder / f"{log}.log").open("ab") as told:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                stdout=told,
                stderr=told,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "ETCD_UNSUPPORTED_ARCH": "arm64"},
                start_new_session=True,
                **as_account(self.account),  # type: ignore[call-overload]  # what to run it as
            )
        return process

    def start(self) -> None:
        """Start everything; returns once there is a primary with a synchronous standby."""
        client, peers = (f"http://127.0.0.1:{port}" for port in (self.etcd_port, self._peers))
        self._etcd = self.begin(
            *("etcd", "--name", "imi", "--data-dir", str(self.folder / "etcd")),
            *("--listen-client-urls", client, "--advertise-client-urls", client, "--unsafe-no-fsync"),
            *("--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers),
            *("--initial-cluster", f"imi={peers}"),
            log="etcd",
        )
        first, second = self.members
        first.start()
        self._until(first.leads, "a primary")
        second.start()
        self._until(self.is_synchronous, "a synchronous standby")
        first.ask("CREATE DATABASE imi")

    def _until(self, holds: object, what: str) -> None:
        try:
            eventually(holds, what)  # type: ignore[arg-type]  # a method that tells
        except AssertionError as error:
            logs = {one.name: one.read_text(errors="replace")[-6000:] for one in self.folder.glob("*.log")}
            raise AssertionError(f"{error}: {logs}") from None

    def is_synchronous(self) -> bool:
        """Whether the primary waits for its standby before it confirms anything, and says so to Patroni."""
        leader = self.leader()
        if leader is None:
            return False
        there = leader.ask("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
        return bool(there) and any(one.get("role") == "sync_standby" for one in leader.cluster())

    def leader(self) -> Member | None:
        """The member that leads."""
        return next((one for one in self.members if one.leads()), None)

    def kill_leader(self) -> tuple[float, Member]:
        """Kill the primary; when that was, and who is left."""
        leader = self.leader()
        assert leader is not None
        leader.kill()
        (left,) = (one for one in self.members if one is not leader)
        return time.monotonic(), left

    @property
    def url(self) -> str:
        """The URL of a deployment: whichever member takes writes."""
        ports = ",".join(str(one.port) for one in self.members)
        return f"postgresql://imi@/imi?host=127.0.0.1,127.0.0.1&port={ports}&target_session_attrs=read-write"

    def stop(self) -> None:
        """Kill what runs, remove all."""
        for member in self.members:
            member.kill()
        if self._etcd is not None:
            _kill(self._etcd.pid)
            self._etcd.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _below(pid: int) -> list[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [int(one) for one in found]
