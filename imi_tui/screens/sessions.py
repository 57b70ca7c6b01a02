"""Where one is logged in: one's own sessions, from My account; any of them can be ended (B22)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _, date_time
from imi_tui.rules.refusals import Refused
from imi_tui.screens.dialogs import confirm
from imi_tui.screens.frame import Section
from imi_tui.services import sessions
from imi_tui.services.sessions import SessionRow
from imi_tui.widgets.text import plain

COLUMN = 18
"""Cells of a column with an instant."""


class SessionsScreen(Section):
    """The own sessions, the newest first, this one marked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "end", N_("End"), tooltip=N_("End this session")),
        Binding("ctrl+r", "again", N_("Read anew"), show=False),
        Binding("escape", "back", N_("Back"), key_display="Esc"),
    ]
    CSS = """
    SessionsScreen {
        & #sessions-head { height: 1; margin: 1 0 0 0; color: $muted; text-wrap: nowrap; text-overflow: ellipsis; }
        & #sessions { height: auto; max-height: 1fr; border: none; padding: 0; background: transparent; }
        & #sessions-note { height: auto; margin: 1 0 0 0; color: $muted; }
    }
    """
    help_text = N_(
        "Each line is a place where you are logged in now: since when, when a key was last pressed there, and from"
        " which address or terminal. d ends the one that the cursor is on: it goes back to the log-in at its next key."
        " If you do not know one of them, end it and change your password, which ends all others."
    )

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[SessionRow] = []

    def path(self) -> Sequence[str]:
        """My account › Where you are logged in."""
        return (_("My account"), _("Where you are logged in"))

    def body(self) -> ComposeResult:
        # Translators: heads of columns: when a session began, when a key was last pressed in it, from where it is used.
        heads = (_("Since"), _("Last key"), _("From"))
        yield Static(plain("  " + _columns(*heads)), id="sessions-head")
        yield OptionList(*self._options(), id="sessions", compact=True)
        yield Static(plain(_("If you do not know one of these, end it and change your password.")), id="sessions-note")

    def on_mount(self) -> None:
        self.query_one("#sessions").focus()
        self.action_again()

    async def recompose(self) -> None:
        """Another language: the cursor stays."""
        at = self.query_one("#sessions", OptionList).highlighted
        await super().recompose()
        shown = self.query_one("#sessions", OptionList)
        shown.highlighted = at
        shown.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work right now."""
        return bool(self._rows) if action == "end" else True

    def _options(self) -> list[Option]:
        return [Option(_line(row)) for row in self._rows]

    @work(exclusive=True, group="load")
    async def action_again(self) -> None:
        """Read them anew."""
        await self._load()

    async def _load(self) -> None:
        try:
            self._rows = await self.app.backend.read(sessions.mine)
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        shown = self.query_one("#sessions", OptionList)
        at = shown.highlighted or 0
        shown.clear_options()
        shown.add_options(self._options())
        shown.highlighted = min(at, len(self._rows) - 1) if self._rows else None
        self.refresh_bindings()

    @work(exclusive=True, group="end")
    async def action_end(self) -> None:
        """End the session that the cursor is on; this one ends by logging out."""
        at = self.query_one("#sessions", OptionList).highlighted
        if at is None:
            return
        row = self._rows[at]
        if row.own:
            self.app.action_log_out()
            return
        question = confirm(
            _("End this session?"),
            [session_words(row), _("It goes back to the log-in at its next key.")],
            _("End it"),
            danger=True,
        )
        if not await self.app.push_screen_wait(question):
            return
        try:
            await self.app.backend.write(sessions.end, row.id)
        except Refused as refused:
            self.app.show_refusal(refused)
        else:
            self.notify(_("The session was ended."), markup=False)
        await self._load()

    def action_back(self) -> None:
        """Back to the account."""
        self.dismiss(None)


def session_words(row: SessionRow) -> str:
    """A session in one sentence."""
    words = _("Since {since}, last key {seen}, from {origin}.")
    return words.format(
        since=date_time(row.started_at), seen=date_time(row.last_seen_at), origin=row.origin or _("this machine")
    )


def _line(row: SessionRow) -> Content:
    own = Content.styled("  " + _("this one"), "$accent") if row.own else Content("")
    mark = "●" if row.own else " "
    words = _columns(date_time(row.started_at), date_time(row.last_seen_at), row.origin or _("this machine"))
    return plain(f"{mark} {words}") + own


def _columns(since: str, seen: str, origin: str) -> str:
    return since.ljust(COLUMN) + seen.ljust(COLUMN) + origin
