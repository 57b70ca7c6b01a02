"""Which mandatory rights of an authority's modules somebody holds (S4.3): one look per right, however many users."""

from __future__ import annotations

from functools import cache

from peewee import Value, fn

from db.catalogue import Catalogue
from db.models import AuthorityModule, UserRight
from db.prepared import Prepared, Slot
from imi_tui.rules.holders import Right


def mandatory_held(catalogue: Catalogue, authority_id: int) -> dict[Right, bool]:
    """Whether anybody holds it, for each mandatory right of each module that the authority has; inside a transaction.

    Modules that the catalogue does not have are left out.
    """
    mandatory = {
        code: frozenset(right.code for right in catalogue.mandatory_rights(code)) for code in catalogue.modules
    }
    codes = tuple(sorted(frozenset().union(*mandatory.values())))
    return {
        Right(module, code): bool(held)
        for module, *answers in _held(codes).rows(authority=authority_id)
        for code, held in zip(codes, answers, strict=True)
        if code in mandatory.get(module, ())
    }


@cache
def _held(codes: tuple[str, ...]) -> Prepared:
    """Per module of an authority whether somebody holds each of these rights there."""
    somebody = [
        fn.EXISTS(
            UserRight.select(Value(1)).where(
                UserRight.authority == AuthorityModule.authority,
                UserRight.module == AuthorityModule.module,
                UserRight.right == code,
            )
        )
        for code in codes
    ]
    return Prepared(
        lambda: AuthorityModule.select(AuthorityModule.module, *somebody).where(
            AuthorityModule.authority == Slot("authority")
        )
    )
