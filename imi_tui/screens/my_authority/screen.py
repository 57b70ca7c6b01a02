"""The section Administration › My authority: what is done there. Three of its tabs are one editing session (S2.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from imi_tui.i18n import N_, _, ngettext
from imi_tui.i18n.refusals import wrong_fields
from imi_tui.rules.authority_changes import name_of, tab_of
from imi_tui.rules.drafts import DraftKind, Typed, coordinators_in
from imi_tui.rules.refusals import Invalid, Refused
from imi_tui.screens.activity.screen import About, ActivityScreen
from imi_tui.screens.dialogs import confirm
from imi_tui.screens.drafts.keeper import Keeper
from imi_tui.screens.frame import ActingBar, TopLine
from imi_tui.screens.kept import KeptScreen, cannot_be_saved
from imi_tui.screens.mail_words import resent_words
from imi_tui.screens.merge import decided, nothing_left, theirs_words
from imi_tui.screens.my_authority.changed import AccessChanged
from imi_tui.screens.my_authority.module_form import ModuleForm
from imi_tui.screens.my_authority.modules_pane import ModulesPane
from imi_tui.screens.my_authority.others_like_mine import OthersLikeMine
from imi_tui.screens.my_authority.preview import PreviewScreen
from imi_tui.screens.my_authority.review import ReviewScreen, change_text, save
from imi_tui.screens.my_authority.session import EditSession
from imi_tui.screens.my_authority.tabs import ACCESS, USERS, AuthorityTabs
from imi_tui.screens.my_authority.words import field_label
from imi_tui.screens.opening import opens
from imi_tui.services import authorities, keyword_advice, mails
from imi_tui.services.authorities import Saved
from imi_tui.services.catalogue import CatalogueView
from imi_tui.widgets.form import Field
from imi_tui.widgets.keyword_tree import KeywordTree


class MyAuthorityScreen(AuthorityTabs):
    """My authority, or a managed one. Read-only for whoever is no administrator (S1.7)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", N_("Edit authority")),
        Binding("c", "confirm", N_("Confirm"), tooltip=N_("Confirm that the data is current")),
        Binding("h", "history", N_("Activity of this authority"), show=False),
        Binding("m", "resend", N_("E-mail again"), tooltip=N_("Send e-mail again")),
        Binding("ctrl+s", "review", N_("Save"), key_display="^s", tooltip=N_("Review and save")),
        Binding("escape", "leave", N_("Leave"), key_display="Esc"),
        Binding("ctrl+n", "next_tab", N_("Next tab"), key_display="^n"),
        Binding("o", "others", N_("Others"), tooltip=N_("Others like mine")),
        Binding("v,ctrl+o", "preview", N_("Look"), tooltip=N_("Preview")),
    ]

    _help = N_(
        "Each authority keeps its own entry true: contact information, description and keywords help others find the"
        " right authority. An administrator presses e: the tabs Authority, Classification and Modules become one"
        " editing session. Ctrl+S shows every change, old and new, and who will be notified; Enter saves all of it"
        " together. The authority's e-mail must always be right: the system uses it to tell the authority of every"
        " event that concerns it. The keywords describe the area of competence; each module has its own ones, and"
        " its linked coordinators. o on the tab Classification names the keywords that authorities like this one have"
        " chosen and it has not; h on the tab Authority shows what was done here;"
        " v, or Ctrl+O in an entry, shows how others will find it."
    )

    @property
    def help_text(self) -> str:
        """The guide's chapter on the tab."""
        own = {USERS: "UsersPane", ACCESS: "AccessPane"}
        for pane in self.query(own[self._tab]) if self._tab in own else ():
            return str(getattr(pane, "help_text", ""))
        return self._help

    def unsaved(self) -> bool:
        """Whether the session has changes."""
        return self._editing is not None and bool(self._editing.changes())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work right now."""
        editing = self._editing is not None
        may_edit = self._view is not None and self._view.may_edit and not editing
        if action == "edit":
            return may_edit and self._tab < USERS
        if action == "confirm":
            return may_edit and self._tab == 1
        if action == "tab":
            return parameters[0] != ACCESS or self._tabs == ACCESS
        if action == "history":
            session = self.app.session
            seen = session is not None and session.administrator and self._view is not None
            return seen and self._tab == 1 and not editing
        if action == "resend":
            return may_edit and self._mail is not None and self._mail.again and self._tab == 1
        if action == "others":
            return self._tab == 2 and self._view is not None
        if action == "preview":
            return self._tab < USERS and self._view is not None
        if action == "leave":
            return editing or self._acting is not None
        return editing or action not in {"review", "next_tab"}

    @on(AccessChanged)
    def _access_changed(self, event: AccessChanged) -> None:
        event.stop()
        self._follow_access()

    @work(exclusive=True, group="access")
    async def _follow_access(self) -> None:
        """What the other tabs show of the authority is no longer so."""
        try:
            await self._read_view()
        except Refused as refused:
            self.app.show_refusal(refused)
        if self._editing is not None and self._view is not None:
            self._editing.follow(self._view)
            self.touched()
        await self._rebuild(last=USERS)

    # The editing session

    @on(Field.Changed)
    @on(ModuleForm.Changed)
    def _touched(self) -> None:
        for pane in self.query(ModulesPane):
            self._module = pane.chosen
            pane.refresh_list()
        self.touched()
        self._refresh_lines()

    @work(exclusive=True, group="others")
    async def action_others(self) -> None:
        """What authorities like this one have chosen and it has not; while one edits, to be taken in (S2.6)."""
        view, catalogue, session = self._view, self._catalogue, self._editing
        if view is None or catalogue is None:
            return
        mine = session.mine.keywords if session else view.keywords
        try:
            advice = await self.app.backend.read(keyword_advice.others_like_mine, view.id, mine)
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        toggle = self.query_one("#pane-2").query_one(KeywordTree).toggle if session else None
        await self.app.push_screen(OthersLikeMine(advice, catalogue.forest, toggle))

    async def action_preview(self) -> None:
        """How others will find this authority, by what is typed now."""
        if self._view is not None:
            mine = self._editing.mine if self._editing else self._view.draft()
            await self.app.push_screen(PreviewScreen(self._view, mine))

    @on(KeywordTree.Changed)
    def _classified(self, event: KeywordTree.Changed) -> None:
        if self._editing is not None:
            self._editing.choose_keywords(event.chosen)
            self.touched()
            self._refresh_lines()

    @opens
    async def action_edit(self) -> None:
        """Begin an editing session, from the authority as it is at this moment."""
        try:
            await self._read_view()
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        assert self._view is not None
        self._editing = EditSession(self._view)
        self.keeper = Keeper(self, self._editing.typed)
        await self._rebuild()
        if self.colleagues is not None:
            self.colleagues.begin()

    async def go_on(self, typed: Typed) -> None:
        """Go on with a draft: of the authority in an editing session, of a user on their tab (B6)."""
        if typed.kind is not DraftKind.AUTHORITY:
            from imi_tui.screens.users import UsersPane

            await self._show_tab(USERS)
            await self.query_one(UsersPane).go_on(typed)
            return
        assert self._view is not None
        try:
            coordinators = await self.app.backend.read(authorities.named, coordinators_in(typed.base, typed.mine))
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        self._editing = session = EditSession(self._view)
        session.go_on(typed, coordinators)
        self.keeper = Keeper(self, session.typed, typed)
        first = next((name_of(change) for change in session.changes()), "")
        if first:
            self._tab = tab_of(first)
            self._module = first.partition(".")[2] if self._tab == 3 else ""
        await self._rebuild(first)

    async def action_history(self) -> None:
        """What was done in this authority (B8)."""
        if self._view is not None:
            await self.app.push_screen(ActivityScreen(About(self._view.id)))

    @work(exclusive=True, group="edit")
    async def action_resend(self) -> None:
        """Send the last mail to the authority again, to its address of today (B16)."""
        mail = self._mail
        if self._view is None or mail is None:
            return
        try:
            await self.app.backend.write(mails.resend, self._view.id, mail.id)
            await self._read_mail()
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        await self._rebuild()
        self.notify(resent_words(mail), markup=False)

    @work(exclusive=True, group="edit")
    async def action_confirm(self) -> None:
        """The data is current: its date is shown to others (B5)."""
        if self._view is None:
            return
        try:
            await self.app.backend.write(authorities.confirm, self._view.id)
            await self._read_view()
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        await self._rebuild()
        self.notify(_("Confirmed: the data is current as of today."), markup=False)

    @work(exclusive=True, group="edit")
    async def action_leave(self) -> None:
        """From editing back to reading, asking where there are changes; else from another authority to the desk."""
        if self._editing is None:
            self.app.acting_for = ""
            self.dismiss(None)
            return
        number = len(self._editing.changes())
        if number:
            title = ngettext("Drop {n} change?", "Drop {n} changes?", number).format(n=number)
            lines = [_("What you changed on the tabs Authority, Classification and Modules is not saved.")]
            question = confirm(title, lines, _("Drop my changes"), no=_("Go on editing"), danger=True)
            if not await self.app.push_screen_wait(question):
                return
        self._editing = None
        await self.forget()
        if self.colleagues is not None:
            self.colleagues.end()
        await self._rebuild()

    @work(exclusive=True, group="edit")
    async def action_review(self) -> None:
        """Check, show every change and who is notified, and save if that is confirmed."""
        session, catalogue = self._editing, self._catalogue
        if session is None or catalogue is None:
            return
        if not session.changes():
            self.notify(_("Nothing has been changed yet."), markup=False)
            return
        try:
            saved = await decided(
                self.app, lambda _made: self._reviewed(session, catalogue), session.choices, field_label, _shown
            )
        except Invalid as invalid:
            await self._wrong(session, invalid)
        except Refused as refused:
            if cannot_be_saved(refused):
                typed = [(field_label(name_of(one)), change_text(one, session, catalogue)) for one in session.changes()]
                await self.app.push_screen_wait(KeptScreen(refused, typed))
            else:
                self.app.show_refusal(refused)
        else:
            if saved is not None:
                await self._saved(saved)

    async def _reviewed(self, session: EditSession, catalogue: CatalogueView) -> Saved | None:
        """Show what would be saved, and save it if that is confirmed; None to go on editing. Raises `Refused`."""
        review = await self.app.backend.read(
            authorities.review,
            session.authority_id,
            session.version,
            session.mine,
            session.base,
            list(session.choices.values()),
        )
        if not review.changes:  # others have saved the same, or theirs was chosen everywhere
            return await save(self.app, session)
        session.know(review.view)
        answer = await self.app.push_screen_wait(ReviewScreen(session, review, catalogue))
        if isinstance(answer, Refused):
            raise answer
        return answer

    async def _saved(self, saved: Saved) -> None:
        self._view, self._editing = saved.view, None
        await self.forget()
        await self._read_mail()
        if self._acting is not None:
            self.app.acting_for = saved.view.official_name
            self.query_one(ActingBar).refresh()
        elif self.app.session is not None:
            self.app.session = replace(self.app.session, authority=saved.view.official_name)
            self.query_one(TopLine).show(self.app.session)
        if self.colleagues is not None:
            self.colleagues.end()
            self.colleagues.look()
        await self._rebuild()
        number = len(saved.changes)
        told = ngettext("Saved: {n} change.", "Saved: {n} changes.", number).format(n=number)
        told += " " + _("{email} and the administrators are told by e-mail.").format(email=saved.notified.email)
        if not number:
            told = nothing_left()
        if saved.significant:
            told += " " + _("The European Commission is asked for translations.")
        self.notify(f"{told} {theirs_words(saved.theirs, field_label)}".strip(), markup=False)

    async def _wrong(self, session: EditSession, refused: Invalid) -> None:
        """Each error at its field, the first one focused, on whichever tab it is."""
        first = session.refuse(refused.errors)
        self._tab = tab_of(first.field)
        if self._tab == 3:
            self._module = first.field.partition(".")[2]
        await self._rebuild(first.field)
        self.notify(wrong_fields(refused.errors), severity="error", markup=False)


def _shown(_field: str, value: str) -> str:
    """The value of a text field as it is read: as it is."""
    return value
