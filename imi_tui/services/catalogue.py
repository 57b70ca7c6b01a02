"""The catalogue in the reader's language, as the screens show it: names of modules, rights, roles and keywords."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from db.catalogue.model import Catalogue
from db.catalogue.model import Keyword as Entry
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.keywords import Forest, Keyword
from imi_tui.rules.policy import Actor, May
from imi_tui.services.door import read

LANGUAGES_KEPT = 2
"""In how many languages the words are kept once they are made: the reader's, and one that is looked at in a preview."""


@dataclass(frozen=True)
class ModuleWords:
    """A module in words: its names, its keywords as a tree, its roles and rights by code.

    `everywhere` marks the module that every authority has.
    """

    code: str
    name: str
    short: str
    forest: Forest
    roles: Mapping[str, str]
    rights: Mapping[str, str]
    everywhere: bool = False


@dataclass(frozen=True)
class CatalogueView:
    """The whole catalogue in one language.

    `every_keyword` holds the general ones and under each module its own; `countries` the official languages of each.
    """

    language: str
    forest: Forest
    modules: Mapping[str, ModuleWords]
    every_keyword: Forest
    roles: Mapping[str, str]
    countries: Mapping[str, tuple[str, ...]]

    def module(self, code: str) -> ModuleWords:
        """A module by code; one that the catalogue no longer has is shown by its code."""
        return self.modules.get(code) or ModuleWords(code, code, code, Forest([]), {}, {})

    def right_name(self, right: Right) -> str:
        """A right by name, or by its code where the catalogue no longer has it."""
        return self.module(right.module).rights.get(right.right, right.right)


def view(ctx: Context, actor: Actor, language: str) -> CatalogueView:
    """The catalogue in a language. Raises `NotAllowed`, `StoreAway`."""
    with read(ctx, actor, May.SEE_AUTHORITY, None):
        return words(ctx.catalogue, language)


@lru_cache(maxsize=LANGUAGES_KEPT)
def words(catalogue: Catalogue, language: str) -> CatalogueView:
    """A catalogue in a language: what is shipped, and nobody's secret."""
    modules = {
        code: ModuleWords(
            code=code,
            name=module.name(language),
            short=module.short(language),
            forest=Forest(_keywords(module.keywords, language)),
            roles={role: catalogue.roles[role].name(language) for role in module.roles},
            rights={right.code: right.name(language) for right in module.rights},
            everywhere=module.everywhere,
        )
        for code, module in catalogue.modules.items()
    }
    general = _keywords(catalogue.keywords.values(), language)
    special = [
        keyword
        for code, module in catalogue.modules.items()
        for keyword in (
            Keyword(f"module:{code}", module.short(language)),
            *_keywords(module.keywords, language, f"module:{code}"),
        )
    ]
    return CatalogueView(
        language=language,
        forest=Forest(general),
        modules=modules,
        every_keyword=Forest([*general, *special]),
        roles={code: role.name(language) for code, role in catalogue.roles.items()},
        countries={code: country.languages for code, country in catalogue.countries.items()},
    )


def _keywords(keywords: Iterable[Entry], language: str, above: str = "") -> list[Keyword]:
    return [
        Keyword(word.code, word.name(language), word.parent or above, _further(word, language)) for word in keywords
    ]


def _further(keyword: Entry, language: str) -> tuple[str, ...]:
    """What else a keyword is called: the synonyms of this language first, then its names and synonyms in the others."""
    languages = sorted({*keyword.names, *keyword.synonyms}, key=lambda code: (code != language, code))
    words = [word for code in languages for word in (keyword.names.get(code, ""), *keyword.synonyms.get(code, ()))]
    return tuple(dict.fromkeys(word for word in words if word and word != keyword.name(language)))
