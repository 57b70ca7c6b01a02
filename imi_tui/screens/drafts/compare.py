"""A draft held against what is saved now: each field as it was when one began, as it is saved, and as one typed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content as Shown
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widgets import Static

from imi_tui.i18n import N_, _
from imi_tui.rules.drafts import PERSON, Content, DraftKind, Typed, Value, differing, of_authority, of_rights
from imi_tui.rules.refusals import Refused
from imi_tui.screens.dialogs import keys_line
from imi_tui.screens.drafts.words import QUIET, Names, fields_typed, label_words, value_words, what_words
from imi_tui.services import account, authorities, translations, user_view
from imi_tui.services.drafts import Kept
from imi_tui.widgets.side_by_side import SideBySideLines
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp


async def stored_now(app: ImiApp, typed: Typed) -> Content | None:
    """What is saved now at the place of a draft, as far as the form has it; None where there is nothing to be seen."""
    read, authority_id = app.backend.read, typed.authority_id or 0
    try:
        match typed.kind:
            case DraftKind.AUTHORITY:
                return of_authority((await read(authorities.view, authority_id)).draft())
            case DraftKind.USER:
                user = await read(user_view.user_detail, authority_id, int(typed.subject))
                of_user: dict[str, Value] = {name: getattr(user, name) for name in PERSON}
                return {**of_user, "rights": of_rights(user.rights)}
            case DraftKind.ACCOUNT:
                own = await read(account.view)
                return {"language": own.language, "email": own.email, "phone": own.phone}
            case DraftKind.TRANSLATION:
                task = await read(translations.task, authority_id, typed.subject)
                return {f"text.{one.language}": one.text for one in task.translations}
            case _:
                return None
    except Refused:
        return None


class _Columns(VerticalScroll, can_focus=True):
    """The fields under each other; scrolls by the keys of the house."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", N_("Up"), show=False),
        Binding("down,j", "scroll_down", N_("Down"), show=False),
        Binding("pageup", "page_up", N_("Page up"), show=False),
        Binding("pagedown", "page_down", N_("Page down"), show=False),
        Binding("home", "scroll_home", N_("First"), show=False),
        Binding("end,G", "scroll_end", N_("Last"), show=False),
    ]

    def on_focus(self) -> None:
        self.app.cursor_position = Offset(self.content_region.x, self.content_region.y)


class CompareScreen(ModalScreen[None]):
    """The comparison; to be read."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "back", N_("Back"))]
    DEFAULT_CSS = """
    CompareScreen {
        background: $background;
        & > Vertical { padding: 0 1; }
        & .title { height: 1; text-style: bold; color: $accent; }
        & .field { height: auto; margin: 1 0 0 0; color: $muted; }
        & #compare-note { height: auto; color: $muted; margin: 0 0 1 0; }
        & > Vertical > SideBySideLines { margin: 0 1 0 0; }
        & _Columns { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
        & #compare-keys { height: 1; margin: 1 0 0 0; }
    }
    """

    def __init__(self, kept: Kept, now: Content | None, names: Names) -> None:
        super().__init__()
        self._kept = kept
        self._now = now
        self._names = names

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(plain(" · ".join(part for part in (what_words(self._kept), self._kept.authority) if part)),
                         classes="title")  # fmt: skip
            yield Static(plain(self._note(), limit=500), id="compare-note")
            yield SideBySideLines(*(("", Shown.styled(heading, "bold $primary")) for heading in self._headings()))
            with _Columns():
                yield from self._fields()
            yield Static(keys_line([(_("Esc"), _("Back"))]), id="compare-keys")

    def action_back(self) -> None:
        """Back to the list."""
        self.dismiss(None)

    def _headings(self) -> list[str]:
        return [_("When you began"), *([_("Now saved")] if self._now is not None else []), _("Yours")]

    def _note(self) -> str:
        if self._now is None:
            return _("Nothing is saved of it, or it cannot be seen any more.")
        typed = self._kept.typed
        others = self._by_others()
        if not differing(self._now, {**self._now, **{name: typed.mine.get(name, "") for name in typed.changed}}):
            return _("All of it is saved already: the draft can be dropped.")
        if others:
            return _("Somebody saved other values since you began; they are marked with !.")
        return _("Nothing else was saved since you began.")

    def _by_others(self) -> list[str]:
        now, base = self._now or {}, self._kept.typed.base
        seen = {*base} if self._kept.typed.kind is DraftKind.TRANSLATION else {*base, *now}
        changed = [name for name in differing(base, now) if name in seen]
        return [name for name in changed if name.partition(".")[0] not in QUIET]

    def _fields(self) -> Iterator[Static | SideBySideLines]:
        typed, others = self._kept.typed, self._by_others() if self._now is not None else []
        mine = fields_typed(typed)
        for name in [*mine, *(name for name in others if name not in mine)]:
            began, yours = self._words(name, typed.base), self._words(name, typed.mine)
            if name in mine:
                yours = yours.stylize("bold")
            sides = [began]
            if self._now is not None:
                now = self._words(name, self._now)
                sides.append(Shown.styled("! ", "$warning") + now.stylize("$warning") if name in others else now)
            yield Static(plain(label_words(typed.kind, name, self._names)), classes="field")
            yield SideBySideLines(*(("", side) for side in [*sides, yours]))

    def _words(self, name: str, content: Content) -> Shown:
        return value_words(name, content.get(name), self._names)
