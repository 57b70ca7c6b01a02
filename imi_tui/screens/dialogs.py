"""Small dialogs that several screens use: a question that names the thing, a notice, the hint after `g`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from imi_tui.i18n import N_, _
from imi_tui.widgets.text import plain


def keys_line(keys: Sequence[tuple[str, str]]) -> Content:
    """Keys and what they do, at the foot of a dialog."""
    return Content("    ").join(Content.assemble((key, "bold $primary"), " ", plain(words)) for key, words in keys)


class Dialog(ModalScreen[bool]):
    """A title, some lines, and two keys. Dismisses with True for Enter, False for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer(True)", N_("Yes"), priority=True),
        Binding("escape", "answer(False)", N_("Cancel")),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
    ]

    def __init__(self, title: str, lines: Sequence[str | Content], *, yes: str, no: str = "", danger: bool = False):
        super().__init__(classes="-danger" if danger else "")
        self._title = title
        self._lines = lines
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=True):
            yield Static(plain(self._title), id="dialog-title")
            for line in self._lines:
                yield Static(line if isinstance(line, Content) else plain(line, limit=2000))
            answers = [(_("Enter"), self._yes), *([(_("Esc"), self._no)] if self._no else [])]
            yield Static(keys_line(answers), id="dialog-keys")

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)

    def action_scroll(self, lines: int) -> None:
        """Scroll a long dialog."""
        self.query_one("#dialog").scroll_relative(y=lines, animate=False)


def confirm(title: str, lines: Sequence[str | Content], yes: str, *, danger: bool = False, no: str = "") -> Dialog:
    """A question that names the thing; `yes` says what Enter does."""
    return Dialog(title, lines, yes=yes, no=no or _("Cancel"), danger=danger)


def leave_question() -> Dialog:
    """Whether to go away from something typed that is not saved."""
    return confirm(
        _("Leave without saving?"),
        [_("What you changed here is not saved yet.")],
        _("Leave, drop my changes"),
        danger=True,
        no=_("Stay"),
    )


def notice(title: str, lines: Sequence[str | Content]) -> Dialog:
    """Something to be read; Enter or Esc goes on."""
    return Dialog(title, lines, yes=_("Go on"))


class GoTo(ModalScreen[str]):
    """After `g`: one more letter goes to a section; any other key goes back."""

    def __init__(self, places: dict[str, str]) -> None:
        super().__init__()
        self._places = places

    def compose(self) -> ComposeResult:
        parts: list[str | tuple[str, str]] = [_("Go to") + "  "]
        for letter, words in self._places.items():
            parts += [(f"g {letter}", "bold $accent"), f" {words}   "]
        yield Static(Content.assemble(*parts))

    def on_key(self, event: object) -> None:
        event.stop()  # type: ignore[attr-defined]  # Textual's Key event
        key = str(getattr(event, "key", ""))
        self.dismiss(key if key in self._places else "")
