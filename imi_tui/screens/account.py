"""My account: own contact data, working language and password, for everybody (S1.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imi_tui.i18n import N_, _, date, language, language_name, languages_by_name
from imi_tui.i18n.refusals import wrong_fields
from imi_tui.i18n.statuses import password_badge
from imi_tui.rules.drafts import FORMS, DraftKind, Typed, Value, text_in
from imi_tui.rules.languages import INTERFACE_LANGUAGES, WORKING_LANGUAGES
from imi_tui.rules.merge import Choice
from imi_tui.rules.refusals import Invalid, Refused
from imi_tui.rules.text import visible
from imi_tui.screens.dialogs import leave_question
from imi_tui.screens.drafts.keeper import Keeper
from imi_tui.screens.frame import PathLine, Section, TopLine
from imi_tui.screens.kept import KeptScreen, cannot_be_saved
from imi_tui.screens.merge import decided, nothing_left, theirs_words
from imi_tui.screens.person_words import field_words, shown_value
from imi_tui.screens.presence import Colleagues
from imi_tui.services import account, catalogue
from imi_tui.services.account import OwnAccount, OwnData
from imi_tui.services.catalogue import CatalogueView
from imi_tui.widgets.form import Field, Form, choice_field, text_field
from imi_tui.widgets.ledger import Fact, Heading, Ledger, Line

FIELDS = ("language", "email", "phone")
"""What one changes of the own account, in the order of the form."""


class AccountScreen(Section):
    """The own account, read or edited."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", N_("Edit")),
        Binding("p", "password", N_("Change password")),
        Binding("s", "sessions", N_("Sessions"), tooltip=N_("Where you are logged in")),
        Binding("ctrl+s", "save", N_("Save"), key_display="^s"),
        Binding("escape", "leave_editing", N_("Leave"), key_display="Esc", tooltip=N_("Leave editing")),
    ]
    CSS = "AccountScreen Form, AccountScreen Ledger { height: 1fr; scrollbar-size-vertical: 1; }"
    help_text = N_(
        "Everybody keeps their own e-mail address, phone number, working language and password true. The system's"
        " e-mails reach you in your working language; the screens follow it where they know it. Your name and your"
        " rights are changed by an administrator of your authority. s shows where you are logged in."
    )

    def __init__(self, going_on: Typed | None = None) -> None:
        super().__init__()
        self._going_on = going_on
        self._account: OwnAccount | None = None
        self._words: CatalogueView | None = None
        self._editing = False
        self._kept: dict[str, str] = {}
        self._choices: dict[str, Choice] = {}

    def path(self) -> Sequence[str]:
        """My account, and whether one edits."""
        return (_("My account"), *([_("Editing")] if self._editing else []))

    def body(self) -> ComposeResult:
        with Vertical(id="account"):
            if self._account is not None:
                yield self._content(self._account)

    def on_mount(self) -> None:
        self._load()

    async def recompose(self) -> None:
        """Another language: what was typed stays."""
        if self._editing:
            self._kept = self.query_one(Form).values()
        if self._words is not None:
            self._words = await self.app.backend.read(catalogue.view, language())
        await super().recompose()
        self._focus_first()

    def unsaved(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._editing and any(field.changed for field in self.query_one(Form).fields())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys that work right now."""
        if action in {"edit", "password", "sessions"}:
            return not self._editing and self._account is not None
        if action in {"save", "leave_editing"}:
            return self._editing
        return True

    def _content(self, own: OwnAccount) -> Form | Ledger:
        if not self._editing:
            return Ledger(self._lines(own))
        languages = languages_by_name(WORKING_LANGUAGES)
        email, phone = visible(own.email), visible(own.phone)
        kept = self._kept
        return Form(
            choice_field(
                "language",
                _("Working language"),
                languages,
                kept.get("language", own.language),
                original=own.language,
            ),
            text_field("email", _("E-mail"), kept.get("email", email), original=email),
            text_field("phone", _("Phone (optional)"), kept.get("phone", phone), original=phone),
        )

    def _lines(self, own: OwnAccount) -> list[Line]:
        words = self._words
        badge = password_badge(own.status, self.app.backend.now())
        until = own.status.changes_at
        if until is not None:
            badge += " · " + _("until {date}").format(date=date(until))
        lines: list[Line] = [
            Heading(_("Person")),
            Fact(_("Name"), f"{own.first_name} {own.surname}"),
            Fact(_("Authority"), own.authority),
            Fact(_("E-mail"), own.email),
            Fact(_("Phone"), own.phone),
            Fact(_("Working language"), language_name(own.language)),
            Heading(_("Access")),
            Fact(_("Username"), own.username),
            Fact(_("Password"), badge),
            Fact(_("Registered"), date(own.registered_at)),
            Heading(_("User rights")),
        ]
        last = ""
        for right in own.rights:
            module = words.module(right.module).short if words else right.module
            name = words.right_name(right) if words else right.right
            lines.append(Fact("" if module == last else module, name))
            last = module
        return lines if own.rights else [*lines, Fact("", _("no right in any module"))]

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        try:
            self._words = await self.app.backend.read(catalogue.view, language())
            self._account = await self.app.backend.read(account.view)
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        first = self._go_on(self._account)
        await self._rebuild(first)

    def _go_on(self, own: OwnAccount) -> str:
        """Go on with a draft, if one is, on the base it was typed on; the name of the first field with a change."""
        typed, self._going_on = self._going_on, None
        if typed is None:
            return ""
        base: dict[str, Any] = {name: text_in(typed.base, name) for name in FIELDS}
        self._account = replace(own, version=typed.base_version, **base)
        self._editing, self._kept = True, {name: text_in(typed.mine, name) for name in typed.mine}
        self.keeper = Keeper(self, self._typed_now, typed)
        return next(iter(typed.changed), "")

    def _typed_now(self, session: str) -> Typed | None:
        """What is kept of this until it is saved."""
        own = self._account
        if own is None or not self._editing:
            return None
        base: dict[str, Value] = {name: getattr(own, name) for name in FIELDS}
        typed = {field.name or "": field.value for field in self.query_one(Form).fields() if field.changed}
        mine = {**base, **FORMS[DraftKind.ACCOUNT].content(typed)}
        return Typed(DraftKind.ACCOUNT, session, base, mine, base_version=own.version)

    @on(Field.Changed)
    def _typed_in(self) -> None:
        self.touched()

    async def _rebuild(self, first: str = "") -> None:
        shown = self.query_one("#account")
        async with self.batch():
            await shown.remove_children()
            if self._account is not None:
                await shown.mount(self._content(self._account))
        self.query_one(PathLine).show(self.path())
        self.refresh_bindings()
        self._focus_first(first)

    def _focus_first(self, name: str = "") -> None:
        for form in self.query(Form):
            next(field for field in form.fields() if field.name == name or not name).focus()
        for ledger in self.query(Ledger):
            ledger.focus()

    @work(exclusive=True, group="edit")
    async def action_edit(self) -> None:
        """Edit e-mail, phone and working language, as they are at this moment."""
        try:
            self._account = await self.app.backend.read(account.view)
        except Refused as refused:
            self.app.show_refusal(refused)
            return
        self._editing, self._kept = True, {}
        self.keeper = Keeper(self, self._typed_now)
        self._choices.clear()
        await self._rebuild()
        if self.app.session is not None:
            self.colleagues = Colleagues(self, self.app.session.authority_id, self.app.backend.actor.user_id)
            self.colleagues.begin()

    @work(exclusive=True, group="edit")
    async def action_leave_editing(self) -> None:
        """Back to reading; asks where something would be lost."""
        if self.unsaved() and not await self.app.push_screen_wait(leave_question()):
            return
        await self.forget()
        self._editing, self._kept = False, {}
        self._end_watch()
        await self._rebuild()

    def _end_watch(self) -> None:
        """Nobody's form is open here any more, and who else edits is nothing to whoever reads."""
        if self.colleagues is not None:
            self.colleagues.end()
            self.colleagues = None
            self.query_one(TopLine).refresh()

    @work(exclusive=True, group="edit")
    async def action_save(self) -> None:
        """Save it whole, or show what is wrong where it is wrong."""
        own = self._account
        assert own is not None
        form = self.query_one(Form)
        untouched = {
            field.name: getattr(own, field.name) for field in form.fields() if field.name and not field.changed
        }
        mine = OwnData(**{**form.values(), **untouched})

        async def save(choices: Sequence[Choice]) -> OwnAccount:
            return await self.app.backend.write(account.save, own.version, mine, own.data(), choices)

        try:
            saved = await decided(self.app, save, self._choices, field_words, shown_value)
        except Invalid as invalid:
            self.query_one(Form).show_errors(invalid.errors)
            self.notify(wrong_fields(invalid.errors), severity="error", markup=False)
            return
        except Refused as refused:
            if cannot_be_saved(refused):
                typed = [
                    (field_words(field.name), shown_value(field.name, field.value))
                    for field in form.fields()
                    if field.name and field.changed
                ]
                await self.app.push_screen_wait(KeptScreen(refused, typed))
            else:
                self.app.show_refusal(refused)
            return
        if saved is None:
            return
        await self.forget()
        changed_language = saved.language != own.language
        self._account, self._editing, self._kept = saved, False, {}
        self._end_watch()
        await self._rebuild()
        told = _("Your account was saved.") if saved.changed else nothing_left()
        self.notify(f"{told} {theirs_words(saved.theirs, field_words)}".strip(), markup=False)
        if changed_language and saved.language in INTERFACE_LANGUAGES and saved.language != language():
            self.app.use_language(saved.language)

    def action_sessions(self) -> None:
        """One's own sessions, to be ended."""
        from imi_tui.screens.sessions import SessionsScreen

        self.app.push_screen(SessionsScreen())

    def action_password(self) -> None:
        """Choose a new password."""
        from imi_tui.screens.choose_password import ChoosePasswordScreen

        if self.app.session is not None:
            self.app.push_screen(ChoosePasswordScreen(replace(self.app.session, must_choose=None)))
