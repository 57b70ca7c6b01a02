"""The access manager's desk: whose authorities, in which order, and what is wrong with each of them (B2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db.models import Authority, AuthorityModule, Handover, User
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Gone, NotAllowed
from imi_tui.services import managed
from imi_tui.services.managed import ManagedQuery, Sort
from imi_tui.services.managed_problems import Problem
from tests.world import NOW, World

HANDLER = Right("services", "request_handler")


@pytest.fixture
def manager(world: World) -> int:
    return world.authority("Pārvaldniece", access_manager=True)


@pytest.fixture
def maris(world: World, manager: int) -> Actor:
    return world.administrator(manager, "Māris", "Pārvaldnieks")


def _confirmed(ctx: Context, *authorities: int) -> None:
    with ctx.store.writing():
        Authority.update(confirmed_at=NOW).where(Authority.id.in_(authorities)).execute()


def _problems(ctx: Context, actor: Actor) -> dict[str, tuple[Problem, ...]]:
    return {row.official_name: row.problems for row in managed.managed_page(ctx, actor, ManagedQuery())}


def test_the_desk_shows_what_is_managed_and_nothing_else(
    ctx: Context, world: World, manager: int, maris: Actor
) -> None:
    mine = world.authority("Būvvalde", manager=manager)
    other = world.authority("Cita pārvaldniece", access_manager=True)
    world.authority("Svešā", manager=other)
    assert [row.id for row in managed.managed_page(ctx, maris, ManagedQuery())] == [mine]
    assert managed.desk(ctx, maris).total == 1
    assert managed.managed_row(ctx, maris, mine, Sort.NAME).official_name == "Būvvalde"
    for foreign in (other, manager):
        with pytest.raises(Gone):
            managed.managed_row(ctx, maris, foreign, Sort.NAME)


def test_only_an_access_managers_administrator_has_a_desk(ctx: Context, world: World, manager: int) -> None:
    for actor in (Actor(world.user(manager)), world.administrator(world.authority("Būvvalde", manager=manager))):
        for service in (managed.desk, managed.managed_page, managed.managed_found):
            with pytest.raises(NotAllowed):
                service(ctx, actor, *([] if service is managed.desk else [ManagedQuery()]))


def test_each_problem_is_seen_and_counted(ctx: Context, world: World, manager: int, maris: Actor) -> None:
    """B2: no administrator, the only one blocked or expired, a mandatory right unheld, data not confirmed."""
    places = {
        name: world.authority(name, manager=manager) for name in ("Bez", "Bloķēta", "Beigusies", "Labi", "Tiesības")
    }
    world.user(places["Bez"], rights=[HANDLER])
    world.user(places["Bloķēta"], administrator=True, rights=[HANDLER], blocked=True)
    world.user(places["Beigusies"], administrator=True, rights=[HANDLER], expired=True)
    world.user(places["Labi"], administrator=True, rights=[HANDLER], blocked=True)
    world.user(places["Labi"], administrator=True)
    world.user(places["Tiesības"], administrator=True)
    _confirmed(ctx, *places.values())
    assert _problems(ctx, maris) == {
        "Bez": (Problem.NO_ADMINISTRATOR,),
        "Beigusies": (Problem.ADMINISTRATORS_OUT,),
        "Bloķēta": (Problem.ADMINISTRATORS_OUT,),
        "Labi": (),
        "Tiesības": (Problem.RIGHT_UNHELD,),
    }
    assert managed.desk(ctx, maris).problems == {
        Problem.NO_ADMINISTRATOR: 1,
        Problem.ADMINISTRATORS_OUT: 2,
        Problem.RIGHT_UNHELD: 1,
        Problem.UNCONFIRMED: 0,
    }
    for problem, number in managed.desk(ctx, maris).problems.items():
        query = ManagedQuery(problem=problem)
        assert managed.managed_found(ctx, maris, query) == number
        assert all(problem in row.problems for row in managed.managed_page(ctx, maris, query))


def test_a_suspended_module_wants_no_holder(ctx: Context, world: World, manager: int, maris: Actor) -> None:
    place = world.authority("Būvvalde", manager=manager)
    world.user(place, administrator=True)
    _confirmed(ctx, place)
    assert _problems(ctx, maris)["Būvvalde"] == (Problem.RIGHT_UNHELD,)
    with ctx.store.writing():
        AuthorityModule.update(access="suspended").where(AuthorityModule.module == "services").execute()
    assert _problems(ctx, maris)["Būvvalde"] == ()


def test_data_is_doubtful_twelve_calendar_months_after_it_was_confirmed(
    ctx: Context, world: World, manager: int, maris: Actor
) -> None:
    place = world.authority("Būvvalde", manager=manager)
    world.user(place, administrator=True, rights=[HANDLER])

    def doubtful(confirmed: timedelta, registered: timedelta) -> bool:
        with ctx.store.writing():
            Authority.update(confirmed_at=NOW - confirmed, registered_at=NOW - registered).where(
                Authority.id == place
            ).execute()
        return Problem.UNCONFIRMED in _problems(ctx, maris)["Būvvalde"]

    years = timedelta(days=3000)
    assert not doubtful(timedelta(days=365), years)
    assert doubtful(timedelta(days=365, seconds=1), years)
    assert not doubtful(years, timedelta(days=30)), "one just registered has time to be completed"


def test_an_inactive_authority_needs_nothing(ctx: Context, world: World, manager: int, maris: Actor) -> None:
    place = world.authority("Būvvalde", manager=manager)
    with ctx.store.writing():
        Authority.update(status="inactive").where(Authority.id == place).execute()
    (row,) = managed.managed_page(ctx, maris, ManagedQuery())
    assert (row.status, row.problems) == ("inactive", ())
    desk = managed.desk(ctx, maris)
    assert (desk.total, desk.inactive, set(desk.problems.values())) == (1, 1, {0})


def test_filters_narrow_the_list(ctx: Context, world: World, manager: int, maris: Actor) -> None:
    world.authority("Rīgas būvvalde", manager=manager, modules=["services", "gdpr"])
    away = world.authority("Ogres būvvalde", manager=manager)
    with ctx.store.writing():
        Authority.update(status="inactive").where(Authority.id == away).execute()

    def found(**query: str) -> list[str]:
        rows = managed.managed_page(ctx, maris, ManagedQuery(**query))  # type: ignore[arg-type]  # texts only
        assert managed.managed_found(ctx, maris, ManagedQuery(**query)) == len(rows)  # type: ignore[arg-type]  # same
        return [row.official_name for row in rows]

    assert found(text="BUV rig") == ["Rīgas būvvalde"]
    assert found(status="inactive") == ["Ogres būvvalde"]
    assert found(module="gdpr") == ["Rīgas būvvalde"]
    assert found(module="gdpr", status="inactive") == []
    assert found(text="50%_\\") == []


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("descending", [False, True])
def test_pages_follow_each_other_in_every_sort(
    ctx: Context, world: World, manager: int, maris: Actor, sort: Sort, descending: bool
) -> None:
    for number in range(7):
        world.authority(f"Iestāde {number % 3}", manager=manager)
    query = ManagedQuery(sort=sort, descending=descending)
    whole = managed.managed_page(ctx, maris, query)
    assert len(whole) == 7
    walked = list(managed.managed_page(ctx, maris, query, limit=2))
    while more := managed.managed_page(ctx, maris, query, after=walked[-1].position, limit=2):
        walked += more
    assert [row.id for row in walked] == [row.id for row in whole]
    assert managed.managed_page(ctx, maris, query, before=whole[3].position, limit=2) == whole[1:3]
    assert managed.managed_page(ctx, maris, query, at=whole[3].position, limit=2) == whole[3:5]
    assert managed.managed_page(ctx, maris, query, last=True, limit=2) == whole[5:]


def test_a_page_is_one_query_however_long_it_is(
    ctx: Context, world: World, manager: int, maris: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    run = ctx.store.database.execute_sql
    monkeypatch.setattr(ctx.store.database, "execute_sql", lambda sql, *more: asked.append(sql) or run(sql, *more))

    def queries() -> int:
        asked.clear()
        managed.managed_page(ctx, maris, ManagedQuery())
        return sum("SELECT" in sql for sql in asked)

    world.authority("Viena", manager=manager)
    one = queries()
    for number in range(20):
        world.authority(f"Iestāde {number}", manager=manager)
    assert queries() == one


def test_what_is_offered_says_so(ctx: Context, world: World, manager: int, maris: Actor) -> None:
    place = world.authority("Būvvalde", manager=manager)
    other = world.authority("Cita", access_manager=True)
    with ctx.store.writing():
        User.get_by_id(maris.user_id)
        Handover.create(authority=place, to_manager=other, offered_by=maris.user_id, offered_at=NOW)
    (row,) = managed.managed_page(ctx, maris, ManagedQuery())
    assert row.offered
