"""Search for one authority to be chosen, as one types: a dialog that several screens use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from imi_tui.backend import Superseded
from imi_tui.i18n import N_, _
from imi_tui.rules.refusals import Refused
from imi_tui.screens.dialogs import keys_line
from imi_tui.services.authority_view import Coordinator
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.entry import Entry
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

LIMIT = 50
"""Authorities shown at once; a longer list is for typing on."""


class _Search(Entry):
    """The entry: the arrows move in the list below, so that one need not leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "screen.move(1)", N_("Down"), show=False),
        Binding("up", "screen.move(-1)", N_("Up"), show=False),
    ]


class AuthoritySearch(ModalScreen["Coordinator | None"]):
    """Dismisses with the authority chosen, or None. `left_out` are the ids that are not offered.

    A subclass says how it searches (`find`) and the words: `title`, `takes` for what Enter does, `nobody` where there
    is none at all, `no_match` where none has the name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Choose"), priority=True),
        Binding("escape", "cancel", N_("Cancel")),
    ]
    DEFAULT_CSS = """
    AuthoritySearch {
        & > #dialog {
            width: 76; max-width: 96%; height: 18; max-height: 90%; padding: 1 2;
            background: $panel; border-left: thick $primary;
        }
        & .title { text-style: bold; height: 1; margin: 0 0 1 0; }
        & Entry { background: $background; margin: 0 0 1 0; }
        & Choices { height: 1fr; max-height: 100%; }
        & #search-note { height: 1; color: $muted; }
        & #search-keys { height: 1; color: $muted; }
    }
    """

    app: ImiApp

    def __init__(self, left_out: frozenset[int]) -> None:
        super().__init__()
        self._left_out = left_out
        self._found: dict[str, Coordinator] = {}
        self._searched: str | None = None
        self._choosing = False

    title_words = ""
    takes = ""
    nobody = ""
    no_match = ""

    async def find(self, text: str, limit: int) -> Sequence[Coordinator]:
        """Search: a subclass says among whom, here there is nobody. May raise `Superseded` and `Refused`."""
        return ()

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(plain(self.title_words).truncate(70, ellipsis=True), classes="title")
            entry = _Search(placeholder=_("part of the name"), compact=True, select_on_focus=False)
            entry.cursor_blink = False
            yield entry
            yield Choices()
            yield Label("", id="search-note", markup=False)
            yield Static(keys_line([(_("Enter"), self.takes), (_("Esc"), _("Cancel"))]), id="search-keys")

    def on_mount(self) -> None:
        self._search("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._choosing = False
        self._search(event.value)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_choose()

    @work(exclusive=True)
    async def _search(self, text: str) -> None:
        try:
            found = await self.find(text, LIMIT + len(self._left_out))
        except Superseded:
            return
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        offered = [one for one in found if one.id not in self._left_out]
        self._found = {str(one.id): one for one in offered[:LIMIT]}
        shown = self.query_one(Choices)
        shown.replace([Option(_option(one), id=key) for key, one in self._found.items()])
        note = "" if offered else self.no_match if text.strip() else self.nobody
        if len(offered) > LIMIT:
            note = _("There are more: type on to narrow the list.")
        self.query_one("#search-note", Label).update(plain(note))
        self._searched = text
        if self._choosing:
            self.action_choose()

    def action_move(self, by: int) -> None:
        """Move in the list."""
        shown = self.query_one(Choices)
        shown.action_cursor_down() if by > 0 else shown.action_cursor_up()

    def action_choose(self) -> None:
        """Take the one under the cursor, once the list is that of what was typed."""
        self._choosing = self._searched != self.query_one(_Search).value
        if self._choosing:
            return
        chosen = self._found.get(self.query_one(Choices).chosen)
        if chosen is not None:
            self.dismiss(chosen)

    def action_cancel(self) -> None:
        """Close without choosing."""
        self.dismiss(None)


def _option(authority: Coordinator) -> Content:
    return plain(authority.name) + Content.styled(f" · {authority.country}", "$muted")
