"""The Textual app: sections, themes, keys. A screen handles its own events; here is only what is global."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType

from imi_tui import i18n, log
from imi_tui.backend import Backend
from imi_tui.ending import Ending
from imi_tui.gone import worker_is_gone
from imi_tui.i18n import N_, _
from imi_tui.log import UNEXPECTED
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Refused, StoreAway
from imi_tui.rules.sessions import Over
from imi_tui.rules.text import visible_lines
from imi_tui.settings import Settings
from imi_tui.stylesheet import ParsedOnce
from imi_tui.themes import DARK, THEMES
from imi_tui.typed_ahead import TypedAhead
from imi_tui.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.command import Provider
    from textual.events import Resize
    from textual.screen import Screen

    from imi_tui.screens.frame import Section
    from imi_tui.screens.opening import Opening
    from imi_tui.services.login import Session

LOG = logging.getLogger("imi_tui")

AWAY_SHOWN_AFTER = 0.7
"""Seconds that something must have waited for the database until the screen says so; less is not noticed."""

KEY_NAMES = {
    **{"⏎": "Enter", "esc": "Esc", "space": "Space", "tab": "Tab", "shift+tab": "Shift+Tab"},
    **{"home": "Home", "end": "End", "pgup": "PgUp", "pgdn": "PgDn"},
}
"""Textual's names of keys → ours."""


def _commands() -> type[Provider]:
    from imi_tui.screens.palette import Commands

    return Commands


