"""The section Find an authority: an entry, what is found as one types, and what is known of the one at the cursor (B1).

Typing never waits: each letter asks anew, and an answer to an older question is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.widgets import Input, Static

from imi_tui.backend import Superseded
from imi_tui.i18n import N_, _, language
from imi_tui.rules.refusals import Refused
from imi_tui.screens.clipboard import copy
from imi_tui.screens.find import words as shown_as
from imi_tui.screens.find.aside import Aside
from imi_tui.screens.find.details import EntryScreen, contact_block
from imi_tui.screens.find.filters import FilterDialog
from imi_tui.screens.frame import Section
from imi_tui.screens.listed import Listed
from imi_tui.screens.opening import opens
from imi_tui.services import catalogue, directory_search
from imi_tui.services.authority_view import AuthorityView
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.directory_search import DirectoryQuery, Found
from imi_tui.widgets.entry import Entry
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import HELD, PAGE, Place, Request, Row
from imi_tui.widgets.table_lines import WIDE
from imi_tui.widgets.text import plain

LEFT = "find"
"""The name under which the place is kept for coming back."""


class SearchEntry(Entry):
    """What is looked for: Down or Enter goes on to the list, Esc empties it first, then goes to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority the focus has moved before the next key is looked at: what is typed ahead goes to the list.
        Binding("enter,down,pagedown", "screen.to_list", N_("To the list"), key_display="Enter", priority=True),
        Binding("escape", "empty", N_("Clear"), key_display="Esc", tooltip=N_("Clear the text")),
    ]

    async def action_empty(self) -> None:
        """Everybody again; on an empty text on to the list."""
        if self.value:
            self.value = ""
        else:
            await self.run_action("screen.to_list")


