"""Two people at the same moment, each on a connection of their own: the later one gets a clear word (S1.9, S4.2, B2).

The first is held inside the write transaction until the second, who has read what was there before, waits for its
turn; then both go on. So the order is the one that the test names, and nothing is left to chance.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from db.models import Authority, LinkedCoordinator, Mail, UserRight
from imi_tui.context import Context
from imi_tui.i18n.refusals import sentences
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import Conflict, Gone, Invalid, NotAllowed, Refused
from imi_tui.services import access, access_changes, authorities, founding, handover, registration, standing, user_edit
from imi_tui.services.registration import NewAuthority, NewModule
from imi_tui.services.user_view import user_detail
from imi_tui.services.users import NewUser
from tests.services.access_house import CLI, House, house
from tests.world import World

MODULE = "services"
Act = Callable[[Context], object]


@pytest.fixture
def here(ctx: Context, world: World) -> House:
    return house(ctx, world)


class _Held:
    """A store whose next write goes through `gate`; everything else is the store's own."""

    def __init__(self, store: Any, gate: Callable[[Any], Any]) -> None:
        self._store, self._gate = store, gate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def writing(self) -> Any:
        return self._gate(self._store)


def do(function: Callable[..., object], *arguments: object) -> Act:
    """The act of calling a service with these arguments, on whichever context."""
    return lambda ctx: function(ctx, *arguments)


@dataclass
class Outcome:
    """What came of an act: what it returned, or how it was refused."""

    refused: Refused | None = None


def at_once(ctx: Context, first: Act, second: Act) -> tuple[Refused | None, Refused | None]:
    """Both acts at the same moment; the second has read, and waits to write, while the first writes."""
    inside, waiting = threading.Event(), threading.Event()
    outcomes = [Outcome(), Outcome()]

    @contextmanager
    def go_first(store: Any) -> Iterator[None]:
        with store.writing():
            inside.set()
            assert waiting.wait(10)
            yield

    @contextmanager
    def go_second(store: Any) -> Iterator[None]:
        waiting.set()
        with store.writing():
            yield

    def run(act: Act, gate: Callable[[Any], Any], outcome: Outcome) -> None:
        try:
            act(replace(ctx, store=_Held(ctx.store, gate)))  # type: ignore[arg-type]  # a store in all that is used
        except Refused as refused:
            outcome.refused = refused
        finally:
            waiting.set()
            ctx.store.close()

    threads = [
        threading.Thread(target=run, args=(act, gate, outcome))
        for act, gate, outcome in zip((first, second), (go_first, go_second), outcomes, strict=True)
    ]
    threads[0].start()
    assert inside.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    return outcomes[0].refused, outcomes[1].refused


def _says(refused: Refused | None, kind: type[Refused], code: str) -> None:
    assert type(refused) is kind and refused.code == code, refused
    assert all(sentences(refused))


@pytest.fixture
def user(here: House) -> int:
    return here.world.user(here.authority, rights=[Right(MODULE, "basic_user")])


def _edited(here: House, user: int, *rights: str) -> Act:
    """An edit of the user's phone and rights, from the form as it was filled now."""
    found = user_detail(here.ctx, here.anna, here.authority, user)
    mine = user_edit.EditedUser(
        found.version,
        found.first_name,
        found.surname,
        found.language,
        found.email,
        "+371 67 111 111",
        frozenset(Right(MODULE, right) for right in rights),
    )
    return do(user_edit.edit, here.anna, here.authority, user, mine)


def _phone(here: House, user: int) -> str:
    return user_detail(here.ctx, here.anna, here.authority, user).phone


def test_a_right_of_a_module_that_was_just_withdrawn_is_not_given(here: House, user: int) -> None:
    withdraw = do(access.withdraw_module, here.maris, here.authority, MODULE)
    first, second = at_once(here.ctx, withdraw, _edited(here, user, "basic_user", "allocator"))
    assert first is None
    _says(second, Invalid, "right_not_available")
    assert _phone(here, user) == "" and here.module(here.authority, MODULE) is None
    with here.ctx.store.reading():
        assert not UserRight.select().where(UserRight.user == user).exists()


def test_a_right_that_was_just_given_goes_with_its_module(here: House, user: int) -> None:
    withdraw = do(access.withdraw_module, here.maris, here.authority, MODULE)
    first, second = at_once(here.ctx, _edited(here, user, "basic_user", "allocator"), withdraw)
    assert (first, second) == (None, None)
    assert _phone(here, user) == "+371 67 111 111"
    with here.ctx.store.reading():
        assert not UserRight.select().where(UserRight.user == user).exists()
    assert [user, "allocator"] in here.entry()[2]["rights"][0]


def test_a_right_of_a_module_that_was_just_suspended_is_not_given(here: House, user: int) -> None:
    suspend = do(access_changes.suspend_module, here.maris, here.authority, MODULE)
    first, second = at_once(here.ctx, suspend, _edited(here, user, "basic_user", "allocator"))
    assert first is None
    _says(second, Invalid, "module_suspended")
    assert _phone(here, user) == ""


