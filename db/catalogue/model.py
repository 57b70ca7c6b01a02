"""What the catalogue is made of, as plain values: read once, never changed, shared by every thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Names = Mapping[str, str]
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class _Item:
    """Something with a code and a name per language (`en` and `lv` at least)."""

    code: str
    names: Names = field(hash=False)

    def name(self, language: str) -> str:
        """The name in a language, the English one where there is none (B10)."""
        return self.names.get(language) or self.names[FALLBACK]


@dataclass(frozen=True, slots=True)
class Right(_Item):
    """A right within a module; `mandatory` means that someone must hold it in every authority (S4.3)."""

    mandatory: bool


@dataclass(frozen=True, slots=True)
class Role(_Item):
    """What an authority is in a module: an authority, or one that coordinates requests for others (S2.8)."""


@dataclass(frozen=True, slots=True)
class Country(_Item):
    """A country served, by its ISO 3166 code, with its official languages (ISO 639-1, the main one first)."""

    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keyword(_Item):
    """A keyword, general (S2.6) or of one module (S2.7); only those without children are chosen.

    `synonyms` are further words per language that a search finds it by (B1).
    """

    parent: str | None = None
    children: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Module(_Item):
    """A legal area of IMI: its roles (the usual one first), rights and keywords.

    `legal_basis` is the number of the Union's act, empty where there is none; `everywhere` marks the one module that
    every authority has; short names fit a column of 28 characters.
    """

    legal_basis: str
    shorts: Names = field(hash=False)
    roles: tuple[str, ...]
    rights: tuple[Right, ...]
    keywords: tuple[Keyword, ...]
    everywhere: bool = False

    def short(self, language: str) -> str:
        """The short name in a language, the English one where there is none (B10)."""
        return self.shorts.get(language) or self.shorts[FALLBACK]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """All reference data by code: modules, countries and roles in the order of their files, keywords in tree order."""

    modules: Mapping[str, Module]
    keywords: Mapping[str, Keyword]
    countries: Mapping[str, Country]
    roles: Mapping[str, Role]

    def module(self, code: str) -> Module:
        """The module with this code. Raises `KeyError`."""
        return self.modules[code]

    def country(self, code: str) -> Country:
        """The country with this ISO code. Raises `KeyError`."""
        return self.countries[code]

    def mandatory_rights(self, module_code: str) -> tuple[Right, ...]:
        """The rights of a module that must have a holder (S4.3). Raises `KeyError`."""
        return tuple(right for right in self.modules[module_code].rights if right.mandatory)

    def keyword_path(self, code: str) -> tuple[Keyword, ...]:
        """A general keyword with those above it, the topmost first (S2.6). Raises `KeyError`."""
        path = [self.keywords[code]]
        while path[0].parent is not None:
            path.insert(0, self.keywords[path[0].parent])
        return tuple(path)
