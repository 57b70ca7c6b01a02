"""Form fields: a label, an entry, and under it a line for what is wrong or what stood there before.

Nothing typed is ever thrown away: a wrong value stays, with the error in words under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label, Select, TextArea

from imi_tui.i18n import _
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.refusals import FieldError
from imi_tui.rules.text import visible, visible_lines
from imi_tui.widgets.choice import Choice
from imi_tui.widgets.entry import LONGEST, Entry
from imi_tui.widgets.text import id_of, plain


class Lines(TextArea):
    """A TextArea into which no control or bidi character is pasted."""

    async def _on_paste(self, event: events.Paste) -> None:
        """Cleaned before TextArea's own handler, which Textual calls next, takes it in."""
        event.text = visible_lines(event.text, LONGEST)


class Field(Widget):
    """A labelled entry. `name` is the field's name in the services' errors; `original` the value it began with."""

    class Changed(Message):
        """The field's value was changed by the user."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> Field:
            """The field."""
            return self.field

    def __init__(self, name: str, label: str, entry: Widget, *, original: str | None = None, hint: str = "") -> None:
        super().__init__(name=name, id=id_of("field", name))
        self._label = label
        self.entry = entry
        self.original = original
        self._hint, self._tone = hint, ""
        self._error = ""

    def compose(self) -> ComposeResult:
        yield Label(plain(self._label), classes="field-label")
        yield self.entry
        yield Label("", classes="field-note", markup=False)

    def on_mount(self) -> None:
        self._show_note()

    @property
    def value(self) -> str:
        """What stands in the entry."""
        if isinstance(self.entry, Input):
            return self.entry.value
        if isinstance(self.entry, TextArea):
            return self.entry.text
        if isinstance(self.entry, Select):
            return "" if self.entry.is_blank() else str(self.entry.value)
        raise TypeError(self.entry)

    @property
    def changed(self) -> bool:
        """Whether the value differs from the one the field began with (never for a field without one)."""
        return self.original is not None and self.value != self.original

    def set_hint(self, hint: str, tone: str = "") -> None:
        """Show a quiet line under the entry (`tone`: "", "ok", "warn", "bad"); an error goes before it."""
        self._hint, self._tone = hint, tone
        self._show_note()

    def set_error(self, error: str) -> None:
        """Show what is wrong, or take it away with an empty string."""
        self._error = error
        self._show_note()

    def focus(self, scroll_visible: bool = True) -> Field:
        """Focus the entry, at once: what is typed ahead belongs into it."""
        self.screen.set_focus(self.entry, scroll_visible)
        return self

    def on_resize(self) -> None:
        """The words under the entry found their room: they are to be seen, too."""
        if self.screen.focused is self.entry:
            self.scroll_visible(animate=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._edited()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._edited()

    def on_select_changed(self, event: Select.Changed) -> None:
        event.stop()
        self._edited()

    def _edited(self) -> None:
        self._error = ""
        self._show_note()
        self.post_message(self.Changed(self))

    def _show_note(self) -> None:
        if not self.children:  # not composed yet: mounting will show it
            return
        was = _("was: {value}").format(value=visible(self.original or "—", 300)) if self.changed else ""
        note = self._error or " · ".join(part for part in (self._hint, was) if part)
        self.set_class(bool(self._error), "-wrong")
        self.set_class(self.changed, "-changed")
        self.set_class(bool(note), "-noted")
        self.query_one(".field-label", Label).update(plain(("• " if self.changed else "") + self._label))
        shown = self.query_one(".field-note", Label)
        shown.set_classes(f"field-note {self._tone}".strip())
        shown.update(plain(note, limit=2000))


def text_field(name: str, label: str, value: str = "", *, original: str | None = None, **more: object) -> Field:
    """A one-line field. `more`: `hint`, `password`, `placeholder`."""
    entry = Entry(
        value,
        compact=True,
        password=bool(more.get("password")),
        placeholder=str(more.get("placeholder", "")),
        select_on_focus=False,
    )
    entry.cursor_blink = False
    return Field(name, label, entry, original=original, hint=str(more.get("hint", "")))


def choice_field(
    name: str, label: str, options: Sequence[tuple[str, str]], value: str = "", *, original: str | None = None
) -> Field:
    """A field with one choice of `options`: (shown, value)."""
    entry = Choice(options, value)
    return Field(name, label, entry, original=original)


def lines_field(
    name: str, label: str, value: str = "", *, original: str | None = None, rows: int = 4, hint: str = ""
) -> Field:
    """A field of several lines; Tab leaves it."""
    entry = Lines(visible_lines(value, LONGEST), tab_behavior="focus", show_line_numbers=False, compact=True)
    entry.cursor_blink = False
    entry.styles.height = rows
    entry.styles.max_height = rows  # the row of the grid goes by it, not by the height
    return Field(name, label, entry, original=original, hint=hint)


class Form(VerticalScroll, can_focus=False):
    """Fields under each other."""

    def fields(self) -> Iterable[Field]:
        """The fields, in the order in which they stand."""
        return self.query(Field).results(Field)

    def values(self) -> dict[str, str]:
        """What stands in each field, by its name."""
        return {field.name or "": field.value for field in self.fields()}

    def show_errors(self, errors: Iterable[FieldError]) -> bool:
        """Show each error at its field and focus the first; whether one of the fields is of this form."""
        wrong = {error.field: error for error in errors}
        first: Field | None = None
        for field in self.fields():
            error = wrong.get(field.name or "")
            field.set_error(sentence(error) if error else "")
            if error and first is None:
                first = field
        if first is not None:
            first.focus()
        return first is not None