def test_nothing_is_edited_in_an_authority_that_was_just_deactivated(here: House, user: int) -> None:
    off = do(standing.deactivate, here.maris, here.authority)
    first, second = at_once(here.ctx, off, _edited(here, user, "basic_user"))
    assert first is None
    _says(second, NotAllowed, "authority_inactive")
    assert _phone(here, user) == ""


@pytest.fixture
def coordinator(here: House) -> int:
    return here.world.authority("Koordinators", manager=here.manager, roles={MODULE: "coordinator"})


def _linking(here: House, coordinator: int) -> Act:
    """An editing session of the authority that links a coordinator."""
    begun = authorities.view(here.ctx, here.anna, here.authority)
    mine = replace(begun.draft(), coordinators={MODULE: frozenset({coordinator})}, town="Ogre")
    return do(authorities.save, here.anna, here.authority, begun.version, mine)


_GOES: dict[str, Callable[[House, int], Act]] = {
    "withdrawn": lambda here, one: do(access.withdraw_module, here.maris, one, MODULE),
    "another role": lambda here, one: do(access_changes.change_role, here.maris, one, MODULE, "authority"),
    "suspended": lambda here, one: do(access_changes.suspend_module, here.maris, one, MODULE),
    "deactivated": lambda here, one: do(standing.deactivate, here.maris, one),
}


@pytest.mark.parametrize("how", _GOES)
def test_a_coordinator_that_was_just_lost_is_not_linked(here: House, coordinator: int, how: str) -> None:
    first, second = at_once(here.ctx, _GOES[how](here, coordinator), _linking(here, coordinator))
    assert first is None
    _says(second, Invalid, "not_a_coordinator")
    assert second is not None and second.facts["authority"] == "Koordinators"
    assert here.row(here.authority).town == "Rīga"
    with here.ctx.store.reading():
        assert not LinkedCoordinator.select().exists()


@pytest.mark.parametrize("how", _GOES)
def test_a_coordinator_that_was_just_lost_is_not_linked_to_a_new_authority(
    here: House, coordinator: int, how: str
) -> None:
    new = NewAuthority(
        country="LV",
        language="lv",
        official_name="Pavisam jauna iestāde",
        email="pasts@jauna.example",
        first_user=NewUser("Guna", "Sproģe", "lv", "guna@jauna.example"),
        modules={MODULE: NewModule("authority", frozenset({coordinator}))},
    )
    registering = do(registration.register, here.maris, new)
    first, second = at_once(here.ctx, _GOES[how](here, coordinator), registering)
    assert first is None
    _says(second, Invalid, "not_a_coordinator")
    with here.ctx.store.reading():
        assert not Authority.select().where(Authority.email == "pasts@jauna.example").exists()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("withdrawn", "module_relied_upon"),
        ("another role", "module_relied_upon"),
        ("suspended", None),
        ("deactivated", "authority_relied_upon"),
    ],
)
def test_a_coordinator_that_was_just_linked_stays(here: House, coordinator: int, how: str, code: str | None) -> None:
    """Suspended it may be: links to it stay."""
    first, second = at_once(here.ctx, _linking(here, coordinator), _GOES[how](here, coordinator))
    assert first is None
    if code is None:
        assert second is None
    else:
        _says(second, Refused, code)
        assert second is not None and "Valsts darba inspekcija" in sentences(second)[0]
    with here.ctx.store.reading():
        assert LinkedCoordinator.select().count() == 1


def test_an_editing_session_notices_that_the_access_changed(here: House, coordinator: int) -> None:
    give = do(access.give_module, here.maris, here.authority, "solvit")
    first, second = at_once(here.ctx, give, _linking(here, coordinator))
    assert first is None
    _says(second, Conflict, "changed_meanwhile")
    assert second is not None and second.facts["who"] == "Māris Pārvaldnieks"


def test_the_module_goes_though_an_editing_session_was_just_saved(here: House, coordinator: int) -> None:
    withdraw = do(access.withdraw_module, here.maris, here.authority, MODULE)
    assert at_once(here.ctx, _linking(here, coordinator), withdraw) == (None, None)
    assert here.entry()[2]["coordinators"] == [[coordinator], []]


@pytest.fixture
def other(here: House) -> int:
    return here.world.authority("Otra pārvaldniece", access_manager=True, email="o@manager.example")


@pytest.fixture
def otto(here: House, other: int) -> Actor:
    return here.world.administrator(other, "Otto", "Otrais")


@pytest.fixture
def offered(here: House, other: int) -> None:
    handover.offer(here.ctx, here.maris, here.authority, other)


