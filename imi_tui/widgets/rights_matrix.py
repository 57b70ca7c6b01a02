"""Rights per module: modules as groups, rights as check boxes, the mandatory ones marked with how many hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Label

from imi_tui.i18n import N_, _, ngettext
from imi_tui.rules.holders import Right
from imi_tui.widgets.form import Field, Form
from imi_tui.widgets.text import plain

BOXES = {False: "[ ]", True: "[x]"}
"""Check boxes in ASCII: every terminal has them, and they need no colour."""


@dataclass(frozen=True)
class RightLine:
    """A right that can be given, and how many users hold it now."""

    right: Right
    name: str
    mandatory: bool
    holders: int


@dataclass(frozen=True)
class ModuleLines:
    """A module with its rights; where its access is suspended nothing new can be given."""

    name: str
    suspended: bool
    rights: tuple[RightLine, ...]


class RightsMatrix(Widget, can_focus=True):
    """The check boxes. `chosen` are the rights ticked now; posts `Changed` after a toggle."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rights--module",
        "rights--quiet",
        "rights--mark",
        "rights--cursor",
        "rights--cursor-blurred",
    }
    DEFAULT_CSS = """
    RightsMatrix {
        height: auto;
        & > .rights--module { color: $primary; text-style: bold; }
        & > .rights--quiet { color: $muted; }
        & > .rights--mark { color: $accent; text-style: bold; }
        & > .rights--cursor { color: $cursor-foreground; background: $cursor-background; text-style: bold; }
        & > .rights--cursor-blurred { background: $cursor-blurred; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", N_("Up"), show=False),
        Binding("down,j", "move(1)", N_("Down"), show=False),
        Binding("pageup", "move(-8)", N_("Page up"), show=False),
        Binding("pagedown", "move(8)", N_("Page down"), show=False),
        Binding("home", "first", N_("First"), show=False),
        Binding("end,G", "last", N_("Last"), show=False),
        Binding("space,enter", "choose", N_("Give or take"), key_display="Space"),
    ]

    class Changed(Message):
        """A right was ticked or unticked."""

    def __init__(self, modules: Sequence[ModuleLines], chosen: frozenset[Right], original: frozenset[Right]) -> None:
        super().__init__()
        self._lines: list[tuple[ModuleLines, RightLine | None]] = []
        for module in modules:
            self._lines += [(module, None), *((module, right) for right in module.rights)]
        self.chosen = chosen
        self._original = original
        self._cursor = 1 if len(self._lines) > 1 else 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line per module and per right."""
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        """A module's name, or a right with its box, what is special about it at the right."""
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        module, right = self._lines[y]
        if right is None:
            line = plain(module.name, limit=200).stylize(self._look("module"))
            if module.suspended:
                line += Content.styled(" · " + _("access suspended: nothing new can be given"), self._look("quiet"))
        else:
            line = self._right(right, width)
        if y == self._cursor:
            look = self._look("cursor" if self.has_focus else "cursor-blurred")
            line = Content(line.plain).pad_right(max(0, width - line.cell_length)).stylize(look)
        line = line.truncate(max(1, width), ellipsis=True)
        return Strip(line.render_segments(self.visual_style), line.cell_length).adjust_cell_length(
            width, self.rich_style
        )

    def _right(self, one: RightLine, width: int) -> Content:
        ticked = one.right in self.chosen
        changed = ticked != (one.right in self._original)
        lead = Content.styled("• " if changed else "  ", self._look("mark"))
        box = Content.styled(BOXES[ticked], self._look("mark" if ticked else "quiet"))
        name = plain(one.name, limit=200)
        note = _holders(one)
        room = width - 6 - len(note) - 2
        name = name.truncate(max(8, room), ellipsis=True)
        gap = " " * max(2, width - 6 - name.cell_length - len(note) - 1)
        return lead + box + " " + name + gap + Content.styled(note, self._look("quiet"))

    def _look(self, name: str) -> Style:
        return self.get_visual_style(f"rights--{name}", partial=True)

    def action_move(self, by: int) -> None:
        """The next right, over the modules' names; at the edge the focus stays."""
        step = 1 if by > 0 else -1
        target = max(0, min(self._cursor + by, len(self._lines) - 1))
        while 0 <= target < len(self._lines) and self._lines[target][1] is None:
            target += step
        if 0 <= target < len(self._lines):
            self._place_cursor(target)

    def action_first(self) -> None:
        """The first right."""
        self._place_cursor(min(1, len(self._lines) - 1))

    def action_last(self) -> None:
        """The last right."""
        self._place_cursor(len(self._lines) - 1)

    def action_choose(self) -> None:
        """Give the right under the cursor, or take it."""
        if not self._lines:
            return
        module, line = self._lines[self._cursor]
        if line is None:
            return
        if module.suspended and line.right not in self.chosen and line.right not in self._original:
            self.notify(_("The access to this module is suspended: nothing new can be given."), markup=False)
            return
        self.chosen = self.chosen ^ {line.right}
        self._repaint(self._cursor)
        self.post_message(self.Changed())

    def on_click(self, event: events.Click) -> None:
        """A click on a right gives or takes it."""
        if event.y < len(self._lines) and self._lines[event.y][1] is not None:
            self._place_cursor(event.y)
            self.action_choose()

    def on_focus(self) -> None:
        self._place_cursor(self._cursor)

    def on_blur(self) -> None:
        self._repaint(self._cursor)

    def _place_cursor(self, y: int) -> None:
        before, self._cursor = self._cursor, max(0, y)
        self._repaint(before)
        self._repaint(self._cursor)
        for form in self.ancestors:
            if isinstance(form, Form):
                top = self.region.y - form.content_region.y + form.scroll_offset.y
                form.scroll_to_region(Region(0, top + self._cursor, 1, 1), animate=False, force=True)
        self.call_after_refresh(self._terminal_cursor)

    def _repaint(self, y: int) -> None:
        self.refresh(Region(0, y, self.size.width, 1))

    def _terminal_cursor(self) -> None:
        """Screen readers and braille displays follow the terminal's cursor (B11)."""
        if self.has_focus:
            self.app.cursor_position = Offset(self.region.x + 3, self.region.y + self._cursor)


