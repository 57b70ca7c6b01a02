"""Invented people and authorities for the demo: the n-th of a country is always the same one.

Pure integer arithmetic over the pools of `db.demo_names`, so that any size of demo is the same on every machine, and
any part of it can be made without the rest. Names repeat in a large demo, as they do in life; names of
authorities do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from db.demo_names import Kind, Language, Name, Names, Section, Town, ascii_fold, fill, load_names

__all__ = [
    "Authority",
    "Names",
    "Person",
    "ascii_fold",
    "authority",
    "countries",
    "load_names",
    "mail_name",
    "person",
    "person_phone",
]

TRANSLATIONS = ("en", "lv")
"""Besides its own language, an authority has its informal name and description in these."""

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_PEOPLE, _ADDRESS, _PHONE = 0, 1, 2
_DOUBLE_ONE_IN = 12
_HOUSE_NUMBERS = 120


class Person(NamedTuple):
    """An invented person's name, in the form that the person's sex and language ask for."""

    first_name: str
    surname: str
    female: bool


@dataclass(frozen=True, slots=True)
class Authority:
    """An invented authority. `informal` and `description` map language codes to text, the official language first.

    `national` tells that it is responsible for the whole country; `modules` are codes of the module catalogue, without
    the authority administration that every authority has; `keywords` what is usual for its kind.
    """

    country: str
    kind: str
    national: bool
    official_name: str
    official_language: str
    informal: dict[str, str]
    description: dict[str, str]
    address: str
    postcode: str
    town: str
    phone: str
    domain: str
    email: str
    website: str
    languages: tuple[str, ...]
    modules: tuple[str, ...]
    keywords: tuple[str, ...]


def countries() -> tuple[str, ...]:
    """The ISO codes of all countries that have names, sorted."""
    return tuple(sorted(load_names().countries))


def person(country: str, n: int) -> Person:
    """The n-th person of a country (ISO code), n from 0 on. Raises `KeyError` for a country without names."""
    section, female, first, surnames = _parts(country, n)
    # Where everybody has two surnames they stand side by side, elsewhere a hyphen makes them one.
    between = " " if section.second_surname == "always" else "-"
    return Person(first.text, between.join([name.text for name in surnames]), female)


def mail_name(country: str, n: int) -> str:
    """The n-th person's name as the part of a mail address before the @, in ASCII: `anna.berzina`.

    Persons of one name share it; who needs it unique appends a number.
    """
    _, _, first, surnames = _parts(country, n)
    return f"{first.ascii}.{'-'.join([name.ascii for name in surnames])}"


def person_phone(country: str, n: int) -> str:
    """The n-th person's phone number, in international form and valid in the country."""
    section, index = _section(country, n)
    return fill(section.phone, section.phone_digits, _mix(index, section.salt + _PHONE))


def authority(country: str, n: int) -> Authority:
    """The n-th authority of a country (ISO code), n from 0 on; no two have the same official name.

    Raises `KeyError` for a country without names.
    """
    names = load_names()
    section, index = _section(country, n)
    cycle = _cycle(names.kinds)
    kind, place = cycle[index % len(cycle)]
    nth = index // len(cycle) * kind.weight + place
    round_of_towns, town_index = divmod(nth, len(section.towns))
    town = section.towns[town_index]
    number = round_of_towns + 1
    pattern = section.kinds[kind.code]
    local = "town}" in pattern
    national = not local and nth == 0

    official = pattern.format(town=town.name, of_town=town.of_town)
    if not local and not national:
        official = section.branch.format(name=official, town=town.name, of_town=town.of_town)
    if number > 1:
        official = section.district.format(name=official, number=number)
    texts = {code: names.languages[code] for code in (section.language, *TRANSLATIONS)}
    suffix = f"-{number}" if number > 1 else ""
    domain = f"{texts[section.language].kinds[kind.code].slug}-{town.ascii}{suffix}.{country.lower()}.example"
    spread = _mix(index, section.salt + _ADDRESS)
    digits = town.postcode.count("#")
    return Authority(
        country=country,
        kind=kind.code,
        national=national,
        official_name=official,
        official_language=section.language,
        informal={code: _informal(code, texts[code], kind, section, town, number) for code in texts},
        description={code: _description(code, texts[code], kind, section, town, national) for code in texts},
        address=section.address.format(
            street=section.streets[spread % len(section.streets)], number=(spread >> 8) % _HOUSE_NUMBERS + 1
        ),
        postcode=fill(town.postcode.replace("#", "%s"), digits, spread >> 16),
        town=town.name,
        phone=fill(section.phone, section.phone_digits, spread >> 24),
        domain=domain,
        email=f"{section.mailbox}@{domain}",
        website=f"https://www.{domain}",
        languages=section.languages,
        modules=kind.modules,
        keywords=kind.keywords,
    )


def _informal(code: str, words: Language, kind: Kind, section: Section, town: Town, number: int) -> str:
    place = town.name if code == section.language else town.latin
    return words.named.format(name=words.kinds[kind.code].name, town=place if number == 1 else f"{place} {number}")


def _description(code: str, words: Language, kind: Kind, section: Section, town: Town, national: bool) -> str:
    place = town.name if code == section.language else town.latin
    area = words.national if national else words.local.format(town=place)
    return f"{words.kinds[kind.code].text} {area}"


@lru_cache(maxsize=1)
def _cycle(kinds: tuple[Kind, ...]) -> tuple[tuple[Kind, int], ...]:
    """The order in which kinds come round: each once, then those of weight 2 and more again, and so on."""
    heaviest = max(kind.weight for kind in kinds)
    return tuple((kind, place) for place in range(heaviest) for kind in kinds if kind.weight > place)


def _parts(country: str, n: int) -> tuple[Section, bool, Name, list[Name]]:
    section, index = _section(country, n)
    bits = _mix(index, section.salt + _PEOPLE)
    female = bool(bits & 1)
    first_names = section.women if female else section.men
    rest, first = divmod(bits >> 1, len(first_names))
    rest, at = divmod(rest, len(section.surnames))
    places = [at]
    if section.second_surname != "never":
        rest, further = divmod(rest, len(section.surnames) - 1)
        rest, chance = divmod(rest, _DOUBLE_ONE_IN)
        if section.second_surname == "always" or chance == 0:
            places.append((at + 1 + further) % len(section.surnames))
    if not female:
        return section, female, first_names[first], [section.surnames[place][0] for place in places]
    forms = [section.surnames[place][1] for place in places]
    return section, female, first_names[first], [form[rest % len(form)] for form in forms]


def _section(country: str, n: int) -> tuple[Section, int]:
    sections = load_names().countries[country]
    index, which = divmod(n, len(sections))
    return sections[which], index


def _mix(number: int, salt: int) -> int:
    """64 well-mixed bits of a number (the finaliser of SplitMix64): neighbours have nothing in common."""
    bits = ((number + 1) * 0x9E37_79B9_7F4A_7C15 + salt) & _MASK
    bits = ((bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
    bits = ((bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
    return bits ^ (bits >> 31)
