"""The brake on guessing: the same for every name, counted before a password is looked at; nothing typed is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from db.models import LoginDelay, Mail, Meta, User
from imi_tui.context import Context
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.services import login, users
from imi_tui.services.hashing import Hasher
from imi_tui.services.throttle import admit
from tests.databases import stored
from tests.world import PASSWORD, Clock, World

SOMEBODY = system_actor("login")
WRONG = "Wrong-Password-1"

Answer = tuple[str, object]


def _answer(ctx: Context, username: str, password: str = WRONG) -> Answer:
    """What the log-in answers: a code, and how many seconds to wait if it says so."""
    try:
        login.log_in(ctx, SOMEBODY, username, password, end_oldest=True)
    except NotAllowed as refused:
        return refused.code, refused.facts.get("seconds")
    return "in", None


def _patient(ctx: Context, clock: Clock, username: str, password: str = WRONG) -> int:
    """Try, waiting as told; returns the seconds that it took."""
    waited = 0
    while (answer := _answer(ctx, username, password))[0] == "login_too_soon":
        assert isinstance(answer[1], int)
        clock.move(seconds=answer[1])
        waited += answer[1]
    return waited


def _from(ctx: Context, origin: str) -> Context:
    return replace(ctx, origin=origin)


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared with a hash."""
    passwords: list[str] = []
    verify = Hasher.verify

    def noted(self: Hasher, password_hash: str | None, password: str) -> bool:
        passwords.append(password)
        return verify(self, password_hash, password)

    monkeypatch.setattr(Hasher, "verify", noted)
    return passwords


# The same for all


def test_every_kind_of_name_gets_the_same_answers_and_waits_after_the_same_number_of_tries(
    ctx: Context, world: World, authority: int, clock: Clock, looked_at: list[str]
) -> None:
    """Whether a password is blocked, lapsed or anybody's at all is not to be learnt from the waits."""
    administrator = world.administrator(authority)
    world.user(authority, username="known")
    world.user(authority, username="blocked", blocked=True)
    world.user(authority, username="expired", expired=True)
    lapsed = world.user(authority, username="lapsed", temporary=True)
    waiting = world.user(authority, username="waiting", temporary=True)
    with ctx.store.writing():
        User.update(password_until=ctx.now()).where(User.id == lapsed).execute()
        User.update(password_hash=None).where(User.id == waiting).execute()
    users.delete(ctx, administrator, authority, world.user(authority, username="deleted"))
    began = clock.at
    told: dict[str, tuple[list[Answer], int]] = {}
    for username in ("known", "blocked", "expired", "lapsed", "waiting", "deleted", "unknown", "", "?" * 50, "x" * 500):
        clock.at = began
        looked_at.clear()
        here = _from(ctx, f"192.0.2.{len(told)}")
        answers = []
        for step in (0, 0, 0, 0, 1, 1, 1, 4, 4, 4, 60, 60, 900, 900, 3600, 3600):
            clock.move(seconds=step)
            answers.append(_answer(here, username))
        told[username] = answers, len(looked_at)
    first = told["known"]
    assert {code for code, _seconds in first[0]} == {"login_refused", "login_too_soon"}
    for username, one in told.items():
        assert one == first, username


