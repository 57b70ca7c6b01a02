"""The log-in: one answer to everything that is wrong, five wrong passwords block, nothing typed is kept."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest

from db.models import Entry, EntryValues, LoginDelay, User
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.services import credentials, login, users
from imi_tui.services.hashing import Hasher
from imi_tui.services.status import account_status, password_status
from tests.databases import stored
from tests.screens.hostile import HOSTILE
from tests.world import PASSWORD, Clock, World

SOMEBODY = system_actor("login")


def _log_in(ctx: Context, username: str, password: str = PASSWORD) -> login.Session:
    """Each try comes when its wait is over: the brake on guessing has tests of its own."""
    with ctx.store.writing():
        LoginDelay.delete().execute()
    return login.log_in(ctx, SOMEBODY, username, password)


def _refused(ctx: Context, username: str, password: str) -> str:
    with pytest.raises(NotAllowed) as refused:
        _log_in(ctx, username, password)
    assert refused.value.facts == {}
    return refused.value.code


def _user(ctx: Context, user_id: int) -> User:
    with ctx.store.reading():
        row: User = User.get_by_id(user_id)
        return row


def _verbs(ctx: Context) -> list[str]:
    with ctx.store.reading():
        return [verb for (verb,) in Entry.select(Entry.verb).order_by(Entry.id).tuples()]


def _entries(ctx: Context) -> list[tuple[Any, ...]]:
    """Verb, actor's kind and id, subject, authority of each entry, and what it tells of the fields."""
    with ctx.store.reading():
        told = {row.entry_id: json.loads(row.values) for row in EntryValues.select()}
        return [
            (row.verb, row.actor_kind, row.actor_id, row.subject_id, row.authority_id, told.get(row.id, {}))
            for row in Entry.select().order_by(Entry.id)
        ]


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


def test_the_right_password_lets_in(ctx: Context, world: World, authority: int) -> None:
    actor = world.administrator(authority)
    session = _log_in(ctx, "user1")
    assert (session.user_id, session.authority_id) == (actor.user_id, authority)
    assert (session.name, session.authority, session.country) == ("Anna Bērziņa", "Valsts darba inspekcija", "LV")
    assert session.administrator
    assert session.must_choose is None
    assert _user(ctx, session.user_id).last_login_at == ctx.now()
    assert _verbs(ctx) == ["login:done"]


@pytest.mark.parametrize("typed", ["USER1", " user1 ", "Ｕser1"])
def test_letter_case_blanks_and_wide_letters_of_the_username_do_not_matter(
    ctx: Context, world: World, authority: int, typed: str
) -> None:
    world.user(authority)
    assert _log_in(ctx, typed).name == "Jānis Kalniņš"


@pytest.mark.parametrize(("language", "interface"), [("lv", "lv"), ("en", "en"), ("de", "en")])
def test_the_screens_speak_the_working_language_where_they_can(
    ctx: Context, world: World, authority: int, language: str, interface: str
) -> None:
    world.user(authority, language=language)
    assert _log_in(ctx, "user1").interface == interface


def test_everything_that_is_wrong_gets_the_same_answer(ctx: Context, world: World, authority: int) -> None:
    world.user(authority, username="wrong")
    world.user(authority, username="blocked", blocked=True)
    lapsed = world.user(authority, username="lapsed", temporary=True)
    with ctx.store.writing():
        User.update(password_until=ctx.now()).where(User.id == lapsed).execute()
    answers = {
        _refused(ctx, "nobody", PASSWORD),
        _refused(ctx, "", ""),
        _refused(ctx, "x" * 100_000, "y" * 100_000),
        _refused(ctx, "wrong", PASSWORD + "x"),
        _refused(ctx, "blocked", PASSWORD),
        _refused(ctx, "lapsed", PASSWORD),
    }
    assert answers == {"login_refused"}


