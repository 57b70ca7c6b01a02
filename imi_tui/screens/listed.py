"""What every screen with a long list does alike: fetch pages, say what failed, read anew, let a held key pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget

from imi_tui.backend import Superseded
from imi_tui.widgets.paged_table import PagedTable
from imi_tui.widgets.paging import Request

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

T = TypeVar("T")

REST = 0.12
"""Seconds that the cursor rests on a row before its details are read: a held key reads none of them."""


class Listed(Widget):
    """Has one `PagedTable`. Who derives from it says how much there is (`_count`) and what an empty list says."""

    app: ImiApp

    _rest: Timer | None = None

    async def _page(
        self, name: str, service: Callable[..., Sequence[T]], *asked: object, wanted: Request
    ) -> Sequence[T] | None:
        """The rows of a request, or None where a newer one under the same name has made it pointless.

        Raises `Refused`.
        """
        try:
            return await self.app.backend.latest(
                name,
                service,
                *asked,
                after=wanted.after,
                before=wanted.before,
                at=wanted.at,
                last=wanted.last,
                limit=wanted.limit,
            )
        except Superseded:
            return None

    @on(PagedTable.FetchFailed)
    def _fetch_failed(self, event: PagedTable.FetchFailed) -> None:
        event.stop()
        self.app.show_refusal(event.refused)

    async def _reload(self, *, keep: bool) -> None:
        """Count and read anew: around the row under the cursor, or from the beginning."""
        await self._count()
        await self.query_one(PagedTable).reload(keep=keep, empty=self._empty_words())

    async def _count(self) -> None:
        """Show how many there are, and what else stands above the list."""

    def _empty_words(self) -> str:
        """What an empty list says."""
        return ""

    def _once_it_rests(self, read: Callable[[], object] | None = None, *, at_once: bool = False) -> None:
        """Read what is shown of the row under the cursor once it rests there, or at once; None: nothing."""
        if self._rest is not None:
            self._rest.stop()
        if read is None:
            return
        if at_once or not REST:
            read()
        else:
            self._rest = self.set_timer(REST, read)
