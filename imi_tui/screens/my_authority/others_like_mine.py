"""What authorities like mine have chosen and I have not: a list to choose from while one edits (S2.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _, ngettext
from imi_tui.rules.keywords import Forest, Mark
from imi_tui.screens.dialogs import keys_line
from imi_tui.services.keyword_advice import Advice, Suggestion
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.text import plain
from imi_tui.widgets.tree_lines import BOXES

LINE = 68
"""Cells of a line in the dialog: one for each keyword."""


class OthersLikeMine(ModalScreen[None]):
    """The suggestions with their share. `choose` is told of each keyword taken in or out; without it one only reads."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", N_("Choose"), key_display="Space"),
        Binding("escape,q", "close", N_("Back"), key_display="Esc"),
    ]
    CSS = """
    OthersLikeMine {
        & > #dialog {
            width: 76; max-width: 96%; height: auto; max-height: 90%; padding: 1 2;
            background: $panel; border-left: thick $primary;
        }
        & .title { text-style: bold; height: 1; margin: 0 0 1 0; }
        & #others-note { height: auto; color: $muted; margin: 0 0 1 0; }
        & Choices { height: auto; max-height: 14; }
        & #others-keys { height: 1; color: $muted; margin: 1 0 0 0; }
    }
    """

    def __init__(self, advice: Advice, forest: Forest, choose: Callable[[str], bool] | None) -> None:
        super().__init__()
        self._advice = advice
        self._forest = forest
        self._choose = choose
        self._chosen: set[str] = set()

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(plain(_("Others like mine")), classes="title")
            yield Static(plain(self._note(), limit=500), id="others-note")
            yield Choices(*self._options())
            keys = [(_("Space"), _("choose"))] if self._choose and self._advice.suggestions else []
            yield Static(keys_line([*keys, (_("Esc"), _("Back"))]), id="others-keys")

    def on_mount(self) -> None:
        self.query_one(Choices).display = bool(self._advice.suggestions)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Chosen is only while one edits."""
        return action != "choose" or self._choose is not None

    def action_choose(self) -> None:
        """Take the keyword under the cursor into the editing session, or out again."""
        shown = self.query_one(Choices)
        code = shown.chosen
        if self._choose is None or not code:
            return
        if self._choose(code):
            self._chosen.add(code)
        else:
            self._chosen.discard(code)
        shown.replace(self._options())

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_choose()

    def action_close(self) -> None:
        """Back to the keywords."""
        self.dismiss(None)

    def _note(self) -> str:
        alike = self._advice.alike
        if not alike:
            return _("No other active authority shares a module with this one: there is nobody to compare with.")
        compared = ngettext(
            "Compared with the {n} active authority most like this one by keywords and modules.",
            "Compared with the {n} active authorities most like this one by keywords and modules.",
            alike,
        ).format(n=alike)
        if not self._advice.suggestions:
            return compared + " " + _("No keyword that many of them have is missing here.")
        return compared + " " + _("Many of them have these keywords, this one has not:")

    def _options(self) -> list[Option]:
        return [Option(self._line(one), id=one.keyword) for one in self._advice.suggestions]

    def _line(self, one: Suggestion) -> Content:
        box = ""
        if self._choose is not None:
            box = BOXES[Mark.ON if one.keyword in self._chosen else Mark.OFF] + " "
        share = f"{self._advice.percent(one)} %".rjust(5)
        path = self._forest.path(one.keyword)
        above = Content.styled(f" · {' › '.join(path[:-1])}", "$muted") if path[:-1] else Content("")
        return (Content.assemble(box, (share, "$muted"), "  ", plain(path[-1])) + above).truncate(LINE, ellipsis=True)
