"""The list of an authority's users: badges, filter, counts, details; what is done with them is in `pane` (S4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from imi_tui.i18n import _, language
from imi_tui.i18n.statuses import account_word, password_word
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.refusals import Gone, Refused
from imi_tui.screens.listed import Listed
from imi_tui.screens.users.words import columns, counts_words, detail_lines, notices, table_row
from imi_tui.services import catalogue, user_view, users_list
from imi_tui.services.users_list import Sort, UserQuery
from imi_tui.widgets.list_filter import ListFilter
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import Place, Request, Row
from imi_tui.widgets.table_lines import WIDE
from imi_tui.widgets.text import fitting, plain

if TYPE_CHECKING:
    from imi_tui.services.user_view import UserDetail

STATUSES: tuple[AccountStatus | PasswordStatus | None, ...] = (None, *AccountStatus, *PasswordStatus)


class UsersList(Listed):
    """The users of one authority, to be read; `may_manage` says whether the reader may change them."""

    DEFAULT_CSS = """
    UsersList {
        height: 1fr;
        layout: vertical;
        & #users-top { height: 1; }
        & #users-filter-label { width: auto; color: $muted; }
        & ListFilter { width: 20; }
        & #users-counts { width: 1fr; text-align: right; text-wrap: nowrap; text-overflow: ellipsis; color: $muted; }
        & #users-notice { height: auto; color: $warning; display: none; }
        & #users-notice.-shown { display: block; }
        & #users-details { height: 28%; min-height: 6; max-height: 12; border-top: solid $rule; }
    }
    """

    def __init__(self, authority_id: int, may_manage: bool) -> None:
        super().__init__()
        self._authority = authority_id
        self.may_manage = may_manage
        self._text = ""
        self._status = 0
        self._detail: UserDetail | None = None
        self._words: catalogue.CatalogueView | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="users-top"):
            yield Static(_("/ filter") + " ", id="users-filter-label")
            yield ListFilter(self._text)
            yield Static("", id="users-counts")
        yield Static("", id="users-notice")
        yield PagedTable(columns(), self._fetch)
        yield Static("", id="users-details")

    def on_mount(self) -> None:
        self._begin()

    def _keep_place(self) -> None:
        """Where one is is kept for coming back."""
        place = self.query_one(PagedTable).place
        self.app.left[f"users {self._authority}"] = (place, self._text, self._status)

    def focus_first(self) -> None:
        """Focus the list."""
        self.query_one(PagedTable).focus()

    # Reading

    def _query(self, sort: str = Sort.NAME, descending: bool = False) -> UserQuery:
        return UserQuery(self._text, STATUSES[self._status], Sort(sort), descending)

    async def _fetch(self, wanted: Request) -> Sequence[Row] | None:
        query = self._query(wanted.sort, wanted.descending)
        found = await self._page("users", users_list.users_page, self._authority, query, wanted=wanted)
        if found is None:
            return None
        now = self.app.backend.now()
        return [table_row(user, now) for user in found]

    @work(exclusive=True, group="users-begin")
    async def _begin(self) -> None:
        """Show the list, where one left it."""
        place: Place | None = None
        left = self.app.left.get(f"users {self._authority}")
        if isinstance(left, tuple):
            place, self._text, self._status = left
        with self.prevent(Input.Changed):
            self.query_one(ListFilter).value = self._text
        table = self.query_one(PagedTable)
        await self._count()
        if place is None:
            await table.reload(keep=False, empty=self._empty_words())
        else:
            await table.restore(place)

    async def _count(self) -> None:
        """The counts, and the advice to register a stand-in as long as there is one administrator only (S3.1)."""
        try:
            counts = await self.app.backend.read(users_list.users_counts, self._authority)
            found = None
            if self._text or self._status:
                found = await self.app.backend.read(users_list.users_found, self._authority, self._query())
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        words = counts_words(counts, found)
        status = STATUSES[self._status]
        if status is not None:
            word = account_word(status) if isinstance(status, AccountStatus) else password_word(status)
            words = _("only: {status}").format(status=word) + " · " + words
        self.query_one("#users-counts", Static).update(plain(words))
        lines = notices(counts)
        notice = self.query_one("#users-notice", Static)
        notice.set_class(bool(lines), "-shown")
        notice.update(Content("\n").join(plain(line, limit=300) for line in lines))

    def _empty_words(self) -> str:
        if self._text or self._status:
            return _("Nobody matches. n clears the filter.")
        if self.may_manage:
            return _("Nobody is registered yet. a registers the first colleague.")
        return _("Nobody is registered yet.")

    @on(PagedTable.Highlighted)
    def _highlighted(self, event: PagedTable.Highlighted) -> None:
        event.stop()
        self._keep_place()
        self._once_it_rests()
        row = event.row
        if row is None:
            self._show_details(None)
        elif self._detail is None or self._detail.id != row.id:
            self._once_it_rests(lambda: self._read_details(row.id), at_once=self._detail is None)

    @work(exclusive=True, group="users-details")
    async def _read_details(self, user_id: int) -> None:
        try:
            self._show_details(await self.app.backend.read(user_view.user_detail, self._authority, user_id))
        except Gone:
            await self._reload(keep=True)
        except Refused as refused:
            self.app.show_refusal(refused)

    def _show_details(self, detail: UserDetail | None) -> None:
        self._detail = detail
        self.refresh_bindings()
        shown = self.query_one("#users-details", Static)
        if detail is None or self._words is None:
            shown.update("")
        if detail is not None:
            self._show_words(detail)

    @work(exclusive=True, group="users-words")
    async def _show_words(self, detail: UserDetail) -> None:
        if self._words is None or self._words.language != language():
            self._words = await self.app.backend.read(catalogue.view, language())
        shown = self.query_one("#users-details", Static)
        narrow = self.app.size.width < WIDE
        lines = detail_lines(detail, self._words, self.app.backend.now(), narrow=narrow)
        shown.update(fitting(lines, shown.content_size.width, shown.content_size.height))

    def on_resize(self) -> None:
        """The details find another room."""
        if self._detail is not None:
            self._show_words(self._detail)

    # Filtering

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(ListFilter).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._text = event.value
        self._filtered()

    def action_status(self) -> None:
        """Only those of one status after the other, then everybody again."""
        self._status = (self._status + 1) % len(STATUSES)
        self._filtered()

    def action_no_filter(self) -> None:
        """Everybody again."""
        self._status = 0
        self.query_one(ListFilter).value = ""
        self._text = ""
        self._filtered()

    @work(exclusive=True, group="users-filter")
    async def _filtered(self) -> None:
        await self._reload(keep=False)
        self.refresh_bindings()

    @work(exclusive=True, group="users-filter")
    async def action_again(self) -> None:
        """Read everything anew, the details of the row under the cursor too."""
        await self._again()

    async def _again(self) -> None:
        self._detail = None
        await self._reload(keep=True)
