"""The editing side of a module: its keywords, and the coordinators linked there (S2.7, S2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Label

from imi_tui.i18n import N_, _
from imi_tui.i18n.refusals import sentence
from imi_tui.screens.my_authority.classification_pane import CountedTree
from imi_tui.screens.my_authority.coordinator_search import CoordinatorSearch
from imi_tui.screens.my_authority.session import EditSession
from imi_tui.screens.my_authority.words import field_label
from imi_tui.services.authority_view import Coordinator
from imi_tui.services.catalogue import ModuleWords
from imi_tui.widgets.choices import Choices, line
from imi_tui.widgets.keyword_tree import KeywordTree
from imi_tui.widgets.ledger import LedgerLines, Line
from imi_tui.widgets.text import plain


class _Linked(Choices):
    """The linked coordinators: `d` takes one away."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "unlink", N_("Remove"), tooltip=N_("Remove coordinator"))]

    class Unlink(Message):
        """A coordinator is to be taken away."""

        def __init__(self, coordinator_id: int) -> None:
            super().__init__()
            self.coordinator_id = coordinator_id

    def action_unlink(self) -> None:
        """Take the coordinator under the cursor away."""
        if self.chosen:
            self.post_message(self.Unlink(int(self.chosen)))


class ModuleForm(Widget):
    """Facts of the module, its keyword tree, its coordinators. Posts `Changed`."""

    DEFAULT_CSS = """
    ModuleForm {
        layout: vertical;
        height: 1fr;
        & .form-heading { height: 1; margin: 1 0 0 0; color: $primary; text-style: bold; }
        & .form-heading.-changed { color: $accent; }
        & KeywordTree { min-height: 4; }
        & _Linked { height: auto; max-height: 5; }
        & #coordinators-note { width: 100%; height: auto; color: $muted; }
        & #coordinators-note.-bad { color: $error; }
    }
    """

    class Changed(Message):
        """The module's keywords or coordinators were changed in the session."""

    def __init__(self, facts: Sequence[Line], words: ModuleWords, session: EditSession) -> None:
        super().__init__()
        self._facts = facts
        self._words = words
        self._session = session
        self._module = words.code

    def compose(self) -> ComposeResult:
        yield LedgerLines(self._facts)
        if len(self._words.forest):
            yield Label("", id="keywords-heading", classes="form-heading", markup=False)
            chosen = self._session.mine.module_keywords.get(self._module, frozenset())
            yield CountedTree(self._words.forest, chosen, self._module, small=True)
        yield Label("", id="coordinators-heading", classes="form-heading", markup=False)
        yield _Linked(id="linked")
        yield Label("", id="coordinators-note", markup=False)

    def on_mount(self) -> None:
        self._show()

    def focus_field(self, name: str) -> None:
        """Focus what a field is changed in, by its name: the linked coordinators or the keywords."""
        of_coordinators = name.startswith("coordinators.")
        for entry in self.query(_Linked if of_coordinators else KeywordTree):
            if entry.display:
                entry.focus()

    @on(KeywordTree.Changed)
    def _keywords(self, event: KeywordTree.Changed) -> None:
        event.stop()
        self._session.choose_keywords(event.chosen, self._module)
        self._changed()

    @on(_Linked.Unlink)
    def _unlink(self, event: _Linked.Unlink) -> None:
        event.stop()
        self._session.unlink(self._module, event.coordinator_id)
        self._changed()

    @work
    async def add_coordinator(self) -> None:
        """Search a coordinator and link it."""
        linked = frozenset(coordinator.id for coordinator in self._session.coordinators(self._module))
        search = CoordinatorSearch(self._module, self._words.name, linked | {self._session.authority_id})
        found: Coordinator | None = await self.app.push_screen_wait(search)
        if found is not None:
            self._session.link(self._module, found)
            self._changed()
            self.query_one(_Linked).focus()

    def _changed(self) -> None:
        self._show()
        self.post_message(self.Changed())

    def _show(self) -> None:
        if len(self._words.forest):
            chosen = len(self._session.mine.module_keywords.get(self._module, ()))
            self._head("keywords-heading", f"module_keywords.{self._module}", f"{chosen}/{len(self._words.forest)}")
        linked = self._session.coordinators(self._module)
        self._head("coordinators-heading", f"coordinators.{self._module}", str(len(linked)))
        shown = self.query_one(_Linked)
        shown.replace([line(f"{one.name} · {one.country}", str(one.id)) for one in linked])
        shown.display = bool(linked)
        self._show_note(bool(linked))

    def _head(self, widget_id: str, name: str, count: str) -> None:
        changed = self._session.changed(name)
        label = self.query_one(f"#{widget_id}", Label)
        label.update(plain(("• " if changed else "") + f"{field_label(name)} · {count}"))
        label.set_class(changed, "-changed")

    def _show_note(self, any_linked: bool) -> None:
        error = self._session.errors.get(f"coordinators.{self._module}")
        note = self.query_one("#coordinators-note", Label)
        words = sentence(error) if error else _("a adds one, d removes one") if any_linked else _("none; a adds one")
        note.update(plain(words, limit=500))
        note.set_class(error is not None, "-bad")
