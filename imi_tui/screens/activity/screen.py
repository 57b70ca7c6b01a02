"""The list of what was done, with filter and details: of all that one may see, of an authority or of a person (B8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from imi_tui.i18n import N_, _, language, local, pgettext
from imi_tui.i18n.activity import kind_words
from imi_tui.rules.activity import Kind
from imi_tui.rules.refusals import Refused
from imi_tui.screens.activity.words import columns, entry_lines, entry_text, table_row
from imi_tui.screens.clipboard import copy
from imi_tui.screens.frame import Section
from imi_tui.screens.listed import Listed
from imi_tui.services import activity
from imi_tui.services.activity import ActivityEntry, ActivityQuery
from imi_tui.widgets.ledger import Ledger
from imi_tui.widgets.list_filter import ListFilter
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import Place, Request, Row
from imi_tui.widgets.text import plain

KINDS: tuple[Kind | None, ...] = (None, *Kind)

DAYS = (0, 1, 7, 30, 365)
"""The periods one can choose from, in days; 0 is all the time."""


@dataclass(frozen=True)
class About:
    """Of what the list is: of one authority and, with a user's id, of one person in it."""

    authority_id: int
    user_id: int | None = None
    user: str = ""


class ActivityScreen(Section, Listed):
    """What was done, the newest first. `about` narrows it to an authority or a person; Esc then goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", N_("Filter"), key_display="/"),
        Binding("f", "kind(1)", N_("Kind"), tooltip=N_("Next kind")),
        Binding("F", "kind(-1)", N_("Kind before"), show=False),
        Binding("p", "period", N_("Period")),
        Binding("y", "copy", N_("Copy")),
        Binding("n", "no_filter", N_("Clear the filter"), show=False),
        Binding("ctrl+r", "again", N_("Read anew"), show=False),
        Binding("escape", "leave", N_("Back"), key_display="Esc"),
    ]
    CSS = """
    ActivityScreen {
        & #body { layout: vertical; }
        & #activity-top { height: 1; }
        & #activity-filter-label { width: auto; color: $muted; }
        & ListFilter { width: 20; }
        & #activity-shown { width: 1fr; text-align: right; text-wrap: nowrap; text-overflow: ellipsis; color: $muted; }
        & #activity-details { height: 34%; min-height: 7; max-height: 14; border-top: solid $rule; }
    }
    """
    help_text = N_(
        "Everything that is done is recorded: who, what, when, and what stood there before. Nobody can change the"
        " record or take something out of it unseen. Here is what concerns your authority and the authorities that it"
        " manages, the newest first; under the list stands what the entry under the cursor changed, old and new."
        " / filters by the name of a person or, where there are several, of an authority, as you type; f shows one kind"
        " after the other, p the last day, week, month or year; n shows everything, y copies the entry. Of whoever was"
        " deleted only the number is shown, for data protection."
    )

    def __init__(self, about: About | None = None) -> None:
        super().__init__()
        self._about = about
        self._text = ""
        self._kind = 0
        self._days = 0
        self._entry: ActivityEntry | None = None

    # What is shown

    def path(self) -> Sequence[str]:
        """Administration › Activity; or the authority, the person, and their activity."""
        about = self._about
        if about is None:
            return (_("Administration"), _("Activity"))
        return self.of_authority(*([_("Users"), about.user] if about.user_id else []), _("Activity"))

    def body(self) -> ComposeResult:
        with Horizontal(id="activity-top"):
            yield Static(_("/ filter") + " ", id="activity-filter-label")
            yield ListFilter(self._text)
            yield Static("", id="activity-shown")
        yield PagedTable(columns(several=self._several), self._fetch)
        yield Ledger([], id="activity-details")

    @property
    def _several(self) -> bool:
        """Whether entries of several authorities may stand here."""
        return self._about is None and self.app.session is not None and self.app.session.access_manager

    def on_mount(self) -> None:
        self._begin()

    async def recompose(self) -> None:
        """Another language: the list is read anew."""
        await super().recompose()
        self._begin()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work right now."""
        if action == "leave":
            return self._about is not None or isinstance(self.focused, Ledger)
        if action == "copy":
            return self._entry is not None
        if action == "no_filter":
            return self._filtering
        return True

    @property
    def _filtering(self) -> bool:
        return bool(self._text or self._kind or self._days)

    # Reading

    @property
    def _authority(self) -> int | None:
        return self._about.authority_id if self._about else None

    def _query(self) -> ActivityQuery:
        person = self._about.user_id if self._about else None
        return ActivityQuery(self._text, KINDS[self._kind], since=self._since(), person_id=person)

    def _since(self) -> datetime | None:
        """The beginning of the first day of the period, as days are counted here."""
        if not self._days:
            return None
        today = local(self.app.backend.now()).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=DAYS[self._days] - 1)

    async def _fetch(self, wanted: Request) -> Sequence[Row] | None:
        asked = self._authority, self._query(), language()
        found = await self._page("activity", activity.activity_page, *asked, wanted=wanted)
        return None if found is None else [table_row(row, several=self._several) for row in found]

    @property
    def _left(self) -> str:
        """The name under which the place in the list is kept for coming back."""
        about = self._about
        return "activity" if about is None else f"activity {about.authority_id} {about.user_id or ''}"

    @work(exclusive=True, group="activity")
    async def _begin(self) -> None:
        """Show the list, where one left it."""
        place: Place | None = None
        left = self.app.left.get(self._left)
        if isinstance(left, tuple):
            place, self._text, self._kind, self._days = left
        with self.prevent(Input.Changed):
            self.query_one(ListFilter).value = self._text
        self._entry = None
        await self._count()
        table = self.query_one(PagedTable)
        table.focus()
        await table.reload(keep=False, empty=self._empty_words())
        if place is not None and place.position is not None:
            await table.restore(place)

    async def _reload(self, *, keep: bool) -> None:
        self._entry = None
        await super()._reload(keep=keep)

    async def _count(self) -> None:
        """What is shown: the kind and the period. So long a list is not counted."""
        kind = KINDS[self._kind]
        parts = [_period(DAYS[self._days])]
        if kind is not None:
            parts.insert(0, _("only: {status}").format(status=kind_words(kind)))
        self.query_one("#activity-shown", Static).update(plain(" · ".join(parts)))
        self.refresh_bindings()

    def _empty_words(self) -> str:
        if self._filtering:
            return _("Nothing matches. n clears the filter.")
        return _("Nothing has been done yet.")

    @on(PagedTable.Highlighted)
    def _highlighted(self, event: PagedTable.Highlighted) -> None:
        event.stop()
        self.app.left[self._left] = (self.query_one(PagedTable).place, self._text, self._kind, self._days)
        self._once_it_rests()
        row = event.row
        if row is None:
            self._show(None)
        elif self._entry is None or self._entry.row.id != row.id:
            self._once_it_rests(lambda: self._read_entry(row.id), at_once=self._entry is None)

    @work(exclusive=True, group="activity-details")
    async def _read_entry(self, entry_id: int) -> None:
        try:
            self._show(await self.app.backend.read(activity.activity_entry, self._authority, entry_id, language()))
        except Refused as refused:
            self.app.show_refusal(refused)

    def _show(self, entry: ActivityEntry | None) -> None:
        self._entry = entry
        details = self.query_one("#activity-details", Ledger)
        details.update(entry_lines(entry, several=self._several) if entry else [])
        details.scroll_home(animate=False)
        self.refresh_bindings()

    @on(PagedTable.Selected)
    def _selected(self, event: PagedTable.Selected) -> None:
        """Enter goes into the details, to scroll in them."""
        event.stop()
        self.query_one("#activity-details", Ledger).focus()

    # Filtering

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(ListFilter).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._text = event.value
        self._filtered()

    def action_kind(self, by: int) -> None:
        """Only one kind after the other, then everything again."""
        self._kind = (self._kind + by) % len(KINDS)
        self._filtered()

    def action_period(self) -> None:
        """Only the last day, week, month, year, then all the time again."""
        self._days = (self._days + 1) % len(DAYS)
        self._filtered()

    def action_no_filter(self) -> None:
        """Everything again."""
        self._text, self._kind, self._days = "", 0, 0
        with self.prevent(Input.Changed):
            self.query_one(ListFilter).value = ""
        self._filtered()

    @work(exclusive=True, group="activity")
    async def _filtered(self) -> None:
        await self._reload(keep=False)

    @work(exclusive=True, group="activity")
    async def action_again(self) -> None:
        """Read everything anew."""
        await self._reload(keep=True)

    # Doing

    def action_copy(self) -> None:
        """Send the entry to the terminal's clipboard."""
        if self._entry is not None:
            copy(self.app, entry_text(self._entry))

    def action_leave(self) -> None:
        """From the details to the list, from the list to where one came from."""
        if isinstance(self.focused, Ledger):
            self.set_focus(self.query_one(PagedTable))
        elif self._about is not None:
            self.dismiss(None)


def _period(days: int) -> str:
    # Translators: of what period the entries are that are shown.
    words = {
        0: pgettext("period", "all the time"),
        1: pgettext("period", "today"),
        7: pgettext("period", "the last 7 days"),
        30: pgettext("period", "the last 30 days"),
        365: pgettext("period", "the last 365 days"),
    }
    return words[days]
