"""`imi worker` as a service: says when it is ready, on SIGTERM finishes the mail in hand, and tells how it stands."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.e2e.terminal import imi
from tests.mail.server import Server


@pytest.fixture
def notified(tmp_path: Path) -> Iterator[socket.socket]:
    """What systemd listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(60)
        yield listening


@pytest.fixture
def server() -> Iterator[Server]:
    """A mail server that accepts everything."""
    up = Server()
    up.start()
    yield up
    up.stop()


def test_sigterm_ends_it_when_the_mail_in_hand_is_sent(
    demo: Path, tmp_path: Path, notified: socket.socket, server: Server
) -> None:
    in_hand, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        in_hand.set()
        go_on.wait(60)

    server.answers.before_accepting = hold
    environment = {**os.environ, "IMI_CONFIG": "/dev/null", "IMI_MAIL": f"smtp://127.0.0.1:{server.port}"}
    subprocess.run(imi("users", "reset", "2"), env=environment, check=True, capture_output=True, timeout=60)
    subprocess.run(imi("users", "reset", "3"), env=environment, check=True, capture_output=True, timeout=60)
    worker = subprocess.Popen(imi("worker"), env={**environment, "NOTIFY_SOCKET": str(tmp_path / "notify")})
    assert notified.recv(100) == b"READY=1"
    assert in_hand.wait(60)
    worker.send_signal(signal.SIGTERM)
    go_on.set()
    assert worker.wait(60) == 0
    assert notified.recv(100) == b"STOPPING=1"
    with sqlite3.connect(demo) as connection:
        states = connection.execute("SELECT state FROM mail WHERE kind = 'password_reset' ORDER BY id").fetchall()
    connection.close()
    assert states == [("sent",), ("queued",)]
    assert len(server.answers.messages) == 1


def test_the_status_is_for_monitoring(run: Run, demo: Path) -> None:
    never = run("worker", "--status")
    assert never.exit_code == 1
    assert "imi-worker" in never.stderr
    assert run("worker", "--once").exit_code == 0
    told = run("worker", "--status")
    assert (told.exit_code, told.stderr) == (0, "")
    assert f"process {os.getpid()}" in told.stdout
    with sqlite3.connect(demo) as connection:
        connection.execute("UPDATE worker_round SET seen_at = '2020-02-02 10:00:00'")
    connection.close()
    assert "since 2020-02-02" in run("worker", "--status", "--within", "5").stderr
    stopped = json.loads(run("worker", "--status", "--json").stdout)
    assert (stopped["healthy"], stopped["troubles"], stopped["due"]) == (False, ["not_running"], 0)
    assert run("worker", "--status", "--once").exit_code == 2


def test_whoever_watches_upgrades_nothing(run: Run, demo: Path) -> None:
    with sqlite3.connect(demo) as connection:
        connection.execute("DELETE FROM schema_migration WHERE name LIKE '0007%'")
    connection.close()
    before = demo.read_bytes()
    old = run("worker", "--status")
    assert old.exit_code == 1
    assert "older version" in old.stderr
    assert demo.read_bytes() == before
