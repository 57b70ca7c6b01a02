"""Register an authority whole: its entry, modules, coordinators and first user, in one transaction (S1.3, S1.9, B2).

What is entered passes the same checks as an editing session, as a change of an empty entry. An authority is registered
once only: one with the same name in the country or the same address is refused unless whoever registers has seen it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from peewee import fn

from db.models import Authority
from imi_tui.context import Context
from imi_tui.rules.authority_changes import AuthorityDraft, Change, changes, record_values, tidied, tidy
from imi_tui.rules.chain import canonical
from imi_tui.rules.kinds import MailKind
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import Conflict, FieldError, Invalid, Refused
from imi_tui.rules.verbs import Verb
from imi_tui.services import access, authority_mail, authority_store, search_index, user_rights, users
from imi_tui.services.authorities import RECORD_LIMIT
from imi_tui.services.authority_checks import catalogue_errors, checked_texts, coordinator_errors
from imi_tui.services.door import write
from imi_tui.services.user_checks import Person, email_errors, person_of, username_errors
from imi_tui.services.users import NewUser, Registered

USER = "user_"
"""Stands before the names of the first user's fields, which the authority has too."""


@dataclass(frozen=True)
class NewModule:
    """A module that the new authority gets: its role there and the coordinators linked to it."""

    role: str
    coordinators: frozenset[int] = frozenset()


@dataclass(frozen=True)
class NewAuthority:
    """What is entered of a new authority. Without an informal name the official one is taken.

    `seen` are the authorities of which it was said that they are others. `manager` is the access manager where a system
    actor registers; people register for their own authority.
    """

    country: str
    language: str
    official_name: str
    email: str
    first_user: NewUser
    informal_name: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    phone: str = ""
    website: str = ""
    keywords: frozenset[str] = frozenset()
    modules: Mapping[str, NewModule] = field(default_factory=dict)
    seen: frozenset[int] = frozenset()
    manager: int | None = None


@dataclass(frozen=True)
class RegisteredAuthority:
    """A registered authority and its first user, who gets every right (S1.3)."""

    authority_id: int
    name: str
    first_user: Registered


def register(ctx: Context, actor: Actor, new: NewAuthority) -> RegisteredAuthority:
    """Register an authority, managed by the actor's own one; its first user gets every right in every module of it.

    Raises `Invalid` with an error per field (those of the first user begin with `user_`),
    `Conflict("authority_registered_already")` where there is one that may be the same and is not among `seen`,
    `Refused("access_coordinator_there")` where the country has another one in a module,
    `Refused("not_an_access_manager")` where the one that a system actor names is none, `Refused("too_much_at_once")`,
    `NotAllowed`, `StoreAway`.
    """
    draft, made, errors = _checked(ctx, new)
    person, username, wrong = _person(new)
    errors += wrong
    with write(ctx, actor, May.REGISTER_AUTHORITY, None, Verb.AUTHORITY_REGISTERED) as change:
        if not errors:  # it comes before what may only be wrong because of it, such as the same first user
            _refuse_twin(draft, new)
        errors += _of_user([*email_errors(person.email), *(username_errors(username) if username else [])])
        errors += coordinator_errors(0, made)
        if errors:
            raise Invalid(*_in_form_order(errors))
        values = record_values(made)
        if len(canonical(values)) > RECORD_LIMIT:
            raise Refused("too_much_at_once")
        manager_id = change.facts.authority_id or _manager(new)
        authority_id, answering = _enter(ctx, new, draft, manager_id, change.now)
        authority_store.apply(authority_id, made)
        search_index.index(ctx, authority_id)
        change.authority_id = authority_id
        for name, (before, after) in values.items():
            change.note(name, before, after)
        for name, value in (("country", new.country), ("official_language", new.language), ("manager", manager_id)):
            change.note(name, None, value)
        change.note("modules", [], sorted(_modules(ctx, new)))
        change.note("roles", {}, _modules(ctx, new))
        if answering:
            change.note("access_coordinator", {}, answering)
        by = authority_mail.by(actor, authority_id)
        change.mail(MailKind.AUTHORITY_REGISTERED, authority_id, modules=list(_modules(ctx, new)), by=by)
        every = user_rights.every_right(ctx, authority_id)
        first = users.enter(ctx, change.also(Verb.USER_REGISTERED, 0), authority_id, person, username, every)
        return RegisteredAuthority(authority_id, draft.official_name, first)


