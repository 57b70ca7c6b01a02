"""The filters of the desk in one small form: state, module, what needs doing."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from imi_tui.i18n import N_, _
from imi_tui.i18n.problems import problem_words
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.screens.dialogs import keys_line
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.managed import ManagedQuery
from imi_tui.services.managed_problems import Problem
from imi_tui.widgets.form import Form, choice_field

ANY = "any"


class DeskFilter(ModalScreen["ManagedQuery | None"]):
    """Dismisses with the query as filtered now, or None to leave it as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "show", N_("Show"), key_display="^s"),
        Binding("escape", "cancel", N_("Cancel")),
    ]
    DEFAULT_CSS = """
    DeskFilter {
        & > #dialog {
            width: 76; max-width: 96%; height: 11; padding: 1 2; background: $panel; border-left: thick $primary;
        }
        & .title { text-style: bold; height: 1; margin: 0 0 1 0; }
        & Form { height: 1fr; }
        & SelectCurrent { background: $background; }
        & #filter-keys { height: 1; color: $muted; }
    }
    """

    def __init__(self, query: ManagedQuery, words: CatalogueView) -> None:
        super().__init__()
        self._query = query
        self._words = words

    def compose(self) -> ComposeResult:
        everything = (_("all"), ANY)
        states = [everything, *((authority_status_words(status), status) for status in ("active", "inactive"))]
        modules = [everything, *((module.short, code) for code, module in self._words.modules.items())]
        problems = [everything, *((problem_words(problem), problem.value) for problem in Problem)]
        with Vertical(id="dialog"):
            yield Static(_("Show only"), classes="title")
            with Form():
                yield choice_field("status", _("Status"), states, self._query.status or ANY)
                yield choice_field("module", _("Module"), modules, self._query.module or ANY)
                yield choice_field("problem", _("What needs doing"), problems, self._query.problem or ANY)
            keys = [("^s", _("show")), (_("Esc"), _("Cancel"))]
            yield Static(keys_line(keys), id="filter-keys")

    def on_mount(self) -> None:
        next(iter(self.query_one(Form).fields())).focus()

    def action_show(self) -> None:
        """Show what was chosen."""
        values = {name: "" if value == ANY else value for name, value in self.query_one(Form).values().items()}
        problem = Problem(values["problem"]) if values["problem"] else None
        self.dismiss(replace(self._query, status=values["status"], module=values["module"], problem=problem))

    def action_cancel(self) -> None:
        """Leave the filters as they were."""
        self.dismiss(None)
