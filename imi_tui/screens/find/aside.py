"""What is known of the authority at the cursor, beside or under the list: read once the cursor rests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import work
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from imi_tui.backend import Superseded
from imi_tui.rules.refusals import Gone, Refused
from imi_tui.screens.find.details import detail_lines
from imi_tui.services import directory_search
from imi_tui.services.authority_view import AuthorityView
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.directory_search import Found
from imi_tui.widgets.fitted import Fitted
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

REST = 0.12
"""Seconds that the cursor rests on a row before its details are read: a held key reads none of them."""

BESIDE = 100
"""Cells of the screen from which on the details stand beside the list, not under it."""


class Aside(Fitted):
    """An authority in short. Posts `Looked` when it shows another one, `Vanished` when that one is no longer there."""

    class Looked(Message):
        """Another authority is shown, or none."""

    class Vanished(Message):
        """The authority that was to be shown is gone."""

    app: ImiApp

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view: AuthorityView | None = None
        self._wanted = 0
        self._found: Found | None = None
        self._words: CatalogueView | None = None
        self._rest: Timer | None = None

    @property
    def shown(self) -> int:
        """The id of the authority that is shown; 0 for none."""
        return self._view.id if self._view else 0

    def say(self, lines: Iterable[str]) -> None:
        """Show some lines instead of an authority."""
        self._want(0, None, None)
        self._view = None
        self.update(Content("\n").join(plain(line, limit=500) for line in lines))
        self.post_message(self.Looked())

    def look_at(self, authority_id: int, found: Found | None, words: CatalogueView | None) -> None:
        """Show an authority, with why it was found: at once where nothing is shown, else once the cursor rests."""
        self._want(authority_id, found, words)
        if self.shown == authority_id:
            self.refit()  # found by something else, perhaps
        elif not self.shown or not REST:
            self._read()
        else:
            self._rest = self.set_timer(REST, self._read)

    def refit(self) -> None:
        """Lay it out anew: the screen has another width."""
        if self._view is not None and self._words is not None:
            narrow = self.app.size.width < BESIDE
            self.update(detail_lines(self._view, self._found, self._words, narrow=narrow))

    def _want(self, authority_id: int, found: Found | None, words: CatalogueView | None) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._wanted, self._found, self._words = authority_id, found, words

    @work(exclusive=True, group="find-details")
    async def _read(self) -> None:
        wanted = self._wanted
        try:
            view = await self.app.backend.latest("find-details", directory_search.detail, wanted)
        except Superseded:
            return
        except Gone:
            self.post_message(self.Vanished())
            return
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        if wanted == self._wanted:
            self._view = view
            self.refit()
            self.post_message(self.Looked())
