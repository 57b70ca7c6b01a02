"""The tabs of an authority and what they show: the authority as read, and while one edits, the session (S2.1).

Panes are made when their tab is first shown, and made anew when the mode changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from imi_tui.i18n import N_, _, language, ngettext
from imi_tui.rules.drafts import Typed
from imi_tui.rules.refusals import Refused
from imi_tui.screens.frame import PathLine, Section
from imi_tui.screens.my_authority.authority_pane import AuthorityForm, authority_lines
from imi_tui.screens.my_authority.classification_pane import CountedTree, keyword_lines
from imi_tui.screens.my_authority.modules_pane import ModulesPane
from imi_tui.screens.my_authority.session import EditSession
from imi_tui.screens.my_authority.words import tab_names
from imi_tui.screens.presence import Colleagues
from imi_tui.services import authorities, mails
from imi_tui.services import catalogue as catalogue_service
from imi_tui.services.authority_view import AuthorityView
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.mails import MailRow
from imi_tui.widgets.keyword_tree import KeywordTree
from imi_tui.widgets.ledger import Ledger
from imi_tui.widgets.tab_line import TabLine

USERS, ACCESS = 4, 5
"""The tabs that have no part in the editing session; the last one is for access managers (S1.9, S2.3)."""


FRAME_AFTER = 0.15
"""Seconds after which the frame is painted without what it is for; until then what was there before stays."""


class AuthorityTabs(Section):
    """The tabs of the own authority or, with `acting`, of a managed one, by its id and name (S1.8).

    With `going_on` one goes on with a draft of it or of one of its users (B6).
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "tab(1)", N_("Tab Authority"), show=False),
        Binding("2", "tab(2)", N_("Tab Classification"), show=False),
        Binding("3", "tab(3)", N_("Tab Modules"), show=False),
        Binding("4", "tab(4)", N_("Tab Users"), show=False),
        Binding("5", "tab(5)", N_("Tab Access"), show=False),
    ]
    CSS = """
    TabLine { height: 1; margin: 0 0 1 0; }
    #panes { height: 1fr; }
    .pane { height: 1fr; }
    AuthorityForm { height: 1fr; scrollbar-size-vertical: 1; }
    """

    def __init__(self, acting: tuple[int, str] | None = None, going_on: Typed | None = None) -> None:
        super().__init__()
        self._acting = acting
        self._going_on = going_on
        self._tab = 1
        self._module = ""
        self._view: AuthorityView | None = None
        self._mail: MailRow | None = None
        self._catalogue: CatalogueView | None = None
        self._editing: EditSession | None = None
        self._showing = asyncio.Lock()
        self._painted = False

    # What is shown

    def path(self) -> Sequence[str]:
        """Administration › My authority › the tab, and whether one edits."""
        tab = tab_names()[self._tab - 1]
        editing = [_("Editing")] if self._editing and self._tab < USERS else []
        return self.of_authority(tab, *editing)

    def body(self) -> ComposeResult:
        yield TabLine(tab_names()[: self._tabs], self._tab)
        with Vertical(id="panes"):
            if self._view is not None:
                yield self._pane(self._tab)

    def on_mount(self) -> None:
        self.set_timer(FRAME_AFTER, self._paint)
        self._load()

    def _paint(self) -> None:
        """What is here may be painted from now on: it is read, or takes too long to be waited for."""
        if not self._painted:
            self._painted = True
            self.refresh()

    def _compositor_refresh(self) -> None:
        if self._painted:
            super()._compositor_refresh()

    async def recompose(self) -> None:
        """Another language: the names of the catalogue are read anew, the session stays as it is."""
        if self._view is not None:
            await self._read_catalogue()
        await super().recompose()
        self._refresh_lines()
        self._focus_pane()

    @property
    def _tabs(self) -> int:
        """How many tabs there are: the last one is for whoever manages the access of this authority."""
        session = self.app.session
        return ACCESS if self._acting or (session is not None and session.access_manager) else USERS

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        """Read the authority and the catalogue's names, then show the tab."""
        try:
            await self._read_catalogue()
            await self._read_view()
            if self._going_on is None:
                await self._show_tab(self._tab)
            else:
                typed, self._going_on = self._going_on, None
                await self.go_on(typed)
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        finally:
            self._paint()
        if self._view is not None and self._view.may_see_users:
            self.colleagues = Colleagues(self, self._view.id)
            if self._editing is None:
                self.colleagues.look()
            else:
                self.colleagues.begin()

    async def go_on(self, typed: Typed) -> None:
        """Go on with a draft where it was begun."""

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

    async def _rebuild(self, field: str = "", *, last: int = USERS - 1) -> None:
        """Make the panes anew, up to the `last`: the mode, the errors or the authority changed."""
        panes = self.query_one("#panes")
        async with self._showing, self.batch():
            for tab in range(1, last + 1):
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
