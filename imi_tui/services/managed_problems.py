"""What can be wrong with a managed authority, as conditions of a query (B2).

The list, its filter and the inbox's counts ask the same conditions, so that they cannot differ.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from dateutil.relativedelta import relativedelta
from peewee import Value, fn

from db.models import Authority, AuthorityModule, User, UserRight
from imi_tui.context import Context
from imi_tui.rules.accounts import PasswordStatus
from imi_tui.rules.policy import ADMINISTRATOR
from imi_tui.services.status import condition

CONFIRM_MONTHS = 12
"""Calendar months after which data that nobody confirmed counts as doubtful (B2, B5)."""


class Problem(StrEnum):
    """What can be wrong with an authority, most urgent first."""

    NO_ADMINISTRATOR = "no_administrator"
    ADMINISTRATORS_OUT = "administrators_out"
    RIGHT_UNHELD = "right_unheld"
    UNCONFIRMED = "unconfirmed"


def active() -> Any:
    """The condition of an authority that was not deactivated; only such have problems."""
    # As an inequality, so that no planner goes along the index of the status instead of that of the manager.
    return Authority.status != "inactive"


def has(ctx: Context, problem: Problem, now: datetime) -> Any:
    """The condition of a problem on `Authority`, at this moment."""
    match problem:
        case Problem.NO_ADMINISTRATOR:
            return ~fn.EXISTS(_administrators())
        case Problem.ADMINISTRATORS_OUT:
            out = condition(PasswordStatus.BLOCKED, now) | condition(PasswordStatus.EXPIRED, now)
            fit = _administrators().join(User, on=(UserRight.user == User.id)).where(~out)
            return fn.EXISTS(_administrators()) & ~fn.EXISTS(fit)
        case Problem.RIGHT_UNHELD:
            return fn.EXISTS(_unheld(ctx))
        case Problem.UNCONFIRMED:
            since = now - relativedelta(months=CONFIRM_MONTHS)
            return (Authority.confirmed_at < since) & (Authority.registered_at < since)


def _administrators() -> Any:
    return UserRight.select(Value(1)).where(
        UserRight.authority == Authority.id,
        UserRight.module == ADMINISTRATOR.module,
        UserRight.right == ADMINISTRATOR.right,
    )


def _unheld(ctx: Context) -> Any:
    """The modules of an authority that lack a holder of a mandatory right; who administers is a case of its own."""
    by_right: dict[str, list[str]] = {}
    for code in ctx.catalogue.modules:
        for right in ctx.catalogue.mandatory_rights(code):
            if code != ADMINISTRATOR.module:
                by_right.setdefault(right.code, []).append(code)
    lacks = None
    for right_code, modules in by_right.items():
        held = UserRight.select(Value(1)).where(
            UserRight.authority == AuthorityModule.authority,
            UserRight.module == AuthorityModule.module,
            UserRight.right == right_code,
        )
        one = AuthorityModule.module.in_(modules) & ~fn.EXISTS(held)
        lacks = one if lacks is None else lacks | one
    return AuthorityModule.select(Value(1)).where(
        AuthorityModule.authority == Authority.id, AuthorityModule.access == "given", lacks
    )
