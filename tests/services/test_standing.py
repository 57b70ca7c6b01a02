"""An authority deactivated and reactivated (B2); what it is for the whole system; data confirmed as current (B5)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from db.models import AccessCoordinator, AuthorityModule, EntryValues, LinkedCoordinator, Meta
from imi_tui.context import Context
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import NotAllowed, Refused
from imi_tui.services import authorities, door, functions, standing
from tests.services.access_house import CLI, House, house
from tests.world import NOW, World


@pytest.fixture
def here(ctx: Context, world: World) -> House:
    return house(ctx, world)


def test_of_a_deactivated_authority_everything_is_read_and_nothing_changed(here: House) -> None:
    with here.ctx.store.writing():
        AuthorityModule.update(role="coordinator").where(AuthorityModule.authority == here.authority).execute()
    standing.deactivate(here.ctx, here.maris, here.authority)
    assert here.row(here.authority).status == "inactive"
    assert here.entry() == ("authority:deactivated", here.authority, {"status": ["active", "inactive"]})
    assert here.mails() == [
        ("authority_deactivated", here.authority, None),
        ("authority_deactivated", here.authority, here.anna.user_id),
    ]
    assert authorities.view(here.ctx, here.anna, here.authority).status == "inactive"
    assert not authorities.view(here.ctx, here.anna, here.authority).may_edit
    assert authorities.search_coordinators(here.ctx, here.maris, "services", "") == ()
    with pytest.raises(NotAllowed, match="authority_inactive"):
        authorities.confirm(here.ctx, here.anna, here.authority)
    standing.reactivate(here.ctx, here.maris, here.authority)
    assert here.row(here.authority).status == "active"
    assert here.params("authority_reactivated") == {"by": "Māris Pārvaldnieks (Pārvaldniece)"}
    authorities.confirm(here.ctx, here.anna, here.authority)


def test_what_cannot_be_deactivated_is_said(here: House) -> None:
    for code, actor, authority in (
        ("own_standing", here.maris, here.manager),
        ("still_managing", CLI, here.manager),
    ):
        with pytest.raises(Refused, match=code):
            standing.deactivate(here.ctx, actor, authority)
    with pytest.raises(Refused, match="already_active"):
        standing.reactivate(here.ctx, here.maris, here.authority)
    standing.deactivate(here.ctx, here.maris, here.authority)
    with pytest.raises(Refused, match="already_inactive"):
        standing.deactivate(here.ctx, here.maris, here.authority)


@pytest.mark.parametrize("link", [LinkedCoordinator, AccessCoordinator])
def test_a_coordinator_that_others_have_stays_active(
    here: House, link: type[LinkedCoordinator | AccessCoordinator]
) -> None:
    other = here.world.authority("Cita")
    with here.ctx.store.writing():
        link.create(authority=other, module="services", coordinator=here.authority)
    with pytest.raises(Refused, match="authority_relied_upon") as refused:
        standing.deactivate(here.ctx, here.maris, here.authority)
    assert "Cita" in sentence(refused.value)
    assert here.row(here.authority).status == "active" and here.mails() == []


def test_what_an_authority_is_for_all_is_said_by_the_server_alone(here: House) -> None:
    functions.set_access_manager(here.ctx, CLI, here.authority, True)
    assert here.entry() == ("authority:function", here.authority, {"access_manager": [False, True]})
    with pytest.raises(Refused, match="already_so"):
        functions.set_access_manager(here.ctx, CLI, here.authority, True)
    functions.set_access_manager(here.ctx, CLI, here.authority, False)
    with pytest.raises(Refused, match="still_managing") as refused:
        functions.set_access_manager(here.ctx, CLI, here.manager, False)
    assert "Valsts darba inspekcija" in sentence(refused.value)
    with pytest.raises(NotAllowed):
        functions.set_access_manager(here.ctx, here.maris, here.authority, True)


def test_one_authority_is_the_commission_s(here: House) -> None:
    functions.set_commission(here.ctx, CLI, here.authority)
    functions.set_commission(here.ctx, CLI, here.manager)
    assert here.entry() == ("authority:function", here.manager, {"commission": [here.authority, here.manager]})
    with pytest.raises(Refused, match="already_so"):
        functions.set_commission(here.ctx, CLI, here.manager)
    with here.ctx.store.reading():
        assert door.commission_id() == here.manager
        assert Meta.select().where(Meta.name == door.COMMISSION).count() == 1
    with pytest.raises(NotAllowed):
        functions.set_commission(here.ctx, here.maris, here.manager)


def test_that_the_data_is_current_is_confirmed_and_seen_by_all(here: House) -> None:
    """B5: its date is shown to others; nobody's editing session is disturbed."""
    begun = authorities.view(here.ctx, here.anna, here.authority)
    assert begun.confirmed_at is None
    assert authorities.confirm(here.ctx, here.anna, here.authority) == NOW
    assert here.entry() == ("authority:confirmed", here.authority, {"confirmed": [None, NOW.isoformat()]})
    seen = authorities.view(here.ctx, here.maris, here.authority)
    assert seen.confirmed_at == NOW and seen.version == begun.version
    here.ctx.now.move(days=1)  # type: ignore[attr-defined]  # a test's clock
    authorities.confirm(here.ctx, here.maris, here.authority)
    assert here.entry()[2]["confirmed"] == [NOW.isoformat(), (NOW + timedelta(days=1)).isoformat()]
    assert here.mails() == []
    colleague = Actor(here.world.user(here.authority))
    with pytest.raises(NotAllowed):
        authorities.confirm(here.ctx, colleague, here.authority)


def test_an_open_editing_session_is_told_who_changed_the_access(here: House) -> None:
    """Not whoever confirmed the data since: that changed nothing of it."""
    from dataclasses import replace

    from imi_tui.services import access_changes

    begun = authorities.view(here.ctx, here.anna, here.authority)
    access_changes.suspend_module(here.ctx, here.maris, here.authority, "services")
    authorities.confirm(here.ctx, Actor(here.world.user(here.authority, "Zane", administrator=True)), here.authority)
    with pytest.raises(Refused, match="changed_meanwhile") as refused:
        authorities.save(here.ctx, here.anna, here.authority, begun.version, replace(begun.draft(), town="Ogre"))
    assert refused.value.facts["who"] == "Māris Pārvaldnieks"


def test_a_large_authority_s_rights_are_told_in_several_entries(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from imi_tui.rules.holders import Right
    from imi_tui.services import access

    monkeypatch.setattr(access, "TOLD_AT_ONCE", 2)
    people = [here.world.user(here.authority, rights=[Right("services", "basic_user")]) for _number in range(5)]
    access.withdraw_module(here.ctx, here.maris, here.authority, "services")
    with here.ctx.store.reading():
        told = [json.loads(row.values) for row in EntryValues.select().order_by(EntryValues.entry)]
    assert [user for values in told for user, _right in values["rights"][0]] == people
    assert len(told) == 3


def test_the_commissions_own_authority_stays_active(here: House) -> None:
    """Else nobody could correct a translation any more."""
    functions.set_commission(here.ctx, CLI, here.authority)
    for actor in (here.maris, CLI):
        with pytest.raises(Refused, match="commission_standing"):
            standing.deactivate(here.ctx, actor, here.authority)
    other = here.world.authority("Cita", email="c@vdi.example")
    here.set(other, status="inactive")
    with pytest.raises(Refused, match="commission_inactive"):
        functions.set_commission(here.ctx, CLI, other)
