"""Actions that read something and then open a screen.

The next key is looked at once it stands: what is typed ahead over a slow line never reaches the keys of what is behind.
But a database that is away, or says nothing, holds up nobody who wants to leave (B12): from then on the action waits by
itself, and until it is done or given up (Esc) the app lets only those keys through that lead elsewhere.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from textual.worker import Worker

    from imi_tui.app import ImiApp

Node = TypeVar("Node", bound=Any)

HELD = 3.0
"""Seconds that keys wait at most for a screen to open."""

LOOK = 0.05
"""Seconds from one look at the outage to the next."""

LET_THROUGH = frozenset({"ctrl+q", "ctrl+c", "f1"})
"""Keys that need nothing of the database, and that work while an action waits for it."""


def opens(action: Callable[[Node], Coroutine[Any, Any, None]]) -> Callable[[Node], Awaitable[None]]:
    """Make an action of a screen or widget one that opens something."""

    @wraps(action)
    async def run(node: Node) -> None:
        app: ImiApp = node.app
        opening: Worker[None] = node.run_worker(action(node), group="opening", exclusive=True)
        until = time.monotonic() + HELD
        while not opening.is_finished and not app.backend.outage.away and time.monotonic() < until:
            await asyncio.wait({opening._task}, timeout=LOOK)  # type: ignore[type-var]  # it has begun, so there is one
        if not opening.is_finished:
            app.opening = Opening(app, opening)

    return run


class Opening:
    """An action that waits for the database."""

    def __init__(self, app: ImiApp, doing: Worker[None]) -> None:
        self._app = app
        self._doing = doing
        self._screen = app.screen

    def takes(self, key: str) -> bool:
        """Whether a key is not for the screen: it would have been typed ahead, or it gives the action up."""
        if self._doing.is_finished or self._app.screen is not self._screen or key in LET_THROUGH:
            return False
        if key == "escape":
            self._doing.cancel()
        return True
