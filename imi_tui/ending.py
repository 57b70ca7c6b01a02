"""How the app ends when the line drops or the system asks it to: what was typed is kept (B6), and no process stays.

The signal handlers are real ones, and a thread watches the end: the loop may be held up for good by a terminal that
takes nothing any more, and then nothing that was left to the loop would ever run.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imi_tui.app import ImiApp
    from imi_tui.screens.drafts.keeper import Keeper

LOG = logging.getLogger("imi_tui")

KEEPING = 0.7
"""Seconds at most in which what was typed last is written where the app is about to end."""

TURN = 0.3
"""Seconds at most that anything waits for its turn to write from then on."""

HELD_UP = 0.4
"""Seconds that the loop has to take notice of the end; a terminal that takes nothing any more holds it up for good."""

LAST_RESORT = 1.3
"""Seconds after the line dropped from which nothing keeps the process any more, whatever it waits for."""


class Ending:
    """The end of one app."""

    def __init__(self, app: ImiApp) -> None:
        self._app = app
        self._begun = False

    def watch(self) -> None:
        """From now on SIGHUP and SIGTERM end the app in order. Called on its loop, in the main thread."""
        loop, within = asyncio.get_running_loop(), copy_context()  # widgets find their app by the context

        def told(number: int, _frame: object) -> None:
            """Runs whatever the loop is doing, also where it does nothing any more."""
            threading.Thread(target=self._see_it_end, args=(number,), daemon=True).start()
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._end, number, context=within)

        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, told)

    def keep_drafts(self, seconds: float = KEEPING) -> bool:
        """Write what was typed on any screen and is not kept yet, before this returns; whether all of it was (B6).

        For whatever ends or locks a session. Waits at most `seconds`. Never raises.
        """
        keepers = self.keepers()
        if not keepers:  # at the log-in nothing is imported here: another thread is still loading what is behind it
            return True
        from imi_tui.services import drafts

        until = time.monotonic() + seconds
        kept = True
        for keeper in keepers:
            try:
                typed = keeper.newest()
            except Exception as error:  # a form that is broken must not take the others with it
                LOG.error("a draft could not be read: %s", type(error).__name__)
                kept = False
                continue
            if typed is None:
                continue
            if self._app.backend.write_within(max(0.05, until - time.monotonic()), drafts.keep, typed):
                keeper.wrote(typed)
            else:
                kept = False
        return kept

    def keepers(self) -> list[Keeper]:
        """Those who keep what is typed on the screens that are open."""
        found = (getattr(screen, "keeper", None) for screen in self._app.screen_stack)
        return [keeper for keeper in found if keeper is not None]

    def _end(self, number: int) -> None:
        """Leave by the front door."""
        self._begun = True
        self._app.backend.hurry(TURN)
        self._app.put_away()
        self._app.exit(return_code=128 + number)

    def _see_it_end(self, number: int) -> None:
        """From a thread of its own: what the loop does not do, for it is held up, is done here; then all ends."""
        began = time.monotonic()
        time.sleep(HELD_UP)
        if not self._begun:
            self._app.backend.hurry(TURN)
            self.keep_drafts(HELD_UP)
        time.sleep(max(0.0, began + LAST_RESORT - time.monotonic()))
        os._exit(128 + number)
