"""Whether an authority is there already: those that may be the same, found as one types, to be looked at (S1.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from imi_tui.backend import Superseded
from imi_tui.i18n import _, language
from imi_tui.rules.refusals import Refused
from imi_tui.screens.access.twins import twin_line, twin_notice
from imi_tui.services import twins
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.twins import Twin
from imi_tui.widgets.choices import Choices
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

FIRST_LOOK = ("official_name", "informal_name", "email", "town")
"""What is asked first: by these it is found whether the authority is there already."""


class TwinSearch(Widget):
    """Under the form of the first page: what is found, with a line above that says what to do."""

    DEFAULT_CSS = """
    TwinSearch {
        height: 1fr;
        layout: vertical;
        & #twins-title { height: auto; margin: 1 0 0 0; }
        & #twins { height: 1fr; max-height: 100%; }
    }
    """

    app: ImiApp

    def __init__(self, words: CatalogueView) -> None:
        super().__init__()
        self._words = words
        self._twins: dict[str, Twin] = {}
        self._searched: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static("", id="twins-title")
        yield Choices(id="twins")

    @property
    def found(self) -> frozenset[int]:
        """The authorities that are shown."""
        return frozenset(twin.found.id for twin in self._twins.values())

    def answers(self, values: Mapping[str, str]) -> bool:
        """Whether what is shown is the answer to what is typed now."""
        return self._searched == _wanted(values)

    @work(exclusive=True, group="twins")
    async def look(self, values: Mapping[str, str]) -> None:
        """Show the authorities that may be the same as what is typed."""
        wanted = _wanted(values)
        if wanted == self._searched:
            return
        found: Sequence[Twin] = ()
        if any(wanted[:-1]):
            try:
                name, informal, email, town, country = wanted
                found = await self.app.backend.latest(
                    "twins", twins.likely_twins, name, informal, email, town, country, language=language()
                )
            except Superseded:
                return
            except Refused as refused:
                self.app.show_refusal(refused)
                return
        self._searched = wanted
        self._twins = {str(twin.found.id): twin for twin in found}
        self.query_one("#twins", Choices).replace(
            [Option(twin_line(twin), id=key) for key, twin in self._twins.items()]
        )
        if found:
            title = plain(_("These may be the same. Enter shows one; if none of them is it, Ctrl+S goes on."))
            title = title.stylize("$warning")
        elif any(wanted[:-1]):
            title = plain(_("✓ None like it is registered. Ctrl+S goes on.")).stylize("$success")
        else:
            title = plain(_("Type what you know of it; who may be the same appears here.")).stylize("$muted")
        self.query_one("#twins-title", Static).update(title)

    @on(OptionList.OptionSelected)
    async def _show_twin(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        twin = self._twins.get(event.option.id or "")
        if twin is not None:
            await self.app.push_screen(twin_notice(twin, self._words))


def _wanted(values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(values[name].strip() for name in (*FIRST_LOOK, "country"))