def test_of_many_tries_at_the_same_moment_only_the_first_few_are_looked_at(
    ctx: Context, world: World, authority: int, looked_at: list[str]
) -> None:
    """Two are free; the one after them is looked at too, and then there is a wait."""
    user = world.user(authority, username="known")
    with pytest.raises(NotAllowed):
        login.log_in(_from(ctx, "192.0.2.1"), SOMEBODY, "nobody", WRONG)  # the key of the digests is there
    looked_at.clear()
    start = threading.Barrier(20)
    answers: list[Answer] = []

    def guess(number: int) -> None:
        start.wait()
        answers.append(_answer(_from(ctx, f"198.51.100.{number}"), "known"))
        ctx.store.close()

    guessers = [threading.Thread(target=guess, args=(number,)) for number in range(20)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    assert len(looked_at) == 3
    assert sorted(code for code, _seconds in answers) == ["login_refused"] * 3 + ["login_too_soon"] * 17
    assert User.get_by_id(user).wrong_tries == 3


def test_the_key_of_the_digests_is_made_once_though_many_come_first(ctx: Context) -> None:
    start = threading.Barrier(8)

    def guess(number: int) -> None:
        start.wait()
        _answer(_from(ctx, f"198.51.100.{number}"), "nobody")
        ctx.store.close()

    guessers = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    assert Meta.select().where(Meta.name == "login_key").count() == 1


# What is forgiven and forgotten


def test_a_right_password_forgives_the_name(ctx: Context, world: World, authority: int, clock: Clock) -> None:
    world.user(authority, username="known")
    for _try in range(4):
        _patient(ctx, clock, "known")
    _patient(ctx, clock, "known", PASSWORD)
    assert [_answer(ctx, "known")[0] for _try in range(4)] == ["login_refused"] * 3 + ["login_too_soon"]


def test_whoever_types_well_never_waits(ctx: Context, world: World, authority: int) -> None:
    """A hundred colleagues behind one address, one after the other."""
    for number in range(100):
        world.user(authority, username=f"colleague{number}")
        assert _answer(_from(ctx, "192.0.2.1"), f"colleague{number}", PASSWORD) == ("in", None)


def test_the_right_password_of_a_guesser_does_not_wipe_out_what_their_address_guessed(
    ctx: Context, world: World, authority: int, clock: Clock
) -> None:
    world.user(authority, username="mine")
    waited = 0
    for number in range(40):
        waited += _patient(ctx, clock, "mine", PASSWORD) + _patient(ctx, clock, f"victim{number}")
    assert waited > 20 * 60


def test_one_password_tried_on_sixty_names_from_one_address_is_slowed_down(
    ctx: Context, clock: Clock, looked_at: list[str]
) -> None:
    here = _from(ctx, "192.0.2.1")
    waits = [_patient(here, clock, f"name{number}") for number in range(60)]
    assert waits[:11] == [0] * 11
    assert waits[11:18] == [1, 2, 4, 8, 16, 32, 60]
    assert set(waits[18:]) == {60}
    assert len(looked_at) == 60
    assert _answer(_from(ctx, "192.0.2.2"), "another") == ("login_refused", None)


def test_after_an_hour_of_peace_the_tries_are_forgotten_and_their_rows_gone(ctx: Context, clock: Clock) -> None:
    for _try in range(8):
        _patient(ctx, clock, "known")
    clock.move(minutes=59, seconds=59)
    assert _answer(ctx, "known")[0] == "login_refused"
    assert _answer(ctx, "known")[0] == "login_too_soon"
    clock.move(hours=1)
    assert [_answer(ctx, "known")[0] for _try in range(4)] == ["login_refused"] * 3 + ["login_too_soon"]
    clock.move(hours=1, seconds=1)
    _answer(_from(ctx, "192.0.2.1"), "other")
    assert LoginDelay.select().count() == 2


def test_a_clock_set_back_lifts_no_wait_and_forgets_no_try(ctx: Context, clock: Clock) -> None:
    for _try in range(6):
        _patient(ctx, clock, "known")
    assert _answer(ctx, "known")[0] == "login_too_soon"
    until = clock.at + timedelta(seconds=int(str(_answer(ctx, "known")[1])))
    for back in (timedelta(seconds=1), timedelta(hours=2), timedelta(days=400)):
        clock.at = until - back
        assert _answer(ctx, "known") == ("login_too_soon", back // timedelta(seconds=1))
    clock.at = until
    assert _answer(ctx, "known")[0] == "login_refused"
    assert _answer(ctx, "known") == ("login_too_soon", 32)


def test_a_try_that_came_too_soon_counts_for_nothing(
    ctx: Context, world: World, authority: int, clock: Clock, looked_at: list[str]
) -> None:
    user = world.user(authority, username="known")
    for _try in range(3):
        _answer(ctx, "known")
    waits = {_answer(ctx, "known", PASSWORD) for _try in range(50)}
    assert waits == {("login_too_soon", 2)}
    assert (len(looked_at), User.get_by_id(user).wrong_tries) == (3, 3)
    clock.move(seconds=2)
    assert _answer(ctx, "known", PASSWORD) == ("in", None)


# What is kept


def test_of_what_was_typed_as_a_username_the_store_keeps_no_more_than_a_few_bits(ctx: Context, clock: Clock) -> None:
    """There are 65,536 buckets for all that can be typed: from the store, nobody can tell which it was."""
    for number in range(30):
        _patient(_from(ctx, f"192.0.2.{number}"), clock, f"My-Secret-Password-{number}")
    with ctx.store.reading():
        buckets = [bucket for (bucket,) in LoginDelay.select(LoginDelay.bucket).tuples()]
    names = [bucket for bucket in buckets if bucket.startswith("n")]
    assert {len(bucket) for bucket in names} == {1 + 4}
    assert all(set(bucket[1:]) <= set("0123456789abcdef") for bucket in buckets)
    there = stored(ctx.store).lower()
    for known in (b"secret", b"192.0.2", b"my-"):
        assert known not in there


def test_the_same_name_has_another_bucket_in_another_deployment(ctx: Context) -> None:
    def buckets() -> set[str]:
        with ctx.store.writing():
            LoginDelay.delete().execute()
        admit(ctx, SOMEBODY, "known")
        return {bucket for (bucket,) in LoginDelay.select(LoginDelay.bucket).tuples()}

    first = buckets()
    assert buckets() == first
    with ctx.store.writing():
        Meta.delete().where(Meta.name == "login_key").execute()
    assert not buckets() & {bucket for bucket in first if bucket.startswith("o")}


# Who is told


@pytest.fixture
def mails(ctx: Context) -> Iterator[Callable[[], list[tuple[str, int | None]]]]:
    """The kinds of queued mail and the users they go to, None for an authority."""

    def queued() -> list[tuple[str, int | None]]:
        with ctx.store.reading():
            return [(mail.kind, mail.user_id) for mail in Mail.select().order_by(Mail.id)]

    return queued


def _block(ctx: Context, clock: Clock, username: str) -> None:
    for _try in range(8):
        _patient(ctx, clock, username)


def test_a_block_is_told_once_to_the_person_and_to_each_other_administrator(
    ctx: Context, world: World, authority: int, clock: Clock, mails: Callable[[], list[tuple[str, int | None]]]
) -> None:
    first, second = world.administrator(authority), world.administrator(authority, "Zane", "Zariņa")
    world.administrator(world.authority("Cita"))
    world.user(authority)
    person = world.user(authority, "Pēteris", "Ozols", username="known")
    _block(ctx, clock, "known")
    assert mails() == [
        ("password_blocked", person),
        ("user_blocked", first.user_id),
        ("user_blocked", second.user_id),
    ]
    assert Mail.get(Mail.kind == "user_blocked").params == '{"person": "Pēteris Ozols"}'


def test_the_block_of_an_administrator_is_told_to_the_others_and_of_the_only_one_to_the_authority(
    ctx: Context, world: World, authority: int, clock: Clock, mails: Callable[[], list[tuple[str, int | None]]]
) -> None:
    first = world.user(authority, administrator=True, username="first")
    _block(ctx, clock, "first")
    assert mails() == [("password_blocked", first), ("user_blocked", None)]
    second = world.user(authority, administrator=True, username="second")
    _block(ctx, clock, "second")
    assert mails()[2:] == [("password_blocked", second), ("user_blocked", first)]


def test_the_block_of_a_colleague_without_any_administrator_is_told_to_the_authority(
    ctx: Context, world: World, authority: int, clock: Clock, mails: Callable[[], list[tuple[str, int | None]]]
) -> None:
    person = world.user(authority, username="known")
    _block(ctx, clock, "known")
    assert mails() == [("password_blocked", person), ("user_blocked", None)]


def test_wrong_present_passwords_in_the_own_account_block_and_are_told_as_well(
    ctx: Context, world: World, authority: int, mails: Callable[[], list[tuple[str, int | None]]]
) -> None:
    from imi_tui.rules.refusals import Invalid

    administrator = world.administrator(authority)
    person = world.user(authority, username="known")
    for _try in range(5):
        with pytest.raises(Invalid):
            login.choose_password(ctx, Actor(person), WRONG, "Zilonis-17-Kaza")
    assert mails() == [("password_blocked", person), ("user_blocked", administrator.user_id)]


def test_an_unknown_name_tells_nobody_anything(
    ctx: Context, world: World, authority: int, clock: Clock, mails: Callable[[], list[tuple[str, int | None]]]
) -> None:
    world.administrator(authority)
    _block(ctx, clock, "unknown")
    assert mails() == []


# What the person sees afterwards


def test_the_log_in_tells_of_the_one_before_and_of_the_failed_tries_since(
    ctx: Context, world: World, authority: int, clock: Clock
) -> None:
    world.user(authority, username="known", logged_in=False)
    session = login.log_in(ctx, SOMEBODY, "known", PASSWORD)
    assert (session.last_login_at, session.failed_since) == (None, 0)
    before = clock.at
    clock.move(days=3)
    for _try in range(3):
        _patient(ctx, clock, "known")
    _patient(ctx, clock, "unknown")
    clock.move(hours=2)
    session = login.log_in(ctx, SOMEBODY, "known", PASSWORD)
    assert (session.last_login_at, session.failed_since) == (before, 3)
    session = login.log_in(ctx, SOMEBODY, "known", PASSWORD)
    assert (session.last_login_at, session.failed_since) == (clock.at, 0)


def test_after_a_block_and_a_reset_the_person_sees_how_often_it_was_tried(
    ctx: Context, world: World, authority: int, clock: Clock
) -> None:
    administrator = world.administrator(authority)
    user = world.user(authority, username="known")
    _block(ctx, clock, "known")
    users.reset_password(ctx, administrator, authority, user)
    with ctx.store.writing():
        User.update(password_hash=ctx.hasher.hash(PASSWORD)).where(User.id == user).execute()
    clock.move(hours=2)
    assert login.log_in(ctx, SOMEBODY, "known", PASSWORD).failed_since == 8
