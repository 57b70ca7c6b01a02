"""What one typed, where it cannot be saved any more: to be read and copied, field by field; nothing is thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import Gone, NotAllowed, Refused
from imi_tui.screens import clipboard
from imi_tui.screens.dialogs import keys_line
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.text import plain, plain_lines

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

TypedText = tuple[str, str]
"""A field's label, and what was typed into it."""

LONG = 5000
"""Characters of a value that are shown at most."""


OVER = frozenset({"session_over", "account_gone"})
"""Refusals that end the session: then one is at the log-in, and what was typed is a draft."""


def cannot_be_saved(refused: Refused) -> bool:
    """Whether no other try will help: the record is gone, or not mine to edit any more."""
    return isinstance(refused, Gone | NotAllowed) and refused.code not in OVER


class KeptScreen(ModalScreen[None]):
    """Why it cannot be saved, and what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", N_("Copy")),
        Binding("escape,q", "back", N_("Back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    KeptScreen {
        background: $background;
        & > Vertical { padding: 0 1; }
        & .why { height: auto; text-style: bold; color: $error; }
        & .title { height: auto; margin: 1 0; }
        & Choices { height: 1fr; }
        & #kept-keys { height: 1; }
    }
    """

    app: ImiApp

    def __init__(self, refused: Refused, typed: Sequence[TypedText]) -> None:
        super().__init__()
        self._refused = refused
        self._typed = typed

    def compose(self) -> ComposeResult:
        options = [Option(_line(*one), str(number)) for number, one in enumerate(self._typed)]
        with Vertical():
            yield Static(plain(sentence(self._refused), limit=2000), classes="why")
            yield Static(plain(_("What you typed is still here; nothing of it was saved:")), classes="title")
            yield Choices(*options)
            keys = [("y", _("copy the field to the terminal's clipboard")), (_("Esc"), _("back to the form"))]
            yield Static(keys_line(keys), id="kept-keys")

    def on_mount(self) -> None:
        self.app.clear_notifications()
        choices = self.query_one(Choices)
        choices.focus()
        choices.highlighted = 0 if self._typed else None

    def action_copy(self) -> None:
        """Send what stands in the field under the cursor to the terminal's clipboard."""
        chosen = self.query_one(Choices).chosen
        if chosen:
            clipboard.copy(self.app, self._typed[int(chosen)][1])

    def action_back(self) -> None:
        """Back to the form, where it still stands."""
        self.dismiss(None)


def _line(label: str, text: str) -> Content:
    value = plain_lines(text, limit=LONG) if text else Content("—")
    return Content.assemble((f"{label}  ", "$muted"), value)
