"""F4: the access manager's desk: the inbox, and under it the authorities managed (B2, S1.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from imi_tui.i18n import N_, _, language
from imi_tui.i18n.problems import problem_words
from imi_tui.i18n.statuses import authority_status_words
from imi_tui.rules.drafts import Typed
from imi_tui.rules.refusals import Refused
from imi_tui.screens.access.filter import DeskFilter
from imi_tui.screens.access.questions import take_over_question
from imi_tui.screens.access.words import (
    columns,
    counts_words,
    detail_lines,
    inbox_words,
    offer_words,
    table_row,
)
from imi_tui.screens.frame import Section
from imi_tui.screens.listed import Listed
from imi_tui.screens.opening import opens
from imi_tui.services import catalogue, handover, managed
from imi_tui.services.authority_view import Coordinator
from imi_tui.services.handover import Offer
from imi_tui.services.managed import ManagedQuery, ManagedRow, Sort
from imi_tui.services.managed_problems import Problem
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.list_filter import ListFilter
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import Place, Request, Row
from imi_tui.widgets.text import fitting, plain

PLACE = "access"
"""The list's name among the places that one comes back to."""


class AccessScreen(Section, Listed):
    """The desk. Every key's service checks anew who may."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "register", N_("Register"), tooltip=N_("Register an authority")),
        Binding("i", "inbox", N_("Inbox")),
        Binding("slash", "filter_text", N_("Filter"), key_display="/"),
        Binding("f", "filter", N_("Show only"), tooltip=N_("Show only some of them")),
        Binding("n", "no_filter", N_("Clear the filter"), show=False),
        Binding("ctrl+r", "again", N_("Read anew"), show=False),
    ]
    CSS = """
    AccessScreen {
        & #inbox { height: auto; max-height: 5; }
        & #inbox-none { height: 1; color: $success; display: none; }
        & #desk-top { height: 1; margin: 1 0 0 0; }
        & #desk-filter-label { width: auto; color: $muted; }
        & ListFilter { width: 20; }
        & #desk-counts { width: 1fr; padding: 0 0 0 2; color: $muted; }
        & #desk-counts { text-align: right; text-wrap: nowrap; text-overflow: ellipsis; }
        & #desk-details { height: 6; border-top: solid $rule; }
    }
    """
    help_text = N_(
        "An access manager registers authorities in IMI, gives them access to modules, and can update the data of the"
        " authorities it manages, and of their users. The inbox on top says which of them need help; Enter on a line"
        " shows those only. Enter on an authority opens it: the same tabs as in My authority, and a fifth one for its"
        " access to modules. A bar says for whom you act; everything is recorded under your name. a registers an"
        " authority: first you see whether it is there already. / filters by name, f by state, module and what needs"
        " doing."
    )

    def __init__(self) -> None:
        super().__init__()
        self._query = ManagedQuery()
        self._shown: dict[int, ManagedRow] = {}
        self._offers: dict[str, Offer] = {}
        self._words: catalogue.CatalogueView | None = None

    def path(self) -> Sequence[str]:
        """Administration › Access management."""
        return (_("Administration"), _("Access management"))

    def body(self) -> ComposeResult:
        yield Static(_("✓ Nothing needs doing."), id="inbox-none")
        yield Choices(id="inbox")
        with Horizontal(id="desk-top"):
            yield Static(_("/ filter") + " ", id="desk-filter-label")
            yield ListFilter(self._query.text)
            yield Static("", id="desk-counts")
        yield PagedTable(columns(), self._fetch)
        yield Static("", id="desk-details")

    def on_mount(self) -> None:
        self.query_one(PagedTable).focus()
        self._begin()

    async def recompose(self) -> None:
        """Another language: everything is read anew."""
        await super().recompose()
        self.query_one(PagedTable).focus()
        self._begin()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work right now."""
        if action == "no_filter":
            return self._filtering
        return action != "inbox" or bool(self.query_one("#inbox", Choices).option_count)

    @property
    def _filtering(self) -> bool:
        return replace(self._query, sort=Sort.NAME, descending=False) != ManagedQuery()

    # Reading

    async def _fetch(self, wanted: Request) -> Sequence[Row] | None:
        query = replace(self._query, sort=Sort(wanted.sort or Sort.NAME), descending=wanted.descending)
        found = await self._page("managed", managed.managed_page, query, wanted=wanted)
        if found is None:
            return None
        if wanted.after is None and wanted.before is None:
            self._shown.clear()
        self._shown.update((one.id, one) for one in found)
        return [table_row(one) for one in found]

    @work(exclusive=True, group="desk-begin")
    async def _begin(self) -> None:
        """Show the inbox and the list, where one left it."""
        place: Place | None = None
        left = self.app.left.get(PLACE)
        if isinstance(left, tuple):
            place, self._query = left
        with self.prevent(Input.Changed):
            self.query_one(ListFilter).value = self._query.text
        await self._count()
        table = self.query_one(PagedTable)
        if place is None:
            await table.reload(keep=False, empty=self._empty_words())
        else:
            await table.restore(place)

    async def _count(self) -> None:
        """The inbox, and how many there are."""
        try:
            desk = await self.app.backend.read(managed.desk)
            offers = await self.app.backend.read(handover.offers)
            found = await self.app.backend.read(managed.managed_found, self._query) if self._filtering else None
            if self._words is None or self._words.language != language():
                self._words = await self.app.backend.read(catalogue.view, language())
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        self._offers = {f"offer-{offer.authority_id}": offer for offer in offers.to_me}
        lines = [Option(plain(offer_words(offer)), id=key) for key, offer in self._offers.items()]
        for problem, number in desk.problems.items():
            if number:
                lines.append(Option(plain(inbox_words(problem, number)), id=problem.value))
        inbox = self.query_one("#inbox", Choices)
        inbox.replace(lines)
        inbox.display = bool(lines)
        self.query_one("#inbox-none").display = not lines
        words = " · ".join([counts_words(desk, found), *self._filter_words()])
        self.query_one("#desk-counts", Static).update(plain(words))
        self.refresh_bindings()

    def _filter_words(self) -> list[str]:
        query, only = self._query, []
        if query.problem is not None:
            only.append(problem_words(query.problem))
        if query.status:
            only.append(authority_status_words(query.status))
        if query.module and self._words is not None:
            only.append(self._words.module(query.module).short)
        return [_("only: {status}").format(status=word) for word in only]

    def _empty_words(self) -> str:
        if self._filtering:
            return _("No authority matches. n clears the filter.")
        return _("You manage no authority yet. a registers the first one.")

    @on(PagedTable.Highlighted)
    def _highlighted(self, event: PagedTable.Highlighted) -> None:
        event.stop()
        self.app.left[PLACE] = (self.query_one(PagedTable).place, self._query)
        self._once_it_rests(self._show_details)

    def _show_details(self) -> None:
        row = self.query_one(PagedTable).row
        found = self._shown.get(row.id) if row is not None else None
        shown = self.query_one("#desk-details", Static)
        if found is None:
            shown.update("")
        else:
            shown.update(fitting(detail_lines(found), shown.content_size.width, shown.content_size.height))

    # Filtering

    def action_filter_text(self) -> None:
        """Type a filter."""
        self.query_one(ListFilter).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._only(replace(self._query, text=event.value))

    async def action_filter(self) -> None:
        """Choose by state, module and what needs doing."""
        if self._words is None:
            return

        def chosen(query: ManagedQuery | None) -> None:
            if query is not None:
                self._only(query)

        await self.app.push_screen(DeskFilter(self._query, self._words), chosen)

    def action_no_filter(self) -> None:
        """All of them again."""
        with self.prevent(Input.Changed):
            self.query_one(ListFilter).value = ""
        self._only(ManagedQuery())

    @work(exclusive=True, group="desk-filter")
    async def _only(self, query: ManagedQuery) -> None:
        self._query = query
        await self._reload(keep=False)

    @work(exclusive=True, group="desk-filter")
    async def action_again(self) -> None:
        """Read everything anew."""
        await self._reload(keep=True)
        self._show_details()

    # Doing

    def action_inbox(self) -> None:
        """To the inbox."""
        self.query_one("#inbox").focus()

    @on(OptionList.OptionSelected, "#inbox")
    async def _opened(self, event: OptionList.OptionSelected) -> None:
        """A problem shows those that have it; an offer is accepted or declined."""
        event.stop()
        line = event.option.id or ""
        offer = self._offers.get(line)
        if offer is None:
            self._only(ManagedQuery(problem=Problem(line)))
            self.query_one(PagedTable).focus()
            return

        def answered(accepted: bool | None) -> None:
            if accepted is not None:
                self._answer(offer, accepted)

        await self.app.push_screen(take_over_question(offer), answered)

    @work(exclusive=True, group="desk-do")
    async def _answer(self, offer: Offer, accepted: bool) -> None:
        answer = handover.accept if accepted else handover.decline
        try:
            await self.app.backend.write(answer, offer.authority_id)
        except Refused as refused:
            self.app.show_refusal(refused)
        else:
            words = _("You manage {authority} now.") if accepted else _("Declined: {authority} stays where it is.")
            self.notify(words.format(authority=offer.name), markup=False)
        await self._reload(keep=True)

    @on(PagedTable.Selected)
    async def _selected(self, event: PagedTable.Selected) -> None:
        """Open an authority, to act for it (S1.8)."""
        event.stop()
        found = self._shown.get(event.row.id)
        if found is not None:
            await self.act_for(found.id, found.official_name)

    async def act_for(self, authority_id: int, name: str, going_on: Typed | None = None) -> None:
        """Open a managed authority as its own administrators see it; the desk is read anew on return.

        With `going_on` one goes on with a draft there (B6).
        """
        from imi_tui.screens.my_authority import MyAuthorityScreen

        def closed(_nothing: None) -> None:
            self.action_again()

        self.app.acting_for = name
        await self.app.push_screen(MyAuthorityScreen((authority_id, name), going_on), closed)

    @opens
    async def action_register(self) -> None:
        """Register an authority (S1.9): first a look whether it is there already."""
        await self.register()

    async def register(self, going_on: Typed | None = None, coordinators: Sequence[Coordinator] = ()) -> None:
        """Open the form; with `going_on` one goes on with a draft, whose coordinators are these (B6)."""
        from imi_tui.screens.access.registering import Registering

        words = self._words
        if words is None and going_on is not None:
            words = await self.app.backend.read(catalogue.view, language())
        if words is None:
            return
        page = Registering(words, going_on)
        if going_on is not None:
            page.go_on(going_on, coordinators)

        def closed(_nothing: None) -> None:
            self._registered(page)

        await self.app.push_screen(page, closed)

    @work(exclusive=True, group="desk-do")
    async def _registered(self, page: object) -> None:
        made = getattr(page, "registered", None)
        if made is not None:
            from imi_tui.screens.users.username_page import UsernamePage

            await self.app.push_screen_wait(UsernamePage(made.first_user))
            await self._count()
            row = await self.app.backend.read(managed.managed_row, made.authority_id, Sort.NAME)
            await self.query_one(PagedTable).restore(Place(Sort.NAME, False, row.position, 0))
        else:
            await self._reload(keep=True)
