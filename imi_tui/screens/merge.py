"""What both changed of the same record: theirs and mine beside each other, to choose from field by field (B7).

Nothing is chosen beforehand, and it goes on only when everything is: nobody's words are written over unseen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.geometry import Offset
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from imi_tui.i18n import N_, _, date_time, ngettext, pgettext
from imi_tui.rules.merge import Choice, Clash, Theirs
from imi_tui.rules.refusals import SameField
from imi_tui.rules.text import visible, visible_lines
from imi_tui.rules.wording import Side, compare
from imi_tui.screens.dialogs import keys_line
from imi_tui.widgets.side_by_side import SideBySideLines
from imi_tui.widgets.text import plain, plain_lines

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

T = TypeVar("T")

Label = Callable[[str], str]
"""A field's label by its name."""

Shown = Callable[[str, str], str]
"""A field's value as it is read, by the field's name and the stored value."""

LONG = 5000
"""Characters of a value that are shown at most."""

MARKS = {True: "(x)", False: "( )"}


async def decided(
    app: ImiApp,
    save: Callable[[Sequence[Choice]], Awaitable[T]],
    choices: dict[str, Choice],
    label: Label,
    shown: Shown,
) -> T | None:
    """Save; where both changed the same, ask and save again, until it is saved or somebody goes back (None).

    `choices` are those made so far, by field; they grow. Call in a worker.
    """
    while True:
        try:
            return await save(list(choices.values()))
        except SameField as same:
            answer = await app.push_screen_wait(MergeScreen(same.clashes, label, shown))
            if answer is None:
                return None
            choices |= {one.field: one for one in answer}


def theirs_words(theirs: Iterable[Theirs], label: Label) -> str:
    """What others changed meanwhile and what stays beside mine, a sentence for each of them; empty where nothing."""
    fields: dict[str, dict[str, None]] = {}
    for one in theirs:
        fields.setdefault(one.who, {})[label(one.field)] = None
    sentences = []
    for who, labels in fields.items():
        words = _("{who} changed meanwhile: {fields}; both are saved.")
        sentences.append(words.format(who=who or _("Somebody else"), fields=", ".join(labels)))
    return " ".join(sentences)


def nothing_left() -> str:
    """Said of a save that wrote nothing: others had saved the same, or theirs was chosen."""
    return _("Nothing of yours was left to save: it stands there already.")


def signature(who: str, at: object) -> str:
    """Who it was and when, as far as that is known."""
    parts = [who or _("Somebody else")]
    if at is not None:
        parts.append(date_time(at))  # type: ignore[arg-type]  # an instant
    return ", ".join(parts)


class ClashBlock(Widget, can_focus=True):
    """One field: as it was, as they and I have it now; `t` and `m` choose, or Enter the side that the arrow is at."""

    class Chosen(Message):
        """A side was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "choose(False)", N_("Theirs")),
        Binding("m", "choose(True)", N_("Mine")),
        Binding("left,h", "side(False)", N_("To theirs"), show=False),
        Binding("right,l", "side(True)", N_("To mine"), show=False),
        Binding("enter,space", "choose_side", N_("Choose this side"), show=False),
        Binding("up,k", "screen.focus_previous", N_("Field before"), show=False),
        Binding("down,j", "screen.focus_next", N_("Next field"), show=False),
    ]
    DEFAULT_CSS = """
    ClashBlock {
        height: auto;
        layout: vertical;
        padding: 0 0 1 0;
        & > .clash-label { height: 1; text-style: bold; color: $primary; }
        &:focus > .clash-label { color: $cursor-foreground; background: $cursor-background; }
        & > .clash-base { height: auto; color: $muted; }
    }
    """

    def __init__(self, clash: Clash, label: str, shown: Shown) -> None:
        super().__init__()
        self.clash = clash
        self._label = label
        self._was, self._theirs, self._mine = (
            visible_lines(shown(clash.field, value), LONG) for value in (clash.base, clash.theirs, clash.mine)
        )
        self._at_mine = False
        self.keep_mine: bool | None = None

    def compose(self) -> ComposeResult:
        yield Static(plain(self._label), classes="clash-label")
        # Translators: the value of a field when the editing began
        base = Content.assemble(_("When you began:"), " ", plain_lines(self._was, limit=LONG) if self._was else "—")
        yield Static(base, classes="clash-base")
        yield SideBySideLines(*self._sides())

    @property
    def choice(self) -> Choice | None:
        """What was chosen, if anything."""
        if self.keep_mine is None:
            return None
        return Choice(self.clash.field, self.clash.theirs, self.clash.mine, self.keep_mine)

    def _sides(self) -> tuple[tuple[str, Content], tuple[str, Content]]:
        theirs, mine = marked(self._theirs, self._mine)
        who = visible(self.clash.who or _("Somebody else"))
        if self.clash.at is not None:
            theirs, mine = Content.styled(date_time(self.clash.at) + "\n", "$muted") + theirs, Content("\n") + mine
        # Translators: what I have typed myself, beside what somebody else has saved
        return (self._heading(False, f"t  {who}"), theirs), (
            self._heading(True, "m  " + pgettext("typed", "You")),
            mine,
        )

    def _heading(self, mine: bool, words: str) -> str:
        arrow = "› " if self.has_focus and self._at_mine is mine else "  "
        return f"{arrow}{MARKS[self.keep_mine is mine]} {words}"

    def _show(self) -> None:
        for lines in self.query(SideBySideLines):
            lines.show(*self._sides())

    def action_side(self, mine: bool) -> None:
        """To the other side."""
        self._at_mine = mine
        self._show()

    def action_choose(self, mine: bool) -> None:
        """Choose a side."""
        self.keep_mine = self._at_mine = mine
        self._show()
        self.post_message(self.Chosen())

    def action_choose_side(self) -> None:
        """Choose the side the arrow is at."""
        self.action_choose(self._at_mine)

    def on_click(self, event: Click) -> None:
        """A click on a side chooses it."""
        lines = self.query_one(SideBySideLines)
        if event.screen_y >= lines.region.y:
            self.action_choose(event.screen_x - lines.region.x > lines.size.width // 2)

    def on_focus(self) -> None:
        self._show()
        self.call_after_refresh(self._terminal_cursor)

    def on_blur(self) -> None:
        self._show()

    def _terminal_cursor(self) -> None:
        """Screen readers and braille displays follow the terminal's cursor (B11)."""
        if self.has_focus:
            self.app.cursor_position = Offset(self.region.x, self.region.y)


