"""Tab 4, Users: the list with its badges, filter, counts and details, and the keys of an administrator (S4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from imi_tui.backend import Superseded
from imi_tui.i18n import N_, _, language
from imi_tui.i18n.statuses import account_word, password_word
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.refusals import Gone, Refused
from imi_tui.screens.dialogs import notice
from imi_tui.screens.mail_words import resent_words
from imi_tui.screens.users.dialogs import delete_question, deleted_words, reset_question, reset_words
from imi_tui.screens.users.form import UserForm
from imi_tui.screens.users.username_page import UsernamePage
from imi_tui.screens.users.words import columns, counts_words, detail_lines, notices, table_row
from imi_tui.services import catalogue, login, mails, user_rights, user_view, users, users_list
from imi_tui.services.users_list import Sort, UserQuery
from imi_tui.widgets.entry import Entry
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import Place, Request, Row
from imi_tui.widgets.table_lines import WIDE
from imi_tui.widgets.text import fitting, plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp
    from imi_tui.services.user_view import UserDetail

REST = 0.12
"""Seconds that the cursor rests on a row before its details are read: a held key reads none of them."""

STATUSES: tuple[AccountStatus | PasswordStatus | None, ...] = (None, *AccountStatus, *PasswordStatus)


class _Filter(Entry):
    """The filter: Down or Enter goes on to the list, Esc empties it first, then goes to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "to_list", N_("To the list"), key_display="Enter"),
        Binding("down", "to_list", N_("To the list"), show=False),
        Binding("escape", "empty", N_("Clear the filter"), key_display="Esc"),
    ]

    def action_to_list(self) -> None:
        """Focus the list."""
        self.query_ancestor(UsersPane).focus_first()

    def action_empty(self) -> None:
        """Show everybody again; on an empty filter back to the list."""
        if self.value:
            self.value = ""
        else:
            self.action_to_list()


