"""Nobody does what they may not: every service function × every kind of actor × every kind of authority (S1.7-S1.9).

The functions are found in the code, the expectation is written by hand in `permissions`. A call that is not allowed
raises `NotAllowed`; any other refusal comes after the permission. Each call is rolled back.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from db import schema
from db.catalogue import load
from db.models import UserRight
from imi_tui import services
from imi_tui.context import Context
from imi_tui.rules.refusals import NotAllowed, Refused
from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from tests.services.permissions import (
    ACCESS,
    ALWAYS_REFUSED,
    MAKERS,
    MANAGE,
    NOT_SERVICES,
    NOWHERE,
    PLACES,
    WHO,
    Case,
    Cast,
    cast,
)
from tests.world import Clock


def _functions() -> dict[str, Callable[..., Any]]:
    """Every public function of the services that begins with (ctx, actor), by "module.function"."""
    found = {}
    for one in pkgutil.iter_modules(services.__path__):
        module = importlib.import_module(f"{services.__name__}.{one.name}")
        for name, function in vars(module).items():
            ours = inspect.isfunction(function) and function.__module__ == module.__name__
            if ours and not name.startswith("_") and one.name not in NOT_SERVICES:
                parameters = [parameter.lstrip("_") for parameter in inspect.signature(function).parameters]
                if parameters[:2] == ["ctx", "actor"]:
                    found[f"{one.name}.{name}"] = function
    return found


FUNCTIONS = _functions()


@pytest.fixture(scope="module")
def ctx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    folder = tmp_path_factory.mktemp("permissions")
    url = f"sqlite:///{folder}/imi.db"
    store = schema.create(url)
    settings = Settings(database=url, mail=f"maildir://{folder}/mail")
    yield Context(store, load(), settings, Hasher(memory_kib=8, time=1), now=Clock())
    store.close()


@pytest.fixture(scope="module")
def filled(ctx: Context) -> Cast:
    return cast(ctx)


def _arguments(name: str, case: Case) -> dict[str, Any]:
    """A fitting value for each parameter that has no default."""
    made = {}
    for parameter in list(inspect.signature(FUNCTIONS[name]).parameters.values())[2:]:
        maker = MAKERS.get(f"{name}.{parameter.name}") or MAKERS.get(parameter.name)
        if parameter.default is not inspect.Parameter.empty and f"{name}.{parameter.name}" not in MAKERS:
            continue
        if maker is None:
            pytest.fail(
                f"{name}: nobody knows what to call it with. Add a line to MAKERS in tests/services/permissions.py:"
                f' "{parameter.name}": lambda case: …,'
            )
        made[parameter.name] = maker(case)
    return made


def _outcome(name: str, case: Case, before: Callable[[], object] = lambda: None) -> Refused | None:
    """What becomes of a call, all of which is rolled back: its refusal, or None."""
    with case.ctx.store.writing(), case.ctx.store.database.atomic() as transaction:
        arguments = _arguments(name, case)
        before()
        try:
            FUNCTIONS[name](case.ctx, case.cast.actors[case.actor], **arguments)
        except Refused as refused:
            return refused
        finally:
            transaction.rollback()
    return None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_who_may_call_it_and_nobody_else(ctx: Context, filled: Cast, name: str) -> None:
    if name not in WHO:
        pytest.fail(
            f"{name} has no entry: say who may call it. Add a line to WHO in tests/services/permissions.py, such as"
            f' "{name}": (MANAGE, "S1.7"),'
        )
    table, number = WHO[name]
    somewhere = "authority_id" in inspect.signature(FUNCTIONS[name]).parameters
    wrong, succeeded = [], False
    for place in PLACES if somewhere else [NOWHERE]:
        for actor in filled.actors:
            if (actor, place) in table.uncalled:
                continue
            refused = _outcome(name, Case(ctx, filled, actor, place))
            succeeded = succeeded or refused is None
            let_in = not isinstance(refused, NotAllowed)
            if let_in != ((actor, place) in table.may):
                wrong.append(f"{actor} at {PLACES.get(place, 'no place')}: {'let in' if let_in else refused}")
    assert not wrong, f"{name} ({number}):\n" + "\n".join(wrong)
    assert succeeded != (name in ALWAYS_REFUSED), f"{name}: its arguments fit nobody; correct MAKERS"


@pytest.mark.parametrize("place", ["H", "M"])
def test_a_right_withdrawn_meanwhile_is_gone_at_the_next_call(ctx: Context, filled: Cast, place: str) -> None:
    """A session holds an identity, not rights: the administrator who is one no more is refused everywhere (B22)."""
    actor = {"H": "administrator", "M": "manager's administrator"}[place]
    withdrawn = UserRight.delete().where(UserRight.user == filled.actors[actor].user_id)
    for name, (table, _number) in WHO.items():
        if table in (MANAGE, ACCESS):
            refused = _outcome(name, Case(ctx, filled, actor, place), before=withdrawn.execute)
            assert isinstance(refused, NotAllowed), (name, refused)


def test_every_entry_is_of_a_function_that_is_there() -> None:
    assert sorted(set(WHO) - set(FUNCTIONS)) == []
    assert len(FUNCTIONS) > 50


def test_every_argument_maker_is_used() -> None:
    parameters = {name: set(inspect.signature(function).parameters) for name, function in FUNCTIONS.items()}
    named = {f"{name}.{parameter}" for name, own in parameters.items() for parameter in own}
    assert sorted(set(MAKERS) - named - {parameter for own in parameters.values() for parameter in own}) == []