class MergeScreen(ModalScreen["tuple[Choice, ...] | None"]):
    """Dismisses with a choice for each clash, or with None to go back to the form, where all that was typed stands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", N_("Save"), key_display="^s", priority=True),
        Binding("escape", "back", N_("Back"), key_display="Esc"),
        Binding("pageup", "scroll(-10)", N_("Page up"), show=False),
        Binding("pagedown", "scroll(10)", N_("Page down"), show=False),
        Binding("f1,question_mark", "app.help", N_("Help"), show=False),
    ]
    help_text = N_(
        "While you edited, somebody else changed the same fields. Each stands here with what it was when you began,"
        " what is stored now, with who saved it and when, and what you typed; words that differ are underlined. t takes"
        " theirs, m yours; Tab goes to the next field. Ctrl+S goes on once every field is decided. Esc goes back to"
        " the form: nothing typed is lost."
    )
    DEFAULT_CSS = """
    MergeScreen {
        background: $background;
        & > Vertical { padding: 0 1; }
        & .title { height: auto; text-style: bold; color: $accent; margin: 0 0 1 0; }
        & #clashes { height: 1fr; scrollbar-size-vertical: 1; }
        & #clashes-left { height: auto; }
        & #clashes-left.-all { color: $success; }
        & #clashes-left.-some { color: $warning; }
        & #clashes-keys { height: 1; }
    }
    """

    app: ImiApp

    def __init__(self, clashes: Sequence[Clash], label: Label, shown: Shown) -> None:
        super().__init__()
        self._blocks = [ClashBlock(clash, label(clash.field), shown) for clash in clashes]

    def compose(self) -> ComposeResult:
        number = len(self._blocks)
        title = ngettext(
            "{n} field was changed by somebody else, too: choose what is to stand",
            "{n} fields were changed by somebody else, too: choose what is to stand",
            number,
        )
        with Vertical():
            yield Static(plain(title.format(n=number)), classes="title")
            yield VerticalScroll(*self._blocks, id="clashes", can_focus=False)
            yield Static("", id="clashes-left")
            keys = [("t", _("theirs")), ("m", _("mine")), (_("Tab"), _("next field"))]
            keys += [("Ctrl+S", _("save")), (_("Esc"), _("back"))]
            yield Static(keys_line(keys), id="clashes-keys")

    def on_mount(self) -> None:
        self.app.clear_notifications()
        self._blocks[0].focus()
        self._count()

    def _open(self) -> list[ClashBlock]:
        return [block for block in self._blocks if block.choice is None]

    @on(ClashBlock.Chosen)
    def _count(self) -> None:
        number = len(self._open())
        words = ngettext("! {n} field is left to be decided", "! {n} fields are left to be decided", number)
        left = self.query_one("#clashes-left", Static)
        left.update(plain(words.format(n=number) if number else _("✓ Every field is decided: Ctrl+S saves.")))
        left.set_classes("-some" if number else "-all")

    def action_go_on(self) -> None:
        """On to the save; to the first field that is not decided as long as there is one."""
        for block in self._open():
            block.focus()
            self.notify(_("First decide each field: t takes theirs, m yours."), severity="warning", markup=False)
            return
        self.dismiss(tuple(block.choice for block in self._blocks if block.choice is not None))

    def action_back(self) -> None:
        """Back to the form."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Scroll a text that is longer than the screen."""
        self.query_one("#clashes").scroll_relative(y=lines, animate=False)


def marked(theirs: str, mine: str) -> tuple[Content, Content]:
    """Both texts, the words that differ underlined: colour alone says nothing (B11)."""
    pieces = compare(theirs, mine)
    sides = []
    for side, text in ((Side.OLD, theirs), (Side.NEW, mine)):
        shown = [
            Content.styled(piece.text, "bold underline $accent") if piece.side is side else Content(piece.text)
            for piece in pieces
            if piece.side in {side, Side.BOTH}
        ]
        sides.append(Content("").join(shown) if text else Content.styled("—", "bold $accent"))
    return sides[0], sides[1]
