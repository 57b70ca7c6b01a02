"""The page at the end of a registration: the username in large, and how to pass it on (S3.9)."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from imi_tui.i18n import N_, _
from imi_tui.screens.dialogs import keys_line
from imi_tui.services.users import Registered
from imi_tui.widgets.text import plain


class UsernamePage(ModalScreen[None]):
    """Shown once; Enter or Esc goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape", "go_on", N_("Go on"), key_display="Enter")]
    DEFAULT_CSS = """
    UsernamePage {
        & > #page {
            width: 72; max-width: 96%; height: auto; max-height: 90%; padding: 1 3;
            background: $panel; border-left: thick $success;
        }
        & .title { text-style: bold; }
        & #username { margin: 1 0; padding: 1 2; width: 100%; background: $background; }
        & .advice { margin: 0 0 1 0; }
        & .keys { color: $muted; }
    }
    """

    def __init__(self, registered: Registered) -> None:
        super().__init__()
        self._registered = registered

    def compose(self) -> ComposeResult:
        who = self._registered
        with VerticalScroll(id="page"):
            yield Static(plain(_("{name} is registered.").format(name=who.name)), classes="title")
            yield Static(_("The username:"), classes="quiet")
            name = plain(who.username).plain
            yield Static(Content.assemble((name, "bold $accent"), "\n", (" ".join(name), "$muted")), id="username")
            yield Static(
                _(
                    "Pass the username on in person or by phone, not by e-mail: whoever reads the mail must not get"
                    " username and password together."
                ),
                classes="advice",
            )
            mailed = _("A temporary password is e-mailed to {email}. It must be changed at the first log-in.")
            yield Static(plain(mailed.format(email=who.mail_to)), classes="advice")
            yield Static(keys_line([(_("Enter"), _("Go on"))]), classes="keys")

    def action_go_on(self) -> None:
        """Back to the list."""
        self.dismiss(None)
