"""An authority handed over from one access manager to another (B2)."""

from __future__ import annotations

import pytest

from db.models import Handover
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Gone, NotAllowed, Refused
from imi_tui.services import access_view, functions, handover
from tests.services.access_house import CLI, House, house
from tests.world import NOW, World


@pytest.fixture
def here(ctx: Context, world: World) -> House:
    return house(ctx, world)


@pytest.fixture
def other(world: World, here: House) -> int:
    return world.authority("Otra pārvaldniece", access_manager=True, email="o@manager.example")


@pytest.fixture
def otto(world: World, other: int) -> Actor:
    return world.administrator(other, "Otto", "Otrais")


def test_nothing_changes_hands_until_the_other_one_accepts(here: House, other: int, otto: Actor) -> None:
    handover.offer(here.ctx, here.maris, here.authority, other)
    assert here.entry() == ("handover:offered", here.authority, {"manager": [None, other]})
    assert here.row(here.authority).manager_id == here.manager
    assert here.mails() == [("handover_offered", other, None), ("handover_offered", other, otto.user_id)]
    told = {
        "name": "Valsts darba inspekcija",
        "by": "Māris Pārvaldnieks (Pārvaldniece)",
        "offered": here.authority,
    }
    assert here.params("handover_offered") == told
    with pytest.raises(NotAllowed):
        access_view.module_access(here.ctx, otto, here.authority)
    handover.accept(here.ctx, otto, here.authority)
    assert here.row(here.authority).manager_id == other
    assert here.entry() == ("handover:accepted", here.authority, {"manager": [here.manager, other]})
    done = [(authority, user) for kind, authority, user in here.mails() if kind == "handover_done"]
    assert done == [
        (here.authority, None),
        (here.authority, here.anna.user_id),
        (here.manager, None),
        (here.manager, here.maris.user_id),
    ]
    assert here.params("handover_done") == {
        "name": "Valsts darba inspekcija",
        "manager": "Otra pārvaldniece",
        "by": "Otto Otrais (Otra pārvaldniece)",
    }
    with here.ctx.store.reading():
        assert not Handover.select().exists()
    access_view.module_access(here.ctx, otto, here.authority)
    with pytest.raises(NotAllowed):
        access_view.module_access(here.ctx, here.maris, here.authority)


def test_an_offer_is_declined(here: House, other: int, otto: Actor) -> None:
    handover.offer(here.ctx, here.maris, here.authority, other)
    handover.decline(here.ctx, otto, here.authority)
    assert here.entry() == ("handover:declined", here.authority, {"manager": [other, None]})
    assert here.row(here.authority).manager_id == here.manager
    declined = [mail for mail in here.mails() if mail[0] == "handover_declined"]
    assert declined == [
        ("handover_declined", here.manager, None),
        ("handover_declined", here.manager, here.maris.user_id),
    ]


@pytest.mark.parametrize("how", ["taken back", "offered to another", "accepted", "declined"])
def test_nobody_is_asked_by_mail_for_an_answer_to_what_is_no_offer_any_more(
    here: House, other: int, otto: Actor, how: str
) -> None:
    third = here.world.authority("Trešā", access_manager=True, email="t@manager.example")
    beside = here.world.authority("Blakus", manager=here.manager, email="b@vdi.example")
    handover.offer(here.ctx, here.maris, beside, other)
    handover.offer(here.ctx, here.maris, here.authority, other)
    match how:
        case "taken back":
            handover.take_back(here.ctx, here.maris, here.authority)
        case "offered to another":
            handover.offer(here.ctx, here.maris, here.authority, third)
        case "accepted":
            handover.accept(here.ctx, otto, here.authority)
        case _:
            handover.decline(here.ctx, otto, here.authority)
    asked = [mail for mail in here.mails() if mail[0] == "handover_offered" and mail[1] == other]
    assert asked == [("handover_offered", other, None), ("handover_offered", other, otto.user_id)]
    assert here.params("handover_offered")["offered"] == (here.authority if how == "offered to another" else beside)


def test_an_offer_is_taken_back_by_who_made_it(here: House, other: int, otto: Actor) -> None:
    handover.offer(here.ctx, here.maris, here.authority, other)
    with pytest.raises(NotAllowed):
        handover.take_back(here.ctx, otto, here.authority)
    handover.take_back(here.ctx, here.maris, here.authority)
    assert here.entry() == ("handover:ended", here.authority, {"manager": [other, None]})
    for act in (handover.accept, handover.decline):
        with pytest.raises(NotAllowed, match="handover_gone"):
            act(here.ctx, otto, here.authority)
        with pytest.raises(Gone, match="handover_gone"):
            act(here.ctx, CLI, here.authority)
    with pytest.raises(Gone, match="handover_gone"):
        handover.take_back(here.ctx, here.maris, here.authority)


