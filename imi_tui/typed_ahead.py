"""Keys typed ahead. Over a slow line several come at once, and each is to find the screen as the one before left it.

Textual hands a key to what has the focus and takes up the next one before that has looked at it: of `/jumik`, sent in
one piece, the letters would go where the `/` was pressed. So a key waits here until the one before has gone its whole
way, and until what that one began on the screen in sight (a section that opens, a list that is filtered, a save) is
done. It waits for nothing that goes on beside the keys, nor for what waits for a database that is away, and `HELD` at
most. Letters typed into an entry and an arrow that is held down go straight on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.dom import DOMNode, NoScreen
from textual.events import Callback, Key, Paste

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget
    from textual.worker import Worker

    from imi_tui.app import ImiApp

HELD = 3.0
"""Seconds that a key waits at most."""

HELD_AWAY = 0.5
"""The same while the database is away: for the way of the one before, not for what that one has begun."""

LOOK = 0.004
"""Seconds from one look to the next, while a key waits."""

FOLLOW = 0.03
"""Seconds after which a key is followed on its way, where no other comes: its effect is painted by then."""

BESIDE = ("watch", "presence", "draft", "warm", "more", "username", "email", "check", "demands", "keyword-uses")
BESIDE_ENDS = ("-details", "-words", "-count")
"""Groups of workers, by name or by its end, that change nothing of what the next key means."""

REPEATED = frozenset({"up", "down", "left", "right", "pageup", "pagedown", "backspace", "delete"})
"""Keys that are held down: the same one again means the same, wherever the one before has got to."""


class TypedAhead:
    """Gives an app its keys, and what is pasted, one after the other."""

    def __init__(self, app: ImiApp) -> None:
        self._app = app
        self._waiting: deque[tuple[Key | Paste, float]] = deque()
        """What waits, and since when."""
        self._turn: Key | Paste | None = None
        """What is on its way back to the app, for its turn has come."""
        self._sent: Key | Paste | None = None
        self._target: DOMNode | None = None
        """What was sent last, and what had the focus then."""
        self._followed: Key | Paste | None = None
        self._following = False
        self._at: DOMNode = app
        """How far it has been followed."""
        self._seen: Screen[Any] | None = None
        """The screen that is known to have its focus where it belongs."""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def at_rest(self) -> bool:
        """Whether no key waits, and none is being followed on its way."""
        return not self._waiting and self._turn is None and not self._following

    def holds(self, event: Key | Paste) -> bool:
        """Whether an event is kept back for now; the app gets it once more when its turn has come."""
        if event is self._turn:
            self._turn = None
            return False
        now = monotonic()
        if not self._waiting and self._turn is None and self._may_go(event, now):
            return False
        self._waiting.append((event, now))
        self._look_again()
        return True

    @contextmanager
    def sending(self, event: Key | Paste) -> Iterator[None]:
        """Around what the app does with an event whose turn it is."""
        target = self._app.focused or self._app.screen
        try:
            yield
        finally:
            self._sent, self._target = event, target
            if self._waiting:
                self._next()
            else:
                self._look_again(FOLLOW)

    # The way of a key: down to what has the focus, and up from there as far as nobody wants it. What is put into each
    # queue behind it comes out when it has been dealt with there.

    def _follow(self, node: DOMNode | None) -> None:
        self._following = True
        while node is not None and not node.post_message(Callback(callback=self._passed)):
            node = node.parent
        self._at = node or self._app
        if node is None and not self._app.post_message(Callback(callback=self._passed)):
            self._following = False

    def _passed(self) -> None:
        if self._at is self._app:
            self._arrived()
        else:
            self._follow(self._at.parent)

    def _arrived(self) -> None:
        """A key has gone its way; the one after it may have set out, or another screen have opened."""
        self._following = False
        if self._followed is not self._sent:
            self._followed = self._sent
            self._follow(self._target)
        elif self._app.screen_stack and self._seen is not self._app.screen:
            self._seen = self._app.screen
            self._follow(self._seen)
        else:
            self._next()

    # Whose turn it is

    def _look_again(self, seconds: float = LOOK) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is None or self._timer.when() > loop.time() + seconds:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = loop.call_later(seconds, self._looked)

    def _looked(self) -> None:
        self._timer = None
        if not self._following:
            self._arrived()
        self._next()

    def _next(self) -> None:
        """Give the app the next event that waits, if it may go."""
        if not self._waiting or self._turn is not None:
            return
        event, since = self._waiting[0]
        if not self._may_go(event, since):
            self._look_again()
            return
        self._waiting.popleft()
        if self._app.post_message(event):
            self._turn = event
        else:  # the app has ended
            self._waiting.clear()

    def _may_go(self, event: Key | Paste, since: float) -> bool:
        if self._goes_straight(event):
            return True
        away = self._app.backend.outage.away
        if monotonic() - since >= (HELD_AWAY if away else HELD):
            self._following = False
            return True
        if not self._following and (self._followed is not self._sent or self._seen is not self._app.screen):
            self._arrived()
        return not self._following and (away or not any(map(self._holds_up, self._app.workers)))

    def _goes_straight(self, event: Key | Paste) -> bool:
        """Whether an event is for what has the focus, whatever the one before is still about to do there."""
        before, focused = self._sent, self._app.focused
        if before is None or focused is None or focused is not self._target:
            return False
        if isinstance(event, Key) and isinstance(before, Key) and event.key == before.key and event.key in REPEATED:
            return True
        return _is_text(before, focused) and _is_text(event, focused)

    def _holds_up(self, worker: Worker[Any]) -> bool:
        """Whether a worker is about to change what the next key means, on the screen in sight."""
        group = worker.group
        if worker.is_finished or group in BESIDE or group.endswith(BESIDE_ENDS):
            return False
        screen = self._app.screen
        if worker.node is self._app:  # a way elsewhere, unless it asks something, or everything is hidden
            return not screen.is_modal and not self._app.guard.locked
        try:
            return worker.node.screen is screen
        except NoScreen:
            return False


def _is_text(event: Key | Paste, focused: Widget) -> bool:
    """Whether an event is text for an entry."""
    key, character = (event.key, event.character) if isinstance(event, Key) else ("x", "x")
    return focused.check_consume_key(key, character)
