"""The first authority of an empty deployment: an access manager, with its first user."""

from __future__ import annotations

from dataclasses import dataclass

from db.models import Authority, AuthorityLanguage, AuthorityModule, AuthorityText
from imi_tui.context import Context
from imi_tui.rules import contact
from imi_tui.rules.policy import Actor, May
from imi_tui.rules.refusals import FieldError, Invalid, Refused
from imi_tui.rules.verbs import Verb
from imi_tui.services import authority_store, search_index
from imi_tui.services.door import write


@dataclass(frozen=True)
class NewAuthority:
    """What is needed to begin; the rest is completed by its first user."""

    country: str
    language: str
    official_name: str
    email: str


def found(ctx: Context, actor: Actor, new: NewAuthority) -> int:
    """Register the first access manager (S1.9) with every module; returns its id.

    Raises `Invalid` for a wrong field, `Refused("not_empty")` where there is an authority already.
    """
    country = ctx.catalogue.countries.get(new.country)
    if country is None:
        raise Invalid(FieldError("country", "unknown_country"))
    if new.language not in country.languages:
        raise Invalid(FieldError("language", "unknown_language"))
    name = contact.line(new.official_name, "official_name", contact.LIMITS["official_name"], required=True)
    email = contact.email(new.email)
    with write(ctx, actor, May.OPERATE, None, Verb.AUTHORITY_REGISTERED) as change:
        if Authority.select().exists():
            raise Refused("not_empty")
        authority_id: int = Authority.insert(
            country=new.country,
            official_name=name,
            official_language=new.language,
            name_key=authority_store.name_key(name),
            email=email,
            access_manager=True,
            registered_at=change.now,
        ).execute()
        AuthorityLanguage.insert(authority=authority_id, language=new.language).execute()
        AuthorityText.insert(authority=authority_id, kind="informal_name", language=new.language, text=name).execute()
        for code, module in ctx.catalogue.modules.items():
            AuthorityModule.insert(authority=authority_id, module=code, role=module.roles[0]).execute()
        search_index.index(ctx, authority_id)
        change.authority_id = authority_id
        change.note("official_name", None, name)
        change.note("email", None, email)
    return authority_id
