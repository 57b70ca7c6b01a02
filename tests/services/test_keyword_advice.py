"""What others chose: uses of each keyword, and what authorities that share my modules have and I have not (S2.6)."""

from __future__ import annotations

import pytest

from db.models import Authority, ModuleKeyword
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Gone, NotAllowed
from imi_tui.services import keyword_advice
from imi_tui.services.keyword_advice import Advice, Suggestion, keyword_uses, others_like_mine
from tests.world import World


@pytest.fixture
def mine(world: World) -> int:
    return world.authority("Mana", modules=("services", "firearms"), keywords=("roofer",))


@pytest.fixture
def anna(world: World, mine: int) -> Actor:
    return Actor(world.user(mine))


def _others(world: World, number: int, *keywords: str, modules: tuple[str, ...] = ("services",)) -> list[int]:
    return [world.authority(f"Cita {keywords} {one}", modules=modules, keywords=keywords) for one in range(number)]


def test_uses_are_those_of_active_authorities(ctx: Context, world: World, mine: int, anna: Actor) -> None:
    others = _others(world, 2, "roofer", "labour_law")
    with ctx.store.writing():
        Authority.update(status="inactive").where(Authority.id == others[0]).execute()
        ModuleKeyword.create(authority=mine, module="services", keyword="business_registers")
    assert keyword_uses(ctx, anna) == {"roofer": 2, "labour_law": 1}
    assert keyword_uses(ctx, anna, "services") == {"business_registers": 1}
    assert keyword_uses(ctx, anna, "firearms") == {}


def test_uses_are_counted_no_further_than_they_are_told(
    ctx: Context, world: World, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyword_advice, "MANY", 2)
    _others(world, 5, "labour_law")
    assert keyword_uses(ctx, anna)["labour_law"] == 3


def test_what_many_alike_have_and_i_have_not_is_named_the_most_common_first(
    ctx: Context, world: World, mine: int, anna: Actor
) -> None:
    _others(world, 4, "labour_law", "roofer")
    _others(world, 3, "posted_workers", "labour_law")
    advice = others_like_mine(ctx, anna, mine, frozenset({"roofer"}))
    assert advice.alike == 7
    assert advice.suggestions == (Suggestion("labour_law", 7), Suggestion("posted_workers", 3))
    assert [advice.percent(one) for one in advice.suggestions] == [100, 43]


def test_what_the_session_chose_meanwhile_is_no_longer_missing(
    ctx: Context, world: World, mine: int, anna: Actor
) -> None:
    _others(world, 4, "labour_law")
    assert others_like_mine(ctx, anna, mine, frozenset({"labour_law"})).suggestions == ()


def test_a_few_are_not_many(ctx: Context, world: World, mine: int, anna: Actor) -> None:
    _others(world, 2, "labour_law")
    assert others_like_mine(ctx, anna, mine, frozenset()).suggestions == ()
    _others(world, 20, "posted_workers")
    _others(world, 1, "labour_law")
    named = [one.keyword for one in others_like_mine(ctx, anna, mine, frozenset()).suggestions]
    assert named == ["posted_workers"]


def test_only_active_authorities_that_share_a_module_are_alike(
    ctx: Context, world: World, mine: int, anna: Actor
) -> None:
    _others(world, 5, "labour_law", modules=("patients_rights",))
    idle = _others(world, 5, "posted_workers")
    with ctx.store.writing():
        Authority.update(status="inactive").where(Authority.id.in_(idle)).execute()
    advice = others_like_mine(ctx, anna, mine, frozenset())
    assert (advice.alike, advice.suggestions) == (0, ())


def test_the_role_does_not_matter(ctx: Context, world: World, mine: int, anna: Actor) -> None:
    for number in range(3):
        world.authority(f"Koordinators {number}", roles={"services": "coordinator"}, keywords=("labour_law",))
    assert others_like_mine(ctx, anna, mine, frozenset()).alike == 3


def test_where_enough_share_a_keyword_those_that_share_none_are_left_out(
    ctx: Context, world: World, mine: int, anna: Actor
) -> None:
    _others(world, 20, "labour_law")
    _others(world, 9, "roofer", "plumber")
    assert others_like_mine(ctx, anna, mine, frozenset({"roofer"})).alike == 29
    _others(world, 1, "roofer", "plumber", "carpenter")
    advice = others_like_mine(ctx, anna, mine, frozenset({"roofer"}))
    assert advice == Advice(10, (Suggestion("plumber", 10),))


def test_of_very_many_those_that_share_most_modules_are_looked_at(
    ctx: Context, world: World, mine: int, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyword_advice, "ALIKE", 3)
    _others(world, 10, "labour_law")
    _others(world, 3, "posted_workers", modules=("services", "firearms"))
    advice = others_like_mine(ctx, anna, mine, frozenset())
    assert advice.alike == 3
    assert [one.keyword for one in advice.suggestions] == ["posted_workers"]


def test_without_a_module_of_its_own_nobody_is_alike(ctx: Context, world: World, anna: Actor) -> None:
    bare = world.authority("Bez moduļiem", modules=())
    _others(world, 5, "labour_law")
    assert others_like_mine(ctx, anna, bare, frozenset()).alike == 0


def test_every_user_may_ask_and_nobody_else(ctx: Context, world: World, mine: int, anna: Actor) -> None:
    assert others_like_mine(ctx, Actor(world.user(world.authority("Cita"))), mine, frozenset()).alike == 1
    expired = Actor(world.user(mine, expired=True))
    for actor in (expired, Actor(None), Actor(999)):
        with pytest.raises(NotAllowed):
            keyword_uses(ctx, actor)
        with pytest.raises(NotAllowed):
            others_like_mine(ctx, actor, mine, frozenset())
    with pytest.raises(Gone):
        others_like_mine(ctx, anna, 999, frozenset())
