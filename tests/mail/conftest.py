"""A mail server that is up and a house that sends, for the tests of transports and delivery."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from imi_tui.context import Context
from imi_tui.mail.transports import Transport, transport
from tests.mail.house import House
from tests.mail.server import Handler, Server
from tests.world import World


@pytest.fixture
def start_server() -> Iterator[Callable[..., Server]]:
    """Start servers, or, with `started=False`, leave that to the test; they are stopped after it."""
    made: list[Server] = []

    def start(*, started: bool = True, **how: Any) -> Server:
        server = Server(**how)
        if started:
            server.start()
        made.append(server)
        return server

    yield start
    for server in made:
        server.stop()


@pytest.fixture
def server(start_server: Callable[..., Server]) -> Server:
    """A plain server that accepts everything."""
    return start_server()


@pytest.fixture
def house(ctx: Context, world: World) -> House:
    return House(ctx, world)


@pytest.fixture
def smtp(server: Server) -> Transport:
    return transport(f"smtp://127.0.0.1:{server.port}")


@pytest.fixture
def answers(server: Server) -> Handler:
    return server.answers
