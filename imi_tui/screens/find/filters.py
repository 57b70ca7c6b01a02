"""Which authorities are looked among: country, module, role, keyword, status, in one form (B1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from imi_tui.backend import Superseded
from imi_tui.i18n import N_, _, country_name, language
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.rules.refusals import Refused
from imi_tui.rules.text import fold
from imi_tui.screens.dialogs import keys_line
from imi_tui.screens.find.keyword_picker import KeywordField, KeywordPicker
from imi_tui.screens.find.words import count_words
from imi_tui.services import directory_search
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.directory_search import DirectoryQuery
from imi_tui.widgets.form import Field, Form, choice_field
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

ANY = "*"
"""The choice that narrows nothing."""


class FilterDialog(ModalScreen["DirectoryQuery | None"]):
    """Dismisses with the query so narrowed, or None. Says while one chooses how many that leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "apply", N_("Apply"), key_display="^s"),
        Binding("escape", "cancel", N_("Cancel")),
    ]
    CSS = """
    FilterDialog {
        & > #dialog {
            width: 76; max-width: 96%; height: auto; max-height: 90%; padding: 1 2;
            background: $panel; border-left: thick $primary;
        }
        & .title { text-style: bold; height: 1; margin: 0 0 1 0; }
        & Form { height: auto; max-height: 100%; }
        & Field { grid-columns: 14 1fr; }
        & Entry, & SelectCurrent { background: $background; }
        & #filter-count { height: 1; margin: 1 0 0 0; color: $primary; text-style: bold; }
        & #filter-keys { height: 1; color: $muted; }
    }
    """

    app: ImiApp

    def __init__(self, query: DirectoryQuery, words: CatalogueView) -> None:
        super().__init__()
        self._query = query
        self._words = words

    def compose(self) -> ComposeResult:
        query, words = self._query, self._words
        countries = sorted(((country_name(code), code) for code in words.countries), key=lambda one: fold(one[0]))
        modules = [(module.name, code) for code, module in words.modules.items()]
        statuses = [(authority_status_words(code), code) for code in ("active", "inactive")]
        with Vertical(id="dialog"):
            yield Static(plain(_("Look only among")), classes="title")
            with Form():
                yield _choice("country", _("Country"), countries, query.country)
                yield _choice("module", _("Module"), modules, query.module)
                yield _choice("role", _("Role"), [(name, code) for code, name in words.roles.items()], query.role)
                yield KeywordField(words.every_keyword, query.keyword)
                yield _choice("status", _("Status"), statuses, query.status)
            yield Static("", id="filter-count")
            keys = [("Ctrl+S", _("show them")), (_("Tab"), _("Next field")), (_("Esc"), _("Cancel"))]
            yield Static(keys_line(keys), id="filter-keys")

    def on_mount(self) -> None:
        next(iter(self.query_one(Form).fields())).focus()
        self._count()

    @property
    def chosen(self) -> DirectoryQuery:
        """The query as it is narrowed now."""
        values = self.query_one(Form).values()
        return replace(self._query, **{name: "" if value == ANY else value for name, value in values.items()})

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        event.stop()
        self._count()

    @work(exclusive=True, group="filter-count")
    async def _count(self) -> None:
        query = self.chosen
        try:
            number = await self.app.backend.latest("filter-count", directory_search.found_count, query, language())
        except Superseded:
            return
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        self.query_one("#filter-count", Static).update(plain(count_words(query, number)))

    def action_apply(self) -> None:
        """Look among these only."""
        self.query_one(KeywordPicker).settle()
        self.dismiss(self.chosen)

    def action_cancel(self) -> None:
        """As it was."""
        self.dismiss(None)


def _choice(name: str, label: str, options: list[tuple[str, str]], value: str) -> Field:
    return choice_field(name, label, [(_("any"), ANY), *options], value or ANY)
