"""The access manager's view of an authority's access: every module, and what would fall away with one."""

from __future__ import annotations

import pytest

from db.models import AccessCoordinator, AuthorityModule, LinkedCoordinator, ModuleKeyword
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.refusals import Gone, NotAllowed
from imi_tui.services import access_view
from imi_tui.services.access_rules import Relying
from tests.services.access_house import House, house
from tests.world import World

MODULE = "services"


@pytest.fixture
def here(ctx: Context, world: World) -> House:
    return house(ctx, world)


@pytest.fixture
def queries(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    execute = ctx.store.database.execute_sql

    def counted(sql: str, *args: object, **more: object) -> object:
        if sql.startswith("SELECT"):
            said.append(sql)
        return execute(sql, *args, **more)

    monkeypatch.setattr(ctx.store.database, "execute_sql", counted)
    return said


def test_every_module_of_the_catalogue_is_there(here: House) -> None:
    with here.ctx.store.writing():
        AuthorityModule.create(authority=here.authority, module="solvit", role="coordinator", access="suspended")
        AuthorityModule.create(authority=here.manager, module="solvit", role="access_coordinator")
        AccessCoordinator.create(authority=here.authority, module="solvit", coordinator=here.manager)
    found = access_view.module_access(here.ctx, here.maris, here.authority)
    assert [one.module for one in found] == list(here.ctx.catalogue.modules)
    by_code = {one.module: one for one in found}
    assert not by_code["firearms"].held
    assert by_code["firearms"] == access_view.Access("firearms", False)
    held = by_code["solvit"]
    assert (held.held, held.role, held.access) == (True, "coordinator", "suspended")
    assert held.access_coordinator is not None and held.access_coordinator.name == "Pārvaldniece"
    assert by_code[MODULE].unheld == ("request_handler",)
    assert by_code["authority_administration"].unheld == ()
    here.world.user(here.authority, rights=[Right(MODULE, "request_handler")])
    again = {one.module: one for one in access_view.module_access(here.ctx, here.maris, here.authority)}
    assert again[MODULE].unheld == ()


def test_what_falls_away_is_shown_before(here: House) -> None:
    handler, basic = Right(MODULE, "request_handler"), Right(MODULE, "basic_user")
    zane = here.world.user(here.authority, "Zane", "Āboliņa", rights=[handler, basic])
    janis = here.world.user(here.authority, rights=[basic])
    coordinator = here.world.authority("Koordinators", roles={MODULE: "coordinator"})
    with here.ctx.store.writing():
        ModuleKeyword.create(authority=here.authority, module=MODULE, keyword="tourism")
        LinkedCoordinator.create(authority=here.authority, module=MODULE, coordinator=coordinator)
        AccessCoordinator.create(authority=here.authority, module=MODULE, coordinator=here.manager)
    found = access_view.withdrawal(here.ctx, here.maris, here.authority, MODULE)
    assert found.people == (
        access_view.PersonsRights(zane, "Zane Āboliņa", ("basic_user", "request_handler")),
        access_view.PersonsRights(janis, "Jānis Kalniņš", ("basic_user",)),
    )
    assert found.people_count == 2
    assert found.keywords == ("tourism",)
    assert [one.name for one in found.coordinators] == ["Koordinators"]
    assert found.access_coordinator is not None and found.access_coordinator.id == here.manager
    assert not found.refused


def test_it_says_that_it_will_be_refused(here: House) -> None:
    with here.ctx.store.writing():
        LinkedCoordinator.create(authority=here.authority, module=MODULE, coordinator=here.manager)
    found = access_view.withdrawal(here.ctx, here.maris, here.manager, MODULE)
    assert found.refused and found.linked == Relying(("Valsts darba inspekcija",), 1) and found.through.count == 0
    everywhere = access_view.withdrawal(here.ctx, here.maris, here.authority, "authority_administration")
    assert everywhere.refused and everywhere.everywhere
    with pytest.raises(Gone, match="module_not_there"):
        access_view.withdrawal(here.ctx, here.maris, here.authority, "solvit")


def test_many_people_are_counted_and_cost_no_more_queries(here: House, queries: list[str]) -> None:
    here.world.user(here.authority, "Anna", "Pirmā", rights=[Right(MODULE, "basic_user")])
    access_view.withdrawal(here.ctx, here.maris, here.authority, MODULE)
    access_view.module_access(here.ctx, here.maris, here.authority)
    few = len(queries)
    for _number in range(access_view.PEOPLE + 5):
        here.world.user(here.authority, "Zane", "Otrā", rights=[Right(MODULE, "basic_user")])
    queries.clear()
    found = access_view.withdrawal(here.ctx, here.maris, here.authority, MODULE)
    access_view.module_access(here.ctx, here.maris, here.authority)
    assert len(queries) == few
    assert len(found.people) == access_view.PEOPLE
    assert found.people_count == access_view.PEOPLE + 6
    assert found.people[0].name == "Zane Otrā"


def test_of_more_than_are_counted_the_first_by_name_are_shown(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_view, "COUNTED", 3)
    monkeypatch.setattr(access_view, "PEOPLE", 2)
    here.world.user(here.authority, "Zane", "Aa")
    for surname in ("Ozola", "Celma", "Dzene", "Bērza"):
        here.world.user(here.authority, "Zane", surname, rights=[Right(MODULE, "basic_user")])
    found = access_view.withdrawal(here.ctx, here.maris, here.authority, MODULE)
    assert [one.name for one in found.people] == ["Zane Bērza", "Zane Celma"]
    assert found.people_count == 3


def test_only_who_manages_the_access_sees_it(here: House) -> None:
    for read in (
        lambda: access_view.module_access(here.ctx, here.anna, here.authority),
        lambda: access_view.withdrawal(here.ctx, here.anna, here.authority, MODULE),
    ):
        with pytest.raises(NotAllowed):
            read()