def test_each_of_them_costs_one_hash(
    ctx: Context, world: World, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.user(authority, username="known")
    world.user(authority, username="blocked", blocked=True)
    verified = []
    verify = Hasher.verify

    def counted(self: Hasher, password_hash: str | None, password: str) -> bool:
        verified.append(password)
        return verify(self, password_hash, password)

    monkeypatch.setattr(Hasher, "verify", counted)
    for username in ("known", "blocked", "nobody"):
        verified.clear()
        _refused(ctx, username, "Wrong-Password-1")
        assert len(verified) == 1


@pytest.mark.parametrize("facts", [{"blocked": True}, {"lapsed": True}])
def test_a_right_password_of_no_use_is_not_hashed_anew(
    ctx: Context, world: World, authority: int, monkeypatch: pytest.MonkeyPatch, facts: dict[str, bool]
) -> None:
    """The time of a second hash would tell that it was right."""
    user = world.user(authority, blocked="blocked" in facts, temporary="lapsed" in facts)
    weak = Hasher(memory_kib=8, time=2).hash(PASSWORD)
    with ctx.store.writing():
        User.update(password_hash=weak, password_until=ctx.now()).where(User.id == user).execute()
    made: list[str] = []
    monkeypatch.setattr(Hasher, "hash", lambda self, password: made.append(password))
    _refused(ctx, "user1", PASSWORD)
    assert made == []


def test_five_wrong_passwords_in_a_row_block(ctx: Context, world: World, authority: int) -> None:
    user = world.user(authority)
    for _try in range(4):
        _refused(ctx, "user1", "wrong")
    assert password_status(_user(ctx, user), ctx.now()) is PasswordStatus.VALID
    _refused(ctx, "user1", "wrong")
    assert password_status(_user(ctx, user), ctx.now()) is PasswordStatus.BLOCKED
    _refused(ctx, "user1", PASSWORD)
    assert _verbs(ctx) == ["login:failed"] * 4 + ["password:blocked", "login:failed"]


def test_a_right_one_in_between_begins_the_count_anew(ctx: Context, world: World, authority: int) -> None:
    user = world.user(authority)
    for _try in range(4):
        _refused(ctx, "user1", "wrong")
    _log_in(ctx, "user1")
    for _try in range(4):
        _refused(ctx, "user1", "wrong")
    assert password_status(_user(ctx, user), ctx.now()) is PasswordStatus.VALID


def test_a_block_outlasts_time_and_only_a_reset_lifts_it(
    ctx: Context, world: World, authority: int, clock: Clock
) -> None:
    administrator = world.administrator(authority)
    user = world.user(authority, username="blocked", blocked=True)
    clock.move(days=30)
    _refused(ctx, "blocked", PASSWORD)
    users.reset_password(ctx, administrator, authority, user)
    assert password_status(_user(ctx, user), ctx.now()) is PasswordStatus.TEMPORARY


def test_a_clock_set_back_lifts_no_block(ctx: Context, world: World, authority: int, clock: Clock) -> None:
    world.user(authority, username="blocked", blocked=True)
    clock.move(days=-400)
    _refused(ctx, "blocked", PASSWORD)


@pytest.mark.parametrize(
    ("facts", "why"), [({"temporary": True}, PasswordStatus.TEMPORARY), ({"expired": True}, PasswordStatus.EXPIRED)]
)
def test_a_temporary_or_expired_password_must_be_changed_first(
    ctx: Context, world: World, authority: int, facts: dict[str, bool], why: PasswordStatus
) -> None:
    world.user(authority, **facts)
    session = _log_in(ctx, "user1")
    assert session.must_choose is why
    with pytest.raises(NotAllowed):
        users.delete(ctx, Actor(session.user_id), authority, session.user_id)


def test_nothing_that_was_typed_is_kept(ctx: Context, world: World, authority: int) -> None:
    world.user(authority)
    _refused(ctx, "My-Password-Typed-As-Name-1", "Some-Secret-2")
    _refused(ctx, "user1", "Some-Secret-2")
    there = stored(ctx.store).lower()
    assert b"user1" in there
    for typed in ("my-password-typed-as-name-1", "some-secret-2", PASSWORD.lower()):
        assert typed.encode() not in there
    with ctx.store.reading():
        unknown = Entry.get(Entry.verb == "login:unknown")
        assert (unknown.subject_id, unknown.authority_id, unknown.actor_kind) == (None, None, "login")
        told = [json.loads(values) for (values,) in EntryValues.select(EntryValues.values).tuples()]
    assert told == [{"tries": [0, 1]}]


def test_a_hash_of_weaker_parameters_is_made_anew_at_the_log_in(ctx: Context, world: World, authority: int) -> None:
    user = world.user(authority)
    weak = Hasher(memory_kib=8, time=2).hash(PASSWORD)
    with ctx.store.writing():
        User.update(password_hash=weak).where(User.id == user).execute()
    _log_in(ctx, "user1")
    assert _user(ctx, user).password_hash != weak
    assert _log_in(ctx, "user1").user_id == user


def test_a_password_that_was_reset_while_it_was_verified_does_not_let_in(
    ctx: Context, world: World, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = world.administrator(authority)
    user = world.user(authority, username="target")
    verify = Hasher.verify

    def meanwhile(self: Hasher, password_hash: str | None, password: str) -> bool:
        users.reset_password(ctx, administrator, authority, user)
        return verify(self, password_hash, password)

    monkeypatch.setattr(Hasher, "verify", meanwhile)
    assert _refused(ctx, "target", PASSWORD) == "login_refused"


def test_the_session_is_read_anew(ctx: Context, world: World, authority: int) -> None:
    actor = world.administrator(authority)
    assert login.session(ctx, actor).administrator
    with pytest.raises(NotAllowed):
        login.session(ctx, Actor(999))


def test_the_record_tells_whom_it_happened_to_and_how_many_tries_there_were(
    ctx: Context, world: World, authority: int
) -> None:
    user = world.user(authority)
    for _try in range(5):
        _refused(ctx, "user1", "wrong")
    entries = _entries(ctx)
    assert [entry[1:5] for entry in entries] == [("login", None, user, authority)] * 5
    assert [(entry[0], entry[5]) for entry in entries] == [
        *(("login:failed", {"tries": [tries, tries + 1]}) for tries in range(4)),
        ("password:blocked", {"tries": [4, 5]}),
    ]


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_on_a_blocked_account_no_try_is_counted_any_more(
    ctx: Context, world: World, authority: int, password: str
) -> None:
    user = world.user(authority, username="blocked", blocked=True)
    before = _user(ctx, user)
    _refused(ctx, "blocked", password)
    after = _user(ctx, user)
    assert (after.wrong_tries, after.blocked_at) == (before.wrong_tries, before.blocked_at)
    assert _entries(ctx) == [("login:failed", "login", None, user, authority, {})]


def test_the_deployment_says_how_many_wrong_passwords_block(ctx: Context, world: World, authority: int) -> None:
    world.user(authority)
    strict = replace(ctx, settings=replace(ctx.settings, wrong_tries=2))
    for _try in range(2):
        _refused(strict, "user1", "wrong")
    assert _verbs(ctx) == ["login:failed", "password:blocked"]
    _refused(strict, "user1", PASSWORD)


def test_the_right_password_of_a_lapsed_one_is_no_wrong_try(ctx: Context, world: World, authority: int) -> None:
    lapsed = world.user(authority, temporary=True)
    with ctx.store.writing():
        User.update(password_until=ctx.now()).where(User.id == lapsed).execute()
    for _try in range(6):
        _refused(ctx, "user1", PASSWORD)
    assert _verbs(ctx) == ["login:failed"] * 6
    assert _user(ctx, lapsed).blocked_at is None


def test_until_the_temporary_password_is_mailed_nothing_opens(ctx: Context, world: World, authority: int) -> None:
    administrator = world.administrator(authority)
    user = world.user(authority, username="target")
    users.reset_password(ctx, administrator, authority, user)
    assert _user(ctx, user).password_hash is None
    for password in (PASSWORD, "", "None", "nobody has this password"):
        assert _refused(ctx, "target", password) == "login_refused"


def test_a_new_user_becomes_active_with_the_first_log_in_and_not_before(
    ctx: Context, world: World, authority: int, clock: Clock
) -> None:
    """S4.9."""
    user = world.user(authority, logged_in=False)
    _refused(ctx, "user1", "wrong")
    assert account_status(_user(ctx, user), ctx.now()).account is AccountStatus.NEW
    clock.move(hours=1)
    _log_in(ctx, "user1")
    assert account_status(_user(ctx, user), ctx.now()).account is AccountStatus.ACTIVE
    assert _user(ctx, user).last_login_at == ctx.now()


def test_a_user_who_was_deleted_while_the_password_was_verified_is_not_let_in(
    ctx: Context, world: World, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = world.administrator(authority)
    user = world.user(authority, username="target")
    verify = Hasher.verify

    def meanwhile(self: Hasher, password_hash: str | None, password: str) -> bool:
        users.delete(ctx, administrator, authority, user)
        return verify(self, password_hash, password)

    monkeypatch.setattr(Hasher, "verify", meanwhile)
    assert _refused(ctx, "target", PASSWORD) == "login_refused"


def test_a_password_that_was_changed_while_it_was_verified_does_not_let_in(
    ctx: Context, world: World, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = world.user(authority)
    other = ctx.hasher.hash("Cita-Parole-3")
    verify = Hasher.verify

    def meanwhile(self: Hasher, password_hash: str | None, password: str) -> bool:
        with ctx.store.writing():
            credentials.set_password(user, other, ctx.now(), credentials.lives_of(ctx.settings))
        return verify(self, password_hash, password)

    monkeypatch.setattr(Hasher, "verify", meanwhile)
    assert _refused(ctx, "user1", PASSWORD) == "login_refused"
    assert _user(ctx, user).password_hash == other


def test_tries_at_the_same_time_are_all_counted(
    ctx: Context, world: World, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each reads the account before any of them writes: five at once block as five in a row do."""
    user = world.user(authority)
    verify = Hasher.verify
    more = iter(range(4))

    def meanwhile(self: Hasher, password_hash: str | None, password: str) -> bool:
        if next(more, None) is not None:
            _refused(ctx, "user1", "wrong")
        return verify(self, password_hash, password)

    monkeypatch.setattr(Hasher, "verify", meanwhile)
    _refused(ctx, "user1", "wrong")
    assert _user(ctx, user).wrong_tries == 5
    assert password_status(_user(ctx, user), ctx.now()) is PasswordStatus.BLOCKED


def test_one_that_blocks_meanwhile_stops_the_right_password_too(
    ctx: Context, world: World, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = world.user(authority)
    verify = Hasher.verify

    def meanwhile(self: Hasher, password_hash: str | None, password: str) -> bool:
        with ctx.store.writing():
            credentials.block(user, ctx.now())
        return verify(self, password_hash, password)

    monkeypatch.setattr(Hasher, "verify", meanwhile)
    assert _refused(ctx, "user1", PASSWORD) == "login_refused"


@pytest.mark.parametrize("typed", [*HOSTILE.values(), "a\udcff"], ids=[*HOSTILE, "half a character"])
def test_whatever_is_typed_is_only_refused(ctx: Context, world: World, authority: int, typed: str) -> None:
    world.user(authority)
    assert _refused(ctx, typed, PASSWORD) == "login_refused"
    assert _refused(ctx, "user1", typed) == "login_refused"
    assert _refused(ctx, "user1" + "\u0301", PASSWORD) == "login_refused"
    assert [entry[0] for entry in _entries(ctx)] == ["login:unknown", "login:failed", "login:unknown"]


def test_neither_a_refusal_nor_a_session_carries_the_password(ctx: Context, world: World, authority: int) -> None:
    world.user(authority)
    with pytest.raises(NotAllowed) as refused:
        _log_in(ctx, "user1", "Some-Secret-2")
    assert refused.value.args == ("login_refused",)
    assert "Some-Secret-2" not in repr(refused.value)
    session = _log_in(ctx, "user1")
    stored = _user(ctx, session.user_id).password_hash
    assert not {PASSWORD, stored} & {getattr(session, field.name) for field in fields(session)}
