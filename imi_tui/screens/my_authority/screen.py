"""The section Administration › My authority: four tabs, of which the first three are one editing session (S2.1, S2.2).

The screen owns what the panes show: the authority as read, and while one edits, the session. Panes are made when
their tab is first shown, and made anew when the mode changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from imi_tui.i18n import N_, _, language, ngettext
from imi_tui.i18n.refusals import wrong_fields
from imi_tui.rules.authority_changes import tab_of
from imi_tui.rules.refusals import Invalid, Refused
from imi_tui.screens.dialogs import confirm
from imi_tui.screens.frame import PathLine, Section, TopLine
from imi_tui.screens.mail_words import resent_words
from imi_tui.screens.my_authority.authority_pane import AuthorityForm, authority_lines
from imi_tui.screens.my_authority.classification_pane import CountedTree, keyword_lines
from imi_tui.screens.my_authority.module_form import ModuleForm
from imi_tui.screens.my_authority.modules_pane import ModulesPane
from imi_tui.screens.my_authority.others_like_mine import OthersLikeMine
from imi_tui.screens.my_authority.preview import PreviewScreen
from imi_tui.screens.my_authority.review import ReviewScreen
from imi_tui.screens.my_authority.session import EditSession
from imi_tui.screens.my_authority.words import tab_names
from imi_tui.services import authorities, keyword_advice, mails
from imi_tui.services import catalogue as catalogue_service
from imi_tui.services.authorities import Saved
from imi_tui.services.authority_view import AuthorityView
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.mails import MailRow
from imi_tui.widgets.form import Field
from imi_tui.widgets.keyword_tree import KeywordTree
from imi_tui.widgets.ledger import Ledger
from imi_tui.widgets.tab_line import TabLine

USERS, ACCESS = 4, 5
"""The tabs that have no part in the editing session; the last one is for access managers (S1.9, S2.3)."""


class MyAuthorityScreen(Section):
    """My authority. Read-only for whoever is no administrator (S1.7)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", N_("Edit authority")),
        Binding("c", "confirm", N_("Confirm"), tooltip=N_("Confirm that the data is current")),
        Binding("m", "resend", N_("E-mail again"), tooltip=N_("Send e-mail again")),
        Binding("ctrl+s", "review", N_("Save"), key_display="^s", tooltip=N_("Review and save")),
        Binding("escape", "leave", N_("Leave"), key_display="Esc"),
        Binding("ctrl+n", "next_tab", N_("Next tab"), key_display="^n"),
        Binding("o", "others", N_("Others"), tooltip=N_("Others like mine")),
        Binding("v,ctrl+o", "preview", N_("Look"), tooltip=N_("Preview")),
        Binding("1", "tab(1)", N_("Tab Authority"), show=False),
        Binding("2", "tab(2)", N_("Tab Classification"), show=False),
        Binding("3", "tab(3)", N_("Tab Modules"), show=False),
        Binding("4", "tab(4)", N_("Tab Users"), show=False),
        Binding("5", "tab(5)", N_("Tab Access"), show=False),
    ]
    CSS = """
    MyAuthorityScreen {
        & TabLine { height: 1; margin: 0 0 1 0; }
        & #panes { height: 1fr; }
        & .pane { height: 1fr; }
        & AuthorityForm { height: 1fr; scrollbar-size-vertical: 1; }
    }
    """

    _help = N_(
        "Each authority keeps its own entry true: contact information, description and keywords help others find the"
        " right authority. An administrator presses e: the tabs Authority, Classification and Modules become one"
        " editing session. Ctrl+S shows every change, old and new, and who will be notified; Enter saves all of it"
        " together. The authority's e-mail must always be right: the system uses it to tell the authority of every"
        " event that concerns it. The keywords describe the area of competence; each module has its own ones, and"
        " its linked coordinators. o on the tab Classification names the keywords that authorities like this one have"
        " chosen and it has not; v, or Ctrl+O in an entry, shows how others will find it."
    )

    def __init__(self, acting: tuple[int, str] | None = None) -> None:
        super().__init__()
        self._acting = acting
        self._tab = 1
        self._module = ""
        self._view: AuthorityView | None = None
        self._mail: MailRow | None = None
        self._catalogue: CatalogueView | None = None
        self._editing: EditSession | None = None
        self._showing = asyncio.Lock()

    # What is shown

    def path(self) -> Sequence[str]:
        """Administration › My authority › the tab, and whether one edits."""
        tab = tab_names()[self._tab - 1]
        editing = [_("Editing")] if self._editing and self._tab < USERS else []
        place = self._acting[1] if self._acting else _("My authority")
        return (_("Access management") if self._acting else _("Administration"), place, tab, *editing)

    def body(self) -> ComposeResult:
        yield TabLine(tab_names()[: self._tabs], self._tab)
        with Vertical(id="panes"):
            if self._view is not None:
                yield self._pane(self._tab)

    def on_mount(self) -> None:
        self._load()

    async def recompose(self) -> None:
        """Another language: the names of the catalogue are read anew, the session stays as it is."""
        if self._view is not None:
            await self._read_catalogue()
        await super().recompose()
        self._refresh_lines()
        self._focus_pane()

    @property
    def help_text(self) -> str:
        """The guide's chapter on the tab."""
        for pane in self.query("UsersPane") if self._tab == USERS else ():
            return str(getattr(pane, "help_text", ""))
        return self._help

    @property
    def _tabs(self) -> int:
        """How many tabs there are: the last one is for whoever manages the access of this authority."""
        session = self.app.session
        return ACCESS if self._acting or (session is not None and session.access_manager) else USERS

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
        if action == "resend":
            return may_edit and self._mail is not None and self._mail.again and self._tab == 1
        if action == "others":
            return self._tab == 2 and self._view is not None
        if action == "preview":
            return self._tab < USERS and self._view is not None
        if action == "leave":
            return editing or self._acting is not None
        return editing or action not in {"review", "next_tab"}

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        """Read the authority and the catalogue's names, then show the tab."""
        try:
            await self._read_catalogue()
            await self._read_view()
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        await self._show_tab(self._tab)

    async def _read_catalogue(self) -> None:
        if self._catalogue is None or self._catalogue.language != language():
            self._catalogue = await self.app.backend.read(catalogue_service.view, language())

    async def _read_view(self) -> None:
        session = self.app.session
        assert session is not None
        authority_id = self._acting[0] if self._acting else session.authority_id
        self._view = await self.app.backend.read(authorities.view, authority_id)
        await self._read_mail()

    async def _read_mail(self) -> None:
        assert self._view is not None
        if self._view.may_see_users:
            self._mail = await self.app.backend.read(mails.last, self._view.id)

    # Tabs and panes

    def _pane(self, tab: int) -> Widget:
        return Vertical(self._pane_content(tab), id=f"pane-{tab}", classes="pane")

    def _pane_content(self, tab: int) -> Widget:
        view, catalogue, editing = self._view, self._catalogue, self._editing
        assert view is not None and catalogue is not None
        if tab == 1:
            return AuthorityForm(editing) if editing else Ledger(authority_lines(view, self._mail))
        if tab == 2:
            if editing:
                return CountedTree(catalogue.forest, editing.mine.keywords)
            return Ledger(keyword_lines(catalogue.forest, view.keywords))
        if tab == 3:
            return ModulesPane(view, catalogue, editing, self._module)
        if tab == ACCESS:
            from imi_tui.screens.access import AccessPane

            return AccessPane(view.id, catalogue, own=self._acting is None)
        from imi_tui.screens.users import UsersPane

        return UsersPane(view.id, view.may_edit)

    async def _show_tab(self, tab: int, field: str = "") -> None:
        """Show a tab; one after the other, however fast they are asked for."""
        async with self._showing:
            await self._open_tab(tab, field)

    async def _open_tab(self, tab: int, field: str) -> None:
        """Show a tab, making its pane where it is not there yet; focus a field of it by name."""
        self._tab = tab
        panes = self.query_one("#panes")
        if not panes.query(f"#pane-{tab}"):
            await panes.mount(self._pane(tab))
        for pane in panes.children:
            pane.display = pane.id == f"pane-{tab}"
        self._refresh_lines()
        self._focus_pane(field)

    async def _rebuild(self, field: str = "") -> None:
        """Make the panes of the session anew: the mode or the errors changed."""
        panes = self.query_one("#panes")
        async with self._showing, self.batch():
            for tab in range(1, USERS):
                await panes.query(f"#pane-{tab}").remove()
            await self._open_tab(self._tab, field)

    def _focus_pane(self, field: str = "") -> None:
        found = self.query(f"#pane-{self._tab}")
        if not found:
            return
        content = found.first().children[0]
        if isinstance(content, AuthorityForm | ModulesPane):
            content.focus_field(field)
        elif content.focusable or isinstance(content, KeywordTree):
            content.focus()
        elif hasattr(content, "focus_first"):
            content.focus_first()

    def _refresh_lines(self) -> None:
        """Path, tabs and keys say where one is and what has changed."""
        dots, note = frozenset[int](), ""
        if self._editing is not None:
            dots, number = self._editing.changed_tabs(), len(self._editing.changes())
            note = ngettext("{n} change", "{n} changes", number).format(n=number) if number else _("Editing")
        self.query_one(TabLine).show(self._tab, dots, note)
        self.query_one(PathLine).show(self.path())
        self.refresh_bindings()

    async def action_tab(self, number: int) -> None:
        """Go to a tab; one that is asked for before the authority is there is the first to be shown."""
        if self._view is None:
            self._tab = number
        else:
            await self._show_tab(number)

    async def action_next_tab(self) -> None:
        """The next tab, from within a form too."""
        await self.action_tab(self._tab % self._tabs + 1)

    @on(TabLine.Chosen)
    async def _chosen(self, event: TabLine.Chosen) -> None:
        on_line = self.query_one(TabLine).has_focus
        await self.action_tab(event.number)
        if on_line:
            self.query_one(TabLine).focus()

    # The editing session

    @on(Field.Changed)
    @on(ModuleForm.Changed)
    def _touched(self) -> None:
        for pane in self.query(ModulesPane):
            self._module = pane.chosen
            pane.refresh_list()
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
            self._refresh_lines()

    async def action_edit(self) -> None:
        """Begin an editing session, from the authority as it is at this moment; what is typed ahead waits for it."""
        try:
            await self._read_view()
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        assert self._view is not None
        self._editing = EditSession(self._view)
        await self._rebuild()

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
        answer: Saved | Refused | None
        try:
            review = await self.app.backend.read(
                authorities.review, session.authority_id, session.version, session.mine
            )
        except Refused as refused:
            answer = refused
        else:
            answer = await self.app.push_screen_wait(ReviewScreen(session, review, catalogue))
        if isinstance(answer, Saved):
            await self._saved(answer)
        elif isinstance(answer, Invalid):
            await self._wrong(session, answer)
        elif answer is not None:
            self.app.show_refusal(answer)

    async def _saved(self, saved: Saved) -> None:
        self._view, self._editing = saved.view, None
        await self._read_mail()
        if self.app.session is not None and self._acting is None:
            self.app.session = replace(self.app.session, authority=saved.view.official_name)
            self.query_one(TopLine).show(self.app.session)
        await self._rebuild()
        number = len(saved.changes)
        told = ngettext("Saved: {n} change.", "Saved: {n} changes.", number).format(n=number)
        mails = _("{email} and the administrators are told by e-mail.").format(email=saved.notified.email)
        if saved.significant:
            mails += " " + _("The European Commission is asked for translations.")
        self.notify(f"{told} {mails}", markup=False)

    async def _wrong(self, session: EditSession, refused: Invalid) -> None:
        """Each error at its field, the first one focused, on whichever tab it is."""
        first = session.refuse(refused.errors)
        self._tab = tab_of(first.field)
        if self._tab == 3:
            self._module = first.field.partition(".")[2]
        await self._rebuild(first.field)
        self.notify(wrong_fields(refused.errors), severity="error", markup=False)
