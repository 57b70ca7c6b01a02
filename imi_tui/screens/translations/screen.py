"""The section Translations: the list of what is to be translated, with filter, counts and details (B3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from imi_tui.i18n import N_, _, languages_by_name
from imi_tui.rules.drafts import Typed
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.refusals import Gone, Refused
from imi_tui.screens.frame import Section
from imi_tui.screens.listed import Listed
from imi_tui.screens.opening import opens
from imi_tui.screens.translations.task_screen import TaskScreen
from imi_tui.screens.translations.words import columns, counts_words, detail_lines, language_words, table_row
from imi_tui.services import translations, translations_list
from imi_tui.services.translations import Task
from imi_tui.services.translations_list import TaskQuery
from imi_tui.widgets.list_filter import ListFilter
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import Place, Request, Row
from imi_tui.widgets.text import fitting, plain

LEFT = "translations"
"""The name under which the place in the list is kept for coming back."""


class TranslationsScreen(Section, Listed):
    """What is to be translated, the oldest first. For the Commission's administrators."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "open", N_("Open"), key_display="Enter", tooltip=N_("Translate")),
        Binding("slash", "filter", N_("Filter"), key_display="/"),
        Binding("f", "language(1)", N_("Language"), tooltip=N_("Next language")),
        Binding("F", "language(-1)", N_("Language before"), show=False),
        Binding("n", "no_filter", N_("Clear the filter"), show=False),
        Binding("ctrl+r", "again", N_("Read anew"), show=False),
    ]
    CSS = """
    TranslationsScreen {
        & #body { layout: vertical; }
        & #tasks-top { height: 1; }
        & #tasks-filter-label { width: auto; color: $muted; }
        & ListFilter { width: 20; }
        & #tasks-counts { width: 1fr; text-align: right; text-wrap: nowrap; text-overflow: ellipsis; color: $muted; }
        & #tasks-details { height: 28%; min-height: 6; max-height: 12; border-top: solid $rule; }
    }
    """
    help_text = N_(
        "An authority that changes its informal name or its description significantly says so, and the translations of"
        " that text are then older than the original. Here is what the Commission has to translate, the oldest first."
        " Enter opens a task: old and new side by side, and the translations to be corrected or confirmed. / filters by"
        " the authority's name or country as you type, f shows only what one language lacks, language by language, F"
        " goes back, n shows everything."
    )

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._language = ""
        self._detail: Task | None = None

    def path(self) -> Sequence[str]:
        """Administration › Translations."""
        return (_("Administration"), _("Translations"))

    def body(self) -> ComposeResult:
        with Horizontal(id="tasks-top"):
            yield Static(_("/ filter") + " ", id="tasks-filter-label")
            yield ListFilter(self._text)
            yield Static("", id="tasks-counts")
        yield PagedTable(columns(), self._fetch)
        yield Static("", id="tasks-details")

    def on_mount(self) -> None:
        self._begin()

    async def recompose(self) -> None:
        """Another language: the list is read anew."""
        await super().recompose()
        self._begin()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work right now."""
        if action == "open":
            return self._detail is not None
        if action == "no_filter":
            return bool(self._text or self._language)
        return True

    # Reading

    def _query(self) -> TaskQuery:
        return TaskQuery(self._text, self._language)

    async def _fetch(self, wanted: Request) -> Sequence[Row] | None:
        found = await self._page("translations", translations_list.tasks_page, self._query(), wanted=wanted)
        return None if found is None else [table_row(row) for row in found]

    @work(exclusive=True, group="tasks")
    async def _begin(self) -> None:
        """Show the list, where one left it."""
        place: Place | None = None
        left = self.app.left.get(LEFT)
        if isinstance(left, tuple):
            place, self._text, self._language = left
        with self.prevent(Input.Changed):
            self.query_one(ListFilter).value = self._text
        table = self.query_one(PagedTable)
        self._detail = None
        await self._count()
        if place is None:
            await table.reload(keep=False, empty=self._empty_words())
        else:
            await table.restore(place)
        table.focus()

    async def _reload(self, *, keep: bool) -> None:
        self._detail = None
        await super()._reload(keep=keep)

    async def _count(self) -> None:
        try:
            counts = await self.app.backend.read(translations_list.tasks_counts)
            found = None
            if self._text or self._language:
                found = await self.app.backend.read(translations_list.tasks_found, self._query())
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        words = counts_words(counts, found)
        if self._language:
            words = _("only: {status}").format(status=language_words(self._language)) + " · " + words
        self.query_one("#tasks-counts", Static).update(plain(words))

    def _empty_words(self) -> str:
        if self._text or self._language:
            return _("Nothing matches. n clears the filter.")
        return _("✓ Nothing is to be translated.")

    @on(PagedTable.Highlighted)
    def _highlighted(self, event: PagedTable.Highlighted) -> None:
        event.stop()
        self.app.left[LEFT] = (self.query_one(PagedTable).place, self._text, self._language)
        self._once_it_rests()
        row = event.row
        if row is None:
            self._show_details(None)
        else:
            self._once_it_rests(lambda: self._read_details(row), at_once=self._detail is None)

    @work(exclusive=True, group="tasks-details")
    async def _read_details(self, row: Row) -> None:
        task = await self._task_of(row)
        if task is not None:
            self._show_details(task)

    async def _task_of(self, row: Row) -> Task | None:
        """The task of a row as it is now; where it was ended meanwhile the list is read anew."""
        _asked_at, authority_id, kind = row.position
        try:
            return await self.app.backend.read(translations.task, authority_id, kind)
        except Gone:
            await self._reload(keep=True)
        except Refused as refused:
            self.app.show_refusal(refused)
        return None

    def _show_details(self, task: Task | None) -> None:
        self._detail = task
        self.refresh_bindings()
        shown = self.query_one("#tasks-details", Static)
        width, height = shown.content_size
        shown.update(fitting(detail_lines(task, width), width, height) if task else "")

    def on_resize(self) -> None:
        """The details find another room."""
        if self._detail is not None:
            self._show_details(self._detail)

    # Filtering

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(ListFilter).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._text = event.value
        self._filtered()

    def action_language(self, by: int) -> None:
        """Only what is stale or missing in one language after the other, then everything again."""
        codes = ["", *(code for _name, code in languages_by_name(WORKING_LANGUAGES))]
        self._language = codes[(codes.index(self._language) + by) % len(codes)]
        self._filtered()

    def action_no_filter(self) -> None:
        """Everything again."""
        self._text = self._language = ""
        with self.prevent(Input.Changed):
            self.query_one(ListFilter).value = ""
        self._filtered()

    @work(exclusive=True, group="tasks")
    async def _filtered(self) -> None:
        await self._reload(keep=False)
        self.refresh_bindings()

    @work(exclusive=True, group="tasks")
    async def action_again(self) -> None:
        """Read everything anew."""
        await self._reload(keep=True)

    # Opening

    @on(PagedTable.Selected)
    def _selected(self, event: PagedTable.Selected) -> None:
        event.stop()
        self.action_open()

    @opens
    async def action_open(self) -> None:
        """Open the task under the cursor, as it is now."""
        row = self.query_one(PagedTable).row
        task = await self._task_of(row) if row is not None else None
        if task is not None:
            await self._open_task(task)

    async def go_on(self, typed: Typed) -> None:
        """Go on with a draft of a task (B6)."""
        try:
            task = await self.app.backend.read(translations.task, typed.authority_id or 0, typed.subject)
        except Refused as refused:
            self.app.show_refusal(refused)
        else:
            await self._open_task(task, typed)

    async def _open_task(self, task: Task, going_on: Typed | None = None) -> None:
        screen = TaskScreen(task, going_on)

        def closed(_nothing: None) -> None:
            self._task_closed(screen, task)

        await self.app.push_screen(screen, closed)

    @work(exclusive=True, group="tasks")
    async def _task_closed(self, screen: TaskScreen, task: Task) -> None:
        await self._reload(keep=True)
        if screen.done:
            words = _("Done: {name}. The authority and its administrators are told by e-mail.")
            self.notify(words.format(name=task.authority), markup=False)
