"""The frame of every section: one line on top, the place in the guide's words, the section, the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from imi_tui.i18n import N_, _, language
from imi_tui.widgets.keyline import KeyLine
from imi_tui.widgets.rows_only import RowsOnly
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp
    from imi_tui.screens.drafts.keeper import Keeper
    from imi_tui.screens.presence import Colleagues
    from imi_tui.services.login import Session

PRODUCT = "IMI"

NAME = 12
"""Cells below which the authority's name says nothing: the product's alone gives room for who else edits."""


class TopLine(Widget):
    """Product, authority, country on the left; user, right, language on the right; between them who else edits."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def show(self, session: Session) -> None:
        """Show other facts: a name was changed."""
        self._session = session
        self.refresh()

    def render(self) -> Content:
        """The line, the left side cut so that the right one fits."""
        who = self._session
        right = _("administrator") if who.administrator else _("user")
        tail = Content.assemble(plain(who.name, limit=60), f" · {right} · {language()}")
        room = self.size.width - cell_len(tail.plain) - 2
        head = Content.assemble((PRODUCT, "bold"), "  ", plain(f"{who.authority} · {who.country}"))
        watch = getattr(self.screen, "colleagues", None)
        others = plain(watch.words, limit=200).stylize("bold reverse") if watch is not None else Content("")
        if others.plain:
            others = others.truncate(max(room - len(PRODUCT) - 2, 4), ellipsis=True)
            left = room - others.cell_length - 2
            named = head.truncate(left, ellipsis=True) if left >= NAME else Content.styled(PRODUCT, "bold")
            head = named + "  " + others
        head = head.truncate(max(room, 4), ellipsis=True)
        return head + " " * max(2, self.size.width - cell_len(head.plain) - cell_len(tail.plain)) + tail


class ActingBar(Static):
    """For whom one acts, where that is not the own authority (S1.8): on every screen, as long as one does."""

    app: ImiApp

    def render(self) -> Content:
        """In plain words; the name is cut before them."""
        words = _("You act for another authority: {authority}").format(authority=self.app.acting_for)
        return plain(words).truncate(max(4, self.content_size.width), ellipsis=True)


class NarrowedBar(Static):
    """Says that what stands here cannot be saved any more, for the right to do so was withdrawn (B22)."""

    DEFAULT_CSS = "NarrowedBar { height: auto; padding: 0 1; background: $warning; color: $background; }"

    def render(self) -> Content:
        """Why, and what can still be done."""
        return plain(_("Your right to change this was withdrawn: it can be read, not saved. Esc leaves it."))


class PathLine(Static):
    """Where one is, in the guide's own words."""

    def show(self, parts: Sequence[str]) -> None:
        """Show the way: Administration › My authority › Users."""
        self.update(plain(" › ".join(parts)))


class Section(Screen[None]):
    """Base of the sections. Subclasses give `path()`, `body()` and `help_text`; `unsaved()` guards leaving."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "app.go", N_("Go to"), show=False),
        Binding("f1", "app.help", N_("Help"), key_display="F1"),
        Binding("question_mark", "app.help", N_("Help"), key_display="?", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._compositor = RowsOnly()

    @property
    def help_text(self) -> str:
        """The guide's chapter on this screen, as a msgid."""
        return ""

    app: ImiApp
    colleagues: Colleagues | None = None
    """Who else edits what is open here, where that is told."""

    def on_unmount(self) -> None:
        if self.colleagues is not None:
            self.colleagues.end()

    keeper: Keeper | None = None
    """Who keeps what is typed here until it is saved, where something can be (B6)."""

    def compose(self) -> ComposeResult:
        session = self.app.session
        if session is not None:
            yield TopLine(session)
        if self.app.acting_for:
            yield ActingBar()
        if self.app.guard.narrowed:
            yield NarrowedBar()
        yield PathLine(plain(" › ".join(self.path())))
        with Widget(id="body"):
            yield from self.body()
        yield KeyLine()

    def of_authority(self, *more: str) -> Sequence[str]:
        """A place within the own authority, or within the one that one acts for (S1.8)."""
        acting = self.app.acting_for
        return (_("Access management") if acting else _("Administration"), acting or _("My authority"), *more)

    def path(self) -> Sequence[str]:
        """The place in the guide's own words."""
        return ()

    def body(self) -> ComposeResult:
        """The section itself."""
        yield from ()

    def unsaved(self) -> bool:
        """Whether leaving now would lose something typed."""
        return False

    def touched(self) -> None:
        """Something was typed or chosen: it is kept in a moment."""
        if self.keeper is not None:
            self.keeper.touched()

    async def forget(self) -> None:
        """What was typed was saved, or is not wanted: no draft of it is left."""
        if self.keeper is not None:
            keeper, self.keeper = self.keeper, None
            await keeper.drop()

    def go_top(self) -> None:
        """`g g`: to the top of what has the focus."""
        if self.focused is not None and hasattr(self.focused, "action_first"):
            self.focused.action_first()
