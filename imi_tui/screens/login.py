"""The log-in: the visiting card. Product, deployment, language, username and password, what to do when locked out.

Painted before anything behind it is imported; the rest is loaded while the user types.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from imi_tui import i18n
from imi_tui.i18n import N_, _
from imi_tui.i18n.sessions import over_words
from imi_tui.rules.refusals import Refused
from imi_tui.rules.sessions import Over
from imi_tui.screens import behind
from imi_tui.widgets.entry import Entry
from imi_tui.widgets.keyline import KeyLine
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp
    from imi_tui.context import Context
    from imi_tui.rules.policy import Actor
    from imi_tui.services.login import Session

BUSY_AFTER = 0.15
"""Seconds without an answer after which the screen says that it works on it."""


class LoginScreen(Screen[None]):
    """Username and password. In a demo its people are listed, and Enter on one fills the form in.

    `over` says why the session before is over, where it was not by logging out: that stays to be read.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that a password typed ahead never lands in the username.
        Binding("enter", "enter", N_("Log in"), priority=True, show=False),
        Binding("ctrl+l", "language", N_("Latviešu / English"), key_display="^l"),
        Binding("ctrl+q", "app.leave", N_("Quit"), key_display="^q", priority=True),
        Binding("f1", "app.help", N_("Help"), key_display="F1"),
    ]
    DEFAULT_CSS = """
    LoginScreen {
        align: center middle;
        & > #card { width: 72; max-width: 100%; height: auto; padding: 0 2; }
        & .title { text-style: bold; color: $primary; }
        & .line { height: 1; margin: 1 0 0 0; }
        & .label { height: 1; margin: 1 0 0 0; color: $muted; }
        & #over { height: auto; margin: 1 0 0 0; color: $warning; }
        & .-told #people { max-height: 3; }
        & #note { height: auto; min-height: 2; margin: 1 0 0 0; }
        & #note.-bad { color: $error; }
        & #people { height: auto; max-height: 7; margin: 0; border: none; padding: 0; background: transparent; }
        & #people-label { margin: 1 0 0 0; color: $muted; }
    }
    """

    help_text = N_(
        "Log in with the username that your administrator told you and with your password. The first password came by"
        " e-mail; it is temporary, and you choose your own one as soon as you are in. After several wrong passwords in"
        " a row a password is blocked: an administrator of your authority can reset it, and a new temporary password"
        " comes by e-mail. Ctrl+L changes the language."
    )

    app: ImiApp

    def __init__(self, over: Over | None = None) -> None:
        super().__init__()
        self._over = over
        self._typed = ("", "")
        self._note = ""
        self._busy = False

    def compose(self) -> ComposeResult:
        username, password = (_entry(value) for value in self._typed)
        username.id, password.id, password.password = "username", "password", True
        with Vertical(id="card", classes="-told" if self._over else ""):
            yield Static(_("IMI · the entry of your authority"), classes="title")
            yield Static(plain(self.app.settings.deployment or _("Internal Market Information system")))
            yield Static(self._languages(), classes="line")
            if self._over is not None:
                yield Static(plain(over_words(self._over), limit=500), id="over")
            yield Static(_("Username"), classes="label")
            yield username
            yield Static(_("Password"), classes="label")
            yield password
            yield Static(id="note")
            if self.app.demo:
                yield Static(_("Demo: Enter on somebody fills the form in"), id="people-label")
                yield OptionList(*self._people(), id="people", compact=True)
        yield KeyLine()

    def on_mount(self) -> None:
        self._show_note(self._note)
        self.query_one("#username").focus()
        self.call_after_refresh(self._warm)

    async def recompose(self) -> None:
        """Another language: what was typed stays."""
        self._typed = (self._value("username"), self._value("password"))
        focused = self.focused.id if self.focused is not None else None
        await super().recompose()
        self._show_note("")
        self.query_one(f"#{focused or 'username'}").focus()

    def action_language(self) -> None:
        """Latvian instead of English, or the other way round."""
        self.app.use_language("en" if i18n.language() == "lv" else "lv")

    def action_enter(self) -> None:
        """From the username to the password, from the password in; on somebody of the demo: fill the form in."""
        people, password = self.query("#people"), self.query_one("#password", Input)
        if people and self.focused is people.first():
            people.first(OptionList).action_select()
        elif self.focused is password:
            self._enter()
        else:
            self.set_focus(password)

    def _enter(self) -> None:
        """Log in with what stands there."""
        if self._busy:
            return
        if not self._value("username").strip():
            self._show_note(_("Type your username."), bad=True)
            self.query_one("#username").focus()
            return
        self._busy = True
        self._log_in(self._value("username"), self._value("password"))

    @on(OptionList.OptionSelected, "#people")
    def _fill_in(self, event: OptionList.OptionSelected) -> None:
        login = self.app.demo[event.option_index]
        self.query_one("#username", Input).value = login["username"]
        password = self.query_one("#password", Input)
        password.value = login["password"]
        password.focus()

    @work(exclusive=True, group="log-in")
    async def _log_in(self, username: str, password: str) -> None:
        busy = self.set_timer(BUSY_AFTER, lambda: self._show_note(_("Checking…")))
        try:
            session = await self.app.backend.write(_logged_in, username, password)
        except Refused as refused:
            busy.stop()
            if refused.code == "too_many_sessions":
                await self._ask_for_room(refused, username, password)
            else:
                self._refuse(refused)
        else:
            busy.stop()
            self._let_in(session, password)
        finally:
            self._busy = False

    async def _ask_for_room(self, refused: Refused, username: str, password: str) -> None:
        """As many sessions as one may have are open: end the oldest, if one wants."""
        from imi_tui.screens.room import oldest_question

        if not await self.app.push_screen_wait(oldest_question(refused.facts)):
            self._refuse(refused)
            return
        try:
            session = await self.app.backend.write(_logged_in, username, password, end_oldest=True)
        except Refused as again:
            self._refuse(again)
        else:
            self._let_in(session, password)

    def _refuse(self, refused: Refused) -> None:
        from imi_tui.i18n.refusals import sentence

        self._show_note(sentence(refused), bad=True)
        password = self.query_one("#password", Input)
        password.value = ""
        password.focus()

    def _let_in(self, session: Session, password: str) -> None:
        self.app.begin(session)
        if session.must_choose is None:
            self.app.enter(session)
            return
        from imi_tui.screens.choose_password import ChoosePasswordScreen

        i18n.use(session.interface)
        self.app.switch_screen(ChoosePasswordScreen(session, password))

    @work(exclusive=True, group="warm")
    async def _warm(self) -> None:
        """Load what is behind the log-in while the user types; what is wrong there is said at the log-in."""
        behind.load_styles(self.app)
        try:
            await self.app.backend.warm(lambda: behind.load(self.app))
        except Refused as refused:
            self._refuse(refused)
        finally:
            if (
                not gc.isenabled()
            ):  # see `start.open_app`; what was loaded until now stays, and is not looked through again
                gc.freeze()
                gc.enable()

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    def _show_note(self, words: str, *, bad: bool = False) -> None:
        note = self.query_one("#note", Static)
        note.set_class(bad, "-bad")
        note.update(plain(words, limit=500) if words else _locked_out())

    def _languages(self) -> Content:
        parts: list[tuple[str, str]] = []
        for code, name in (("lv", "Latviešu"), ("en", "English")):
            spoken = code == i18n.language()
            parts += [(f"{'●' if spoken else '○'} {name}", "bold" if spoken else "$muted"), ("   ", "")]
        return Content.assemble(*parts)

    def _people(self) -> list[Option]:
        roles = {
            "administrator": _("administrator"),
            "user": _("user"),
            "access-manager": _("access manager"),
            "translator": _("translator"),
        }
        return [
            Option(
                plain(f"{login['name']} · {roles[login['role']]} · {login['authority']}").truncate(66, ellipsis=True)
            )
            for login in self.app.demo
        ]


def _logged_in(ctx: Context, actor: Actor, username: str, password: str, *, end_oldest: bool = False) -> Session:
    """`login.log_in`, imported where all that is behind the log-in is being loaded, and after it.

    Two threads that import what imports each other hold each other up, and Python ends one of them with an error.
    """
    from imi_tui.services import login

    return login.log_in(ctx, actor, username, password, end_oldest=end_oldest)


def _entry(value: str) -> Entry:
    entry = Entry(value, compact=True, select_on_focus=False)
    entry.cursor_blink = False
    return entry


def _locked_out() -> Content:
    words = _("Locked out? An administrator of your authority can reset your password.")
    return Content.styled(words, "$muted")
