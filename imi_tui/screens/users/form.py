"""Register a colleague, or change one: one form for both, top to bottom, with the rights at its end (S3.3-S3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from imi_tui.backend import Superseded
from imi_tui.i18n import N_, _, languages_by_name
from imi_tui.i18n.refusals import sentence, wrong_fields
from imi_tui.rules.drafts import FORMS, PERSON, DraftKind, Typed, Value, of_rights, rights_of, set_in, text_in
from imi_tui.rules.holders import Right
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.merge import Choice
from imi_tui.rules.refusals import FieldError, Invalid, Refused
from imi_tui.rules.text import visible
from imi_tui.screens.dialogs import leave_question
from imi_tui.screens.drafts.keeper import Keeper
from imi_tui.screens.frame import Section
from imi_tui.screens.kept import KeptScreen, TypedText, cannot_be_saved
from imi_tui.screens.merge import decided
from imi_tui.screens.person_words import field_words, shown_value
from imi_tui.screens.presence import Colleagues
from imi_tui.services import user_checks, user_edit, users
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.user_edit import Edited, EditedUser
from imi_tui.services.user_rights import ModuleChoice
from imi_tui.services.user_view import UserDetail
from imi_tui.services.users import NewUser, Registered
from imi_tui.widgets.form import Field, Form, choice_field, text_field
from imi_tui.widgets.rights_matrix import ModuleLines, RightLine, RightsField

Offered = tuple[Sequence[ModuleChoice], CatalogueView]


class UserForm(Section):
    """The form. Afterwards `registered` or `edited` holds what was saved; both are None where nothing was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", N_("Save"), key_display="^s"),
        Binding("escape", "leave_form", N_("Back"), key_display="Esc"),
    ]
    CSS = "UserForm Form { height: 1fr; scrollbar-size-vertical: 1; }"
    help_text = N_(
        "A user has a first name and a surname, a working language in which the system's e-mails arrive, and an e-mail"
        " address of their own: no two users share one. The phone number is optional. The username is proposed from"
        " the name; type another one if you like. Give rights only in modules in which the colleague has something to"
        " do: nobody has any right by default. Some rights are mandatory: in each authority somebody must hold them."
        " Ctrl+S saves. All of this, except the username, can be changed at any time."
    )

    def __init__(
        self, authority_id: int, offered: Offered, user: UserDetail | None = None, going_on: Typed | None = None
    ) -> None:
        super().__init__()
        self._authority = authority_id
        self._choices, self._words = offered
        self._user = user
        self._first = "first_name"
        self._proposed = ""
        self._own_username = False
        self._saving = False
        self._kept: dict[str, str] = {}
        self._kept_rights: frozenset[Right] | None = None
        self._choices_made: dict[str, Choice] = {}
        self.registered: Registered | None = None
        self.edited: Edited | None = None
        self.keeper = Keeper(self, self._typed_now, going_on)
        if going_on is not None:
            self._go_on(going_on)

    # Drafts

    def _typed_now(self, session: str) -> Typed | None:
        """What is kept of this until it is saved."""
        if self._user is None and not self.unsaved():
            return None
        kind = DraftKind.NEW_USER if self._user is None else DraftKind.USER
        mine = FORMS[kind].content(self._person() if self._user else self.query_one(Form).values())
        if not self._own_username:
            mine.pop("username", None)
        mine["rights"] = of_rights(self.query_one(RightsField).rights)
        base: dict[str, Value] = {"language": self._default_language()}
        if self._user is not None:
            base = {name: getattr(self._user, name) for name in PERSON}
            base["rights"] = of_rights(self._user.rights)
        subject, version = (str(self._user.id), self._user.version) if self._user else ("", 0)
        return Typed(kind, session, base, mine, self._authority, subject, version)

    def _go_on(self, typed: Typed) -> None:
        """Begin with what was typed, on the base that it was typed on: what was saved since is found at saving."""
        offered = {Right(choice.code, right.code) for choice in self._choices for right in choice.rights}
        base_rights, rights = rights_of(set_in(typed.base, "rights")), rights_of(set_in(typed.mine, "rights"))
        if self._user is not None:
            base: dict[str, Any] = {name: text_in(typed.base, name) for name in PERSON}
            self._user = replace(self._user, version=typed.base_version, rights=tuple(sorted(base_rights)), **base)
        self._kept = {name: value for name, value in typed.mine.items() if isinstance(value, str)}
        self._kept_rights = rights & (offered | base_rights)
        self._own_username = "username" in typed.mine
        self._first = next(iter(typed.changed), self._first)

    # What is shown

    def path(self) -> Sequence[str]:
        """Administration › My authority › Users › what is done."""
        done = _("Add user") if self._user is None else _("Edit: {name}").format(name=self._user.name)
        return self.of_authority(_("Users"), done)

    def body(self) -> ComposeResult:
        user = self._user
        with Form():
            yield self._text("first_name", _("First name"), user.first_name if user else None)
            yield self._text("surname", _("Surname"), user.surname if user else None)
            languages = languages_by_name(WORKING_LANGUAGES)
            spoken = user.language if user else None
            value = self._kept.get("language", spoken or self._default_language())
            yield choice_field("language", _("Working language"), languages, value, original=spoken)
            yield self._text("email", _("E-mail"), user.email if user else None)
            yield self._text("phone", _("Phone (optional)"), user.phone if user else None)
            if user is None:
                yield self._text("username", _("Username"), None)
            held = frozenset(user.rights) if user else frozenset()
            field = RightsField(self._modules(), held, editing=user is not None)
            if self._kept_rights is not None:
                field.choose(self._kept_rights)
            yield field

    def on_mount(self) -> None:
        self.app.clear_notifications()  # what was told in the list would hide entries here
        self._field(self._first).focus()
        if self._user is None and not self._own_username:
            self._hint_username()
            if self._kept:
                self._propose()
        if self._user is not None:
            self.colleagues = Colleagues(self, self._authority, self._user.id)
            self.colleagues.begin()

    async def recompose(self) -> None:
        """Another language: what was typed stays."""
        self._kept = self.query_one(Form).values()
        self._kept_rights = self.query_one(RightsField).rights
        await super().recompose()
        self.query_one("#field-first_name", Field).focus()

    def unsaved(self) -> bool:
        """Whether something was typed or ticked that is not saved."""
        form = self.query_one(Form)
        if self._user is not None:
            return any(field.changed for field in form.fields())
        typed = {name: value for name, value in form.values().items() if name != "language" and value.strip()}
        if not self._own_username:
            typed.pop("username", None)
        return bool(typed)

    def _text(self, name: str, label: str, stored: str | None) -> Field:
        original = None if stored is None else visible(stored)
        return text_field(name, label, self._kept.get(name, original or ""), original=original)

    def _default_language(self) -> str:
        return self.app.session.interface if self.app.session else "en"

    def _modules(self) -> list[ModuleLines]:
        modules = []
        for choice in self._choices:
            words = self._words.module(choice.code)
            rights = tuple(
                RightLine(
                    Right(choice.code, right.code),
                    words.rights.get(right.code, right.code),
                    right.mandatory,
                    right.holders,
                )
                for right in choice.rights
            )
            modules.append(ModuleLines(words.name, choice.suspended, rights))
        return modules

    # Checks while one types

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self.touched()
        name, value = event.field.name, event.field.value
        if name in {"first_name", "surname"} and self._user is None and not self._own_username:
            self._propose()
        elif name == "username" and value != self._proposed:
            self._own_username = bool(value)
            self._check_username(value)
        elif name == "email":
            self._check_email(value)

    @work(exclusive=True, group="username")
    async def _propose(self) -> None:
        names = self.query_one(Form).values()
        try:
            proposed = await self.app.backend.latest(
                "username", user_checks.propose_username, self._authority, names["first_name"], names["surname"]
            )
        except (Superseded, Refused):
            return
        if self._own_username:
            return
        self._proposed = proposed
        entry = self.query_one("#field-username", Field).entry
        if isinstance(entry, Input):
            entry.value = proposed
            entry.cursor_position = len(proposed)
        self._hint_username()

    @work(exclusive=True, group="username")
    async def _check_username(self, username: str) -> None:
        field = self.query_one("#field-username", Field)
        if not username:
            self._proposed = ""
            self._hint_username()
            return
        try:
            problem = await self.app.backend.latest("username", user_checks.username_problem, self._authority, username)
        except (Superseded, Refused):
            return
        field.set_hint(f"✖ {sentence(problem)}" if problem else _("✓ free"), "bad" if problem else "ok")

    @work(exclusive=True, group="email")
    async def _check_email(self, email: str) -> None:
        field = self.query_one("#field-email", Field)
        if self._user is not None and email == self._user.email:
            field.set_hint("")
            return
        user_id = self._user.id if self._user else None
        try:
            problem = await self.app.backend.latest("email", user_checks.email_problem, self._authority, email, user_id)
        except (Superseded, Refused):
            return
        if problem is None:
            field.set_hint(_("✓ free"), "ok")
        elif problem.code == "email_taken":
            field.set_hint(f"✖ {sentence(problem)}", "bad")
        else:
            field.set_hint("")

    def _hint_username(self) -> None:
        hint = _("✓ free; proposed from the name, type another one if you like") if self._proposed else (
            _("is proposed as the name is typed")
        )  # fmt: skip
        self.query_one("#field-username", Field).set_hint(hint, "ok" if self._proposed else "")

    # Saving and leaving

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Save it whole, or show what is wrong where it is wrong."""
        if self._saving:
            return
        self._saving = True
        try:
            await self._save()
        except Invalid as invalid:
            self._show_errors(invalid.errors)
        except Refused as refused:
            if refused.code == "mandatory_right_unheld":
                self._show_errors((FieldError("rights", refused.code, tuple(refused.facts.items())),))
            elif cannot_be_saved(refused):
                await self.app.push_screen_wait(KeptScreen(refused, self._typed_fields()))
            else:
                self.app.show_refusal(refused)
        finally:
            self._saving = False

    async def _save(self) -> None:
        rights, person = self.query_one(RightsField).rights, self._person()
        if self._user is None:
            new = NewUser(**person, username=self._field("username").value, rights=rights)
            self.registered = await self.app.backend.write(users.register, self._authority, new)
        else:
            user = self._user
            stored = {name: getattr(user, name) for name in person}
            base = EditedUser(version=user.version, rights=frozenset(user.rights), **stored)
            mine = EditedUser(version=user.version, rights=rights, **person)

            async def save(choices: Sequence[Choice]) -> Edited:
                return await self.app.backend.write(user_edit.edit, self._authority, user.id, mine, base, choices)

            edited = await decided(self.app, save, self._choices_made, field_words, shown_value)
            if edited is None:
                return
            if mine == base:
                self.notify(_("Nothing has been changed yet."), markup=False)
                return
            self.edited = edited
        await self.forget()
        self.dismiss(None)

    def _person(self) -> dict[str, str]:
        """What stands in the form of the person; what was not touched is as it is stored."""
        fields = {name: self._field(name) for name in PERSON}
        return {
            name: getattr(self._user, name) if self._user is not None and not field.changed else field.value
            for name, field in fields.items()
        }

    def _typed_fields(self) -> list[TypedText]:
        """What was typed and ticked, field by field, to be copied."""
        values = self.query_one(Form).values()
        fields = [(name, value) for name, value in values.items() if name != "rights"]
        if self._user is not None:
            fields = [(name, value) for name, value in fields if self._field(name).changed]
        typed = [(field_words(name), shown_value(name, value)) for name, value in fields if value]
        held, ticked = frozenset(self._user.rights if self._user else ()), self.query_one(RightsField).rights
        signed = [("− ", one) for one in sorted(held - ticked)] + [("+ ", one) for one in sorted(ticked - held)]
        lines = [f"{sign}{self._words.module(one.module).short}: {self._words.right_name(one)}" for sign, one in signed]
        return [*typed, (field_words("rights"), "\n".join(lines))] if lines else typed

    def _field(self, name: str) -> Field:
        return self.query_one(f"#field-{name}", Field)

    def _show_errors(self, errors: Sequence[FieldError]) -> None:
        self.query_one(Form).show_errors(errors)
        self.notify(wrong_fields(errors), severity="error", markup=False)

    @work(exclusive=True, group="leave")
    async def action_leave_form(self) -> None:
        """Back to the list; asks where something would be lost."""
        if not self.unsaved() or await self.app.push_screen_wait(leave_question()):
            await self.forget()
            self.dismiss(None)
