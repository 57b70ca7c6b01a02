"""How a draft is told: what, where and when, and each of its fields by the label and the words of its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.content import Content

from imi_tui.i18n import _, country_name, date_time, language_name, ngettext, pgettext
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.drafts import DraftKind, Typed, Value, rights_of, text_in
from imi_tui.rules.refusals import FieldError
from imi_tui.screens.my_authority.words import DASH, field_label, languages_words
from imi_tui.screens.translations.words import language_words
from imi_tui.services.authority_view import Coordinator
from imi_tui.services.catalogue import CatalogueView
from imi_tui.services.drafts import Kept
from imi_tui.widgets.ledger import Fact, Heading, Line
from imi_tui.widgets.text import plain, plain_lines

QUIET = {"page", "seen", "original"}
"""What a draft keeps for the form alone: nothing that was typed."""


@dataclass(frozen=True)
class Names:
    """What codes and ids are called."""

    catalogue: CatalogueView
    authorities: Mapping[int, Coordinator]


def fields_typed(typed: Typed) -> list[str]:
    """The fields in which something was typed or chosen, in the order of the form."""
    return [name for name in typed.changed if name.partition(".")[0] not in QUIET]


def what_words(kept: Kept) -> str:
    """What the draft is of, and of whom."""
    typed = kept.typed
    person = f"{text_in(typed.mine, 'first_name')} {text_in(typed.mine, 'surname')}".strip()
    was = f"{text_in(typed.base, 'first_name')} {text_in(typed.base, 'surname')}".strip()
    match typed.kind:
        case DraftKind.AUTHORITY:
            return _("Edit authority")
        case DraftKind.NEW_USER:
            return _("Add user: {name}").format(name=person or DASH)
        case DraftKind.USER:
            return _("Edit: {name}").format(name=was or person)
        case DraftKind.REGISTRATION:
            return _("Register: {name}").format(name=text_in(typed.mine, "official_name") or DASH)
        case DraftKind.ACCOUNT:
            return _("My account")
        case DraftKind.TRANSLATION:
            return _("Translate: {text}").format(text=field_label(typed.subject))


def line_words(kept: Kept) -> Content:
    """A draft on one line: when, what, where; what cannot be gone on with is marked."""
    mark = Content.styled("✖ ", "$error") if kept.refusal else Content("")
    where = plain(f" · {kept.authority}", "$muted") if kept.authority else Content("")
    when = Content.styled(f"{date_time(kept.saved_at)}  ", "$muted")
    return Content.assemble(when, mark, plain(what_words(kept)), where)


def details(kept: Kept, names: Names) -> list[Line]:
    """All there is about a draft: where and when it was typed, why it cannot be gone on with, and what was typed."""
    number = len(fields_typed(kept.typed))
    typed = ngettext("{n} field", "{n} fields", number).format(n=number)
    lines: list[Line] = [
        # Translators: what was typed, such as a translation or one's own account.
        Fact(_("Authority"), kept.authority)
        if kept.authority
        else Fact(pgettext("of a draft", "What"), what_words(kept)),
        Fact(_("Begun"), date_time(kept.started_at)),
        Fact(_("Last typed"), date_time(kept.saved_at)),
        # Translators: from which computer or terminal something was typed.
        Fact(pgettext("of a draft", "From"), kept.origin or _("this server")),
    ]
    if kept.refusal:
        why = sentence(FieldError("", kept.refusal)) + " " + _("What you typed can be read here and copied with y.")
        lines.append(Fact(_("Cannot go on"), plain(why, "$warning", limit=500)))
    lines.append(Heading(_("What you typed: {fields}").format(fields=typed)))
    for name in fields_typed(kept.typed):
        label = label_words(kept.typed.kind, name, names)
        lines.append(Fact(label, value_words(name, kept.typed.mine.get(name), names)))
    return lines


def as_text(kept: Kept, names: Names) -> str:
    """What was typed as text, for the clipboard."""
    kind, mine = kept.typed.kind, kept.typed.mine
    return "\n".join(
        f"{label_words(kind, name, names)}: {value_words(name, mine.get(name), names).plain}"
        for name in fields_typed(kept.typed)
    )


def label_words(kind: DraftKind, name: str, names: Names) -> str:
    """The label of a field, as its form has it; a module's with the module."""
    field, _dot, part = name.partition(".")
    if field == "text":
        return language_words(part)
    if field == "significant":
        return _("Changed significantly")
    if field == "role":
        return _("Role") + f" · {names.catalogue.module(part).short}"
    if field in {"module_keywords", "coordinators"}:
        return f"{field_label(name)} · {names.catalogue.module(part).short}"
    of_user = field.startswith("user_")
    own = {
        "first_name": _("First name"),
        "surname": _("Surname"),
        "language": _("Language of the names")
        if kind is DraftKind.REGISTRATION and not of_user
        else _("Working language"),
        "username": _("Username"),
        "rights": _("User rights"),
        "country": _("Country"),
    }
    plain_name = field.removeprefix("user_")
    label = own.get(plain_name) or field_label(name if not of_user else plain_name)
    return _("First user: {label}").format(label=label) if of_user else label


def value_words(name: str, value: Value | None, names: Names) -> Content:
    """A field's value in words; what was chosen line by line. What is empty is a dash."""
    if not value:
        return Content.styled(DASH, "$muted")
    field, _dot, part = name.partition(".")
    if isinstance(value, str):
        return _text_words(field, part, value, names)
    return Content("\n").join(plain(one, limit=300) for one in _members(field, part, value, names))


def _text_words(field: str, part: str, value: str, names: Names) -> Content:
    if field == "country":
        return plain(country_name(value))
    if field in {"language", "user_language"}:
        return plain(language_name(value))
    if field == "role":
        return plain(names.catalogue.module(part).roles.get(value, value))
    return plain_lines(value, limit=20_000)


def _members(field: str, part: str, chosen: frozenset[str], names: Names) -> list[str]:
    catalogue = names.catalogue
    if field == "languages":
        return [languages_words(chosen)]
    if field == "significant":
        return [field_label(kind) for kind in sorted(chosen)]
    if field == "rights":
        rights = sorted(rights_of(chosen))
        return [f"{catalogue.module(one.module).short}: {catalogue.right_name(one)}" for one in rights]
    if field == "coordinators":
        known = [names.authorities[int(one)] for one in chosen if one.isdecimal() and int(one) in names.authorities]
        return sorted(f"{one.name} · {one.country}" for one in known)
    forest = catalogue.module(part).forest if field == "module_keywords" else catalogue.forest
    known_codes = [" › ".join(forest.path(code)) for code in forest.in_order(chosen)]
    return known_codes or sorted(chosen)