class UsersPane(Widget):
    """The users of one authority; `may_manage` shows the keys of an administrator (the services check anew)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", N_("Add"), tooltip=N_("Add user")),
        Binding("e", "edit", N_("Edit")),
        Binding("r", "reset", N_("Reset"), tooltip=N_("Reset password")),
        Binding("d", "delete", N_("Delete")),
        Binding("m", "resend", N_("E-mail again"), tooltip=N_("Send e-mail again")),
        Binding("slash", "filter", N_("Filter"), key_display="/"),
        Binding("f", "status", N_("Status")),
        Binding("n", "no_filter", N_("Clear the filter"), show=False),
        Binding("ctrl+r", "again", N_("Read anew"), show=False),
    ]
    DEFAULT_CSS = """
    UsersPane {
        height: 1fr;
        layout: vertical;
        & #users-top { height: 1; }
        & #users-filter-label { width: auto; color: $muted; }
        & _Filter { width: 20; }
        & #users-counts { width: 1fr; text-align: right; text-wrap: nowrap; text-overflow: ellipsis; color: $muted; }
        & #users-notice { height: auto; color: $warning; display: none; }
        & #users-notice.-shown { display: block; }
        & #users-details { height: 28%; min-height: 6; max-height: 12; border-top: solid $rule; }
    }
    """

    help_text = N_(
        "The list shows for every user whether they have ever logged in (active or new) and whether the password is"
        " temporary, valid, blocked or expired. An administrator adds users with a, edits data and rights with e,"
        " resets a password with r, deletes with d. A reset password is unusable at once; a temporary one is e-mailed"
        " and must be changed at the first log-in. Colleagues who leave are deleted, for data protection. Some rights"
        " must be held by at least one user in each authority: what would leave one without a holder is refused."
        " Under the list stands what has become of a person's last e-mail; m sends it again."
        " / filters as you type, f shows one status after the other, n shows everybody, s sorts."
    )

    app: ImiApp

    def __init__(self, authority_id: int, may_manage: bool) -> None:
        super().__init__()
        self._authority = authority_id
        self.may_manage = may_manage
        self._text = ""
        self._status = 0
        self._rest: Timer | None = None
        self._detail: UserDetail | None = None
        self._words: catalogue.CatalogueView | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="users-top"):
            yield Static(_("/ filter") + " ", id="users-filter-label")
            entry = _Filter(self._text, compact=True, select_on_focus=False)
            entry.cursor_blink = False
            yield entry
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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work for this user, on this row."""
        if action in {"add", "edit", "reset", "delete", "resend"} and not self.may_manage:
            return False
        if action == "resend":
            last = self._detail.last_mail if self._detail else None
            return last is not None and last.again
        if action == "no_filter":
            return bool(self._text or self._status)
        return True

    # Reading

    def _query(self, sort: str = Sort.NAME, descending: bool = False) -> UserQuery:
        return UserQuery(self._text, STATUSES[self._status], Sort(sort), descending)

    async def _fetch(self, wanted: Request) -> Sequence[Row] | None:
        try:
            found = await self.app.backend.latest(
                "users",
                users_list.users_page,
                self._authority,
                self._query(wanted.sort, wanted.descending),
                after=wanted.after,
                before=wanted.before,
                at=wanted.at,
                last=wanted.last,
                limit=wanted.limit,
            )
        except Superseded:
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
            self.query_one(_Filter).value = self._text
        table = self.query_one(PagedTable)
        await self._count()
        if place is None:
            await table.reload(keep=False, empty=self._empty_words())
        else:
            await table.restore(place)

    async def _reload(self, *, keep: bool) -> None:
        await self._count()
        await self.query_one(PagedTable).reload(keep=keep, empty=self._empty_words())

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
        if self._rest is not None:
            self._rest.stop()
        row = event.row
        if row is None:
            self._show_details(None)
        elif self._detail is None or self._detail.id != row.id:
            if self._detail is None or not REST:
                self._read_details(row.id)
            else:
                self._rest = self.set_timer(REST, lambda: self._read_details(row.id))

    @on(PagedTable.FetchFailed)
    def _failed(self, event: PagedTable.FetchFailed) -> None:
        event.stop()
        self.app.show_refusal(event.refused)

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
        self.query_one(_Filter).focus()

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
        self.query_one(_Filter).value = ""
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

    # Doing

    @on(PagedTable.Selected)
    async def _selected(self, event: PagedTable.Selected) -> None:
        event.stop()
        if self.may_manage:
            await self.action_edit()
        else:
            await self._read_whole()

    # The actions are awaited until their screen stands: what is typed ahead over a slow line
    # never reaches the keys of the list behind it.

    async def action_add(self) -> None:
        """Register a colleague (S3.2); at the end the page with the username (S3.9)."""
        try:
            form = UserForm(self._authority, await self._offered())
        except Refused as refused:
            self.app.show_refusal(refused)
            return

        def closed(_nothing: None) -> None:
            self._registered(form)

        await self.app.push_screen(form, closed)

    @work(exclusive=True, group="users-do")
    async def _registered(self, form: UserForm) -> None:
        if form.registered is not None:
            await self.app.push_screen_wait(UsernamePage(form.registered))
            await self._show(form.registered.user_id)

    async def action_edit(self) -> None:
        """Change a colleague's data and rights (S4.2)."""
        detail = await self._meant()
        if detail is None:
            return
        form = UserForm(self._authority, await self._offered(), detail)

        def closed(_nothing: None) -> None:
            self._edited(form)

        await self.app.push_screen(form, closed)

    @work(exclusive=True, group="users-do")
    async def _edited(self, form: UserForm) -> None:
        if form.edited is not None:
            words = _("Saved: {name}").format(name=form.edited.name)
            if form.edited.mail_to:
                words += ". " + _("{email} is told of the rights by e-mail.").format(email=form.edited.mail_to)
            self.notify(words, markup=False)
            await self._show(form.edited.user_id)
            await self._oneself(form.edited.user_id)
        else:  # who could not save was told that somebody else had changed something
            self._detail = None
            await self._reload(keep=True)

    async def _read_whole(self) -> None:
        """All there is about a colleague, for whoever may only read: the lines under the list may be too few."""
        detail = await self._meant()
        if detail is not None and self._words is not None:
            lines = detail_lines(detail, self._words, self.app.backend.now(), narrow=True)
            await self.app.push_screen(notice(detail.name, lines.split("\n", allow_blank=True)))

    async def action_reset(self) -> None:
        """Reset a colleague's password (S4.6)."""
        detail = await self._meant()
        if detail is None:
            return
        if detail.id == self.app.backend.actor.user_id:
            await self._refused(Refused("not_own_password"))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._reset(detail)

        question = reset_question(detail, self.app.settings.temporary_password_days)
        await self.app.push_screen(question, answered)

    @work(exclusive=True, group="users-do")
    async def _reset(self, detail: UserDetail) -> None:
        try:
            reset = await self.app.backend.write(users.reset_password, self._authority, detail.id)
        except Refused as refused:
            await self._refused(refused)
            return
        self.notify(reset_words(reset), markup=False)
        await self._show(detail.id)

    async def action_delete(self) -> None:
        """Delete a colleague who leaves (S4.5), after a look at what falls away."""
        detail = await self._meant()
        if detail is None:
            return
        if detail.id == self.app.backend.actor.user_id:
            await self._refused(Refused("not_oneself"))
            return
        try:
            falling = await self.app.backend.read(user_rights.falls_away, self._authority, detail.id)
            words = await self.app.backend.read(catalogue.view, language())
        except Refused as refused:
            await self._refused(refused)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._delete(detail)

        await self.app.push_screen(delete_question(detail, falling, words), answered)

    @work(exclusive=True, group="users-do")
    async def _delete(self, detail: UserDetail) -> None:
        try:
            deleted = await self.app.backend.write(users.delete, self._authority, detail.id)
        except Refused as refused:
            await self._refused(refused)
            return
        self.notify(deleted_words(deleted), markup=False)
        await self._reload(keep=True)

    @work(exclusive=True, group="users-do")
    async def action_resend(self) -> None:
        """Send the mail that the details tell of again, to the address of today (B16)."""
        mail = self._detail.last_mail if self._detail else None
        if mail is None:
            return
        try:
            await self.app.backend.write(mails.resend, self._authority, mail.id)
        except Refused as refused:
            await self._refused(refused)
            return
        self.notify(resent_words(mail), markup=False)
        await self._again()

    async def _again(self) -> None:
        self._detail = None
        await self._reload(keep=True)

    async def _meant(self) -> UserDetail | None:
        """The user under the cursor as they are now, or None, said in words."""
        row = self.query_one(PagedTable).row
        if row is None:
            return None
        try:
            return await self.app.backend.read(user_view.user_detail, self._authority, row.id)
        except Refused as refused:
            await self._refused(refused)
            return None

    async def _offered(self) -> tuple[tuple[user_rights.ModuleChoice, ...], catalogue.CatalogueView]:
        choices = await self.app.backend.read(user_rights.rights_offered, self._authority)
        return choices, await self.app.backend.read(catalogue.view, language())

    async def _refused(self, refused: Refused) -> None:
        self.app.show_refusal(refused)
        await self._reload(keep=True)

    async def _show(self, user_id: int) -> None:
        """Read anew and put the cursor on a user, with the details as they are now."""
        self._detail = None
        await self._count()
        table = self.query_one(PagedTable)
        place = table.place
        row = await self.app.backend.read(users_list.user_row, self._authority, user_id, Sort(place.sort or Sort.NAME))
        await table.show_position(row.position)
        table.focus()
        self._read_details(user_id)

    async def _oneself(self, user_id: int) -> None:
        """Whoever changed their own account or rights sees it in the frame at once."""
        if user_id == self.app.backend.actor.user_id:
            self.app.session = await self.app.backend.read(login.session)
            self.app.action_section("m")
