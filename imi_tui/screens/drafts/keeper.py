"""Keeps what is typed in one form, a moment after the last keystroke, until it is saved or dropped (B6).

Nothing here is painted and nothing ticks: one timer runs while something typed is not kept yet. What is written goes
over the write lane, so that typing never waits for it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.css.query import NoMatches

from imi_tui.rules.drafts import Typed
from imi_tui.rules.refusals import Refused, StoreAway
from imi_tui.services import drafts

if TYPE_CHECKING:
    from imi_tui.screens.frame import Section

DELAY = 0.5
"""Seconds from the last keystroke to the draft."""

LATEST = 1.2
"""Seconds from the first keystroke that is not kept to the draft, where somebody types on and on."""

GAP = 1.0
"""Seconds at least from one write to the next."""

RETRY = 5.0
"""Seconds until a draft is tried again that the store did not take."""


def new_session() -> str:
    """A name for one editing session."""
    return secrets.token_hex(8)


class Keeper:
    """Watches a form: the form says `touched`, and gives what stands in it by `typed`, None where nothing does.

    With `going_on` the form goes on with a draft that was taken.
    """

    def __init__(self, screen: Section, typed: Callable[[str], Typed | None], going_on: Typed | None = None) -> None:
        self.session = going_on.session if going_on else new_session()
        self._screen = screen
        self._typed = typed
        self._written = going_on
        self._kept = going_on is not None
        self._first: float | None = None
        self._last = 0.0
        self._wrote_at = 0.0
        self._waiting = False
        self._ended = False
        self._writing = asyncio.Lock()
        self._told: set[str] = set()

    def touched(self) -> None:
        """Something was typed."""
        self._last = time.monotonic()
        if self._first is None:
            self._first = self._last
        if not self._waiting and not self._ended:
            self._wait(self._due() - self._last)

    def newest(self) -> Typed | None:
        """What stands in the form and is not kept yet; None where there is nothing of that kind."""
        try:
            typed = None if self._ended else self._typed(self.session)
        except NoMatches:  # the form is being composed anew
            return None
        return None if typed is None or not typed.changed or typed == self._written else typed

    def wrote(self, typed: Typed) -> None:
        """This was kept."""
        self._written, self._kept, self._wrote_at = typed, True, time.monotonic()

    async def drop(self) -> None:
        """Keep nothing more, and drop what was kept. A store that is away is left to the list of drafts."""
        self._ended = True
        if self._kept:
            self._kept = False
            try:
                await self._screen.app.backend.unless_away(drafts.drop, self.session)
            except Refused:
                return

    def _due(self) -> float:
        first = self._last if self._first is None else self._first
        return max(min(self._last + DELAY, first + LATEST), self._wrote_at + GAP)

    def _wait(self, seconds: float) -> None:
        self._waiting = True
        if seconds > 0:
            self._screen.set_timer(seconds, self._look)
        else:
            self._look()

    def _look(self) -> None:
        """The time has come, or it has not: somebody has typed on meanwhile."""
        self._waiting = False
        left = self._due() - time.monotonic()
        if self._ended:
            return
        if left > 0:
            self._wait(left)
        else:
            self._screen.run_worker(self._write(), group="draft", exit_on_error=False)

    async def _write(self) -> None:
        async with self._writing:
            self._first = None
            try:
                await self._write_newest()
            except NoMatches:
                self.touched()
            except StoreAway:
                if not self._waiting and not self._ended:
                    self._first = time.monotonic()
                    self._wait(RETRY)
            except Refused as refused:
                if refused.code not in self._told:
                    self._told.add(refused.code)
                    self._screen.app.show_refusal(refused)

    async def _write_newest(self) -> None:
        if self._ended:
            return
        backend, typed = self._screen.app.backend, self._typed(self.session)
        if typed is None or not typed.changed:
            if self._kept:
                self._kept, self._written = False, None
                await backend.write(drafts.drop, self.session)
        elif typed != self._written:
            self._kept = True  # also where the screen goes before the answer is there
            self._wrote_at = time.monotonic()
            await backend.write(drafts.keep, typed)
            self.wrote(typed)
