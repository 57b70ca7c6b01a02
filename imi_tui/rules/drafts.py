"""What a form keeps of what was typed and not saved (B6): which fields, how they are written down, what differs.

Pure. Whatever the form, what was typed is flat: a field's name → its text, or the set of what was chosen there. A form
keeps only the fields that are declared here, and a field of a password cannot be declared: no draft ever holds one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from imi_tui.rules.authority_changes import LINE_FIELDS, TEXT_KINDS, AuthorityDraft
from imi_tui.rules.holders import Right
from imi_tui.rules.text import storable

Value = str | frozenset[str]
"""A text, or what was chosen: codes, or ids as text."""

Content = Mapping[str, Value]
"""What stands in a form, by the names of its fields; `description.lv` is a field with a part."""


class DraftKind(StrEnum):
    """The forms that keep drafts."""

    AUTHORITY = "authority"
    NEW_USER = "new_user"
    USER = "user"
    REGISTRATION = "registration"
    ACCOUNT = "account"
    TRANSLATION = "translation"


@dataclass(frozen=True)
class Declared:
    """The fields that a form keeps: those that hold a text and those that hold a set.

    A name stands for the field itself and for all its parts. Raises `ValueError` for a name that is a password's.
    """

    texts: frozenset[str]
    sets: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in self.texts | self.sets:
            if secret(name):
                raise ValueError(f"{name} is of a password: nothing of it is ever kept")

    def content(self, values: Mapping[str, object]) -> dict[str, Value]:
        """Of some values those that are declared, each of its kind; anything else is left out."""
        found: dict[str, Value] = {}
        for name, value in values.items():
            field = name.partition(".")[0]
            if field in self.texts and isinstance(value, str):
                found[name] = value
            elif field in self.sets and not isinstance(value, str) and isinstance(value, Iterable):
                found[name] = frozenset(map(str, value))
        return found


def secret(name: str) -> bool:
    """Whether a field of this name is one of a password, such as those of the log-in or of choosing one."""
    field = name.partition(".")[0].casefold()
    return field in {"current", "again", "secret"} or "passw" in field or "parole" in field


PERSON = ("first_name", "surname", "language", "email", "phone")
"""What a form asks of a person."""

FORMS: Mapping[DraftKind, Declared] = {
    DraftKind.AUTHORITY: Declared(
        frozenset({*LINE_FIELDS, *TEXT_KINDS}),
        frozenset({"languages", "keywords", "module_keywords", "coordinators", "significant"}),
    ),
    DraftKind.NEW_USER: Declared(frozenset({*PERSON, "username"}), frozenset({"rights"})),
    DraftKind.USER: Declared(frozenset(PERSON), frozenset({"rights"})),
    DraftKind.REGISTRATION: Declared(
        frozenset(
            {
                *("country", "language", "official_name", "informal_name", "page", "role"),
                *("email", "phone", "website", "address", "postcode", "town"),
                *(f"user_{name}" for name in (*PERSON, "username")),
            }
        ),
        frozenset({"keywords", "coordinators", "seen"}),
    ),
    DraftKind.ACCOUNT: Declared(frozenset({"language", "email", "phone"})),
    DraftKind.TRANSLATION: Declared(frozenset({"text", "original"})),
}
"""What each form keeps. `role.services` is the role in a module that an authority gets, `text.de` a translation."""


@dataclass(frozen=True)
class Typed:
    """What was typed in a form and is not saved.

    `session` names this one editing session: two of the same person never write over each other's draft. The place is
    an authority, where the form is of one, and a `subject` of it: a user's id, or the kind of a text. `base` is what
    stood there when it was begun, of the version `base_version` where the form knows one.
    """

    kind: DraftKind
    session: str
    base: Content
    mine: Content
    authority_id: int | None = None
    subject: str = ""
    base_version: int = 0

    @property
    def changed(self) -> list[str]:
        """The names of the fields in which something else was typed."""
        return differing(self.base, self.mine)


def differing(base: Content, mine: Content) -> list[str]:
    """The names of the fields that differ, in the order of `mine`; what is absent is as good as empty."""
    names = [*mine, *(name for name in base if name not in mine)]
    return [name for name in names if (base.get(name) or "") != (mine.get(name) or "")]


def to_json(content: Content) -> str:
    """Content as it is stored: one form for the same content."""
    plain = {name: value if isinstance(value, str) else sorted(value) for name, value in content.items()}
    return storable(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def from_json(kind: DraftKind, text: str) -> dict[str, Value]:
    """Stored content; what this version's form does not declare is left out. Raises `ValueError` where it is broken."""
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError(text[:20])
    return FORMS[kind].content(values)


def of_authority(draft: AuthorityDraft) -> dict[str, Value]:
    """An editing session's draft of an authority as flat content."""
    content: dict[str, Value] = {name: getattr(draft, name) for name in LINE_FIELDS}
    for kind in TEXT_KINDS:
        content |= {f"{kind}.{language}": text for language, text in getattr(draft, kind).items()}
    content |= {"languages": draft.languages, "keywords": draft.keywords, "significant": draft.significant}
    content |= {f"module_keywords.{module}": chosen for module, chosen in draft.module_keywords.items()}
    content |= {f"coordinators.{module}": frozenset(map(str, ids)) for module, ids in draft.coordinators.items()}
    return content


def authority_of(content: Content) -> AuthorityDraft:
    """The same the other way round."""

    def parts(field: str) -> dict[str, Value]:
        return {name.partition(".")[2]: value for name, value in content.items() if name.startswith(f"{field}.")}

    return AuthorityDraft(
        **{name: text_in(content, name) for name in LINE_FIELDS},
        informal_name={part: str(text) for part, text in parts("informal_name").items()},
        description={part: str(text) for part, text in parts("description").items()},
        languages=set_in(content, "languages"),
        keywords=set_in(content, "keywords"),
        significant=set_in(content, "significant"),
        module_keywords={part: frozenset(chosen) for part, chosen in parts("module_keywords").items()},
        coordinators={part: ids_of(chosen) for part, chosen in parts("coordinators").items()},
    )


def text_in(content: Content, name: str) -> str:
    """The text of a field; empty where there is none."""
    value = content.get(name, "")
    return value if isinstance(value, str) else ""


def set_in(content: Content, name: str) -> frozenset[str]:
    """What was chosen in a field; empty where there is nothing."""
    value = content.get(name, frozenset())
    return frozenset() if isinstance(value, str) else value


def ids_of(chosen: Iterable[str]) -> frozenset[int]:
    """Ids that stand as text."""
    return frozenset(int(one) for one in chosen if one.isdecimal())


def coordinators_in(*contents: Content) -> frozenset[int]:
    """The ids of the coordinators that contents name, in whichever module."""
    named = ((content, name) for content in contents for name in content if name.startswith("coordinators."))
    return frozenset(one for content, name in named for one in ids_of(set_in(content, name)))


def of_rights(rights: Iterable[Right]) -> frozenset[str]:
    """Rights as they stand in a draft: `module:right`."""
    return frozenset(f"{right.module}:{right.right}" for right in rights)


def rights_of(chosen: Iterable[str]) -> frozenset[Right]:
    """The same the other way round."""
    return frozenset(Right(*one.split(":", 1)) for one in chosen if ":" in one)
