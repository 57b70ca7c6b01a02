"""Choosing a password: the rules of S4.8, none of the last five, and no way round the present one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.models import Entry, EntryValues, PastPassword, User
from imi_tui.context import Context
from imi_tui.i18n.refusals import sentence
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import Conflict, Invalid, NotAllowed
from imi_tui.services import credentials, login, users
from imi_tui.services.hashing import Hasher
from tests.databases import stored
from tests.world import PASSWORD, Clock, World

NEW = "Jauna-Parole-2"


@pytest.fixture
def actor(world: World) -> Actor:
    return Actor(world.user(world.authority(), username="janis"))


def _user(ctx: Context, actor: Actor) -> User:
    with ctx.store.reading():
        row: User = User.get_by_id(actor.user_id)
        return row


def _wrong(ctx: Context, actor: Actor, new: str, current: str = PASSWORD) -> tuple[str, str]:
    with pytest.raises(Invalid) as invalid:
        login.choose_password(ctx, actor, current, new)
    (error,) = invalid.value.errors
    return error.field, error.code


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("", "password_length"),
        ("Abc1234", "password_length"),
        ("        ", "password_upper"),
        ("A1" + "a" * 1023, "password_max_length"),
        ("lower-case-1", "password_upper"),
        ("UPPER-CASE-1", "password_lower"),
        ("No-Digit-Here", "password_digit"),
        ("12345678", "password_upper"),
    ],
)
def test_each_rule_is_said_at_the_entry(ctx: Context, actor: Actor, new: str, code: str) -> None:
    assert _wrong(ctx, actor, new) == ("password", code)


@pytest.mark.parametrize(
    "new", ["Āža-Parole-1", "Пароль-слово-9", "Κωδικός-πρώτος-7", "Ünïcode-٣-Zahl", "🔑Ab1🔑🔑🔑🔑"]
)
def test_letters_and_digits_of_any_script_count(ctx: Context, actor: Actor, new: str) -> None:
    assert login.choose_password(ctx, actor, PASSWORD, new).must_choose is None
    assert login.log_in(ctx, system_actor("login"), "janis", new).must_choose is None


def test_the_same_password_from_another_keyboard_is_the_same(ctx: Context, actor: Actor) -> None:
    login.choose_password(ctx, actor, PASSWORD, "Cafe\u0301-Noir-12")
    assert login.log_in(ctx, system_actor("login"), "janis", "Caf\u00e9-Noir-12")


def test_the_new_one_is_valid_for_six_calendar_months(ctx: Context, actor: Actor, clock: Clock) -> None:
    clock.at = datetime(2026, 8, 31, 10, 0, tzinfo=UTC)
    session = login.choose_password(ctx, actor, PASSWORD, NEW)
    assert session.password_until == datetime(2027, 2, 28, 10, 0, tzinfo=UTC)


def test_the_old_one_no_longer_opens(ctx: Context, actor: Actor) -> None:
    login.choose_password(ctx, actor, PASSWORD, NEW)
    with pytest.raises(NotAllowed):
        login.log_in(ctx, system_actor("login"), "janis", PASSWORD)


def test_none_of_the_last_five_may_come_again_but_the_sixth_may(ctx: Context, actor: Actor) -> None:
    chosen = [PASSWORD, *(f"Parole-Numurs-{number}" for number in range(1, 6))]
    for old, new in itertools.pairwise(chosen):
        login.choose_password(ctx, actor, old, new)
    for old in chosen[1:]:
        assert _wrong(ctx, actor, old, current=chosen[-1]) == ("password", "password_recent")
    assert login.choose_password(ctx, actor, chosen[-1], chosen[0])
    with ctx.store.reading():
        assert PastPassword.select().count() <= 5


def test_the_comparison_costs_the_same_whichever_matches(
    ctx: Context, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    login.choose_password(ctx, actor, PASSWORD, NEW)
    verified = []
    verify = Hasher.verify

    def counted(self: Hasher, password_hash: str | None, password: str) -> bool:
        verified.append(password)
        return verify(self, password_hash, password)

    monkeypatch.setattr(Hasher, "verify", counted)
    _wrong(ctx, actor, PASSWORD, current=NEW)
    first = len(verified)
    verified.clear()
    login.choose_password(ctx, actor, NEW, "Treša-Parole-3")
    assert len(verified) == first


def test_a_temporary_password_is_replaced_and_may_not_stay(ctx: Context, world: World) -> None:
    authority = world.authority()
    actor = Actor(world.user(authority, temporary=True))
    assert _wrong(ctx, actor, PASSWORD) == ("password", "password_recent")
    assert login.choose_password(ctx, actor, PASSWORD, NEW).must_choose is None


def test_a_wrong_present_password_counts_as_a_try(ctx: Context, actor: Actor) -> None:
    for _try in range(5):
        assert _wrong(ctx, actor, NEW, current="Nepareiza-1") == ("current", "password_wrong")
    with pytest.raises(NotAllowed):
        login.choose_password(ctx, actor, PASSWORD, NEW)


def test_a_reset_meanwhile_is_not_overtaken(ctx: Context, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = world.authority()
    administrator = world.administrator(authority)
    user = world.user(authority)
    made = Hasher.hash

    def meanwhile(self: Hasher, password: str) -> str:
        users.reset_password(ctx, administrator, authority, user)
        return made(self, password)

    monkeypatch.setattr(Hasher, "hash", meanwhile)
    with pytest.raises(Conflict):
        login.choose_password(ctx, Actor(user), PASSWORD, NEW)
    with ctx.store.reading():
        assert User.get_by_id(user).password_hash is None


def test_the_record_tells_of_it_without_the_password(ctx: Context, actor: Actor) -> None:
    login.choose_password(ctx, actor, PASSWORD, NEW)
    with ctx.store.reading():
        entry = Entry.get()
        assert (entry.verb, entry.actor_id, entry.subject_id) == ("password:changed", actor.user_id, actor.user_id)
        assert not EntryValues.select().exists()
    assert b"password:changed" in stored(ctx.store)
    assert NEW.encode() not in stored(ctx.store)


@pytest.mark.parametrize(("new", "current"), [("short", PASSWORD), (PASSWORD, PASSWORD), (NEW, "Nepareiza-1")])
def test_a_refused_choice_leaves_the_password_as_it_was(ctx: Context, actor: Actor, new: str, current: str) -> None:
    before = _user(ctx, actor)
    _wrong(ctx, actor, new, current)
    after = _user(ctx, actor)
    assert (after.password_hash, after.password_until) == (before.password_hash, before.password_until)
    assert login.log_in(ctx, system_actor("login"), "janis", PASSWORD)
    with ctx.store.reading():
        assert not PastPassword.select().exists()
        assert not Entry.select().where(Entry.verb == "password:changed").exists()


def test_of_a_wrong_present_password_nothing_of_the_new_one_is_told(ctx: Context, actor: Actor) -> None:
    """Whoever sits down at somebody else's screen does not learn the last passwords."""
    for new in (PASSWORD, "short", NEW):
        assert _wrong(ctx, actor, new, current="Nepareiza-1") == ("current", "password_wrong")


