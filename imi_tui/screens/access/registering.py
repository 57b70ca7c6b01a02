"""Register an authority: a look whether it is there already, then one form, down to its first user (S1.3, S1.9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Label, Select

from imi_tui.backend import Superseded
from imi_tui.i18n import N_, _, country_name, language, language_name, languages_by_name
from imi_tui.i18n.refusals import sentence, wrong_fields
from imi_tui.rules.drafts import FORMS, DraftKind, Typed, ids_of, set_in, text_in
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.refusals import FieldError, Invalid, Refused
from imi_tui.rules.text import fold
from imi_tui.screens.access.fields import KeywordsField, ModulesField, ModuleWish
from imi_tui.screens.access.twin_search import FIRST_LOOK, TwinSearch
from imi_tui.screens.dialogs import leave_question
from imi_tui.screens.drafts.keeper import Keeper
from imi_tui.screens.frame import Section
from imi_tui.services import catalogue, registration, user_checks
from imi_tui.services.authority_view import Coordinator
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.registration import USER, NewAuthority, NewModule, RegisteredAuthority
from imi_tui.services.users import NewUser
from imi_tui.widgets.form import Field, Form, choice_field, text_field
from imi_tui.widgets.text import plain


class Registering(Section):
    """The two pages. Afterwards `registered` holds what was registered, or is None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "go_on", N_("Go on"), key_display="^s", tooltip=N_("None of them is it: go on")),
        Binding("ctrl+s", "save", N_("Register"), key_display="^s", tooltip=N_("Register the authority")),
        Binding("escape", "back", N_("Back"), key_display="Esc"),
    ]
    CSS = """
    Registering {
        & Form { height: 1fr; scrollbar-size-vertical: 1; }
        & .form-heading { height: 1; margin: 1 0 0 0; color: $primary; text-style: bold; }
        &.-looking Form { height: auto; }
    }
    """
    help_text = N_(
        "An authority is registered once only. Type its name, e-mail or town: authorities that may be the same are"
        " listed, also where they are spelt differently or in another language. Enter on one shows it. If none of them"
        " is it, Ctrl+S goes on to the form: names and contact information, keywords, the modules with the authority's"
        " role and its coordinators in each, and its first user, who gets every user right and completes the rest. All"
        " of it is saved together, or not at all."
    )

    def __init__(self, words: CatalogueView, going_on: Typed | None = None) -> None:
        super().__init__()
        self._words = words
        self._looking = True
        self._kept: dict[str, str] = {}
        self._keywords: frozenset[str] = frozenset()
        self._wishes: Mapping[str, ModuleWish] = {}
        self._seen: frozenset[int] = frozenset()
        self._own_username = False
        self._proposed = ""
        self._saving = False
        self.registered: RegisteredAuthority | None = None
        self.keeper = Keeper(self, self._typed_now, going_on)

    # Drafts

    def _typed_now(self, session: str) -> Typed | None:
        """What is kept of this until it is saved."""
        if not self.unsaved():
            return None
        self._keep()
        kept = {name: text for name, text in self._kept.items() if name != USER + "username" or self._own_username}
        mine: dict[str, object] = {**kept, "page": "" if self._looking else "form", "keywords": self._keywords}
        mine["seen"] = [str(one) for one in self._seen]
        for code, wish in self._wishes.items():
            mine |= {f"role.{code}": wish.role, f"coordinators.{code}": [str(one) for one in wish.coordinators]}
        kind = DraftKind.REGISTRATION
        return Typed(kind, session, {}, FORMS[kind].content(mine))

    def go_on(self, typed: Typed, coordinators: Iterable[Coordinator]) -> None:
        """Before it is shown: begin with what was typed; `coordinators` are those it names, as far as there."""
        known = {one.id: one for one in coordinators}
        mine = typed.mine
        plain_fields = {name: text for name, text in mine.items() if isinstance(text, str) and "." not in name}
        self._looking = not plain_fields.pop("page", "")
        self._kept = plain_fields
        self._own_username = USER + "username" in mine
        self._keywords = set_in(mine, "keywords")
        self._seen = ids_of(set_in(mine, "seen"))
        self._wishes = {
            code: ModuleWish(text_in(mine, f"role.{code}"), {one: known[one] for one in linked if one in known})
            for code in self._words.modules
            if text_in(mine, f"role.{code}") in self._words.module(code).roles
            for linked in [ids_of(set_in(mine, f"coordinators.{code}"))]
        }

    # What is shown

    def path(self) -> Sequence[str]:
        """Administration › Access management › Register › the page."""
        page = _("Is it there already?") if self._looking else _("New authority")
        return (_("Administration"), _("Access management"), _("Register"), page)

    def body(self) -> ComposeResult:
        self.set_class(self._looking, "-looking")
        with Form():
            if self._looking:
                yield self._country()
                for name in FIRST_LOOK:
                    yield self._text(name)
            else:
                yield from self._whole()
        if self._looking:
            yield TwinSearch(self._words)

    def _whole(self) -> ComposeResult:
        yield Label(_("Authority"), classes="form-heading")
        yield self._country()
        yield self._languages()
        for name in ("official_name", "informal_name"):
            yield self._text(name)
        yield Label(_("Contact information"), classes="form-heading")
        for name in ("email", "phone", "website", "address", "postcode", "town"):
            yield self._text(name)
        yield KeywordsField(self._words.forest, self._keywords)
        yield ModulesField(self._words, self._wishes)
        yield Label(_("First user: gets every user right, administrator included"), classes="form-heading")
        for name in ("first_name", "surname"):
            yield self._text(USER + name)
        spoken = languages_by_name(WORKING_LANGUAGES)
        chosen = self._kept.get(USER + "language", self._default_language())
        yield choice_field(USER + "language", _("Working language"), spoken, chosen)
        for name in ("email", "phone", "username"):
            yield self._text(USER + name)

    def _text(self, name: str) -> Field:
        labels = {
            "official_name": _("Official name"),
            "informal_name": _("Informal name"),
            "email": _("E-mail"),
            "phone": _("Phone"),
            "website": _("Website"),
            "address": _("Address"),
            "postcode": _("Postcode"),
            "town": _("Town"),
            USER + "first_name": _("First name"),
            USER + "surname": _("Surname"),
            USER + "email": _("E-mail"),
            USER + "phone": _("Phone (optional)"),
            USER + "username": _("Username"),
        }
        return text_field(name, labels[name], self._kept.get(name, ""))

    def _country(self) -> Field:
        names = [(country_name(code), code) for code in self._words.countries]
        session = self.app.session
        own = session.country if session and session.country in self._words.countries else ""
        in_order = sorted(names, key=lambda one: fold(one[0]))
        return choice_field("country", _("Country"), in_order, self._kept.get("country") or own)

    def _languages(self) -> Field:
        spoken = self._words.countries.get(self._kept.get("country", ""), ())
        options = [(language_name(code), code) for code in spoken]
        kept = self._kept.get("language", "")
        return choice_field("language", _("Language of the names"), options, kept if kept in spoken else spoken[0])

    def _default_language(self) -> str:
        """The first user most likely works in the language of the authority's names."""
        language = self._kept.get("language") or next(
            iter(self._words.countries.get(self._kept.get("country", ""), ())), ""
        )
        return language if language in WORKING_LANGUAGES else "en"

    def on_mount(self) -> None:
        self.app.clear_notifications()
        self._focus("official_name")
        self._look()

    async def recompose(self) -> None:
        """Another page or language: what was entered stays."""
        self._keep()
        if self._words.language != language():
            self._words = await self.app.backend.read(catalogue.view, language())
        await super().recompose()
        self._focus("official_name")
        self._look()

    def _keep(self) -> None:
        self._kept |= {name: value for name, value in self.query_one(Form).values().items() if name != "modules"}
        for keywords in self.query(KeywordsField):
            self._keywords = keywords.keywords
        for modules in self.query(ModulesField):
            self._wishes = modules.wishes

    def _focus(self, name: str) -> None:
        self.query_one(f"#field-{name}", Field).focus()

    def unsaved(self) -> bool:
        """Whether something was entered that is not registered."""
        if self.registered is not None:
            return False
        chosen = {"country", "language", USER + "language"}
        values = {**self._kept, **self.query_one(Form).values()}
        return any(value.strip() for name, value in values.items() if name not in chosen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of the page."""
        return {"go_on": self._looking, "save": not self._looking}.get(action, True)

    # The first page: is it there already?

    def _look(self) -> None:
        for search in self.query(TwinSearch):
            search.look(self.query_one(Form).values())

    async def action_go_on(self) -> None:
        """None of those shown is it: on to the form."""
        values, search = self.query_one(Form).values(), self.query_one(TwinSearch)
        if not values["country"]:
            self.query_one(Form).show_errors([FieldError("country", "required")])
            return
        if not search.answers(values):
            self._look()  # who types fast sees first whom it may be
            return
        self._seen |= search.found
        self._looking = False
        await self.recompose()
        self.refresh_bindings()

    # The second page: all of it

    @on(Field.Changed)
    async def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self.touched()
        name, value = event.field.name or "", event.field.value
        if self._looking:
            self._look()
        elif name == "country":
            self._offer_languages(value)
        elif name in {USER + "first_name", USER + "surname"} and not self._own_username:
            self._propose()
        elif name == USER + "username" and value != self._proposed:
            self._own_username = bool(value)
            self._check(name, user_checks.username_problem, value)
        elif name == USER + "email":
            self._check(name, user_checks.email_problem, value)

    def _offer_languages(self, country: str) -> None:
        """The names are in a language of the country."""
        spoken = self._words.countries.get(country, ())
        entry = self.query_one("#field-language", Field).entry
        if isinstance(entry, Select) and spoken:
            chosen = str(entry.value)
            entry.set_options([(plain(language_name(code)), code) for code in spoken])
            entry.value = chosen if chosen in spoken else spoken[0]

    @property
    def _own_authority(self) -> int:
        assert self.app.session is not None
        return self.app.session.authority_id

    @work(exclusive=True, group="username")
    async def _propose(self) -> None:
        values = self.query_one(Form).values()
        names = values[USER + "first_name"], values[USER + "surname"]
        try:
            proposed = await self.app.backend.latest(
                "username", user_checks.propose_username, self._own_authority, *names
            )
        except (Superseded, Refused):
            return
        if not self._own_username:
            self._proposed = proposed
            entry = self.query_one(f"#field-{USER}username", Field).entry
            if isinstance(entry, Input):
                entry.value = proposed

    @work(exclusive=True, group="check")
    async def _check(self, name: str, service: object, value: str) -> None:
        field = self.query_one(f"#field-{name}", Field)
        problem: FieldError | None = None
        if value:
            try:
                problem = await self.app.backend.latest(name, service, self._own_authority, value)  # type: ignore[arg-type]  # one of two services of one kind
            except (Superseded, Refused):
                return
        said = problem is not None and (name.endswith("username") or problem.code == "email_taken")
        words = (
            f"✖ {sentence(problem)}" if problem is not None and said else "" if problem or not value else _("✓ free")
        )
        field.set_hint(words, "bad" if problem else "ok")

    @work(exclusive=True, group="save")
    async def action_save(self) -> None:
        """Register it whole, or show what is wrong where it is wrong."""
        if self._saving:
            return
        self._saving = True
        try:
            self.registered = await self.app.backend.write(registration.register, self._entered())
        except Invalid as invalid:
            self.query_one(Form).show_errors(invalid.errors)
            self.notify(wrong_fields(invalid.errors), severity="error", markup=False)
        except Refused as refused:
            self.app.show_refusal(refused)
        else:
            await self.forget()
            self.dismiss(None)
        finally:
            self._saving = False

    def _entered(self) -> NewAuthority:
        self._keep()
        kept = self._kept
        person = NewUser(
            first_name=kept[USER + "first_name"],
            surname=kept[USER + "surname"],
            language=kept[USER + "language"],
            email=kept[USER + "email"],
            phone=kept[USER + "phone"],
            username=kept[USER + "username"],
        )
        return NewAuthority(
            country=kept["country"],
            language=kept["language"],
            official_name=kept["official_name"],
            informal_name=kept["informal_name"],
            email=kept["email"],
            phone=kept["phone"],
            website=kept["website"],
            address=kept["address"],
            postcode=kept["postcode"],
            town=kept["town"],
            keywords=self._keywords,
            modules={code: NewModule(wish.role, frozenset(wish.coordinators)) for code, wish in self._wishes.items()},
            first_user=person,
            seen=self._seen,
        )

    @work(exclusive=True, group="leave")
    async def action_back(self) -> None:
        """From the form back to the first page; from there to the desk, asking where something would be lost."""
        if not self._looking:
            self._looking = True
            await self.recompose()
            self.refresh_bindings()
        elif not self.unsaved() or await self.app.push_screen_wait(leave_question()):
            await self.forget()
            self.dismiss(None)
