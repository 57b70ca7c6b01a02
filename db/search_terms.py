"""What is indexed, what is asked for: the same whatever the engine."""

from __future__ import annotations

from typing import NamedTuple

COLUMNS = ("official", "informal", "town", "codes", "address", "description", "whole")
"""Of the index: see `Document`."""


class Document(NamedTuple):
    """What is indexed of an authority.

    `informal` has a line for each language; `codes` are tokens that stand for what the catalogue names; `address` and
    `whole` hold e-mail, web addresses and names as one token each, their words run together.
    """

    official: str
    informal: str
    town: str
    codes: str
    address: str
    description: str
    whole: str


class Term(NamedTuple):
    """A token that is looked for in these columns, as a beginning where `prefix`; several words are a phrase."""

    text: str
    columns: tuple[str, ...]
    prefix: bool = False


TRIGRAM = 3
"""Letters that words are compared by."""

HIT = "search_index.rowid"
"""The id of the authority that a condition is about."""


class Only(NamedTuple):
    """Which authorities come into question: those of these ids, or those that a condition of ours holds of.

    The condition is SQL on the authority whose id is `HIT`, with places for `values`.
    """

    ids: tuple[int, ...] | None = None
    condition: str = ""
    values: tuple[object, ...] = ()


EVERY = Only()


class Candidate(NamedTuple):
    """What a ranking needs of an authority that was hit."""

    id: int
    name_key: str
    country: str
    status: str
    official: str
    informal: str
    town: str
    codes: str
