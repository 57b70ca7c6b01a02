"""What must hold of an editing session before it is saved: an error for each field that is wrong, in words' codes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from db.models import Authority, AuthorityModule
from imi_tui.rules import contact
from imi_tui.rules.authority_changes import (
    AuthorityDraft,
    Change,
    SetChange,
    TextChange,
    name_of,
    tidy,
    tidy_lines,
    with_text,
)
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.rules.refusals import FieldError, Invalid
from imi_tui.services.access_rules import COORDINATOR

if TYPE_CHECKING:
    from db.catalogue import Catalogue


def checked_texts(
    mine: AuthorityDraft, made: Iterable[Change], country: str
) -> tuple[AuthorityDraft, list[FieldError]]:
    """The draft with each changed text in its normal form, and what is wrong with them.

    What was not changed is not looked at: an old entry that today's rules would refuse stands in nobody's way.
    """
    errors: list[FieldError] = []
    for change in made:
        if not isinstance(change, TextChange):
            continue
        try:
            value = _check(change.field)(change.new, name_of(change), country)
        except Invalid as invalid:
            errors += invalid.errors
            continue
        mine = with_text(mine, name_of(change), value)
    return mine, errors


def catalogue_errors(catalogue: Catalogue, held: Collection[str], made: Iterable[Change]) -> list[FieldError]:
    """Languages and keywords that do not exist, and modules that the authority does not have (`held`: those it has)."""
    errors = []
    for change in made:
        if change.part and change.field in {"module_keywords", "coordinators"} and change.part not in held:
            errors.append(FieldError(name_of(change), "module_not_held", (("module", change.part),)))
        elif isinstance(change, SetChange):
            known = _known(catalogue, change)
            unknown = [member for member in change.come if known is not None and member not in known]
            code = "unknown_language" if change.field == "languages" else "unknown_keyword"
            errors += [FieldError(name_of(change), code, (("value", member),)) for member in unknown[:1]]
        elif change.part and change.new and change.part not in WORKING_LANGUAGES:
            errors.append(FieldError(name_of(change), "unknown_language", (("value", change.part),)))
    return errors


def coordinator_errors(authority_id: int, made: Iterable[Change]) -> list[FieldError]:
    """New coordinators that do not coordinate in their module, or are the authority itself; inside a transaction."""
    errors = []
    for change in made:
        if not isinstance(change, SetChange) or change.field != "coordinators" or not change.come:
            continue
        if authority_id in change.come:
            errors.append(FieldError(name_of(change), "coordinator_is_self"))
            continue
        wanted = list(change.come)
        found = coordinators_in(change.part).where(Authority.id.in_(wanted)).select(Authority.id)
        good = {authority for (authority,) in found.tuples()}
        if missing := [authority for authority in wanted if authority not in good]:
            name = Authority.select(Authority.official_name).where(Authority.id == missing[0]).scalar()
            facts = (("authority", name or str(missing[0])),)
            errors.append(FieldError(name_of(change), "not_a_coordinator", facts))
    return errors


def coordinators_in(module: str, role: str = COORDINATOR) -> Any:
    """The query of the active authorities that coordinate in a module: requests, or access to it."""
    return (
        Authority.select()
        .join(AuthorityModule)
        .where(
            AuthorityModule.module == module,
            AuthorityModule.role == role,
            AuthorityModule.access == "given",
            Authority.status == "active",
        )
    )


def checked_text(kind: str, language: str, text: str) -> str:
    """One wording of a text in its normal form; an empty one is refused. Raises `Invalid` at `kind.language`."""
    kept = tidy_lines(text) if kind == "description" else tidy(text)
    name = f"{kind}.{language}"
    if not kept:
        raise Invalid(FieldError(name, "required"))
    return _check(kind)(kept, name, "")


Check = Callable[[str, str, str], str]


def _check(field: str) -> Check:
    """The check of a text field: (text, the field's name, the authority's country) → the normal form, or `Invalid`."""
    limit = contact.LIMITS[field]
    checks: dict[str, Check] = {
        "official_name": lambda text, name, _country: contact.line(text, name, limit, required=True),
        "description": lambda text, name, _country: contact.paragraph(text, name, limit),
        "email": lambda text, name, _country: contact.email(text, name),
        "phone": lambda text, name, country: contact.phone(text, country, name),
        "website": lambda text, name, _country: contact.website(text, name),
    }
    return checks.get(field, lambda text, name, _country: contact.line(text, name, limit))


def _known(catalogue: Catalogue, change: SetChange) -> Collection[object] | None:
    """The members that a set may have; None where that is not the catalogue's to say."""
    match change.field:
        case "languages":
            return set(WORKING_LANGUAGES)
        case "keywords":
            return {code for code, word in catalogue.keywords.items() if not word.children}
        case "module_keywords":
            return {word.code for word in catalogue.modules[change.part].keywords}
        case _:
            return None
