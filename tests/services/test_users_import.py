"""Users imported from a file (B9): all or none, each as `users.register` would have it."""

from __future__ import annotations

from typing import Any

import pytest

from db.models import AuthorityModule, Entry, Mail, RetiredUsername, User, UserRight
from imi_tui.context import Context
from imi_tui.rules.holders import Right
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import NotAllowed, Refused, WrongRows
from imi_tui.rules.users_file import MOST, Entered, Verdict
from imi_tui.services import door, users, users_import
from imi_tui.services.record_check import verify
from imi_tui.services.user_view import user_detail
from imi_tui.services.users import NewUser
from imi_tui.services.users_import import check_import, import_users
from tests.record import CLI
from tests.statements import statements
from tests.world import World, values_of

LIGA = {"first_name": "Līga", "surname": "Ozola", "language": "lv", "email": "liga.ozola@vdi.example"}


@pytest.fixture
def authority(world: World) -> int:
    return world.authority()


@pytest.fixture
def anna(world: World, authority: int) -> Actor:
    return world.administrator(authority)


def rows(*cells: dict[str, str]) -> list[Entered]:
    """Rows of a file, from its second line on; each is Līga but for what it names."""
    each = enumerate(cells, 2)
    return [Entered(line, {**LIGA, "email": f"liga{line}@vdi.example", **one}) for line, one in each]


def wrong(verdicts: tuple[Verdict, ...]) -> dict[int, list[tuple[str, str]]]:
    """Line → field and code of each error."""
    return {one.line: [(error.field, error.code) for error in one.errors] for one in verdicts if one.errors}


def counts() -> tuple[int, ...]:
    return tuple(model.select().count() for model in (User, UserRight, Mail, Entry))


def test_each_user_is_registered_with_an_entry_and_a_mail_and_the_record_holds(
    ctx: Context, anna: Actor, authority: int
) -> None:
    told = rows(
        {},
        {"phone": "67 111 111", "language": "LV", "rights": "services:allocator, services:basic_user"},
        {"username": "Liga.O"},
    )
    done = import_users(ctx, anna, authority, told)
    assert [one.username for one in done] == ["ozolalig", "ozolalig2", "Liga.O"]
    shown = user_detail(ctx, anna, authority, done[1].user_id or 0)
    single = users.register(ctx, anna, authority, NewUser("Zane", "Bite", "lv", "zane@vdi.example", "67 111 111"))
    same = user_detail(ctx, anna, authority, single.user_id)
    assert (shown.phone, shown.status, shown.version) == (same.phone, same.status, same.version)
    assert set(shown.rights) == {Right("services", "basic_user"), Right("services", "allocator")}
    assert shown.last_mail is not None and (shown.last_mail.kind, shown.last_mail.state) == ("welcome", "queued")
    *imported, last = Entry.select().order_by(Entry.id)
    assert [entry.subject_id for entry in imported] == [one.user_id for one in done]
    assert {(entry.verb, entry.actor_id, entry.authority_id) for entry in [*imported, last]} == {
        ("user:registered", anna.user_id, authority)
    }
    assert values_of(imported[1].id)["rights"] == [[], ["services:allocator", "services:basic_user"]]
    assert values_of(imported[0].id).keys() | {"phone"} == values_of(last.id).keys()
    verdict = verify(ctx, CLI)
    assert (verdict.entries, verdict.broken, verdict.kept) == (4, None, True)


def test_a_dry_run_says_the_same_and_writes_nothing(ctx: Context, anna: Actor, authority: int) -> None:
    told = rows({}, {"username": "liga"}, {})
    before = counts()
    foreseen = check_import(ctx, anna, authority, told)
    assert counts() == before
    done = import_users(ctx, anna, authority, told)
    assert [(one.line, one.name, one.username) for one in foreseen] == [
        (one.line, one.name, one.username) for one in done
    ]


