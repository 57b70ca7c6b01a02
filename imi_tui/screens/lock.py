"""The lock: after some time without a key everything is hidden, until the same person's password is typed (B22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from imi_tui.i18n import N_, _, ngettext
from imi_tui.rules.refusals import Refused
from imi_tui.services.login import Session, unlock
from imi_tui.widgets.entry import Entry
from imi_tui.widgets.keyline import KeyLine
from imi_tui.widgets.text import plain

BUSY_AFTER = 0.15
"""Seconds without an answer after which the screen says that it works on it."""

if TYPE_CHECKING:
    from imi_tui.app import ImiApp


class LockScreen(Screen[Session]):
    """Hides what is behind it, whatever that is. Dismisses with the session as it is once it is opened again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("Go on"), priority=True),
        Binding("ctrl+o", "app.log_out", N_("Log out"), key_display="^o"),
        Binding("ctrl+q", "app.leave", N_("Quit"), key_display="^q", priority=True),
        Binding("f1", "app.help", N_("Help"), key_display="F1"),
        # The palette would offer what is locked.
        Binding("ctrl+p", "nothing", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    LockScreen {
        align: center middle;
        & > #card { width: 72; max-width: 100%; height: auto; padding: 0 2; }
        & .title { text-style: bold; color: $primary; margin: 0 0 1 0; }
        & .label { height: 1; margin: 1 0 0 0; color: $muted; }
        & #note { height: auto; min-height: 2; margin: 1 0 0 0; }
        & #note.-bad { color: $error; }
        & ToastRack { display: none; }
    }
    """
    help_text = N_(
        "Nobody pressed a key for some time, so everything is hidden. Your password opens the very place that you left,"
        " with everything you typed. A wrong password counts as at the log-in."
    )

    app: ImiApp

    def __init__(self) -> None:
        super().__init__()
        self._busy = False

    def compose(self) -> ComposeResult:
        session, minutes = self.app.session, self.app.settings.idle_minutes
        entry = Entry("", compact=True, password=True, select_on_focus=False, id="password")
        entry.cursor_blink = False
        why = ngettext(
            "No key was pressed for {n} minute. Everything is as you left it.",
            "No key was pressed for {n} minutes. Everything is as you left it.",
            minutes,
        ).format(n=minutes)
        with Vertical(id="card"):
            yield Static(_("Locked"), classes="title")
            yield Static(plain(why))
            yield Static(plain(_("Password of {name}").format(name=session.name if session else "")), classes="label")
            yield entry
            yield Static(id="note")
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one("#password").focus()

    def action_nothing(self) -> None:
        """Keys that would lead behind the lock do nothing."""

    def action_enter(self) -> None:
        """Try the password."""
        entry = self.query_one("#password", Input)
        if entry.value and not self._busy:
            self._busy = True
            self._unlock(entry.value)

    @work(exclusive=True, group="unlock")
    async def _unlock(self, password: str) -> None:
        busy = self.set_timer(BUSY_AFTER, lambda: self._show_note(_("Checking…")))
        try:
            session = await self.app.backend.write(unlock, password)
        except Refused as refused:
            self._refuse(refused)
        else:
            self.dismiss(session)
        finally:
            busy.stop()
            self._busy = False

    def _refuse(self, refused: Refused) -> None:
        from imi_tui.i18n.refusals import sentence

        self._show_note(sentence(refused), bad=True)
        self.query_one("#password", Input).value = ""
        self.app.guard.look()  # it may have been the last try, or the session is over

    def _show_note(self, words: str, *, bad: bool = False) -> None:
        note = self.query_one("#note", Static)
        note.set_class(bad, "-bad")
        note.update(plain(words, limit=500))
