"""Reads `demo_names.toml` into frozen pools, so that `db.demo_people` combines names and never parses text."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

_SOURCE = Path(__file__).with_name("demo_names.toml")

# Letters that NFKD leaves whole.
_WHOLE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "’": "", "'": ""}
)

SecondSurname = Literal["some", "always", "never"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, and its form in lower-case ASCII for mail addresses."""

    text: str
    ascii: str


@dataclass(frozen=True, slots=True)
class Town:
    """A town: in its own script, in Latin letters, in the genitive, its ASCII form, and its postcode as a template."""

    name: str
    latin: str
    of_town: str
    ascii: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of authority: `weight` of them come round together, with these modules; most have these keywords."""

    code: str
    weight: int
    modules: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindText:
    """What a kind is called in a language, the same for a domain, and what it does."""

    name: str
    slug: str
    text: str


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language; `named`, `local` and `national` are `str.format` patterns."""

    named: str
    local: str
    national: str
    kinds: Mapping[str, KindText]


@dataclass(frozen=True, slots=True)
class Section:
    """What a country offers in one language. `phone` has `%s` for each of its `phone_digits`.

    `salt` starts the arithmetic, so that no two sections make the same choices.
    """

    salt: int
    code: str
    language: str
    languages: tuple[str, ...]
    second_surname: SecondSurname
    phone: str
    phone_digits: int
    address: str
    mailbox: str
    branch: str
    district: str
    women: tuple[Name, ...]
    men: tuple[Name, ...]
    surnames: tuple[tuple[Name, tuple[Name, ...]], ...]
    streets: tuple[str, ...]
    towns: tuple[Town, ...]
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """All of the file; `countries` maps an ISO code to its sections, one for each of its languages."""

    kinds: tuple[Kind, ...]
    languages: Mapping[str, Language]
    countries: Mapping[str, tuple[Section, ...]]


@lru_cache(maxsize=1)
def load_names() -> Names:
    """The pools, read once. Raises `KeyError` or `tomllib.TOMLDecodeError` where the file is broken."""
    with _SOURCE.open("rb") as file:
        data = tomllib.load(file)
    kinds = tuple(
        Kind(code, it["weight"], tuple(it["modules"]), tuple(it["keywords"])) for code, it in data["kinds"].items()
    )
    languages = {code: _language(it, kinds) for code, it in data["languages"].items()}
    countries: dict[str, tuple[Section, ...]] = {}
    for it in data["countries"]:
        countries[it["code"]] = (*countries.get(it["code"], ()), _section(it))
    return Names(kinds, languages, countries)


def ascii_fold(text: str) -> str:
    """`text` of a Latin script in lower-case ASCII; whatever is neither letter nor digit becomes a hyphen."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_WHOLE))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def fill(template: str, digits: int, number: int) -> str:
    """`template` with its `digits` places taken from the last digits of `number`."""
    return template % tuple(f"{number % 10**digits:0{digits}d}") if digits else template


def _language(it: dict[str, Any], kinds: tuple[Kind, ...]) -> Language:
    texts = {kind.code: KindText(**it[kind.code]) for kind in kinds}
    return Language(it["named"], it["local"], it["national"], texts)


def _section(it: dict[str, Any]) -> Section:
    return Section(
        salt=int.from_bytes((it["code"] + it["language"]).encode(), "big") << 8,
        code=it["code"],
        language=it["language"],
        languages=(it["language"], *it["spoken"]),
        second_surname=it["second_surname"],
        phone=it["phone"].replace("#", "%s"),
        phone_digits=it["phone"].count("#"),
        address=it["address"],
        mailbox=it["mailbox"],
        branch=it["branch"],
        district=it["district"],
        women=tuple(_forms(entry)[0] for entry in it["women"]),
        men=tuple(_forms(entry)[0] for entry in it["men"]),
        surnames=tuple(_surname(entry) for entry in it["surnames"]),
        streets=tuple(it["streets"]),
        towns=tuple(_town(entry) for entry in it["towns"]),
        kinds=it["kinds"],
    )


def _town(it: dict[str, str]) -> Town:
    latin = it.get("latin", it["name"])
    return Town(it["name"], latin, it.get("of_town", it["name"]), ascii_fold(latin), it["postcode"])


def _surname(entry: str) -> tuple[Name, tuple[Name, ...]]:
    forms = _forms(entry)
    return forms[0], forms[1:] or forms


def _forms(entry: str) -> tuple[Name, ...]:
    written, _, latin = entry.partition(" = ")
    texts = written.split(" / ")
    folded = (latin or written).split(" / ")
    # A name's parts run together: a hyphen is kept for the two surnames of one person.
    return tuple(Name(text, ascii_fold(form).replace("-", "")) for text, form in zip(texts, folded, strict=True))
