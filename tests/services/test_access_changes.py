"""An access suspended and resumed, a role changed, somebody who answers for the access (S1.9, S2.3)."""

from __future__ import annotations

import pytest

from db.models import AccessCoordinator, LinkedCoordinator, UserRight
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.refusals import Gone, NotAllowed, Refused
from imi_tui.services import access, access_changes, authorities, user_rights
from tests.services.access_house import CLI, House, house
from tests.world import World

MODULE = "services"
EVERYWHERE = "authority_administration"


@pytest.fixture
def here(ctx: Context, world: World) -> House:
    return house(ctx, world)


def _to_all(here: House, kind: str) -> list[tuple[str, int, int | None]]:
    return [(kind, here.authority, None), (kind, here.authority, here.anna.user_id)]


def test_a_suspended_access_rests_and_comes_back_as_it_was(here: House) -> None:
    user = here.world.user(here.authority, rights=[Right(MODULE, "basic_user")])
    access_changes.suspend_module(here.ctx, here.maris, here.authority, MODULE)
    assert here.module(here.authority, MODULE) == ("authority", "suspended")
    assert here.entry() == ("module:suspended", here.authority, {"module": [None, MODULE]})
    offered = user_rights.rights_offered(here.ctx, here.anna, here.authority)
    assert {module.code: module.suspended for module in offered} == {EVERYWHERE: False, MODULE: True}
    with here.ctx.store.reading():
        assert UserRight.select().where(UserRight.user == user).count() == 1
    access_changes.resume_module(here.ctx, here.maris, here.authority, MODULE)
    assert here.module(here.authority, MODULE) == ("authority", "given")
    assert here.mails() == [*_to_all(here, "module_suspended"), *_to_all(here, "module_resumed")]
    assert here.params("module_suspended") == {"module": MODULE, "by": "Māris Pārvaldnieks (Pārvaldniece)"}
    assert here.row(here.authority).version == 3


def test_one_that_rests_is_not_offered_as_coordinator_but_links_to_it_stay(here: House) -> None:
    access_changes.change_role(here.ctx, CLI, here.manager, MODULE, "coordinator")
    with here.ctx.store.writing():
        LinkedCoordinator.create(authority=here.authority, module=MODULE, coordinator=here.manager)
    access_changes.suspend_module(here.ctx, here.maris, here.manager, MODULE)
    assert authorities.search_coordinators(here.ctx, here.anna, MODULE, "") == ()
    with here.ctx.store.reading():
        assert LinkedCoordinator.select().count() == 1


def test_what_cannot_be_suspended_or_resumed_is_said(here: House) -> None:
    ctx, maris, authority = here.ctx, here.maris, here.authority
    with pytest.raises(Refused, match="module_everywhere"):
        access_changes.suspend_module(ctx, maris, authority, EVERYWHERE)
    with pytest.raises(Gone, match="module_not_there"):
        access_changes.suspend_module(ctx, maris, authority, "solvit")
    with pytest.raises(Gone, match="module_not_there"):
        access_changes.resume_module(ctx, maris, authority, "solvit")
    with pytest.raises(Refused, match="not_suspended"):
        access_changes.resume_module(ctx, maris, authority, MODULE)
    access_changes.suspend_module(ctx, maris, authority, MODULE)
    with pytest.raises(Refused, match="already_suspended"):
        access_changes.suspend_module(ctx, maris, authority, MODULE)


def test_a_role_is_changed_and_told(here: House) -> None:
    access_changes.change_role(here.ctx, here.maris, here.authority, MODULE, "coordinator")
    assert here.module(here.authority, MODULE) == ("coordinator", "given")
    values = {"module": [None, MODULE], "role": ["authority", "coordinator"]}
    assert here.entry() == ("module:role_changed", here.authority, values)
    assert here.mails() == _to_all(here, "module_role")
    assert here.params("module_role")["role"] == "coordinator"
    with pytest.raises(Refused, match="role_held"):
        access_changes.change_role(here.ctx, here.maris, here.authority, MODULE, "coordinator")
    with pytest.raises(Refused, match="role_unknown"):
        access_changes.change_role(here.ctx, here.maris, here.authority, MODULE, "gardener")
    with pytest.raises(Gone, match="module_not_there"):
        access_changes.change_role(here.ctx, here.maris, here.authority, "solvit", "authority")


@pytest.mark.parametrize(
    ("role", "link", "code"),
    [
        ("coordinator", LinkedCoordinator, "module_relied_upon"),
        ("access_coordinator", AccessCoordinator, "module_relied_upon_for_access"),
    ],
)
def test_a_role_that_others_rely_on_stays(
    here: House, role: str, link: type[LinkedCoordinator | AccessCoordinator], code: str
) -> None:
    access_changes.change_role(here.ctx, here.maris, here.manager, MODULE, role)
    for number in range(7):
        other = here.world.authority(f"Iestāde {number}")
        with here.ctx.store.writing():
            link.create(authority=other, module=MODULE, coordinator=here.manager)
    for change in (
        lambda: access_changes.change_role(here.ctx, here.maris, here.manager, MODULE, "authority"),
        lambda: access.withdraw_module(here.ctx, here.maris, here.manager, MODULE),
    ):
        with pytest.raises(Refused, match=f"^{code}$") as relied:
            change()
        assert relied.value.facts["names"] == "Iestāde 0; Iestāde 1; Iestāde 2; Iestāde 3; Iestāde 4; …"
    assert here.module(here.manager, MODULE) == (role, "given")


