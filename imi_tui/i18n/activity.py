"""The words for what the record tells (B8): who, what, and each field's old and new value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from imi_tui.i18n import N_, _, country_name, date_time, language_name, pgettext
from imi_tui.i18n.mails import kind_word as mail_kind_word
from imi_tui.i18n.statuses import authority_status_words, password_word
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.activity import Kind, Names
from imi_tui.rules.verbs import Verb

FIELDS = {
    "official_name": N_("Official name"),
    "official_language": N_("Language of the official name"),
    "informal_name": N_("Informal name"),
    "description": N_("Description"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "town": N_("Town"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "website": N_("Website"),
    "languages": N_("Languages spoken"),
    "keywords": N_("Keywords"),
    "module_keywords": N_("Keywords"),
    "coordinators": N_("Linked coordinators"),
    "status": N_("Status"),
    "confirmed": N_("Confirmed"),
    "significant": N_("Significant changes of"),
    "country": N_("Country"),
    "manager": N_("Access manager"),
    "modules": N_("Modules"),
    "roles": N_("Roles"),
    "access_coordinator": N_("Access coordinator"),
    "language": N_("Language"),
    "rights": N_("Rights"),
    "first_name": N_("First name"),
    "surname": N_("Surname"),
    "username": N_("Username"),
    "tries": N_("Wrong tries"),
    "sessions": N_("Sessions"),
    "lapses": N_("Lapses"),
    "kind": N_("About"),
    "module": N_("Module"),
    "role": N_("Role"),
    "access_manager": N_("Is an access manager"),
    "commission": N_("The European Commission's own authority"),
    "text": N_("Translation"),
    "erased": N_("Entries erased"),
    "taken": N_("Backup taken"),
    # Translators: the number of the last entry of the record of changes
    "entry": N_("Last entry of the record"),
    "digest": N_("Its digest"),
    "common": N_("Last entry that both have"),
    "kept": N_("Database kept beside"),
}
"""The label of each field that a verb declares."""

SYSTEMS = {
    "cli": N_("the command line"),
    "init": N_("the installation"),
    "login": N_("the log-in"),
    "worker": N_("the mail worker"),
}

KINDS = {
    Kind.LOGINS: N_("log-ins"),
    Kind.PASSWORDS: N_("passwords"),
    Kind.USERS: N_("users and rights"),
    Kind.AUTHORITY: N_("authority's data"),
    Kind.ACCESS: N_("access to modules"),
}


@dataclass(frozen=True)
class Change:
    """A field in words, with its old and new value; empty where there is none."""

    label: str
    old: str
    new: str


def kind_words(kind: Kind) -> str:
    """A kind of entries, as the filter says it."""
    return _(KINDS[kind])


def person_words(user_id: int | None, names: Names) -> str:
    """A user by name; whoever is gone by number."""
    if user_id is None:
        return _("somebody")
    return names.users.get(user_id) or _("somebody who was deleted (no. {number})").format(number=user_id)


def who_words(verb: Verb | None, actor_kind: str, actor_id: int | None, subject_id: int | None, names: Names) -> str:
    """Who did it: a person, or a part of the system. Whoever logged in did that, though the log-in wrote it down."""
    if actor_kind == "user":
        return person_words(actor_id, names)
    if verb in {Verb.LOGIN, Verb.LOGIN_FAILED, Verb.LOGIN_UNKNOWN}:
        return person_words(subject_id if verb is Verb.LOGIN else None, names)
    return _(SYSTEMS[actor_kind]) if actor_kind in SYSTEMS else actor_kind


def what_words(
    verb: Verb | None, code: str, subject_id: int | None, authority_id: int | None, module: str, names: Names
) -> str:
    """What was done, to whom; in one line, names standing by themselves, as no language inflects them there."""
    if verb is None:
        return code
    subject = person_words(subject_id, names) if subject_id is not None else authority_words(authority_id, names)
    return _(verb.value.sentence).format(
        subject=subject,
        authority=authority_words(authority_id, names),
        module=names.modules.get(module, module) or "—",
    )


def authority_words(authority_id: int | None, names: Names) -> str:
    """An authority by name, or by number where it is gone."""
    if authority_id is None:
        return "—"
    return names.authorities.get(authority_id) or _("authority no. {number}").format(number=authority_id)


def changes(values: Mapping[str, tuple[object, object]], names: Names) -> list[Change]:
    """What changed, field by field, and within texts and sets by language and by module."""
    module = _module_of(values)
    found = []
    for field, (before, after) in values.items():
        old, new = _difference(before, after) if field == "rights" else (before, after)
        label = _(FIELDS[field]) if field in FIELDS else field
        if isinstance(old, dict) or isinstance(new, dict):
            olds, news = (one if isinstance(one, dict) else {} for one in (old, new))
            for part in dict.fromkeys([*olds, *news]):
                shown = f"{label} ({_part(field, str(part), names)})"
                found.append(Change(shown, *(_words(field, one.get(part), names, module) for one in (olds, news))))
        else:
            found.append(Change(label, _words(field, old, names, module), _words(field, new, names, module)))
    return found


def _difference(old: object, new: object) -> tuple[object, object]:
    """Of two sets only what went and what came, as the record keeps other sets anyway."""
    if not isinstance(old, list) or not isinstance(new, list):
        return old, new
    return [one for one in old if one not in new], [one for one in new if one not in old]


def _module_of(values: Mapping[str, tuple[object, object]]) -> str:
    old, new = values.get("module", (None, None))
    return str(new or old or "")


def _part(field: str, part: str, names: Names) -> str:
    """A language of a text, else a module."""
    if field in {"informal_name", "description", "text"}:
        return language_name(part)
    return names.modules.get(part, part)


def _words(field: str, value: object, names: Names, module: str) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return pgettext("value", "yes") if value else pgettext("value", "no")
    if field == "rights" and isinstance(value, list):
        return ", ".join(_right(one, names, module) for one in value)
    if isinstance(value, list):
        return ", ".join(_words(field, one, names, module) for one in value)
    if isinstance(value, int):
        return authority_words(value, names) if field in _OF_AUTHORITIES else str(value)
    words = _CODES.get(field)
    return words(str(value), names) if words else str(value)


def _right(right: object, names: Names, module: str) -> str:
    """A right by module and name; of several people, whose it was."""
    if isinstance(right, list) and len(right) == 2 and isinstance(right[0], int):
        return f"{person_words(right[0], names)}: {names.rights.get(f'{module}:{right[1]}', right[1])}"
    code = str(right)
    of = code.partition(":")[0]
    return f"{names.modules.get(of, of)}: {names.rights.get(code, code)}"


def _instant(value: str, _names: Names) -> str:
    try:
        return date_time(datetime.fromisoformat(value))
    except ValueError:
        return value


def _status(value: str, _names: Names) -> str:
    if value in {"active", "inactive"}:
        return authority_status_words(value)
    return password_word(PasswordStatus(value)) if value in {one.value for one in PasswordStatus} else value


def _kind(value: str, _names: Names) -> str:
    return _(FIELDS[value]) if value in {"informal_name", "description"} else mail_kind_word(value)


_OF_AUTHORITIES = {"manager", "access_coordinator", "coordinators", "commission"}

_CODES: dict[str, Callable[[str, Names], str]] = {
    **dict.fromkeys(("language", "languages", "official_language"), lambda value, _names: language_name(value)),
    **dict.fromkeys(("keywords", "module_keywords"), lambda value, names: names.keywords.get(value, value)),
    **dict.fromkeys(("module", "modules"), lambda value, names: names.modules.get(value, value)),
    **dict.fromkeys(("role", "roles"), lambda value, names: names.roles.get(value, value)),
    **dict.fromkeys(("confirmed", "lapses", "taken"), _instant),
    "country": lambda value, _names: country_name(value),
    "kind": _kind,
    "significant": lambda value, _names: _(FIELDS[value]) if value in FIELDS else value,
    "status": _status,
}
"""How a code is said, by its field; every other value is text as it was typed."""
