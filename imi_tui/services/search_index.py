"""Keeps the full-text index true: whoever changes an authority calls `index` in the same transaction (B1).

What is indexed is read anew from the store, so that nobody needs to say what was changed. Status, roles and access are
not in the index; a search reads them where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from urllib.parse import urlsplit

from db import search
from db.catalogue import Catalogue
from db.engine import Store
from db.models import Authority, AuthorityKeyword, AuthorityModule, AuthorityText, Meta, ModuleKeyword
from db.search import Document, rows_of
from imi_tui.context import Context
from imi_tui.rules.script import INDEXED, VERSION, joined, words
from imi_tui.services.search_words import CatalogueWords, Kind, catalogue_words, token

BITE = 500
"""Authorities that are indexed in one transaction."""

LONGEST_NAME = 60
"""Letters of a name run together that are compared."""

SPELT = range(3, 31)
"""Letters of a word that misspelt ones are compared with."""


def index(ctx: Context, authority_id: int) -> None:
    """Index an authority as it is now; call it inside the write transaction that changed it."""
    _index(ctx.catalogue, [authority_id])


def rebuild(store: Store, catalogue: Catalogue, progress: Callable[[int], None] = lambda _number: None) -> None:
    """Index every authority; `progress` is told how many were indexed since it was last called.

    A job of the installation, like an upgrade: it changes nothing that anybody entered. Others may write meanwhile, or
    do the same. Raises `StoreError`.
    """
    with store.writing():
        search.forget_gone()
    last = 0
    while True:
        with store.writing():
            rows = Authority.select(Authority.id).where(Authority.id > last).order_by(Authority.id).limit(BITE)
            ids = [number for (number,) in rows.tuples()]
            if not ids:
                Meta.delete().where(Meta.name == INDEXED).execute()
                Meta.insert(name=INDEXED, value=VERSION).execute()
                return
            _index(catalogue, ids)
            last = ids[-1]
        progress(len(ids))


def complete(ctx: Context, progress: Callable[[int, int], None], *, anew: bool = False) -> bool:
    """Index every authority where the index is missing or of another version, or `anew`; whether it was done.

    A job of the installation, as `rebuild`. Raises `StoreError`.
    """
    with ctx.store.reading():
        if Meta.select(Meta.value).where(Meta.name == INDEXED).scalar() == VERSION and not anew:
            return False
        total, done = Authority.select().count(), 0

    def told(number: int) -> None:
        nonlocal done
        done += number
        progress(done, total)

    if anew:
        with ctx.store.writing():
            search.empty()
    rebuild(ctx.store, ctx.catalogue, told)
    return True


def coherence(ctx: Context) -> Iterator[tuple[int, bool]]:
    """Each authority by id, and whether the index says of it what it should; inside a view of the store."""
    known, last = catalogue_words(ctx.catalogue), 0
    while True:
        rows = Authority.select(Authority.id).where(Authority.id > last).order_by(Authority.id).limit(BITE)
        ids = [number for (number,) in rows.tuples()]
        if not ids:
            return
        there = search.stored(ids)
        for number, document in _documents(known, ids).items():
            yield number, there.get(number) == document
        last = ids[-1]


def _index(catalogue: Catalogue, ids: Collection[int]) -> None:
    known = catalogue_words(catalogue)
    documents = _documents(known, ids)
    search.put(documents)
    spelt = {
        word
        for document in documents.values()
        for text in (document.official, document.informal, document.town)
        for word in text.split()
    }
    spelt |= known.spelt({code for document in documents.values() for code in document.codes.split()})
    search.add_words({word for word in spelt if len(word) in SPELT and not word.isdecimal()})


def _documents(known: CatalogueWords, ids: Collection[int]) -> dict[int, Document]:
    texts: dict[int, dict[str, list[str]]] = {number: {"informal_name": [], "description": []} for number in ids}
    columns = (AuthorityText.authority, AuthorityText.kind, AuthorityText.language, AuthorityText.text)
    # By language: an engine gives rows in whichever order, and what is indexed must be the same each time.
    for number, kind, _language, text in sorted(rows_of(AuthorityText.authority, ids, *columns)):
        texts[number][kind].append(text)
    codes = _codes(known, ids)
    documents = {}
    shown = (Authority.id, Authority.country, Authority.official_name, Authority.town, Authority.email)
    for number, country, name, town, email, website in rows_of(Authority.id, ids, *shown, Authority.website):
        informal = texts[number]["informal_name"]
        documents[number] = Document(
            official=" ".join(words(name)),
            informal="\n".join(" ".join(words(text)) for text in informal),
            town=" ".join(words(town)),
            codes=" ".join(sorted({token(Kind.COUNTRY, country), *codes[number]})),
            address=" ".join(addresses(email, website)),
            description="\n".join(" ".join(words(text)) for text in texts[number]["description"]),
            whole=" ".join(sorted({joined(text)[:LONGEST_NAME] for text in [name, *informal]})),
        )
    return documents


def _codes(known: CatalogueWords, ids: Collection[int]) -> dict[int, set[str]]:
    codes: dict[int, set[str]] = {number: set() for number in ids}
    for table in (AuthorityKeyword, ModuleKeyword):
        for number, keyword in rows_of(table.authority, ids, table.authority, table.keyword):
            codes[number].update(known.of_keyword(keyword))
    for number, module in rows_of(AuthorityModule.authority, ids, AuthorityModule.authority, AuthorityModule.module):
        codes[number].add(token(Kind.MODULE, module))
    return codes


def addresses(email: str, website: str) -> list[str]:
    """An e-mail address, its domain and the host of a web address, each as one token, without doubles."""
    domain = email.rpartition("@")[2]
    return [form for form in dict.fromkeys(map(joined, (email, domain, host(website)))) if form]


def host(website: str) -> str:
    """The host of a web address without `www.`, however much of the address was typed."""
    try:
        found = urlsplit(website if "://" in website else f"//{website}").hostname or ""
    except ValueError:
        found = ""
    return found.removeprefix("www.")
