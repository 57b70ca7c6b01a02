"""Which authorities are looked among: country, module, role, keyword, status, in one form (B1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from imi_tui.backend import Superseded
from imi_tui.i18n import N_, _, country_name, language
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.rules.keywords import Forest
from imi_tui.rules.refusals import Refused
from imi_tui.rules.text import fold
from imi_tui.screens.dialogs import keys_line
from imi_tui.screens.find.words import count_words
from imi_tui.services import directory_search
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.directory_search import DirectoryQuery
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.entry import Entry
from imi_tui.widgets.form import Field, Form, choice_field
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

ANY = "*"
"""The choice that narrows nothing."""

OFFERED = 50
"""Keywords offered at once; a longer list is for typing on."""


class _KeywordEntry(Entry):
    """The arrows move in the list below, Enter takes what is under its cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", N_("Down"), show=False),
        Binding("up", "move(-1)", N_("Up"), show=False),
        Binding("enter", "take", N_("Choose"), key_display="Enter"),
    ]

    def action_move(self, by: int) -> None:
        """Move in the list."""
        offered = self.query_ancestor(KeywordPicker).query_one(Choices)
        offered.action_cursor_down() if by > 0 else offered.action_cursor_up()

    def action_take(self) -> None:
        """Choose the keyword under the list's cursor."""
        picker = self.query_ancestor(KeywordPicker)
        picker.take(picker.query_one(Choices).chosen)


class KeywordPicker(Widget):
    """One keyword, or none: typed, then chosen from what matches by any word for it."""

    DEFAULT_CSS = """
    KeywordPicker {
        height: auto;
        & Choices { height: auto; max-height: 5; display: none; background: $panel; }
        &.-open Choices { display: block; }
    }
    """

    def __init__(self, forest: Forest, chosen: str) -> None:
        super().__init__()
        self._forest = forest
        self.code = chosen

    def compose(self) -> ComposeResult:
        entry = _KeywordEntry(
            self._chosen_name,
            placeholder=_("any; type to find one"),
            compact=True,
            select_on_focus=False,
            id="keyword-entry",
        )
        entry.cursor_blink = False
        yield entry
        offered = Choices()
        offered.can_focus = False
        yield offered

    def on_descendant_blur(self) -> None:
        """Whoever goes on has chosen what stood under the cursor."""
        self.settle()

    def take(self, code: str) -> None:
        """Choose a keyword; without one nothing is chosen."""
        if code:
            self.code = code
            self._close(self._forest.name(code))

    def settle(self) -> None:
        """Choose what is offered first; where nothing is, what was typed goes."""
        if self.has_class("-open"):
            self.take(self.query_one(Choices).chosen)
        elif self.query_one(_KeywordEntry).value != self._chosen_name:
            self._close(self._chosen_name)

    @property
    def _chosen_name(self) -> str:
        return self._forest.name(self.code) if self.code else ""

    def _close(self, name: str) -> None:
        entry = self.query_one(_KeywordEntry)
        with entry.prevent(Input.Changed):
            entry.value = name
        self.remove_class("-open")
        entry.cursor_position = len(name)
        self.post_message(Input.Changed(entry, name))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if not event.value.strip():
            self.code = ""
            self.remove_class("-open")
        elif event.value != self._chosen_name:
            event.stop()
            self._offer(event.value)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.take(event.option.id or "")

    def _offer(self, text: str) -> None:
        matches = self._forest.matches(text) or {}
        codes = [code for code in self._forest.in_order(matches) if not code.startswith("module:")]
        codes.sort(key=lambda code: (bool(matches[code]), not fold(self._forest.name(code)).startswith(fold(text))))
        offered = self.query_one(Choices)
        offered.replace([Option(self._line(code, matches[code]), id=code) for code in codes[:OFFERED]])
        if codes:
            offered.highlighted = 0
        self.set_class(bool(codes), "-open")

    def _line(self, code: str, by: str) -> Content:
        path = self._forest.path(code)
        found = plain(path[-1]) + (plain(f" ({by})", "$muted") if by else "")
        found += plain(f" · {' › '.join(path[:-1])}", "$muted") if path[:-1] else Content("")
        return found.truncate(max(10, self.size.width - 2), ellipsis=True)


class KeywordField(Field):
    """The picker with its label; the value is the keyword's code."""

    def __init__(self, forest: Forest, chosen: str) -> None:
        self._picker = KeywordPicker(forest, chosen)
        super().__init__("keyword", _("Keyword"), self._picker)

    @property
    def value(self) -> str:
        """The code of the keyword chosen, or nothing."""
        return self._picker.code

    def focus(self, scroll_visible: bool = True) -> KeywordField:
        """Focus the entry."""
        self.screen.set_focus(self._picker.query_one(_KeywordEntry), scroll_visible)
        return self


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
