"""Before saving: every change, old → new, over all three tabs, and who will be told; Enter saves it whole (S2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from imi_tui.i18n import N_, _, language_name, ngettext
from imi_tui.rules.authority_changes import Change, Member, SetChange, TextChange, name_of, tab_of
from imi_tui.rules.refusals import Refused
from imi_tui.screens.dialogs import keys_line
from imi_tui.screens.merge import signature
from imi_tui.screens.my_authority.session import EditSession
from imi_tui.screens.my_authority.words import DASH, field_label, tab_names
from imi_tui.services import authorities
from imi_tui.services.authorities import Review
from imi_tui.services.authority_mail import Notified
from imi_tui.services.catalogue import CatalogueView
from imi_tui.widgets.ledger import Fact, Heading, Ledger, Line
from imi_tui.widgets.text import plain

if TYPE_CHECKING:
    from imi_tui.app import ImiApp

SHORT = 60
"""Old and new stand on one line where both are no longer than this together."""


class ReviewScreen(ModalScreen["authorities.Saved | Refused | None"]):
    """Dismisses with what was saved, with the refusal of the save, or with None to go on editing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "save", N_("Save"), priority=True),
        Binding("escape", "back", N_("Back to editing")),
    ]
    DEFAULT_CSS = """
    ReviewScreen {
        background: $background;
        & > Vertical { padding: 0 1; }
        & .title { height: 1; text-style: bold; color: $accent; }
        & Ledger { height: 1fr; }
        & #review-notified { height: auto; margin: 1 0 0 0; color: $muted; }
        & #review-keys { height: 1; margin: 1 0 0 0; }
    }
    """

    app: ImiApp

    def __init__(self, session: EditSession, review: Review, catalogue: CatalogueView) -> None:
        super().__init__()
        self._session = session
        self._review = review
        self._catalogue = catalogue
        self._saving = False

    def compose(self) -> ComposeResult:
        number = len(self._review.changes)
        title = ngettext("Review before saving: {n} change", "Review before saving: {n} changes", number)
        with Vertical():
            yield Static(plain(title.format(n=number)), classes="title")
            lines = change_lines(list(self._review.changes), self._session, self._catalogue)
            yield Ledger([*lines, *their_lines(self._review, self._session, self._catalogue)])
            words = notified_words(self._review.notified)
            for change in self._review.significant:
                words += " " + asked_words(change.field)
            yield Static(plain(words, limit=2000), id="review-notified")
            keys = [(_("Enter"), _("save it whole")), (_("Esc"), _("back to editing"))]
            yield Static(keys_line(keys), id="review-keys")

    @work(exclusive=True)
    async def action_save(self) -> None:
        """Save; the review stays until the answer is there, so that nothing can be typed meanwhile."""
        if self._saving:
            return
        self._saving = True
        session = self._session
        self.query_one("#review-keys", Static).update(plain(_("Saving…")))
        try:
            saved = await save(self.app, session)
        except Refused as refused:
            self.dismiss(refused)
        else:
            self.dismiss(saved)

    def action_back(self) -> None:
        """Go on editing; not while it is being saved."""
        if not self._saving:
            self.dismiss(None)


async def save(app: ImiApp, session: EditSession) -> authorities.Saved:
    """Save a session with what was decided in it. Raises what the service raises."""
    return await app.backend.write(
        authorities.save,
        session.authority_id,
        session.version,
        session.mine,
        session.base,
        list(session.choices.values()),
    )


def notified_words(notified: Notified) -> str:
    """Who will be told, in a sentence."""
    names = ", ".join(notified.administrators)
    if notified.count > len(notified.administrators):
        names += ", …"
    who = ngettext("{n} administrator ({names})", "{n} administrators ({names})", notified.count)
    return _("Will be notified by e-mail: {email}; {administrators}").format(
        email=notified.email or DASH, administrators=who.format(n=notified.count, names=names)
    )


