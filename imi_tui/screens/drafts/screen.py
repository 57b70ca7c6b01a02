"""The drafts: what one typed and did not save, to go on with, to compare, to read and copy, to drop (B6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _, date_time, language
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.drafts import coordinators_in
from imi_tui.rules.refusals import FieldError, Refused
from imi_tui.screens.clipboard import copy
from imi_tui.screens.dialogs import confirm
from imi_tui.screens.drafts import offering
from imi_tui.screens.drafts.compare import CompareScreen, stored_now
from imi_tui.screens.drafts.words import Names, as_text, details, line_words, what_words
from imi_tui.screens.frame import Section
from imi_tui.services import authorities, catalogue, drafts
from imi_tui.services.drafts import Kept
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.ledger import Ledger
from imi_tui.widgets.text import plain


class DraftsScreen(Section):
    """The list, and under it what was typed in the draft under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "go_on", N_("Go on"), key_display="Enter", tooltip=N_("Go on with the draft")),
        Binding("c", "compare", N_("Compare"), tooltip=N_("Compare with what is saved now")),
        Binding("d", "drop", N_("Drop"), tooltip=N_("Drop the draft")),
        Binding("y", "copy", N_("Copy"), tooltip=N_("Copy what was typed")),
        Binding("escape", "later", N_("Later"), key_display="Esc"),
    ]
    CSS = """
    DraftsScreen {
        & #drafts-intro { height: auto; margin: 0 0 1 0; }
        & #drafts { height: auto; max-height: 40%; text-wrap: nowrap; text-overflow: ellipsis; }
        & Ledger { height: 1fr; margin: 1 0 0 0; border-top: solid $rule; }
    }
    """
    help_text = N_(
        "What you type in a form is kept while you type, until you save it or drop it: a lost connection, a crash or an"
        " idle lock takes nothing away. Passwords are never kept. Here is what is not saved yet. Enter goes on with a"
        " draft where you left it; c compares it with what is saved now; y copies what you typed; d drops it; Esc"
        " leaves it for later. Under Drafts in the commands (Ctrl+P) you find this list again."
    )

    def __init__(self, found: Sequence[Kept]) -> None:
        super().__init__()
        self._found = list(found)
        self._names: Names | None = None

    def path(self) -> Sequence[str]:
        """Drafts."""
        return (_("Drafts"),)

    def body(self) -> ComposeResult:
        yield Static(
            plain(_("You typed this and did not save it. Nothing of it is lost."), limit=300), id="drafts-intro"
        )
        yield Choices(*self._options(), id="drafts")
        yield Ledger([])

    def on_mount(self) -> None:
        self._begin()

    async def recompose(self) -> None:
        """Another language: all the names are read anew."""
        await super().recompose()
        self._begin()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Going on only where that is possible."""
        return action != "go_on" or (self._chosen is not None and not self._chosen.refusal)

    async def read_anew(self) -> None:
        """Show the drafts that there are now; without any the screen goes."""
        open_here = [keeper.session for keeper in self.app.ending.keepers()]
        try:
            self._found = list(await self.app.backend.read(drafts.mine, open_here))
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        if not self._found:
            self.dismiss(None)
            return
        self.query_one(Choices).replace(self._options())
        self._show()

    @work(exclusive=True, group="drafts")
    async def _begin(self) -> None:
        contents = [content for kept in self._found for content in (kept.typed.base, kept.typed.mine)]
        try:
            words = await self.app.backend.read(catalogue.view, language())
            named = await self.app.backend.read(authorities.named, coordinators_in(*contents))
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        self._names = Names(words, {one.id: one for one in named})
        choices = self.query_one(Choices)
        if choices.highlighted is None:
            choices.highlighted = 0
        choices.focus()
        self._show()

    def _options(self) -> list[Option]:
        return [Option(line_words(kept), id=kept.typed.session) for kept in self._found]

    @property
    def _chosen(self) -> Kept | None:
        for choices in self.query(Choices):
            return next((kept for kept in self._found if kept.typed.session == choices.chosen), None)
        return None

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_go_on()

    def _show(self) -> None:
        if self._chosen is not None and self._names is not None:
            self.query_one(Ledger).update(details(self._chosen, self._names))
        self.refresh_bindings()

    # Doing

    def action_go_on(self) -> None:
        """Open the form with what was typed, or say why that is not possible."""
        kept = self._chosen
        if kept is None:
            return
        if kept.refusal:
            self.notify(sentence(FieldError("", kept.refusal)), severity="error", markup=False)
        else:
            offering.go_on(self.app, kept)

    @work(exclusive=True, group="drafts")
    async def action_compare(self) -> None:
        """Hold it against what is saved now."""
        kept, names = self._chosen, self._names
        if kept is not None and names is not None:
            now = await stored_now(self.app, kept.typed)
            more = coordinators_in(now or {}) - set(names.authorities)
            if more:
                found = await self.app.backend.read(authorities.named, more)
                names = Names(names.catalogue, {**names.authorities, **{one.id: one for one in found}})
            await self.app.push_screen(CompareScreen(kept, now, names))

    @work(exclusive=True, group="drafts")
    async def action_drop(self) -> None:
        """Drop it, asking first: it cannot be brought back."""
        kept = self._chosen
        if kept is None:
            return
        title = _("Drop this draft?")
        lines = [
            what_words(kept) + (f" · {kept.authority}" if kept.authority else ""),
            _("Typed {when}. It cannot be brought back.").format(when=date_time(kept.saved_at)),
        ]
        if not await self.app.push_screen_wait(confirm(title, lines, _("Drop it"), no=_("Keep it"), danger=True)):
            return
        try:
            await self.app.backend.write(drafts.drop, kept.typed.session)
        except Refused as refused:
            self.app.show_refusal(refused)
        await self.read_anew()

    def action_copy(self) -> None:
        """Send what was typed to the terminal's clipboard."""
        if self._chosen is not None and self._names is not None:
            copy(self.app, as_text(self._chosen, self._names))

    def action_later(self) -> None:
        """Leave the drafts for another time."""
        self.dismiss(None)
