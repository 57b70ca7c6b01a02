"""Choose a password: before anything else where it is temporary or has expired, or from My account (S4.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Static

from imi_tui.i18n import N_, _
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.passwords import Demands
from imi_tui.rules.refusals import FieldError, Invalid, Refused
from imi_tui.services import login
from imi_tui.widgets.form import Field, Form, text_field
from imi_tui.widgets.keyline import KeyLine
from imi_tui.widgets.password_rules import PasswordRules
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp
    from imi_tui.services.login import Session

FIELDS = ("current", "password", "again")


class ChoosePasswordScreen(Screen[None]):
    """Two entries and the rules. `current` is the password of the log-in, held in memory only; None asks for it.

    After the log-in there is no way on but a new password, or back to the log-in.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("Next field"), priority=True, show=False),
        Binding("ctrl+s", "save", N_("Save"), key_display="^s"),
        Binding("escape", "back", N_("Back"), key_display="Esc"),
        Binding("f1", "app.help", N_("Help"), key_display="F1"),
    ]
    DEFAULT_CSS = """
    ChoosePasswordScreen {
        align: center middle;
        & > #card { width: 76; max-width: 100%; height: auto; padding: 0 2; }
        & .title { text-style: bold; color: $primary; margin: 0 0 1 0; }
        & #why { margin: 0 0 1 0; height: auto; }
        & Form { height: auto; margin: 0 0 1 0; }
    }
    """
    help_text = N_(
        "A password has at least 8 characters, among them an upper-case letter, a lower-case letter and a digit, and is"
        " none of your last 5. It is not your name, username or e-mail address, nor one of the passwords that most"
        " people choose. It is valid for 6 months; an e-mail reminds you in time. A temporary or expired password must"
        " be changed before anything else."
    )

    app: ImiApp

    def __init__(self, session: Session, current: str | None = None) -> None:
        super().__init__()
        self._session = session
        self._current = current
        self._kept: dict[str, str] = {}
        self._demands = Demands()
        self._saving = False

    def compose(self) -> ComposeResult:
        labels = {
            "current": _("Present password"),
            "password": _("New password"),
            "again": _("The same again"),
        }
        with Vertical(id="card"):
            yield Static(_("Choose a new password"), classes="title")
            yield Static(plain(self._why()), id="why")
            with Form():
                for name in self._names():
                    yield text_field(name, labels[name], self._kept.get(name, ""), password=True)
            yield PasswordRules()
        yield KeyLine()

    def on_mount(self) -> None:
        self._judge()
        self._field(self._names()[0]).focus()
        self._ask()

    @work(exclusive=True, group="demands")
    async def _ask(self) -> None:
        """What is asked of this person's password in this deployment; the save checks it all the same."""
        try:
            self._demands = await self.app.backend.read(login.demands)
        except Refused as refused:
            self.app.show_refusal(refused)
        else:
            self._judge()

    async def recompose(self) -> None:
        """Another language: what was typed stays."""
        self._kept = self.query_one(Form).values()
        await super().recompose()
        self._kept = {}
        self._judge()
        self._field(self._names()[0]).focus()

    def _names(self) -> Sequence[str]:
        return FIELDS if self._current is None else FIELDS[1:]

    def _why(self) -> str:
        match self._session.must_choose:
            case PasswordStatus.TEMPORARY:
                return _("Your password is a temporary one: choose your own before you go on.")
            case PasswordStatus.EXPIRED:
                return _("Your password has expired: choose a new one before you go on.")
            case _:
                return _("The new password is valid at once, and for 6 months.")

    def _field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)

    @on(Field.Changed)
    def _judge(self) -> None:
        again = self._field("again").value
        self.query_one(PasswordRules).judge(self._field("password").value, again, self._demands)

    def action_enter(self) -> None:
        """Go on to the next entry, or on the last one save."""
        if self.focused is self._field("again").entry:
            self.action_save()
        else:
            self.focus_next()

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Make it the password, or say at the entry what is wrong."""
        if self._saving:
            return
        values = self.query_one(Form).values()
        current = values.get("current", "") if self._current is None else self._current
        self._saving = True
        try:
            if values["password"] != values["again"]:
                raise Invalid(FieldError("again", "password_differs"))
            session = await self.app.backend.write(login.choose_password, current, values["password"])
        except Invalid as invalid:
            if not self.query_one(Form).show_errors(invalid.errors):
                self.app.show_refusal(invalid)
        except Refused as refused:
            self.app.show_refusal(refused)
        else:
            self._done(session)
        finally:
            self._saving = False

    def _done(self, session: Session) -> None:
        self.notify(_("Your new password is valid from now on."), markup=False)
        if self._session.must_choose is None:
            self.app.session = session
            self.app.pop_screen()
        else:
            before = self._session
            self.app.enter(replace(session, last_login_at=before.last_login_at, failed_since=before.failed_since))

    def action_back(self) -> None:
        """Back to where one came from; after the log-in that is the log-in."""
        if self._session.must_choose is None:
            self.app.pop_screen()
        else:
            self.app.action_log_out()
