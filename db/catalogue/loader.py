"""Reads the catalogue's TOML files and refuses broken ones, so that nothing later has to doubt what it finds there."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from functools import cache
from pathlib import Path

from db.catalogue.model import Catalogue, Country, Keyword, Module, Right, Role
from db.catalogue.source import LANGUAGES, Source, Table

SHORT = 28


def load(folder: Path | None = None) -> Catalogue:
    """The catalogue in a folder; without one the shipped catalogue, which is read once.

    Raises `CatalogueError` with file and line for the first thing that is wrong.
    """
    return _shipped() if folder is None else _load(folder)


@cache
def _shipped() -> Catalogue:
    return _load(Path(__file__).parent)


def _load(folder: Path) -> Catalogue:
    roles = _roles(Source(folder / "roles.toml", "role"))
    return Catalogue(
        modules=_modules(Source(folder / "modules.toml", "right module"), roles),
        keywords=_keywords(Source(folder / "keywords.toml", "root under")),
        countries=_countries(Source(folder / "countries.toml", "country")),
        roles=roles,
    )


def _roles(source: Source) -> dict[str, Role]:
    return {
        code: Role(code, source.names(entry, code, also=("code",)))
        for code, entry in source.entries(source.data, "role")
    }


def _countries(source: Source) -> dict[str, Country]:
    found = {}
    for code, entry in source.entries(source.data, "country"):
        names = source.names(entry, code, also=("code", "languages"))
        languages = source.texts(entry.get("languages"), f"{code}, languages")
        source.known(languages, LANGUAGES, f"{code}, languages")
        if not languages:
            raise source.wrong(f"{code} has no language")
        found[code] = Country(code, names, languages)
    return found


def _modules(source: Source, roles: dict[str, Role]) -> dict[str, Module]:
    rights = {code: source.names(entry, code, also=("code",)) for code, entry in source.entries(source.data, "right")}
    return {code: _module(source, code, entry, roles, rights) for code, entry in source.entries(source.data, "module")}


def _module(
    source: Source, code: str, entry: Table, roles: Container[str], rights: dict[str, dict[str, str]]
) -> Module:
    required = ["code", "legal_basis", "name", "short", "roles", "rights", "mandatory", "keywords"]
    source.keys(entry, required, ["everywhere"], code)
    held = source.texts(entry["rights"], f"{code}, rights")
    source.known(held, rights, f"{code}, rights")
    mandatory = source.texts(entry["mandatory"], f"{code}, mandatory")
    source.known(mandatory, held, f"{code}, mandatory")
    its_roles = source.texts(entry["roles"], f"{code}, roles")
    source.known(its_roles, roles, f"{code}, roles")
    for key, value in (("roles", its_roles), ("rights", held), ("mandatory", mandatory)):
        if not value:
            raise source.wrong(f"{code}, {key} names none")
    everywhere = entry.get("everywhere", False)
    if not isinstance(everywhere, bool):
        raise source.wrong(f"{code}, everywhere must be true or false")
    return Module(
        code=code,
        names=source.names(entry["name"], f"{code}, name"),
        legal_basis=source.text(entry["legal_basis"], f"{code}, legal_basis", empty=True),
        shorts=source.names(entry["short"], f"{code}, short", SHORT),
        roles=its_roles,
        rights=tuple(Right(right, rights[right], right in mandatory) for right in held),
        everywhere=everywhere,
        keywords=tuple(_keyword(source, *one) for one in source.entries(entry, "keywords")),
    )


def _keyword(source: Source, code: str, entry: Table, parent: str | None = None) -> Keyword:
    names = source.names(entry, code, also=("code", "synonyms"))
    synonyms = entry.get("synonyms", {})
    if not isinstance(synonyms, dict):
        raise source.wrong(f"{code}, synonyms must be a table of lists by language")
    source.known(synonyms, LANGUAGES, f"{code}, synonyms")
    words = {language: source.texts(listed, f"{code}, synonyms") for language, listed in synonyms.items()}
    return Keyword(code, names, parent, synonyms=words)


def _keywords(source: Source) -> dict[str, Keyword]:
    """The tree: `root` lists the topmost keywords, the table `under` lists by each parent's code those below it."""
    under = source.table("under")
    seen: set[str] = set()
    read = [_keyword(source, *one) for one in source.entries(source.data, "root", seen)]
    below: dict[str, list[Keyword]] = {}
    for parent in under:
        below[parent] = [_keyword(source, *one, parent) for one in source.entries(under, parent, seen)]
    found: dict[str, Keyword] = {}
    waiting = read[::-1]
    while waiting:
        word = waiting.pop()
        children = below.pop(word.code, [])
        found[word.code] = replace(word, children=tuple(child.code for child in children)) if children else word
        waiting += children[::-1]
    for parent in below:
        source.begin_key(parent)
        problem = "stands under itself" if parent in seen else "is no keyword"
        raise source.wrong(f'the parent "{parent}" {problem}')
    return found
