"""Who else edits what one has open, told in the top line (B7): looked for when something happens, never by a clock.

Only while a form is open does a timer run, once a minute, one shot after the other: it says that the form is still so.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from textual.timer import Timer

from imi_tui.i18n import _, ngettext
from imi_tui.rules.refusals import Refused
from imi_tui.screens.frame import TopLine
from imi_tui.services import presence
from imi_tui.services.presence import Others

if TYPE_CHECKING:
    from imi_tui.screens.frame import Section

LOOK_AGAIN = 5.0
"""Seconds after which the next key makes one look again."""

RENEW = 60.0
"""Seconds after which an open form says again that it is open; shorter than its lease (`presence.LEASE`)."""


class Colleagues:
    """Watches for one screen over an authority's data or, with a `subject_id`, over one of its users."""

    def __init__(self, screen: Section, authority_id: int, subject_id: int | None = None) -> None:
        self._screen = screen
        self._authority = authority_id
        self._subject = subject_id
        self._token = ""
        self._timer: Timer | None = None
        self._looked = time.monotonic()
        self._others = Others()
        self._asking = False

    @property
    def words(self) -> str:
        """Who else edits, in the interface's language; empty where nobody does."""
        others = self._others
        if not others.count:
            return ""
        if others.count == 1:
            return _("{name} is editing").format(name=others.name)
        more = others.count - 1
        words = ngettext("{name} and {n} more are editing", "{name} and {n} more are editing", more)
        return words.format(name=others.name, n=more)

    def begin(self) -> None:
        """A form was opened."""
        self._token = self._token or secrets.token_hex(8)
        self.look()

    def end(self) -> None:
        """It was closed, saved or not."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._token:
            self._screen.app.backend.later(presence.end, self._token)
            self._token = ""

    def acted(self) -> None:
        """A key was pressed: look again where the last look is long ago."""
        if time.monotonic() - self._looked >= LOOK_AGAIN:
            self.look()

    def look(self) -> None:
        """Look in the background; while a form is open say so, too."""
        if not self._asking and self._screen.is_attached:
            self._asking = True
            self._screen.run_worker(self._look(), group="presence")

    async def _look(self) -> None:
        """What fails here is no matter for whoever edits: nobody is shown, and the save will say what is wrong."""
        backend = self._screen.app.backend
        self._looked = time.monotonic()
        try:
            if self._token:
                others = await backend.write(presence.keep, self._authority, self._token, self._subject)
            else:
                others = await backend.read(presence.look, self._authority, self._subject)
        except Refused:
            others = Others()
        finally:
            self._asking = False
        if self._token:
            if self._timer is not None:
                self._timer.stop()
            self._timer = self._screen.set_timer(RENEW, self.look)
        if others != self._others:
            self._others = others
            for line in self._screen.query(TopLine):
                line.refresh()