class ImiApp(App[None]):
    """The application. `demo` is the list of demo log-ins that the log-in screen offers."""

    TITLE = "IMI"
    CSS_PATH = "styles/first.tcss"
    COMMANDS: ClassVar = {_commands}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority the focus moves at once, not after the key's way through all that lies around the entry.
        Binding("tab", "app.focus_next", N_("Next field"), show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", N_("Field before"), show=False, priority=True),
        Binding("ctrl+q", "leave", N_("Quit"), show=False, priority=True),
        Binding("f2", "section('m')", N_("My authority"), show=False),
        Binding("f3", "section('f')", N_("Find an authority"), show=False),
        Binding("f4", "desk", N_("Access management"), show=False),
        Binding("f5", "section('l')", N_("Activity"), show=False),
        Binding("f6", "section('p')", N_("My account"), show=False),
        Binding("ctrl+p", "command_palette", N_("Commands"), key_display="^p"),
    ]

    def __init__(self, backend: Backend, settings: Settings, demo: Sequence[dict[str, str]] = ()) -> None:
        super().__init__()
        self.backend = backend
        self.settings = settings
        self.demo = demo
        self.session: Session | None = None
        self._acting_for = ""
        self.place = "m"
        """The letter of the section one is in."""
        self.guard = Watch(self)
        self.typed_ahead = TypedAhead(self)
        self.ending = Ending(self)
        self._said_away = False
        self.opening: Opening | None = None
        """What would have opened already, were the database not away."""
        self.left: dict[str, object] = {}
        """Where one was in each list, for coming back; by the list's name."""
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        self._parsed_with = self.get_css_variables()
        self.stylesheet = ParsedOnce(self._parsed_with)

    @property
    def acting_for(self) -> str:
        """The name of the authority for which one acts, where that is not the own one (S1.8)."""
        return self._acting_for

    @acting_for.setter
    def acting_for(self, name: str) -> None:
        self._acting_for = name
        self.set_class(bool(name), "-acting")

    def on_mount(self) -> None:
        if not self.is_headless:  # else the process is not ours
            self.ending.watch()
        loop, within = asyncio.get_running_loop(), copy_context()  # widgets find their app by the context

        def told() -> None:
            """Runs on a lane's thread, which may outlive the loop."""
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._outage_changed, context=within)

        self.backend.outage.told = told
        self.screen_change_signal.subscribe(self, lambda _screen: self._say_away())

    def on_resize(self, event: Resize) -> None:
        """A window that shrank and was back in its size before we looked has lost what stood there: paint it anew."""
        if self._dom_ready and event.size == self.size:
            self.refresh()

    # A database that is away (B12)

    def _outage_changed(self) -> None:
        """The database went away, which is said once it lasts, or is back."""
        if self.backend.outage.away and AWAY_SHOWN_AFTER > 0:
            self.set_timer(AWAY_SHOWN_AFTER, self._say_away)
        else:
            self._say_away()

    def _say_away(self) -> None:
        """See to it that each screen says that the database is away, or no longer does."""
        if self.backend.outage.away or self._said_away:
            from imi_tui.screens.away import say

            self._said_away = self.backend.outage.away
            say(self.screen_stack, away=self._said_away)

    def refresh_css(self, animate: bool = True) -> None:
        """The styles are parsed once at the start, with the variables of the theme that is there from the beginning."""
        variables = self.get_css_variables()
        if variables != self._parsed_with or self.screen_stack:
            self._parsed_with = variables
            super().refresh_css(animate)

    def get_default_screen(self) -> Screen[None]:
        """No empty screen is painted before the first one.

        Textual takes for granted that a default screen is never switched away, and so gives it no (empty) callback.
        """
        screen = self.first_screen()
        screen._push_result_callback(self, None)
        return screen

    def first_screen(self) -> Screen[None]:
        """Where the app begins: the log-in."""
        from imi_tui.screens.login import LoginScreen

        return LoginScreen()

    def begin(self, session: Session) -> None:
        """Somebody logged in: they act from now on, in this session, and are watched for."""
        self.backend.actor = Actor(session.user_id, session=session.id)
        log.in_session(session.id)
        LOG.info("the session begins")
        self.guard.begin()

    def enter(self, session: Session) -> None:
        """Somebody who logged in has a password in order: open the first section, and offer what was not saved (B6)."""
        from imi_tui.i18n import last_log_in
        from imi_tui.screens.drafts import offering

        self.session = session
        i18n.use(self.session.interface)
        self.switch_screen(self.make("m"))
        if session.last_login_at is not None:
            told = last_log_in.words(session.last_login_at, session.failed_since)
            self.notify(told, severity="warning" if session.failed_since else "information", markup=False)
        offering.offer(self)

    def action_drafts(self) -> None:
        """What was typed and not saved, whenever one likes to look (B6)."""
        from imi_tui.screens.drafts import offering

        offering.show(self)

    def sections(self) -> dict[str, str]:
        """The sections there are for this user: letter after `g` → name."""
        from imi_tui.screens import sections

        return sections.names(self.session)

    def action_desk(self) -> None:
        """F4: the desk of an access manager, else the Commission's translation desk."""
        self.action_section("a" if "a" in self.sections() else "t")

    @work(exclusive=True, group="place")
    async def action_section(self, letter: str) -> None:
        """Go to a section, asking first where something typed would be lost."""
        from imi_tui.screens.frame import Section

        if letter in self.sections() and isinstance(self.screen, Section) and await self.may_leave():
            await self.only(self.make(letter))

    def action_go(self) -> None:
        """`g`: show where one can go, and take one more letter."""
        from imi_tui.screens.dialogs import GoTo
        from imi_tui.screens.frame import Section

        section = self.screen

        def go(letter: str | None) -> None:
            if letter == "g" and isinstance(section, Section):
                section.go_top()
            elif letter:
                self.action_section(letter)

        self.push_screen(GoTo({**self.sections(), "g": _("top of the list")}), go)

    def action_command_palette(self) -> None:
        """Every action by its name."""
        from imi_tui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette", placeholder=_("Search for commands…")))

    def action_help(self) -> None:
        """The keys of this screen and the guide's chapter on it."""
        from imi_tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    @work(exclusive=True, group="place")
    async def action_leave(self) -> None:
        """Quit, asking first where something typed would be lost."""
        if await self.may_leave():
            self.exit()

    @work(exclusive=True, group="place")
    async def action_sessions(self) -> None:
        """Where one is logged in, from anywhere."""
        from imi_tui.screens.frame import Section
        from imi_tui.screens.sessions import SessionsScreen

        if isinstance(self.screen, Section) and await self.may_leave():
            await self.only(self.make("p"))
            await self.push_screen(SessionsScreen())

    @work(exclusive=True, group="place")
    async def action_log_out(self) -> None:
        """Back to the log-in."""
        if await self.may_leave():
            await self.close_session()
            await self.to_log_in()

    async def close_session(self) -> None:
        """The session is over by the hand of who is in it."""
        from imi_tui.services import sessions

        if self.backend.actor.session:
            try:
                await self.backend.unless_away(sessions.close)
            except Refused as refused:
                LOG.warning("a session was not closed: %s", refused.code)

    async def to_log_in(self, over: Over | None = None) -> None:
        """Forget who was here and what they saw; the log-in says why, where it was not by logging out."""
        from imi_tui.screens.login import LoginScreen

        self.guard.stop()
        LOG.info("the session is over: %s", over or Over.LOGGED_OUT)
        log.in_session("")
        self.session = None
        self.left.clear()
        self.clear_notifications()
        self.backend.actor = Actor(None)
        await self.only(LoginScreen(over))

    async def only(self, screen: Screen[None]) -> None:
        """Show a screen, with none left behind it."""
        self.acting_for = ""
        self.guard.narrowed = False
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.switch_screen(screen)

    async def may_leave(self) -> bool:
        """Whether one may leave, asked where something typed would be lost; what was kept of it is dropped then."""
        from imi_tui.screens.dialogs import leave_question
        from imi_tui.screens.frame import Section

        unsaved = any(isinstance(screen, Section) and screen.unsaved() for screen in self.screen_stack)
        if unsaved and not await self.push_screen_wait(leave_question()):
            return False
        for keeper in self.ending.keepers():
            await keeper.drop()
        return True

    # What becomes of the session (B22)

    async def on_event(self, event: events.Event) -> None:
        """Keys and what is pasted come one after the other; with each, and each click, somebody is there."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if self.typed_ahead.holds(event):
                return
            if self.opening is not None and isinstance(event, events.Key) and self.opening.takes(event.key):
                return
            self.guard.noticed()
            with self.typed_ahead.sending(event):
                await super().on_event(event)
            return
        if isinstance(event, events.MouseDown) and not event.is_forwarded:
            self.guard.noticed()
        await super().on_event(event)

    def put_away(self) -> None:
        """Everything is about to be hidden, or the session to end: what was typed is kept (B6), and nothing told in
        passing stays over it."""
        self.ending.keep_drafts()
        self.clear_notifications()

    def make(self, letter: str) -> Section:
        """A section by its letter, where one is from then on."""
        from imi_tui.screens import sections

        self.place = letter
        return sections.make(letter)

    def use_language(self, code: str) -> None:
        """Speak another language from now on, without a restart (B10): every screen is composed anew."""
        i18n.use(code)
        for screen in self.screen_stack:
            screen.refresh(recompose=True)
        self.call_after_refresh(self._say_away)

    def get_key_display(self, binding: Binding) -> str:
        """Keys by the names that the words of dialogs and help give them: Enter, PgUp, F2."""
        shown = super().get_key_display(binding)
        return shown if binding.key_display else KEY_NAMES.get(shown, shown.upper() if shown[1:].isdigit() else shown)

    def notify(self, message: str, **how: Any) -> None:
        """Tell something in passing, in place of what was told before: one on another they hide what one works on.

        What it names may come from data: whoever calls it, the terminal gets nothing to obey.
        """
        self.clear_notifications()
        super().notify(visible_lines(message), **how)

    def clear_notifications(self) -> None:
        """Nothing told any more. Textual leaves the emptied frames of its toasts behind, which take up rows."""
        super().clear_notifications()
        for screen in self.screen_stack:
            screen.query("ToastHolder").remove()

    def action_help_quit(self) -> None:
        """Ctrl+C where it copies nothing: who expects it to end the program is told what does."""
        self.notify(_("Ctrl+Q ends the program."), markup=False)

    def show_refusal(self, refused: Refused) -> None:
        """The one place where a refusal that belongs to no field is shown."""
        from imi_tui.i18n.refusals import sentence

        if isinstance(refused, StoreAway):
            LOG.error("refused: %s", refused.code)
        self.notify(sentence(refused), severity="error", timeout=12, markup=False)
        if refused.code in {"session_over", "account_gone"}:
            self.guard.look()

    def _handle_exception(self, error: Exception) -> None:
        """The last resort. A refusal nobody handled is shown in words; anything else ends the app with a reference
        number: the traceback goes to the log, without the values of its variables."""
        error = getattr(error, "error", None) or error
        if isinstance(error, Refused):
            self.show_refusal(error)
            return
        reference = log.unexpected(error)
        if self._exit or worker_is_gone():  # it finds itself half made or half gone, which hurts nobody
            return
        self.ending.keep_drafts()
        if self._driver is not None and self._driver.is_headless:
            super()._handle_exception(error)
            return
        self.exit(
            return_code=1,
            message=_(UNEXPECTED).format(reference=reference),
        )
