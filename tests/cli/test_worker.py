"""`imi worker` as a service: it says when it is ready, and on SIGTERM finishes the mail in hand."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

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
