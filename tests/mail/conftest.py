"""A mail server that is up, for the tests of transports and delivery."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.mail.server import Server


@pytest.fixture
def start_server() -> Iterator[Callable[..., Server]]:
    """Start servers; they are stopped after the test."""
    started: list[Server] = []

    def start(**how: Any) -> Server:
        server = Server(**how)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def server(start_server: Callable[..., Server]) -> Server:
    """A plain server that accepts everything."""
    return start_server()
