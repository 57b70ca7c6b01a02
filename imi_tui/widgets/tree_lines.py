"""The lines of a keyword tree: painted one by one, so that a key repaints the lines it changed and no more."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from imi_tui.i18n import N_
from imi_tui.rules.keywords import Forest, Mark, Row
from imi_tui.widgets.text import plain

BOXES = {Mark.OFF: "[ ]", Mark.SOME: "[-]", Mark.ON: "[x]"}
"""Check boxes in ASCII: every terminal has them, and they need no colour."""


class TreeLines(ScrollView, can_focus=True):
    """A tree with check boxes. Keys: arrows, Space toggles, Left and Right close and open.

    Posts `Toggled` with the codes chosen after a toggle; the owner keeps them and calls `show`.
    """

    COMPONENT_CLASSES = {"tree-lines--quiet", "tree-lines--mark", "tree-lines--cursor", "tree-lines--cursor-blurred"}
    DEFAULT_CSS = """
    TreeLines {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .tree-lines--quiet { color: $muted; }
        & > .tree-lines--mark { color: $accent; text-style: bold; }
        & > .tree-lines--cursor { color: $cursor-foreground; background: $cursor-background; text-style: bold; }
        & > .tree-lines--cursor-blurred { background: $cursor-blurred; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", N_("Up"), show=False),
        Binding("down,j", "move(1)", N_("Down"), show=False),
        Binding("pageup", "page(-1)", N_("Page up"), show=False),
        Binding("pagedown", "page(1)", N_("Page down"), show=False),
        Binding("home", "first", N_("First"), show=False),
        Binding("end,G", "last", N_("Last"), show=False),
        Binding("space", "choose", N_("Choose"), key_display="Space"),
        Binding("enter", "open", N_("Open or close"), show=False),
        Binding("right", "unfold(True)", N_("Open"), show=False),
        Binding("left", "unfold(False)", N_("Close"), show=False),
    ]

    class Toggled(Message):
        """Space on a line: the codes that are chosen now."""

        def __init__(self, chosen: frozenset[str]) -> None:
            super().__init__()
            self.chosen = chosen

    class Moved(Message):
        """The cursor is on another keyword, or on none (an empty code)."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self, forest: Forest, chosen: frozenset[str]) -> None:
        super().__init__()
        self._forest = forest
        self._chosen = chosen
        self._text = ""
        self._opened = frozenset(above for code in chosen for above in forest.above(code))
        self._rows: list[Row] = []
        self._cursor = 0
        self._told = ""

    def on_mount(self) -> None:
        self._rebuild()

    def show(self, chosen: frozenset[str]) -> None:
        """Show other codes as chosen."""
        self._chosen = chosen
        self._rebuild()

    def filter(self, text: str) -> None:
        """Show what matches, with its path; the cursor goes to the first match."""
        self._text = text
        self._cursor = 0
        self._rebuild()
        self.scroll_to(y=0, animate=False)

    def go_to(self, code: str) -> None:
        """Open the path to a keyword and put the cursor on it."""
        self._opened |= frozenset(self._forest.above(code))
        self._rebuild()
        self._place_cursor(next((y for y, row in enumerate(self._rows) if row.code == code), 0))

    @property
    def empty(self) -> bool:
        """Whether nothing matches the filter."""
        return not self._rows

    def render_line(self, y: int) -> Strip:
        """One line: cursor, depth, open or closed, check box, name; how many are chosen under a parent."""
        y += self.scroll_offset.y
        width = self.scrollable_content_region.width
        if y >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[y]
        fold = "  " if row.leaf else "v " if row.open else "> "
        quiet, mark = self._look("quiet"), self._look("mark")
        box = {Mark.ON: mark, Mark.SOME: mark}.get(row.mark, quiet)
        count = "" if row.leaf or not row.chosen else f" {row.chosen}/{row.total}"
        name = plain(row.name, limit=200)
        if row.by:
            name += plain(f" ({row.by})", limit=200).stylize(quiet)
        name = name.truncate(max(4, width - 2 * row.depth - 6 - len(count)), ellipsis=True)
        line = Content.assemble("  " * row.depth, (fold, quiet), (BOXES[row.mark], box), " ", name, (count, quiet))
        if y == self._cursor:
            look = self._look("cursor" if self.has_focus else "cursor-blurred")
            line = Content(line.plain).pad_right(max(0, width - line.cell_length)).stylize(look)
        strip = Strip(line.render_segments(self.visual_style), line.cell_length)
        return strip.adjust_cell_length(width, self.rich_style)

    def _look(self, name: str) -> Style:
        return self.get_visual_style(f"tree-lines--{name}", partial=True)

    def action_move(self, by: int) -> None:
        """The line above or below."""
        self._place_cursor(self._cursor + by)

    def action_page(self, by: int) -> None:
        """A page on or back."""
        self._place_cursor(self._cursor + by * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """The first line."""
        self._place_cursor(0)

    def action_last(self) -> None:
        """The last line."""
        self._place_cursor(len(self._rows) - 1)

    def action_choose(self) -> None:
        """Choose the keyword, or all that is shown under a parent; the other way round where it is chosen."""
        if self._rows:
            code = self._rows[self._cursor].code
            self.post_message(self.Toggled(self._forest.toggled(self._chosen, code, self._text)))

    def action_open(self) -> None:
        """Open or close a parent; a leaf is toggled."""
        if not self._rows:
            return
        row = self._rows[self._cursor]
        if row.leaf:
            self.action_choose()
        else:
            self.action_unfold(not row.open)

    def action_unfold(self, wide: bool) -> None:
        """Open or close the parent under the cursor; Left on a leaf goes up to its parent."""
        if not self._rows:
            return
        row = self._rows[self._cursor]
        if not row.leaf and row.open != wide and not self._text:
            self._opened = self._opened | {row.code} if wide else self._opened - {row.code}
            self._rebuild()
        elif not wide and (above := self._forest.above(row.code)):
            self.go_to(above[0])

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; on the box or on a leaf it toggles, else it opens or closes."""
        y = event.y + self.scroll_offset.y
        if y < len(self._rows):
            self._place_cursor(y)
            row = self._rows[y]
            on_box = 0 <= event.x - (2 * row.depth + 2) < 3
            self.action_choose() if on_box or row.leaf else self.action_open()

    def on_focus(self) -> None:
        self._repaint(self._cursor)
        self._terminal_cursor()

    def on_blur(self) -> None:
        self._repaint(self._cursor)

    def _rebuild(self) -> None:
        at = self._rows[self._cursor].code if self._cursor < len(self._rows) else ""
        self._rows = self._forest.rows(self._chosen, self._opened, self._text)
        self._cursor = next((y for y, row in enumerate(self._rows) if row.code == at), 0)
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.refresh()
        self._tell()

    def _place_cursor(self, y: int) -> None:
        before, self._cursor = self._cursor, max(0, min(y, len(self._rows) - 1))
        self._repaint(before)
        self._repaint(self._cursor)
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True, x_axis=False)
        self._terminal_cursor()
        self._tell()

    def _tell(self) -> None:
        code = self._rows[self._cursor].code if self._rows else ""
        if code != self._told:
            self._told = code
            self.post_message(self.Moved(code))

    def _repaint(self, y: int) -> None:
        self.refresh(Region(0, y - self.scroll_offset.y, self.size.width, 1))

    def _terminal_cursor(self) -> None:
        """Screen readers and braille displays follow the terminal's cursor (B11)."""
        region = self.content_region
        self.app.cursor_position = Offset(region.x, region.y + self._cursor - self.scroll_offset.y)
