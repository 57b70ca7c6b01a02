"""Tab 4, Users: the list with its badges, filter, counts and details, and the keys of an administrator (S4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from imi_tui.i18n import N_, _, language
from imi_tui.rules.drafts import DraftKind, Typed
from imi_tui.rules.refusals import Refused
from imi_tui.screens.activity.screen import About, ActivityScreen
from imi_tui.screens.dialogs import notice
from imi_tui.screens.mail_words import resent_words
from imi_tui.screens.merge import nothing_left, theirs_words
from imi_tui.screens.opening import opens
from imi_tui.screens.person_words import field_words
from imi_tui.screens.users.dialogs import delete_question, deleted_words, reset_question, reset_words
from imi_tui.screens.users.form import UserForm
from imi_tui.screens.users.list import UsersList
from imi_tui.screens.users.username_page import UsernamePage
from imi_tui.screens.users.words import detail_lines
from imi_tui.services import catalogue, login, mails, user_rights, user_view, users, users_list
from imi_tui.services.users_list import Sort
from imi_tui.widgets.paged_table import PagedTable

if TYPE_CHECKING:
    from imi_tui.services.user_view import UserDetail


class UsersPane(UsersList):
    """The list with the keys of an administrator, who may manage (the services check anew)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", N_("Add"), tooltip=N_("Add user")),
        Binding("e", "edit", N_("Edit")),
        Binding("r", "reset", N_("Reset"), tooltip=N_("Reset password")),
        Binding("d", "delete", N_("Delete")),
        Binding("m", "resend", N_("E-mail again"), tooltip=N_("Send e-mail again")),
        Binding("h", "history", N_("Activity of this user"), show=False),
        Binding("slash", "filter", N_("Filter"), key_display="/"),
        Binding("f", "status", N_("Status")),
        Binding("n", "no_filter", N_("Clear the filter"), show=False),
        Binding("ctrl+r", "again", N_("Read anew"), show=False),
    ]

    help_text = N_(
        "The list shows for every user whether they have ever logged in (active or new) and whether the password is"
        " temporary, valid, blocked or expired. An administrator adds users with a, edits data and rights with e,"
        " resets a password with r, deletes with d. A reset password is unusable at once; a temporary one is e-mailed"
        " and must be changed at the first log-in. Colleagues who leave are deleted, for data protection. Some rights"
        " must be held by at least one user in each authority: what would leave one without a holder is refused."
        " Under the list stands what has become of a person's last e-mail; m sends it again."
        " h shows what they did and what was done to them."
        " / filters as you type, f shows one status after the other, n shows everybody, s sorts."
    )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work for this user, on this row."""
        if action in {"add", "edit", "reset", "delete", "resend"} and not self.may_manage:
            return False
        if action == "history":
            session = self.app.session
            return session is not None and session.administrator and self._detail is not None
        if action == "resend":
            last = self._detail.last_mail if self._detail else None
            return last is not None and last.again
        if action == "no_filter":
            return bool(self._text or self._status)
        return True

    # Doing

    @on(PagedTable.Selected)
    def _selected(self, event: PagedTable.Selected) -> None:
        event.stop()
        if self.may_manage:
            self.action_edit()
        else:
            self._read_whole()

    @opens
    async def action_add(self) -> None:
        """Register a colleague (S3.2); at the end the page with the username (S3.9)."""
        await self._open_form()

    @work(exclusive=True, group="users-do")
    async def _registered(self, form: UserForm) -> None:
        if form.registered is not None:
            await self.app.push_screen_wait(UsernamePage(form.registered))
            await self._show(form.registered.user_id)

    @opens
    async def action_edit(self) -> None:
        """Change a colleague's data and rights (S4.2)."""
        detail = await self._meant()
        if detail is None:
            return
        await self._open_form(detail)

    async def go_on(self, typed: Typed) -> None:
        """Go on with a draft of a user, or of one to be registered (B6)."""
        detail = None
        if typed.kind is DraftKind.USER:
            try:
                detail = await self.app.backend.read(user_view.user_detail, self._authority, int(typed.subject))
            except Refused as refused:
                await self._refused(refused)
                return
        await self._open_form(detail, typed)

    async def _open_form(self, detail: UserDetail | None = None, going_on: Typed | None = None) -> None:
        try:
            form = UserForm(self._authority, await self._offered(), detail, going_on)
        except Refused as refused:
            self.app.show_refusal(refused)
            return

        def closed(_nothing: None) -> None:
            if detail is None:
                self._registered(form)
            else:
                self._edited(form)

        await self.app.push_screen(form, closed)

    @work(exclusive=True, group="users-do")
    async def _edited(self, form: UserForm) -> None:
        if form.edited is not None:
            edited = form.edited
            words = _("Saved: {name}").format(name=edited.name) if edited.changed else nothing_left()
            more = [theirs_words(edited.theirs, field_words)]
            if edited.mail_to:
                more.insert(0, _("{email} is told of the rights by e-mail.").format(email=edited.mail_to))
            self.notify(". ".join([words.removesuffix("."), " ".join(more).strip()]).removesuffix(". "), markup=False)
            await self._show(form.edited.user_id)
            await self._oneself(form.edited.user_id)
        else:  # who could not save was told that somebody else had changed something
            self._detail = None
            await self._reload(keep=True)

    @opens
    async def _read_whole(self) -> None:
        """All there is about a colleague, for whoever may only read: the lines under the list may be too few."""
        detail = await self._meant()
        if detail is not None and self._words is not None:
            lines = detail_lines(detail, self._words, self.app.backend.now(), narrow=True)
            await self.app.push_screen(notice(detail.name, lines.split("\n", allow_blank=True)))

    @opens
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

    @opens
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

    async def action_history(self) -> None:
        """What the user under the cursor did, and what was done to them (B8)."""
        detail = self._detail
        if detail is not None:
            await self.app.push_screen(ActivityScreen(About(self._authority, detail.id, detail.name)))

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