@pytest.mark.usefixtures("offered")
def test_of_two_who_accept_the_first_does(here: House, other: int, otto: Actor) -> None:
    olga = here.world.administrator(other, "Olga", "Otrā")
    first, second = at_once(
        here.ctx,
        do(handover.accept, otto, here.authority),
        do(handover.accept, olga, here.authority),
    )
    assert first is None and here.row(here.authority).manager_id == other
    _says(second, NotAllowed, "handover_gone")
    with here.ctx.store.reading():
        assert Mail.select().where(Mail.kind == "handover_done").count() == 4


@pytest.mark.usefixtures("offered")
def test_what_was_just_taken_back_is_not_accepted(here: House, otto: Actor) -> None:
    first, second = at_once(
        here.ctx,
        do(handover.take_back, here.maris, here.authority),
        do(handover.accept, otto, here.authority),
    )
    assert first is None and here.row(here.authority).manager_id == here.manager
    _says(second, NotAllowed, "handover_gone")


@pytest.mark.usefixtures("offered")
def test_what_was_just_accepted_is_not_taken_back(here: House, other: int, otto: Actor) -> None:
    """Whoever offered it manages it no more."""
    first, second = at_once(
        here.ctx,
        do(handover.accept, otto, here.authority),
        do(handover.take_back, here.maris, here.authority),
    )
    assert first is None and here.row(here.authority).manager_id == other
    _says(second, NotAllowed, "not_managed")


@pytest.mark.usefixtures("offered")
def test_an_access_manager_that_was_just_deactivated_takes_nothing_over(here: House, other: int, otto: Actor) -> None:
    first, second = at_once(
        here.ctx,
        do(standing.deactivate, CLI, other),
        do(handover.accept, otto, here.authority),
    )
    assert first is None and here.row(here.authority).manager_id == here.manager
    _says(second, NotAllowed, "authority_inactive")


@pytest.mark.usefixtures("offered")
def test_an_access_manager_that_just_took_over_is_not_deactivated(here: House, other: int, otto: Actor) -> None:
    first, second = at_once(
        here.ctx,
        do(handover.accept, otto, here.authority),
        do(standing.deactivate, CLI, other),
    )
    assert first is None
    _says(second, Refused, "still_managing")


def test_suspended_and_given_another_role_in_either_order(here: House) -> None:
    """Both hold: they are about different things."""
    suspend = do(access_changes.suspend_module, here.maris, here.authority, MODULE)
    role = do(access_changes.change_role, here.maris, here.authority, MODULE, "coordinator")
    assert at_once(here.ctx, suspend, role) == (None, None)
    assert here.module(here.authority, MODULE) == ("coordinator", "suspended")
    access_changes.resume_module(here.ctx, here.maris, here.authority, MODULE)
    back = do(access_changes.change_role, here.maris, here.authority, MODULE, "authority")
    assert at_once(here.ctx, back, suspend) == (None, None)
    assert here.module(here.authority, MODULE) == ("authority", "suspended")


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (access.withdraw_module, "module_not_there"),
        (access_changes.suspend_module, "already_suspended"),
    ],
)
def test_of_two_who_do_the_same_the_second_is_told(here: House, act: Callable[..., None], code: str) -> None:
    same = do(act, here.maris, here.authority, MODULE)
    first, second = at_once(here.ctx, same, same)
    assert first is None
    _says(second, Gone if code == "module_not_there" else Refused, code)


def test_a_country_gets_one_access_coordinator_though_two_are_made(here: House, coordinator: int) -> None:
    first, second = at_once(
        here.ctx,
        do(access_changes.change_role, here.maris, here.authority, MODULE, "access_coordinator"),
        do(access_changes.change_role, here.maris, coordinator, MODULE, "access_coordinator"),
    )
    assert first is None
    _says(second, Refused, "access_coordinator_there")


def test_who_was_just_made_to_answer_for_an_access_keeps_the_role(here: House, coordinator: int) -> None:
    access_changes.change_role(here.ctx, here.maris, coordinator, MODULE, "access_coordinator")
    choose = do(access_changes.set_access_coordinator, here.maris, here.authority, MODULE, coordinator)
    lose = do(access_changes.change_role, here.maris, coordinator, MODULE, "authority")
    first, second = at_once(here.ctx, choose, lose)
    assert first is None
    _says(second, Refused, "module_relied_upon_for_access")
    access_changes.set_access_coordinator(here.ctx, here.maris, here.authority, MODULE, None)
    first, second = at_once(here.ctx, lose, choose)
    assert first is None
    _says(second, Refused, "not_an_access_coordinator")


def test_of_two_first_authorities_one_is_founded(ctx: Context) -> None:
    first, second = (founding.NewAuthority("LV", "lv", name, "first@vdi.example") for name in ("Pirmā", "Otrā"))
    acts = [do(founding.found, CLI, new) for new in (first, second)]
    first_refused, second_refused = at_once(ctx, *acts)
    assert first_refused is None
    _says(second_refused, Refused, "not_empty")