class FindScreen(Section, Listed):
    """Find an authority. Open to every user: nothing here changes anything."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", N_("Search"), key_display="/"),
        Binding("f", "filters", N_("Filters")),
        Binding("n", "clear", N_("Clear"), tooltip=N_("Clear text and filters")),
        Binding("y", "copy", N_("Copy e-mail")),
        Binding("Y", "copy_all", N_("Copy contact information"), show=False),
        Binding("escape", "search", N_("Search"), show=False),
        Binding("ctrl+r", "again", N_("Read anew"), show=False),
    ]
    CSS = """
    FindScreen {
        & #find-top { height: 1; }
        & #find-label { width: auto; color: $muted; }
        & SearchEntry { width: 1fr; }
        & #find-count { width: auto; padding: 0 0 0 2; color: $muted; }
        & .find-line { height: 1; text-wrap: nowrap; text-overflow: ellipsis; display: none; }
        & .find-line.-shown { display: block; }
        & #find-filters { color: $accent; }
        & #find-corrected { color: $warning; }
        & #find-found { height: 1fr; layout: vertical; }
        & PagedTable { width: 1fr; }
        & #find-details { height: 30%; min-height: 8; max-height: 14; border-top: solid $rule; }
    }
    FindScreen.-wide {
        & #find-found { layout: horizontal; }
        & #find-details {
            width: 36%; height: 100%; max-height: 100%; border-top: none; border-left: solid $rule; padding: 0 0 0 1;
        }
    }
    """
    help_text = N_(
        "Contact information, keywords and description help others find the right authority: they are what is looked"
        " through here, with the names, in every language they are in. Type a part of a name, a keyword or another"
        " word for it, a town, a country, a module; case and diacritics do not matter. What was found stands out in"
        " bold; where it is no name, the field stands before it. Without a text there are all authorities by name."
        " Down or Enter goes to the list, Esc back to the text. Enter there opens the whole entry, y sends the e-mail"
        " address to your terminal's clipboard, Y the whole contact information. f looks only among those of a"
        " country, a module, a role, a keyword or a status; n clears text and filters."
    )

    def __init__(self) -> None:
        super().__init__()
        self._query = DirectoryQuery()
        self._answered: DirectoryQuery | None = None
        self._found: dict[int, Found] = {}
        self._words: CatalogueView | None = None
        self._place: Place | None = None
        self._opening = False
        self._wide = False

    # What is shown

    def path(self) -> Sequence[str]:
        """Find an authority."""
        return (_("Find an authority"),)

    def body(self) -> ComposeResult:
        with Horizontal(id="find-top"):
            yield Static(_("/ search") + " ", id="find-label")
            entry = SearchEntry(
                self._query.text,
                placeholder=_("name, keyword, town, country, module"),
                compact=True,
                select_on_focus=False,
            )
            entry.cursor_blink = False
            yield entry
            yield Static("", id="find-count")
        yield Static("", id="find-filters", classes="find-line")
        yield Static("", id="find-corrected", classes="find-line")
        with Container(id="find-found"):
            yield PagedTable(shown_as.columns(searching=False), self._fetch)
            yield Aside(id="find-details")

    def on_mount(self) -> None:
        left = self.app.left.get(LEFT)
        if isinstance(left, tuple):
            self._place, self._query = left
        self._show_text()
        self.query_one(SearchEntry).focus()
        self._begin()

    async def recompose(self) -> None:
        """Another language: the same question asked in it."""
        self._words = None
        await super().recompose()
        self.query_one(SearchEntry).focus()
        self._begin()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work right now."""
        if action == "clear":
            return self._query != DirectoryQuery()
        if action in {"copy", "copy_all"}:
            return self._answered is not None and any(aside.shown for aside in self.query(Aside))
        return True

    # Reading

    async def _fetch(self, wanted: Request) -> Sequence[Row] | None:
        words = await self._catalogue()
        found = await self._page("find", directory_search.search, self._query, language(), wanted=wanted)
        if found is None:
            return None
        self._keep(found)
        return [shown_as.table_row(one, words, wide=self._wide) for one in found]

    def _keep(self, found: Sequence[Found]) -> None:
        """Why each was found is told with its details; kept of as many as the table holds."""
        self._found.update({one.id: one for one in found})
        for over in list(self._found)[: max(0, len(self._found) - HELD - 4 * PAGE)]:
            del self._found[over]

    async def _catalogue(self) -> CatalogueView:
        if self._words is None or self._words.language != language():
            self._words = await self.app.backend.read(catalogue.view, language())
        return self._words

    @work(exclusive=True, group="find")
    async def _begin(self) -> None:
        """Ask, and show what is found from its beginning, or at the place that is to be gone back to."""
        query, place, table = self._query, self._place, self.query_one(PagedTable)
        self._show_filters(await self._catalogue())
        self._wide = table.size.width >= WIDE
        table.show_columns(shown_as.columns(searching=bool(query.text.strip())))
        if place is None:
            nothing = _("Nothing was found.") if query != DirectoryQuery() else _("No authority is registered yet.")
            await table.reload(keep=False, empty=nothing)
        else:
            await table.restore(place)
        if query == self._query:
            self._answered, self._place = query, None
            self._show_corrected()
            self._open_if_meant()
            await self._count_found(query)

    def _begin_here(self) -> None:
        """Ask anew and stay where one is."""
        if self._answered == self._query:
            self._place = self.query_one(PagedTable).place
        self._begin()

    async def _count_found(self, query: DirectoryQuery) -> None:
        """How many; asked only where the table does not hold them all."""
        number = self.query_one(PagedTable).whole
        if number is None or number >= directory_search.most(query):
            try:
                number = await self.app.backend.latest("find-count", directory_search.found_count, query, language())
            except Superseded:
                return
            except Refused as refused:
                self.app.show_refusal(refused)
                return
        if query == self._query:
            self.query_one("#find-count", Static).update(plain(shown_as.count_words(query, number)))

    def _show_filters(self, words: CatalogueView) -> None:
        parts = shown_as.filter_parts(self._query, words)
        self._line("#find-filters", " · ".join([*parts, _("n clears")]) if parts else "")
        self.refresh_bindings()

    def _show_corrected(self) -> None:
        row = self.query_one(PagedTable).row
        first = self._found.get(row.id) if row else None
        self._line("#find-corrected", shown_as.corrected_words(first))

    def _line(self, selector: str, words: str) -> None:
        line = self.query_one(selector, Static)
        line.update(plain(words, limit=300))
        line.set_class(bool(words), "-shown")

    @on(PagedTable.Highlighted)
    def _highlighted(self, event: PagedTable.Highlighted) -> None:
        event.stop()
        self._keep_place()
        aside = self.query_one(Aside)
        if event.row is None:
            aside.say(shown_as.nothing_words(self._query))
        else:
            aside.look_at(event.row.id, self._found.get(event.row.id), self._words)

    @on(Aside.Looked)
    def _looked(self, event: Aside.Looked) -> None:
        event.stop()
        self.refresh_bindings()

    @on(Aside.Vanished)
    def _vanished(self, event: Aside.Vanished) -> None:
        event.stop()
        self._begin_here()

    def _keep_place(self) -> None:
        self.app.left[LEFT] = (self.query_one(PagedTable).place, self._query)

    def on_resize(self) -> None:
        """The details find another room, and the rows perhaps other columns."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        table = self.query_one(PagedTable)
        if self._words is not None and (table.size.width >= WIDE) != self._wide:
            self._begin_here()
        else:
            self.query_one(Aside).refit()

    # Asking

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._ask(replace(self._query, text=event.value))

    def _ask(self, query: DirectoryQuery) -> None:
        if query != self._query:
            self._query, self._place, self._opening = query, None, False
            self._begin()

    def _show_text(self) -> None:
        with self.prevent(Input.Changed):
            self.query_one(SearchEntry).value = self._query.text

    def action_search(self) -> None:
        """To the text."""
        self.set_focus(self.query_one(SearchEntry))

    def action_to_list(self) -> None:
        """To the list; where it is empty one stays."""
        table = self.query_one(PagedTable)
        if table.row is not None or self._answered != self._query:
            self.set_focus(table)

    def action_clear(self) -> None:
        """Everybody again."""
        self._ask(DirectoryQuery())
        self._show_text()

    @opens
    async def action_filters(self) -> None:
        """Look only among some: a form."""
        try:
            dialog = FilterDialog(self._query, await self._catalogue())
        except Refused as refused:
            self.app.show_refusal(refused)
            return

        def chosen(query: DirectoryQuery | None) -> None:
            if query is not None:
                self._ask(query)

        await self.app.push_screen(dialog, chosen)

    def action_again(self) -> None:
        """Read everything anew."""
        self._begin_here()

    # Doing

    @on(PagedTable.Selected)
    def _selected(self, event: PagedTable.Selected) -> None:
        """Open the whole entry; an Enter that was faster than the answer waits for it."""
        event.stop()
        self._opening = True
        self._open_if_meant()

    def _open_if_meant(self) -> None:
        row = self.query_one(PagedTable).row
        if self._opening and self._answered == self._query:
            self._opening = False
            if row is not None:
                self._open()

    @work(exclusive=True, group="find-do")
    async def _open(self) -> None:
        view, words = await self._meant(), await self._catalogue()
        if view is not None:
            await self.app.push_screen(EntryScreen(view, words))

    @work(exclusive=True, group="find-do")
    async def action_copy(self) -> None:
        """The e-mail address of the one at the cursor to the terminal's clipboard."""
        view = await self._meant()
        if view is not None:
            copy(self.app, view.email)

    @work(exclusive=True, group="find-do")
    async def action_copy_all(self) -> None:
        """Its contact information to the terminal's clipboard."""
        view = await self._meant()
        if view is not None:
            copy(self.app, contact_block(view))

    async def _meant(self) -> AuthorityView | None:
        """The authority at the cursor: the details beside it may still be those of the one before."""
        row = self.query_one(PagedTable).row
        if row is None:
            return None
        try:
            return await self.app.backend.read(directory_search.detail, row.id)
        except Refused as refused:
            self.app.show_refusal(refused)
            return None
