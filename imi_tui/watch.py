"""Looks after the running session while somebody types: is it still theirs, and is anybody still there (B22).

Nothing ticks: a key looks the session up, at most once in `CHECK` seconds, beside what the key does; and one timer
waits for the end of the idle time, which is set anew only when it fires. Tests set `CHECK` to infinity, so that no key
asks anything, or to 0, so that each does (at once with `AFTER` 0), and `MINUTE` to almost nothing where they wait for
the lock.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from imi_tui.i18n import _
from imi_tui.rules.refusals import Refused
from imi_tui.rules.sessions import Over

if TYPE_CHECKING:
    from textual.timer import Timer

    from imi_tui.app import ImiApp
    from imi_tui.services.login import Session
    from imi_tui.services.sessions import State

CHECK = 1.0
"""Seconds that must have passed since the session was looked up last before a key does it again."""

AFTER = 0.05
"""Seconds behind a key that it is done: two threads at work at once hold up the painting."""

MINUTE = 60.0
"""Seconds of a minute of the idle time."""


POWERS = ("administrator", "access_manager", "translator")
"""What of a session opens sections and keys."""


class Watch:
    """The watch over one app's session, from `begin` to `stop`."""

    def __init__(self, app: ImiApp) -> None:
        self._app = app
        self._timer: Timer | None = None
        self._active = 0.0
        self._looked = 0.0
        self._looking = False
        self._behind: asyncio.TimerHandle | None = None
        self.locked = False
        """Whether everything is hidden until the same person is back."""
        self.narrowed = False
        """Whether rights were withdrawn while something is typed that can therefore not be saved."""

    def begin(self) -> None:
        """Somebody is there: wait for the end of the idle time."""
        self.stop()
        self.locked = self._looking = False
        self._active = self._looked = monotonic()
        self._wait(self._idle)

    def stop(self) -> None:
        """Nobody is there any more, or is waited for: let nothing tick."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def noticed(self) -> None:
        """A key was pressed: somebody is there. What it does is painted before anything is looked up."""
        self._active = monotonic()
        if AFTER and self._behind is None:
            self._behind = asyncio.get_running_loop().call_later(AFTER, self._look_around)
        elif not AFTER:
            self._look_around()

    def _look_around(self) -> None:
        """Whether the session is still theirs; whoever acts is told who else edits what is open."""
        self._behind = None
        if monotonic() - self._looked >= CHECK:
            self.look()
        colleagues = getattr(self._app.screen, "colleagues", None) if self._app.screen_stack else None
        if colleagues is not None:
            colleagues.acted()

    def look(self) -> None:
        """Look now what has become of the session, in the background."""
        if self._app.backend.actor.session and not self._looking:
            self._looking, self._looked = True, monotonic()
            self._app.run_worker(self._look(), group="watch")

    async def _look(self) -> None:
        from imi_tui.services import sessions

        app = self._app
        actor, shown = app.backend.actor, app.session
        try:
            state = await app.backend.read(sessions.state)
            if app.backend.actor == actor:
                # What was read is of no use where the app knows better meanwhile.
                await self._act(state, current=app.session is shown)
            if state.silent and not self.locked and app.backend.actor == actor:
                await app.backend.write(sessions.touch)
        except Refused:
            return  # the store is away: what was asked for by the key says so
        finally:
            self._looking = False

    async def _act(self, state: State, *, current: bool) -> None:
        """Act on what has become of the session, where anything has."""
        if state.over is not None:
            await self._end(state.over)
        elif state.who is not None and current and not self.locked:
            await self._follow(state.who)

    async def _end(self, over: Over) -> None:
        """The session is over: back to the log-in, which says why."""
        self._app.put_away()
        self._app.workers.cancel_group(self._app, "place")
        await self._app.to_log_in(over)

    # The idle lock

    @property
    def _idle(self) -> float:
        return self._app.settings.idle_minutes * MINUTE

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._timer = self._app.set_timer(seconds, self._over)

    async def _over(self) -> None:
        """The time is over: hide everything, or wait on where somebody was there meanwhile."""
        rest = self._active + self._idle - monotonic()
        if rest > 0:
            self._wait(rest)
        else:
            await self.lock()

    async def lock(self) -> None:
        """Hide everything until the same person is back; half a log-in simply ends."""
        from imi_tui.screens.lock import LockScreen

        app = self._app
        if self.locked or app.backend.actor.user_id is None:
            return
        if app.session is None:
            await app.close_session()
            await self._end(Over.LAPSED)
            return
        self.stop()
        self.locked = True
        app.put_away()
        await app.push_screen(LockScreen(), self._unlocked)

    async def _unlocked(self, session: Session | None) -> None:
        self.begin()
        if session is not None:
            await self._follow(session)

    # Rights of this moment

    async def _follow(self, who: Session) -> None:
        """Go on with the facts and rights of this moment; who chooses a password has none yet."""
        app = self._app
        before = app.session
        if before is None:
            return
        if who.must_choose is not None:
            await app.close_session()
            await self._end(Over.EXPIRED)
            return
        now = replace(who, last_login_at=before.last_login_at, failed_since=before.failed_since)
        if now != before:
            from imi_tui.screens.frame import TopLine

            app.session = now
            for screen in app.screen_stack:
                for line in screen.query(TopLine):
                    line.show(now)
        if self.narrowed or any(getattr(before, power) and not getattr(now, power) for power in POWERS):
            await self._narrow()

    async def _narrow(self) -> None:
        """Rights are gone, and with them what they opened. What was typed stays, marked as not to be saved."""
        from imi_tui.screens.frame import NarrowedBar, PathLine, Section

        app = self._app
        sections = [screen for screen in app.screen_stack if isinstance(screen, Section)]
        if any(section.unsaved() for section in sections):
            self.narrowed = True
            for section in sections:
                if not section.query(NarrowedBar):
                    await section.mount(NarrowedBar(), before=section.query_one(PathLine))
            return
        await app.only(app.make(app.place if app.place in app.sections() else "m"))
        words = _("Your rights were changed: what you may not do any more is gone from the screens.")
        app.notify(words, severity="warning", timeout=12, markup=False)