def test_wrong_tries_here_and_at_the_log_in_are_one_count(ctx: Context, actor: Actor) -> None:
    for _try in range(3):
        with pytest.raises(NotAllowed):
            login.log_in(ctx, system_actor("login"), "janis", "wrong")
    for _try in range(2):
        _wrong(ctx, actor, NEW, current="Nepareiza-1")
    assert _user(ctx, actor).blocked_at is not None
    with ctx.store.reading():
        verbs = [verb for (verb,) in Entry.select(Entry.verb).order_by(Entry.id).tuples()]
    assert verbs == ["login:failed"] * 4 + ["password:blocked"]


def test_after_a_reset_nothing_is_the_present_password_until_the_mail(ctx: Context, world: World) -> None:
    authority = world.authority()
    administrator = world.administrator(authority)
    user = world.user(authority)
    users.reset_password(ctx, administrator, authority, user)
    for current in (PASSWORD, "", "nobody has this password"):
        assert _wrong(ctx, Actor(user), NEW, current) == ("current", "password_wrong")


def test_a_new_password_begins_the_count_anew(ctx: Context, actor: Actor) -> None:
    for _try in range(4):
        _wrong(ctx, actor, NEW, current="Nepareiza-1")
    login.choose_password(ctx, actor, PASSWORD, NEW)
    assert _user(ctx, actor).wrong_tries == 0


def test_the_same_letters_in_another_width_are_no_new_password(ctx: Context, actor: Actor) -> None:
    assert _wrong(ctx, actor, "\uff30" + PASSWORD[1:]) == ("password", "password_recent")


