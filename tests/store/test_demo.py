"""The demo's data: the same each time, invented, and with every case that there is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from db import demo, schema
from db.catalogue import load
from db.demo_cast import CAST, CAST_AUTHORITIES, PASSWORD
from db.models import (
    Authority,
    AuthorityKeyword,
    AuthorityModule,
    AuthorityText,
    LinkedCoordinator,
    TranslationTask,
    User,
    UserRight,
)
from imi_tui.context import Context
from imi_tui.rules.accounts import AccountStatus, PasswordStatus
from imi_tui.rules.holders import Right
from imi_tui.services.hashing import Hasher
from imi_tui.services.status import account_status
from tests.world import NOW, demo_ways


def _make(path: Path, hasher: Hasher, password_hash: str, authorities: int = 70, users: int = 300) -> str:
    ways = demo_ways(password_hash)
    url = f"sqlite:///{path}"
    store = schema.create(url)
    demo.make(store, load(), ways, NOW, authorities=authorities, users=users, progress=lambda _number: None)
    with store.reading():
        told = "\n".join(str(row) for row in User.select().order_by(User.id).tuples())
        told += "\n".join(str(row) for row in Authority.select().order_by(Authority.id).tuples())
        told += "\n".join(str(row) for row in TranslationTask.select().tuples())
    store.close()
    return told


@pytest.fixture
def filled(ctx: Context) -> Context:
    ways = demo_ways(ctx.hasher.hash(PASSWORD))
    demo.make(ctx.store, ctx.catalogue, ways, NOW, authorities=70, users=300, progress=lambda _number: None)
    return ctx


def test_it_is_the_same_each_time(tmp_path: Path, cheap_hasher: Hasher) -> None:
    known = cheap_hasher.hash(PASSWORD)
    assert _make(tmp_path / "one.db", cheap_hasher, known) == _make(tmp_path / "two.db", cheap_hasher, known)


def test_it_has_as_many_as_were_asked_for(filled: Context) -> None:
    assert (Authority.select().count(), User.select().count()) == (70, 300)


def test_every_status_is_there_and_every_authority_has_an_administrator(filled: Context) -> None:
    cast = User.select().where(User.id <= len(CAST))
    found = {(status.account, status.password) for status in (account_status(user, NOW) for user in cast)}
    assert {account for account, _password in found} == set(AccountStatus)
    assert {password for _account, password in found} == set(PasswordStatus)
    assert (AccountStatus.NEW, PasswordStatus.VALID) not in found  # nobody has one without having logged in
    with_administrator = {
        row[0] for row in UserRight.select(UserRight.authority).where(UserRight.right == "administrator").tuples()
    }
    assert with_administrator == {row[0] for row in Authority.select(Authority.id).tuples()}


def test_mandatory_rights_are_held_where_there_are_users(filled: Context) -> None:
    held = {(row[0], Right(row[1], row[2])) for row in UserRight.select(
        UserRight.authority, UserRight.module, UserRight.right
    ).tuples()}  # fmt: skip
    for authority, module in AuthorityModule.select(AuthorityModule.authority, AuthorityModule.module).tuples():
        for right in filled.catalogue.mandatory_rights(module):
            assert (authority, Right(module, right.code)) in held


def test_the_cases_that_screens_must_show_are_there(filled: Context) -> None:
    names = [f"{part.first_name} {part.surname}" for part in CAST]
    assert any("[/x]" in name for name in names)
    assert any("\x1b" in authority.official_name for authority in CAST_AUTHORITIES)
    administrators = [part.authority for part in CAST if part.administrator]
    assert any(administrators.count(authority) == 1 for authority in administrators)
    linked = {
        tuple(row) for row in LinkedCoordinator.select(LinkedCoordinator.authority, LinkedCoordinator.module).tuples()
    }
    modules = {tuple(row) for row in AuthorityModule.select(AuthorityModule.authority, AuthorityModule.module).tuples()}
    assert linked
    assert {pair for pair in modules - linked if pair[1] == "services"}


def test_keywords_are_leaves_of_the_catalogue_and_addresses_lead_nowhere(filled: Context) -> None:
    for (code,) in AuthorityKeyword.select(AuthorityKeyword.keyword).tuples():
        assert not filled.catalogue.keywords[code].children
    for (email,) in User.select(User.email).tuples():
        assert email.endswith(".example")
    for (email,) in Authority.select(Authority.email).tuples():
        assert email.endswith(".example")


def test_generated_people_who_never_logged_in_have_a_temporary_password_or_a_lapsed_one(filled: Context) -> None:
    for user in User.select():
        status = account_status(user, NOW)
        if status.account is AccountStatus.NEW:
            assert user.password_temporary or status.password is PasswordStatus.BLOCKED
        assert user.registered_at <= NOW + timedelta(0)


def test_every_text_with_stale_translations_is_on_the_translation_desk(filled: Context) -> None:
    stale = AuthorityText.select(AuthorityText.authority, AuthorityText.kind).where(AuthorityText.stale).distinct()
    tasks = {(task.authority_id, task.kind): task for task in TranslationTask.select()}
    assert set(stale.tuples()) <= set(tasks)
    assert {kind for _authority, kind in tasks} == {"informal_name", "description"}
    for (authority, kind), task in tasks.items():
        text = AuthorityText.get(
            AuthorityText.authority == authority, AuthorityText.kind == kind, AuthorityText.language == task.language
        )
        assert (text.text, text.stale) == (task.new, False)
        assert len(task.old) < len(task.new)
        assert task.asked_by.authority_id == authority