def asked_words(kind: str) -> str:
    """That the Commission will be asked for translations, of which text."""
    if kind == "description":
        return _("The European Commission is asked to correct the translations of the description.")
    return _("The European Commission is asked to correct the translations of the informal name.")


def change_lines(made: list[Change], session: EditSession, catalogue: CatalogueView) -> list[Line]:
    """The changes as a ledger, under the tabs and modules they belong to."""
    lines: list[Line] = []
    last = ""
    for change in made:
        tab = tab_of(change.field)
        heading = f"{tab} {tab_names()[tab - 1]}"
        if tab == 3:
            heading += f" › {catalogue.module(change.part).name}"
        if heading != last:
            lines.append(Heading(heading))
            last = heading
        label = field_label(name_of(change))
        if isinstance(change, TextChange):
            lines.append(Fact(label, _old_new(change)))
        else:
            lines += _gone_come(label, change, session, catalogue)
    return lines


def their_lines(review: Review, session: EditSession, catalogue: CatalogueView) -> list[Line]:
    """What others changed meanwhile and what stays beside it: the change, and whose it is (B7)."""
    lines: list[Line] = [Heading(_("Changed meanwhile by others, and kept"))] if review.theirs else []
    for one, change in zip(review.theirs, review.their_changes, strict=True):
        label = field_label(one.field)
        if isinstance(change, TextChange):
            lines.append(Fact(label, _old_new(change)))
        else:
            lines += _gone_come(label, change, session, catalogue)
        lines.append(Fact("", Content.styled(signature(one.who, one.at), "$muted")))
    return lines


def change_text(change: Change, session: EditSession, catalogue: CatalogueView) -> str:
    """A change as text that can be copied: what was typed, or what went and what came."""
    if isinstance(change, TextChange):
        return change.new
    signed = [("− ", member) for member in change.gone] + [("+ ", member) for member in change.come]
    return "\n".join(sign + _member(change, member, session, catalogue) for sign, member in signed)


def _old_new(change: TextChange) -> Content:
    old = plain(change.old, limit=5000) if change.old else Content(DASH)
    new = plain(change.new, limit=5000) if change.new else Content(DASH)
    if change.field == "description":
        old, new = _paragraphs(change.old), _paragraphs(change.new)
    between = " → " if old.cell_length + new.cell_length <= SHORT and "\n" not in old.plain + new.plain else "\n→ "
    return Content.assemble(old.stylize("$muted"), (between, "$accent"), new.stylize("bold"))


def _paragraphs(text: str) -> Content:
    return Content("\n").join(plain(line, limit=5000) for line in text.split("\n")) if text else Content(DASH)


def _gone_come(label: str, change: SetChange, session: EditSession, catalogue: CatalogueView) -> list[Line]:
    lines: list[Line] = []
    for sign, members, style in (("−", change.gone, "$muted"), ("+", change.come, "bold")):
        for member in _in_order(members, change, catalogue):
            name = plain(_member(change, member, session, catalogue)).stylize(style)
            lines.append(Fact("" if lines else label, Content.assemble((f"{sign} ", "$accent"), name)))
    return lines


def _in_order(members: Sequence[Member], change: SetChange, catalogue: CatalogueView) -> Sequence[Member]:
    """Keywords as they follow each other in the tree, not as their codes do."""
    if change.field == "keywords":
        return catalogue.forest.in_order(map(str, members))
    if change.field == "module_keywords":
        return catalogue.module(change.part).forest.in_order(map(str, members))
    return members


def _member(change: SetChange, member: Member, session: EditSession, catalogue: CatalogueView) -> str:
    if change.field == "languages":
        return language_name(str(member))
    if change.field == "keywords":
        return " › ".join(catalogue.forest.path(str(member)))
    if change.field == "module_keywords":
        return " › ".join(catalogue.module(change.part).forest.path(str(member)))
    coordinator = session.coordinator(int(member))
    return f"{coordinator.name} · {coordinator.country}"