def test_an_expired_password_is_replaced_and_may_not_come_again(ctx: Context, world: World) -> None:
    actor = Actor(world.user(world.authority(), expired=True))
    assert _wrong(ctx, actor, PASSWORD) == ("password", "password_recent")
    session = login.choose_password(ctx, actor, PASSWORD, NEW)
    assert session.must_choose is None
    assert session.password_until > ctx.now()
    assert _wrong(ctx, actor, PASSWORD, current=NEW) == ("password", "password_recent")


def test_half_characters_from_a_broken_terminal_make_a_password_like_any_other(ctx: Context, actor: Actor) -> None:
    login.choose_password(ctx, actor, PASSWORD, NEW + "\udcff")
    assert login.log_in(ctx, system_actor("login"), "janis", NEW + "\udcff")
    with pytest.raises(NotAllowed):
        login.log_in(ctx, system_actor("login"), "janis", NEW)


def _while_hashing(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen while the new password is hashed: after the checks, before it is stored."""
    made = Hasher.hash

    def meanwhile(self: Hasher, password: str) -> str:
        monkeypatch.setattr(Hasher, "hash", made)
        happens()
        return made(self, password)

    monkeypatch.setattr(Hasher, "hash", meanwhile)


def test_another_choice_meanwhile_is_not_overtaken(ctx: Context, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "Cita-Parole-3"
    _while_hashing(monkeypatch, lambda: login.choose_password(ctx, actor, PASSWORD, other))
    with pytest.raises(Conflict):
        login.choose_password(ctx, actor, PASSWORD, NEW)
    assert login.log_in(ctx, system_actor("login"), "janis", other)


def test_a_block_meanwhile_holds(ctx: Context, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def block() -> None:
        with ctx.store.writing():
            credentials.block(actor.user_id or 0, ctx.now())

    _while_hashing(monkeypatch, block)
    with pytest.raises(NotAllowed):
        login.choose_password(ctx, actor, PASSWORD, NEW)
    assert _user(ctx, actor).blocked_at is not None


def test_whoever_was_deleted_meanwhile_is_told_so(ctx: Context, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = world.authority()
    administrator = world.administrator(authority)
    user = world.user(authority)
    _while_hashing(monkeypatch, lambda: users.delete(ctx, administrator, authority, user))
    with pytest.raises(NotAllowed) as refused:
        login.choose_password(ctx, Actor(user), PASSWORD, NEW)
    assert refused.value.code == "account_gone"


@pytest.mark.parametrize("nobody", [Actor(None), Actor(999)])
def test_nobody_chooses_nothing(ctx: Context, nobody: Actor) -> None:
    with pytest.raises(NotAllowed):
        login.choose_password(ctx, nobody, PASSWORD, NEW)


def test_no_refusal_carries_what_was_typed(ctx: Context, actor: Actor) -> None:
    for current, new in ((PASSWORD, "some-secret"), ("Other-Secret-2", NEW), (PASSWORD, PASSWORD)):
        with pytest.raises(Invalid) as invalid:
            login.choose_password(ctx, actor, current, new)
        told = repr((invalid.value, invalid.value.args, invalid.value.facts, invalid.value.errors))
        assert not any(typed in told for typed in (current, new))


@pytest.mark.parametrize(
    ("new", "code"),
    [("Janis-Parole-9", None), ("Kalniņš-99-x", "password_personal"), ("Password1", "password_common")],
)
def test_beside_the_guides_rules_neither_the_own_name_nor_a_common_one_will_do(
    ctx: Context, world: World, new: str, code: str | None
) -> None:
    actor = Actor(world.user(world.authority(), "Andris", "Kalniņš", username="kalnians"))
    if code is None:
        assert login.choose_password(ctx, actor, PASSWORD, new).must_choose is None
    else:
        assert _wrong(ctx, actor, new) == ("password", code)
    assert login.demands(ctx, actor).personal == ("Andris", "Kalniņš", "kalnians", "kalnians@people.example")


def test_the_deployments_minimum_holds_and_is_said(ctx: Context, actor: Actor) -> None:
    strict = replace(ctx, settings=replace(ctx.settings, password_minimum=15))
    with pytest.raises(Invalid) as invalid:
        login.choose_password(strict, actor, PASSWORD, NEW)
    assert sentence(invalid.value.errors[0]) == "A password has at least 15 characters."
    assert login.demands(strict, actor).minimum == 15