def test_a_second_offer_takes_the_place_of_the_first(here: House, other: int, otto: Actor) -> None:
    third = here.world.authority("Trešā", access_manager=True)
    handover.offer(here.ctx, here.maris, here.authority, other)
    with pytest.raises(Refused, match="already_so"):
        handover.offer(here.ctx, here.maris, here.authority, other)
    handover.offer(here.ctx, here.maris, here.authority, third)
    assert here.entry()[2] == {"manager": [other, third]}
    with pytest.raises(NotAllowed, match="handover_gone"):
        handover.accept(here.ctx, otto, here.authority)
    assert [one.to_manager for one in handover.offers(here.ctx, here.maris).by_me] == ["Trešā"]


def test_who_cannot_take_over_is_refused(here: House, other: int) -> None:
    ctx, maris, authority = here.ctx, here.maris, here.authority
    plain = here.world.authority("Parasta")
    for code, to in (
        ("not_an_access_manager", plain),
        ("not_an_access_manager", authority),
        ("manages_already", here.manager),
    ):
        with pytest.raises(Refused, match=code):
            handover.offer(ctx, maris, authority, to)
    with pytest.raises(Gone, match="authority_gone"):
        handover.offer(ctx, maris, authority, 999)
    with pytest.raises(Refused, match="own_handover"):
        handover.offer(ctx, maris, here.manager, other)
    here.set(other, status="inactive")
    with pytest.raises(Refused, match="not_an_access_manager"):
        handover.offer(ctx, maris, authority, other)


def test_an_access_manager_that_is_none_any_more_does_not_get_it(here: House, other: int, otto: Actor) -> None:
    handover.offer(here.ctx, here.maris, here.authority, other)
    functions.set_access_manager(here.ctx, CLI, other, False)
    with pytest.raises(NotAllowed, match="not_allowed"):
        handover.accept(here.ctx, otto, here.authority)
    with pytest.raises(Refused, match="not_an_access_manager"):
        handover.accept(here.ctx, CLI, here.authority)
    assert here.row(here.authority).manager_id == here.manager
    with here.ctx.store.reading():
        assert Handover.select().count() == 1


def test_nobody_comes_to_be_managed_by_what_they_manage(here: House, other: int, otto: Actor) -> None:
    here.set(other, manager=here.manager)
    with pytest.raises(Refused, match="handover_loop"):
        handover.offer(here.ctx, CLI, here.manager, other)
    here.set(other, manager=None)
    third = here.world.authority("Trešā", access_manager=True, manager=here.manager)
    handover.offer(here.ctx, CLI, here.manager, other)
    here.set(other, manager=third)
    with pytest.raises(Refused, match="handover_loop"):
        handover.accept(here.ctx, otto, here.manager)


def test_an_authority_that_nobody_manages_is_given_by_the_server(here: House, other: int, otto: Actor) -> None:
    alone = here.world.authority("Viena")
    handover.offer(here.ctx, CLI, alone, other)
    assert [(one.manager, one.by) for one in handover.offers(here.ctx, otto).to_me] == [(None, "")]
    handover.accept(here.ctx, otto, alone)
    assert here.row(alone).manager_id == other


def test_the_offers_that_concern_an_access_manager(here: House, other: int, otto: Actor) -> None:
    handover.offer(here.ctx, here.maris, here.authority, other)
    mine, theirs = handover.offers(here.ctx, here.maris), handover.offers(here.ctx, otto)
    assert mine.to_me == () and theirs.by_me == ()
    assert mine.by_me == theirs.to_me
    (one,) = theirs.to_me
    assert one == handover.Offer(
        here.authority,
        "Valsts darba inspekcija",
        "LV",
        "Pārvaldniece",
        other,
        "Otra pārvaldniece",
        "Māris Pārvaldnieks",
        NOW,
    )
    with pytest.raises(NotAllowed):
        handover.offers(here.ctx, here.anna)


def test_access_managers_are_found_by_name(here: House, other: int) -> None:
    here.set(here.world.authority("Otra neaktīvā", access_manager=True), status="inactive")
    assert [one.id for one in handover.managers(here.ctx, here.maris, "OTRA PARV")] == [other]
    assert [one.id for one in handover.managers(here.ctx, here.maris, "")] == [other]
    assert [one.id for one in handover.managers(here.ctx, CLI, "")] == [other, here.manager]
    assert len(handover.managers(here.ctx, CLI, "", limit=1)) == 1