def test_a_role_that_nobody_relies_on_is_lost_though_links_of_another_kind_are_there(here: House) -> None:
    """Only the role that goes is asked about: an old link of the other kind stands in nobody's way."""
    access_changes.change_role(here.ctx, here.maris, here.manager, MODULE, "coordinator")
    with here.ctx.store.writing():
        AccessCoordinator.create(authority=here.authority, module=MODULE, coordinator=here.manager)
    access_changes.change_role(here.ctx, here.maris, here.manager, MODULE, "access_coordinator")


def test_a_country_has_one_access_coordinator_in_a_module(here: House) -> None:
    access_changes.change_role(here.ctx, here.maris, here.manager, MODULE, "access_coordinator")
    with pytest.raises(Refused, match="access_coordinator_there") as there:
        access_changes.change_role(here.ctx, here.maris, here.authority, MODULE, "access_coordinator")
    assert there.value.facts["authority"] == "Pārvaldniece"
    newcomer = here.world.authority("Jauna", modules=(), manager=here.manager)
    with pytest.raises(Refused, match="access_coordinator_there"):
        access.give_module(here.ctx, here.maris, newcomer, MODULE, "access_coordinator")
    assert here.module(newcomer, MODULE) is None
    access.give_module(here.ctx, here.maris, newcomer, "solvit", "access_coordinator")
    elsewhere = here.world.authority("Eesti", country="EE", language="et", modules=(), manager=here.manager)
    access.give_module(here.ctx, here.maris, elsewhere, MODULE, "access_coordinator")


def test_somebody_answers_for_the_access(here: House) -> None:
    ctx, maris, authority = here.ctx, here.maris, here.authority
    other = here.world.authority("Cita")
    with pytest.raises(Refused, match="not_an_access_coordinator") as refused:
        access_changes.set_access_coordinator(ctx, maris, authority, MODULE, other)
    assert refused.value.facts["authority"] == "Cita"
    access_changes.change_role(ctx, CLI, other, MODULE, "access_coordinator")
    found = authorities.search_coordinators(ctx, maris, MODULE, "CITA", role="access_coordinator")
    assert [one.name for one in found] == ["Cita"]
    assert authorities.search_coordinators(ctx, maris, MODULE, "cita") == ()
    access_changes.set_access_coordinator(ctx, maris, authority, MODULE, other)
    values = {"module": [None, MODULE], "access_coordinator": [None, other]}
    assert here.entry() == ("module:access_coordinator_changed", authority, values)
    with pytest.raises(Refused, match="already_so"):
        access_changes.set_access_coordinator(ctx, maris, authority, MODULE, other)
    access_changes.set_access_coordinator(ctx, maris, authority, MODULE, None)
    with ctx.store.reading():
        assert not AccessCoordinator.select().exists()
    assert here.row(authority).version == 3


def test_who_cannot_answer_for_the_access_is_refused(here: House) -> None:
    ctx, maris, authority = here.ctx, here.maris, here.authority
    with pytest.raises(Refused, match="coordinator_is_self"):
        access_changes.set_access_coordinator(ctx, maris, authority, MODULE, authority)
    with pytest.raises(Gone, match="authority_gone"):
        access_changes.set_access_coordinator(ctx, maris, authority, MODULE, 999)
    with pytest.raises(Gone, match="module_not_there"):
        access_changes.set_access_coordinator(ctx, maris, authority, "solvit", here.manager)
    access_changes.change_role(ctx, maris, here.manager, MODULE, "access_coordinator")
    for spoil, mend in (
        (lambda: here.set(here.manager, status="inactive"), lambda: here.set(here.manager, status="active")),
        (
            lambda: access_changes.suspend_module(ctx, CLI, here.manager, MODULE),
            lambda: access_changes.resume_module(ctx, CLI, here.manager, MODULE),
        ),
    ):
        spoil()
        with pytest.raises(Refused, match="not_an_access_coordinator"):
            access_changes.set_access_coordinator(ctx, CLI, authority, MODULE, here.manager)
        mend()
    access_changes.set_access_coordinator(ctx, maris, authority, MODULE, here.manager)


def test_who_gives_a_module_answers_for_it_where_that_is_its_role(here: House) -> None:
    other = here.world.authority("Cita", manager=here.manager, modules=())
    access.give_module(here.ctx, here.maris, other, MODULE)
    access_changes.change_role(here.ctx, here.maris, here.manager, MODULE, "access_coordinator")
    third = here.world.authority("Trešā", manager=here.manager, modules=())
    access.give_module(here.ctx, here.maris, third, MODULE)
    with here.ctx.store.reading():
        columns = AccessCoordinator.select(AccessCoordinator.authority, AccessCoordinator.coordinator)
        assert list(columns.tuples()) == [(third, here.manager)]
    assert here.entry()[2]["access_coordinator"] == [None, here.manager]


def test_only_the_access_manager_changes_access(here: House) -> None:
    """S1.9: not the authority itself, nor another access manager."""
    stranger = here.world.administrator(here.world.authority("Sveša", access_manager=True))
    for actor in (here.anna, stranger):
        for change in (
            lambda who: access_changes.suspend_module(here.ctx, who, here.authority, MODULE),
            lambda who: access_changes.resume_module(here.ctx, who, here.authority, MODULE),
            lambda who: access_changes.change_role(here.ctx, who, here.authority, MODULE, "coordinator"),
            lambda who: access_changes.set_access_coordinator(here.ctx, who, here.authority, MODULE, None),
        ):
            with pytest.raises(NotAllowed):
                change(actor)
    assert here.mails() == []