class RightsField(Field):
    """The matrix as a field of a form: what is wrong stands over it, where the eye is."""

    def __init__(self, modules: Sequence[ModuleLines], chosen: frozenset[Right], *, editing: bool) -> None:
        self._matrix = RightsMatrix(modules, chosen, chosen)
        label = _("User's task: the rights in each module")
        super().__init__("rights", label, self._matrix, original=_told(chosen) if editing else None)

    def compose(self) -> ComposeResult:
        yield Label(plain(self._label), classes="field-label")
        yield Label("", classes="field-note", markup=False)
        yield self.entry

    @property
    def value(self) -> str:
        """The rights as text, to be compared."""
        return _told(self._matrix.chosen)

    @property
    def rights(self) -> frozenset[Right]:
        """The rights that are ticked."""
        return self._matrix.chosen

    def choose(self, rights: frozenset[Right]) -> None:
        """Tick other rights, before the field is shown."""
        self._matrix.chosen = rights

    @on(RightsMatrix.Changed)
    def _toggled(self, event: RightsMatrix.Changed) -> None:
        event.stop()
        self._edited()

    def _show_note(self) -> None:
        super()._show_note()
        if not self._error:
            self.remove_class("-noted")


def _told(rights: frozenset[Right]) -> str:
    return " ".join(f"{right.module}:{right.right}" for right in sorted(rights))


def _holders(one: RightLine) -> str:
    if not one.mandatory:
        return ""
    if not one.holders:
        return _("! mandatory, held by nobody")
    return ngettext("! mandatory, held by {n}", "! mandatory, held by {n}", one.holders).format(n=one.holders)
