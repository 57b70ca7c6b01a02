"""Actions that read something and then open a screen.

The next key waits until it stands (`imi_tui.typed_ahead`). But a database that is away, or says nothing, holds up
nobody who wants to leave (B12): the action waits for it by itself, and until it is done or given up (Esc) the app lets
only those keys through that lead elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from textual.worker import Worker

    from imi_tui.app import ImiApp

Node = TypeVar("Node", bound=Any)

LET_THROUGH = frozenset({"ctrl+q", "ctrl+c", "f1"})
"""Keys that need nothing of the database, and that work while an action waits for it."""


def opens(action: Callable[[Node], Coroutine[Any, Any, None]]) -> Callable[[Node], None]:
    """Make an action of a screen or widget one that opens something."""

    @wraps(action)
    def run(node: Node) -> None:
        app: ImiApp = node.app
        app.opening = Opening(app, node.run_worker(action(node), group="opening", exclusive=True))

    return run


class Opening:
    """An action that reads, and then opens a screen in place of the one in sight."""

    def __init__(self, app: ImiApp, doing: Worker[None]) -> None:
        self._app = app
        self._doing = doing
        self._screen = app.screen

    def takes(self, key: str) -> bool:
        """Whether a key whose turn has come is not for the screen: it was typed ahead, or it gives the action up."""
        if self._doing.is_finished or self._app.screen is not self._screen or key in LET_THROUGH:
            return False
        if key == "escape":
            self._doing.cancel()
        return True