def _checked(ctx: Context, new: NewAuthority) -> tuple[AuthorityDraft, list[Change], list[FieldError]]:
    """The entry in normal form, as changes of an empty one, and what is wrong with it."""
    errors = []
    country = ctx.catalogue.countries.get(new.country)
    if country is None:
        errors.append(FieldError("country", "unknown_country" if new.country else "required"))
    elif new.language not in country.languages:
        errors.append(FieldError("language", "unknown_language" if new.language else "required"))
    for name in ("official_name", "email"):
        if not tidy(getattr(new, name)):
            errors.append(FieldError(name, "required"))
    errors += _module_errors(ctx, new)
    entered = AuthorityDraft(
        official_name=new.official_name,
        informal_name={new.language: new.informal_name or new.official_name} if new.language else {},
        address=new.address,
        postcode=new.postcode,
        town=new.town,
        phone=new.phone,
        email=new.email,
        website=new.website,
        languages=frozenset({new.language} if new.language else ()),
        keywords=new.keywords,
        coordinators={code: module.coordinators for code, module in new.modules.items()},
    )
    wanted = changes(AuthorityDraft(), entered)
    final, wrong = checked_texts(tidied(entered), wanted, new.country)
    known = [code for code in new.modules if code in ctx.catalogue.modules]
    errors += [*wrong, *catalogue_errors(ctx.catalogue, known, wanted)]
    return final, changes(AuthorityDraft(), final), errors


def _module_errors(ctx: Context, new: NewAuthority) -> list[FieldError]:
    errors = []
    for code, module in new.modules.items():
        known = ctx.catalogue.modules.get(code)
        if known is None:
            errors.append(FieldError("modules", "module_unknown", (("module", code),)))
        elif module.role not in known.roles:
            facts = (("role", module.role), ("roles", ", ".join(known.roles)))
            errors.append(FieldError("modules", "role_unknown", facts))
    return errors


def _person(new: NewAuthority) -> tuple[Person, str, list[FieldError]]:
    """The first user, checked, and the username that was chosen for them, if any."""
    user = new.first_user
    person, errors = person_of(new.country, user.first_name, user.surname, user.language, user.email, user.phone)
    return person, user.username.strip(), _of_user(errors)


def _of_user(errors: list[FieldError]) -> list[FieldError]:
    return [replace(error, field=USER + error.field) for error in errors]


def _refuse_twin(draft: AuthorityDraft, new: NewAuthority) -> None:
    """Refuse what is there already, also where it was registered since one searched for it; in the transaction."""
    same_name = (Authority.name_key == authority_store.name_key(draft.official_name)) & (
        Authority.country == new.country
    )
    # Only ASCII letters of a stored address can be capitals: `contact.email` gives domains in small letters.
    same_address = fn.LOWER(Authority.email) == draft.email.lower()
    twin: Any = (
        Authority.select(Authority.official_name, Authority.town, Authority.registered_at)
        .where(same_name | same_address, Authority.id.not_in(sorted(new.seen)))
        .order_by(Authority.id.desc())
        .first()
    )
    if twin is not None:
        raise Conflict(
            "authority_registered_already", name=twin.official_name, town=twin.town or "—", when=twin.registered_at
        )


def _manager(new: NewAuthority) -> int | None:
    """The access manager that a system actor names. Raises `Refused("not_an_access_manager")`."""
    if new.manager is None:
        return None
    row = Authority.select().where(Authority.id == new.manager).first()
    if row is None or not row.access_manager or row.status != "active":
        raise Refused("not_an_access_manager", authority=row.official_name if row else str(new.manager))
    return new.manager


def _enter(
    ctx: Context, new: NewAuthority, draft: AuthorityDraft, manager_id: int | None, now: datetime
) -> tuple[int, dict[str, int]]:
    """The bare authority with its modules, to which the rest is applied as changes.

    Returns its id, and who answers for its access to which module.
    """
    authority_id: int = Authority.insert(
        country=new.country,
        official_name=draft.official_name,
        official_language=new.language,
        name_key=authority_store.name_key(draft.official_name),
        email=draft.email,
        manager=manager_id,
        registered_at=now,
        version=0,
    ).execute()
    entered = {
        code: access.enter(ctx, manager_id, authority_id, code, role) for code, role in _modules(ctx, new).items()
    }
    return authority_id, {code: coordinator for code, coordinator in entered.items() if coordinator is not None}


def _modules(ctx: Context, new: NewAuthority) -> dict[str, str]:
    """The role in each module, those that every authority has included, in the catalogue's order."""
    return {
        code: new.modules[code].role if code in new.modules else module.roles[0]
        for code, module in ctx.catalogue.modules.items()
        if module.everywhere or code in new.modules
    }


_FORM = (
    *("country", "language", "official_name", "informal_name", "email", "phone", "website", "address", "postcode"),
    *("town", "keywords", "modules"),
    *(USER + name for name in ("first_name", "surname", "language", "email", "phone", "username")),
)


def _in_form_order(errors: list[FieldError]) -> list[FieldError]:
    """The first error of each field of the form, in its order; those of parts stand at their whole."""
    whole = [replace(error, field=_field(error.field)) for error in errors]
    first = {error.field: error for error in reversed(whole)}
    return [first[name] for name in _FORM if name in first]


def _field(name: str) -> str:
    stem = name.partition(".")[0]
    return {"coordinators": "modules", "languages": "language"}.get(stem, stem)