def test_one_wrong_row_and_nothing_is_imported(ctx: Context, world: World, anna: Actor, authority: int) -> None:
    world.user(world.authority("Cita iestāde"), email="Taken@vdi.example", username="taken")
    with ctx.store.writing():
        RetiredUsername.create(username_key="retired", retired_at=ctx.now())
        AuthorityModule.create(authority=authority, module="firearms", role="authority", access="suspended")
    before = counts()
    told = rows(
        {},
        {"first_name": " ", "surname": "1", "language": "xx", "email": "nowhere", "phone": "call", "username": "?"},
        {"email": "TAKEN@VDI.example", "username": "TAKEN"},
        {"username": "Retired"},
        {"email": "Liga2@vdi.example"},
        {"username": "ozols"},
        {"username": "OZOLS"},
        {"rights": "services nonsense:basic_user services:basic_user"},
        {"rights": "firearms:basic_user"},
        {"email": ""},
        {"email": ""},
    )
    with pytest.raises(WrongRows) as refused:
        import_users(ctx, anna, authority, told)
    assert counts() == before
    found = refused.value.verdicts
    assert found == check_import(ctx, anna, authority, told)
    assert wrong(tuple(found)) == {
        3: [
            ("first_name", "required"),
            ("surname", "name_letters"),
            ("language", "unknown_working_language"),
            ("email", "email_wrong"),
            ("phone", "phone_wrong"),
            ("username", "username_length"),
        ],
        4: [("email", "email_taken"), ("username", "username_taken")],
        5: [("username", "username_taken")],
        6: [("email", "email_twice")],
        8: [("username", "username_twice")],
        9: [("rights", "right_unreadable"), ("rights", "right_not_available")],
        10: [("rights", "module_suspended")],
        11: [("email", "required")],
        12: [("email", "required")],
    }
    assert dict(found[4].errors[0].facts) == {"line": 2}
    assert [one.username for one in found if not one.errors] == ["ozolalig", "ozols"]


def test_proposals_are_free_and_never_those_that_the_file_names(
    ctx: Context, world: World, anna: Actor, authority: int
) -> None:
    for number in ["", *range(2, 7)]:
        world.user(authority, username=f"ozolalig{number}")
    with ctx.store.writing():
        RetiredUsername.create(username_key="ozolalig8", retired_at=ctx.now())
    told = rows({}, {}, {"username": "OZOLALIG9"}, {"surname": "Ozolala"})
    done = import_users(ctx, anna, authority, told)
    assert [one.username for one in done] == ["ozolalig7", "ozolalig10", "OZOLALIG9", "ozolalig11"]


def test_what_was_taken_since_the_rows_were_looked_at_is_seen_when_they_are_put_in(
    ctx: Context, anna: Actor, authority: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken_by(username: str, email: str) -> None:
        def write(*arguments: Any) -> Any:
            users.register(ctx, CLI, authority, NewUser("Zane", "Bite", "lv", email, username=username))
            return door.write(*arguments)

        monkeypatch.setattr(users_import, "write", write)

    overtaken_by("ozolalig", "zane@vdi.example")
    assert [one.username for one in import_users(ctx, anna, authority, rows({}))] == ["ozolalig2"]
    overtaken_by("zane", "LIGA3@vdi.example")
    before = counts()
    with pytest.raises(WrongRows) as refused:
        import_users(ctx, anna, authority, rows({"email": "liga@vdi.example"}, {}))
    assert wrong(tuple(refused.value.verdicts)) == {3: [("email", "email_taken")]}
    people, rights, mails, entries = before
    assert counts() == (people + 1, rights, mails + 1, entries + 1), "the colleague's"


def test_the_first_user_of_an_authority_gets_every_right(ctx: Context, authority: int) -> None:
    """S1.3, whatever the file says of the first one."""
    told = rows({"rights": "nonsense:right"}, {"rights": "services:basic_user"})
    first, second = import_users(ctx, CLI, authority, told)
    assert first.user_id is not None and second.user_id is not None
    assert Right("authority_administration", "administrator") in user_detail(ctx, CLI, authority, first.user_id).rights
    assert len(user_detail(ctx, CLI, authority, first.user_id).rights) > 2
    assert user_detail(ctx, CLI, authority, second.user_id).rights == (Right("services", "basic_user"),)


def test_as_many_statements_for_many_rows_as_for_few(ctx: Context, anna: Actor, authority: int) -> None:
    sent = []
    for number, at in ((5, 0), (150, 1_000)):
        told = rows(*({"email": f"x{at + one}@vdi.example"} for one in range(number)))
        with statements(ctx) as counted:
            import_users(ctx, anna, authority, told)
        sent.append(len(counted))
    few, many = sent
    assert many <= few + 8, "taken names are looked up some hundreds at a time"


def test_who_may_not_and_what_is_too_much_or_nothing(ctx: Context, world: World, authority: int) -> None:
    with pytest.raises(NotAllowed):
        import_users(ctx, Actor(world.user(authority)), authority, rows({}))
    with pytest.raises(Refused, match="import_too_many"):
        check_import(ctx, CLI, authority, rows({}) * (MOST + 1))
    with pytest.raises(Refused, match="import_no_user"):
        import_users(ctx, CLI, authority, [])
