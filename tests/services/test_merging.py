"""Two people edit the same record: what each changed is kept, what both changed is asked, nothing is lost unseen (B7).

Each acts on a connection of their own; the later one has read what was there before the earlier one saved.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from db.models import AuthorityModule, AuthorityText, Entry, EntryValues, Mail, TranslationTask, UserRight
from imi_tui.context import Context
from imi_tui.i18n.refusals import sentences
from imi_tui.rules.authority_changes import AuthorityDraft, name_of, with_text
from imi_tui.rules.holders import Right
from imi_tui.rules.merge import Choice, Clash, Theirs
from imi_tui.rules.policy import ADMINISTRATOR, Actor
from imi_tui.rules.refusals import Gone, Invalid, NotAllowed, Refused, SameField
from imi_tui.services import access, account, authorities, handover, standing, translations, user_edit, users
from imi_tui.services.account import OwnAccount, OwnData
from imi_tui.services.authorities import Saved
from imi_tui.services.user_edit import Edited, EditedUser
from imi_tui.services.user_view import user_detail
from tests.desk import Desk
from tests.services.access_house import CLI, House, house
from tests.services.test_two_at_once import at_once, do
from tests.world import NOW, World

BASIC, HANDLER = Right("services", "basic_user"), Right("services", "request_handler")


@pytest.fixture
def here(ctx: Context, world: World) -> House:
    return house(ctx, world)


@pytest.fixture
def ilze(here: House) -> Actor:
    return here.world.administrator(here.authority, "Ilze", "Liepa")


@pytest.fixture
def user(here: House) -> int:
    return here.world.user(here.authority, rights=[BASIC], phone="+371 67 000 000", email="janis@vdi.example")


def chosen(refused: SameField, *, keep_mine: bool) -> list[Choice]:
    """The same decision on each clash."""
    return [Choice(one.field, one.theirs, one.mine, keep_mine) for one in refused.clashes]


# An authority


class Session:
    """An editing session of an authority, as a screen keeps it."""

    def __init__(self, ctx: Context, actor: Actor, authority: int) -> None:
        self.ctx, self.actor, self.authority = ctx, actor, authority
        seen = authorities.view(ctx, actor, authority)
        self.version, self.base = seen.version, seen.draft()

    def act(self, choices: list[Choice] | None = None, **made: Any) -> Callable[[Context], Saved]:
        mine = replace(self.base, **made)
        return do(  # type: ignore[return-value]  # what the service returns
            authorities.save, self.actor, self.authority, self.version, mine, self.base, choices or []
        )

    def save(self, choices: list[Choice] | None = None, **made: Any) -> Saved:
        return self.act(choices, **made)(self.ctx)


def _sessions(here: House, ilze: Actor) -> tuple[Session, Session]:
    return Session(here.ctx, here.anna, here.authority), Session(here.ctx, ilze, here.authority)


def _draft(here: House) -> AuthorityDraft:
    return authorities.view(here.ctx, here.anna, here.authority).draft()


def _last_values(here: House) -> dict[str, Any]:
    return here.entry()[2]


@pytest.mark.parametrize("turned", [False, True])
def test_different_fields_of_an_authority_are_both_saved(here: House, ilze: Actor, turned: bool) -> None:
    one, other = _sessions(here, ilze)
    acts = [one.act(town="Cēsis"), other.act(phone="67 111 111", keywords=frozenset({"labour_law"}))]
    assert at_once(here.ctx, *(reversed(acts) if turned else acts)) == (None, None)
    now = _draft(here)
    assert (now.town, now.phone, now.keywords) == ("Cēsis", "+371 67 111 111", {"labour_law"})
    first, second = ({"phone", "keywords"}, {"town"}) if turned else ({"town"}, {"phone", "keywords"})
    with here.ctx.store.reading():
        told = [set(json.loads(row.values)) for row in EntryValues.select().order_by(EntryValues.entry)]
    assert told == [first, second]


def test_the_answer_says_who_changed_what_meanwhile(here: House, ilze: Actor) -> None:
    one, other = _sessions(here, ilze)
    other.save(phone="67 111 111", languages=frozenset({"en"}))
    reviewed = authorities.review(
        here.ctx, here.anna, here.authority, one.version, replace(one.base, town="Cēsis"), one.base
    )
    saved = one.save(town="Cēsis")
    theirs = (Theirs("phone", "Ilze Liepa", NOW), Theirs("languages", "Ilze Liepa", NOW))
    assert reviewed.theirs == saved.theirs == theirs
    assert [name_of(change) for change in reviewed.their_changes] == ["phone", "languages"]
    assert [name_of(change) for change in reviewed.changes] == [name_of(change) for change in saved.changes] == ["town"]
    assert saved.view.phone == "+371 67 111 111"
    assert _last_values(here) == {"town": ["Rīga", "Cēsis"]}


def test_a_manager_s_administrator_is_named_with_the_authority(here: House) -> None:
    one, other = _sessions(here, here.maris)
    other.save(phone="67 111 111")
    assert one.save(town="Cēsis").theirs[0].who == "Māris Pārvaldnieks (Pārvaldniece)"


@pytest.mark.parametrize("keep_mine", [True, False])
def test_the_same_field_of_an_authority_is_asked_and_then_decided(here: House, ilze: Actor, keep_mine: bool) -> None:
    one, other = _sessions(here, ilze)
    made = {"town": "Cēsis", "phone": "67 222 222"}
    first, second = at_once(here.ctx, other.act(phone="67 111 111"), one.act(**made))
    assert first is None and isinstance(second, SameField) and second.code == "same_field_changed"
    assert all(sentences(second))
    clash = Clash("phone", "+371 67 000 000", "+371 67 111 111", "+371 67 222 222", "Ilze Liepa", NOW)
    assert second.clashes == (clash,)
    assert (_draft(here).town, _draft(here).phone) == ("Rīga", "+371 67 111 111")
    saved = one.save(chosen(second, keep_mine=keep_mine), **made)
    assert saved.view.town == "Cēsis"
    assert saved.view.phone == ("+371 67 222 222" if keep_mine else "+371 67 111 111")
    assert saved.theirs == ()
    phone = {"phone": ["+371 67 111 111", "+371 67 222 222"]} if keep_mine else {}
    assert _last_values(here) == {"town": ["Rīga", "Cēsis"], **phone}


def test_the_review_asks_the_same(here: House, ilze: Actor) -> None:
    one, other = _sessions(here, ilze)
    other.save(town="Liepāja")
    with pytest.raises(SameField):
        authorities.review(here.ctx, here.anna, here.authority, one.version, replace(one.base, town="Cēsis"), one.base)


def test_what_moved_on_while_one_chose_is_asked_anew(here: House, ilze: Actor) -> None:
    one, other = _sessions(here, ilze)
    other.save(town="Liepāja")
    with pytest.raises(SameField) as first:
        one.save(town="Cēsis")
    Session(here.ctx, ilze, here.authority).save(town="Jelgava", postcode="LV-3001")
    with pytest.raises(SameField) as second:
        one.save(chosen(first.value, keep_mine=True), town="Cēsis")
    assert [clash.theirs for clash in second.value.clashes] == ["Jelgava"]
    Session(here.ctx, ilze, here.authority).save(phone="")
    saved = one.save(chosen(second.value, keep_mine=True), town="Cēsis")
    assert (saved.view.town, saved.view.postcode, saved.view.phone) == ("Cēsis", "LV-3001", "")
    assert {one.field for one in saved.theirs} == {"postcode", "phone"}
    assert _last_values(here) == {"town": ["Jelgava", "Cēsis"]}


def test_a_decision_on_one_wording_is_none_on_another(here: House, ilze: Actor) -> None:
    one, other = _sessions(here, ilze)
    other.save(town="Liepāja")
    with pytest.raises(SameField) as refused:
        one.save(town="Cēsis")
    with pytest.raises(SameField):
        one.save(chosen(refused.value, keep_mine=False), town="Valmiera")


@pytest.mark.parametrize("turned", [False, True])
def test_sets_of_an_authority_keep_what_either_added_and_lose_what_either_removed(
    here: House, ilze: Actor, turned: bool
) -> None:
    coordinator = here.world.authority("Birojs", roles={"services": "coordinator"})
    Session(here.ctx, here.anna, here.authority).save(keywords=frozenset({"labour_law", "roofer", "posted_workers"}))
    one, other = _sessions(here, ilze)
    acts = [
        one.act(keywords=frozenset({"labour_law", "roofer"}), languages=frozenset({"lv"})),
        other.act(
            keywords=frozenset({"roofer", "posted_workers", "plumber"} & set(here.ctx.catalogue.keywords)),
            languages=frozenset({"en"}),
            coordinators={"services": frozenset({coordinator})},
        ),
    ]
    assert at_once(here.ctx, *(reversed(acts) if turned else acts)) == (None, None)
    now = _draft(here)
    assert now.keywords == {"roofer"} | ({"plumber"} & set(here.ctx.catalogue.keywords))
    assert now.languages == {"lv", "en"}
    assert now.coordinators["services"] == {coordinator}


def test_who_saved_the_same_leaves_nothing_to_save(here: House, ilze: Actor) -> None:
    one, other = _sessions(here, ilze)
    other.save(town="Cēsis", keywords=frozenset({"labour_law"}))
    saved = one.save(town=" Cēsis ", keywords=frozenset({"labour_law"}))
    assert (saved.changes, saved.view.version) == ((), 2)
    with here.ctx.store.reading():
        assert Entry.select().count() == 1
        assert Mail.select().count() == 3
    with pytest.raises(Refused, match="nothing_to_save"):
        one.save()


def test_three_in_a_row_from_the_same_base(here: House, ilze: Actor) -> None:
    one, other = _sessions(here, ilze)
    third = Session(here.ctx, here.maris, here.authority)
    one.save(town="Cēsis")
    other.save(postcode="LV-4101")
    saved = third.save(address="Raunas iela 4")
    assert (saved.view.town, saved.view.postcode, saved.view.address) == ("Cēsis", "LV-4101", "Raunas iela 4")
    assert [(one.field, one.who) for one in saved.theirs] == [("postcode", "Ilze Liepa"), ("town", "Anna Bērziņa")]


def test_what_is_wrong_is_said_before_anything_is_asked(here: House, ilze: Actor) -> None:
    one, other = _sessions(here, ilze)
    other.save(town="Liepāja")
    with pytest.raises(Invalid) as invalid:
        one.save(town="Cēsis", email="nonsense")
    assert [error.field for error in invalid.value.errors] == ["email"]


def test_a_module_withdrawn_meanwhile_is_said_where_something_of_it_was_changed(here: House) -> None:
    keyword = here.ctx.catalogue.modules["services"].keywords[0].code
    one = Session(here.ctx, here.anna, here.authority)
    access.withdraw_module(here.ctx, here.maris, here.authority, "services")
    with pytest.raises(Invalid) as invalid:
        one.save(module_keywords={**one.base.module_keywords, "services": frozenset({keyword})})
    assert [(error.field, error.code) for error in invalid.value.errors] == [
        ("module_keywords.services", "module_not_held")
    ]
    assert one.save(town="Cēsis").view.town == "Cēsis"


def test_a_coordinator_that_ceased_to_be_one_meanwhile_is_not_linked(here: House, ilze: Actor) -> None:
    coordinator = here.world.authority("Birojs", roles={"services": "coordinator"})
    one, other = _sessions(here, ilze)
    other.save(town="Cēsis")
    with here.ctx.store.writing():
        AuthorityModule.update(role="authority").where(AuthorityModule.authority == coordinator).execute()
    with pytest.raises(Invalid, match="not_a_coordinator"):
        one.save(coordinators={"services": frozenset({coordinator})})


def _deactivated(here: House) -> None:
    standing.deactivate(here.ctx, here.maris, here.authority)


def _withdrawn(here: House) -> None:
    with here.ctx.store.writing():
        UserRight.delete().where(UserRight.user == here.anna.user_id).execute()


@pytest.mark.parametrize(("meanwhile", "code"), [(_deactivated, "authority_inactive"), (_withdrawn, "not_allowed")])
def test_who_may_not_edit_any_more_is_told_why(here: House, meanwhile: Callable[[House], None], code: str) -> None:
    one = Session(here.ctx, here.anna, here.authority)
    meanwhile(here)
    with pytest.raises(NotAllowed, match=code):
        one.save(town="Cēsis")
    assert authorities.view(here.ctx, CLI, here.authority).town == "Rīga"


def test_a_manager_to_whom_it_does_not_belong_any_more_is_told(here: House) -> None:
    one = Session(here.ctx, here.maris, here.authority)
    other = here.world.authority("Otra", access_manager=True, email="o@manager.example")
    handover.offer(here.ctx, here.maris, here.authority, other)
    handover.accept(here.ctx, here.world.administrator(other, "Otto", "Otrais"), here.authority)
    with pytest.raises(NotAllowed, match="not_managed"):
        one.save(town="Cēsis")


def test_a_translation_that_the_commission_settled_meanwhile_stays(ctx: Context, world: World) -> None:
    desk = Desk.of(ctx, world)
    desk.ask()
    one = Session(ctx, desk.anna, desk.authority)
    translations.settle(ctx, desk.clara, desk.authority, "informal_name", "en", "Safety", "Labour Inspectorate")
    saved = one.save(town="Cēsis")
    assert ("en", "Safety") in {(text.language, text.text) for text in saved.view.informal_names}
    assert [(one.field, one.who) for one in saved.theirs] == [("informal_name.en", "Clara Esmar (European Commission)")]
    mine = with_text(one.base, "informal_name.en", "Workers' Safety")
    with pytest.raises(SameField) as refused:
        authorities.save(ctx, desk.anna, desk.authority, one.version, mine, one.base)
    assert [clash.theirs for clash in refused.value.clashes] == ["Safety"]


def test_who_alone_calls_it_significant_is_heard_though_others_saved_the_same_words(ctx: Context, world: World) -> None:
    """S2.4."""
    desk = Desk.of(ctx, world)
    second = world.administrator(desk.authority, "Ilze", "Liepa")
    one, other = Session(ctx, desk.anna, desk.authority), Session(ctx, second, desk.authority)
    other.save(informal_name={**other.base.informal_name, "lv": "Drošība"})
    words = {"informal_name": {**one.base.informal_name, "lv": "Drošība"}, "significant": frozenset({"informal_name"})}
    saved = one.save(**words)
    assert (saved.changes, [change.new for change in saved.significant]) == ((), ["Drošība"])
    with ctx.store.reading():
        assert TranslationTask.get().old == "Darba inspekcija"
        assert AuthorityText.select().where(AuthorityText.stale).count() == 2
    assert one.save(**words).significant == ()  # asked already


def test_who_takes_theirs_calls_nothing_significant(ctx: Context, world: World) -> None:
    desk = Desk.of(ctx, world)
    second = world.administrator(desk.authority, "Ilze", "Liepa")
    one, other = Session(ctx, desk.anna, desk.authority), Session(ctx, second, desk.authority)
    other.save(informal_name={**other.base.informal_name, "lv": "Drošība"})
    words = {"informal_name": {**one.base.informal_name, "lv": "Cita"}, "significant": frozenset({"informal_name"})}
    with pytest.raises(SameField) as refused:
        one.save(**words)
    assert one.save(chosen(refused.value, keep_mine=False), **words).significant == ()
    assert one.save(chosen(refused.value, keep_mine=True), **words).significant[0].new == "Cita"


# A user


class Form:
    """A form about a user."""

    def __init__(self, ctx: Context, actor: Actor, authority: int, user: int) -> None:
        self.ctx, self.actor, self.authority, self.user = ctx, actor, authority, user
        seen = user_detail(ctx, actor, authority, user)
        self.base = EditedUser(
            seen.version, seen.first_name, seen.surname, seen.language, seen.email, seen.phone, frozenset(seen.rights)
        )

    def act(self, choices: list[Choice] | None = None, **made: Any) -> Callable[[Context], Edited]:
        mine = replace(self.base, **made)
        return do(  # type: ignore[return-value]  # what the service returns
            user_edit.edit, self.actor, self.authority, self.user, mine, self.base, choices or []
        )

    def save(self, choices: list[Choice] | None = None, **made: Any) -> Edited:
        return self.act(choices, **made)(self.ctx)


def _forms(here: House, ilze: Actor, user: int) -> tuple[Form, Form]:
    return Form(here.ctx, here.anna, here.authority, user), Form(here.ctx, ilze, here.authority, user)


@pytest.mark.parametrize("turned", [False, True])
def test_different_fields_of_a_user_are_both_saved(here: House, ilze: Actor, user: int, turned: bool) -> None:
    one, other = _forms(here, ilze, user)
    acts = [
        one.act(surname="Kalns", rights=frozenset({BASIC, HANDLER})),
        other.act(phone="67 111 111", rights=frozenset()),
    ]
    assert at_once(here.ctx, *(reversed(acts) if turned else acts)) == (None, None)
    now = user_detail(here.ctx, here.anna, here.authority, user)
    assert (now.surname, now.phone, now.rights) == ("Kalns", "+371 67 111 111", (HANDLER,))


def test_the_answer_says_who_changed_what_of_a_user(here: House, ilze: Actor, user: int) -> None:
    one, other = _forms(here, ilze, user)
    other.save(phone="67 111 111", rights=frozenset({HANDLER}))
    saved = one.save(surname="Kalns")
    assert saved.changed == ("surname",) and saved.mail_to == ""
    assert {(theirs.field, theirs.who) for theirs in saved.theirs} == {
        ("phone", "Ilze Liepa"),
        ("rights", "Ilze Liepa"),
    }
    assert _last_values(here) == {"surname": ["Kalniņš", "Kalns"]}


@pytest.mark.parametrize("keep_mine", [True, False])
def test_the_same_field_of_a_user_is_asked_and_then_decided(
    here: House, ilze: Actor, user: int, keep_mine: bool
) -> None:
    one, other = _forms(here, ilze, user)
    first, second = at_once(here.ctx, other.act(phone="67 111 111"), one.act(phone="67 222 222", surname="Kalns"))
    assert first is None and isinstance(second, SameField)
    assert second.clashes == (
        Clash("phone", "+371 67 000 000", "+371 67 111 111", "+371 67 222 222", "Ilze Liepa", NOW),
    )
    saved = one.save(chosen(second, keep_mine=keep_mine), phone="67 222 222", surname="Kalns")
    assert saved.changed == (("surname", "phone") if keep_mine else ("surname",))
    assert user_detail(here.ctx, here.anna, here.authority, user).phone == (
        "+371 67 222 222" if keep_mine else "+371 67 111 111"
    )


def test_what_moved_on_while_one_chose_for_a_user_is_asked_anew(here: House, ilze: Actor, user: int) -> None:
    one, other = _forms(here, ilze, user)
    other.save(surname="Liepiņš")
    with pytest.raises(SameField) as first:
        one.save(surname="Kalns")
    Form(here.ctx, ilze, here.authority, user).save(surname="Liepiņa")
    with pytest.raises(SameField) as second:
        one.save(chosen(first.value, keep_mine=True), surname="Kalns")
    assert one.save(chosen(second.value, keep_mine=True), surname="Kalns").changed == ("surname",)
    assert _last_values(here) == {"surname": ["Liepiņa", "Kalns"]}


def test_taking_theirs_everywhere_writes_nothing(here: House, ilze: Actor, user: int) -> None:
    one, other = _forms(here, ilze, user)
    other.save(surname="Liepiņš")
    with pytest.raises(SameField) as refused:
        one.save(surname="Kalns")
    saved = one.save(chosen(refused.value, keep_mine=False), surname="Kalns")
    assert (saved.changed, saved.name) == ((), "Jānis Liepiņš")


def test_two_who_each_take_the_right_of_another_leave_one_holder(here: House, ilze: Actor) -> None:
    """S4.3, whatever was merged."""
    one = Form(here.ctx, here.anna, here.authority, ilze.user_id or 0)
    other = Form(here.ctx, ilze, here.authority, here.anna.user_id or 0)
    first, second = at_once(here.ctx, one.act(rights=frozenset()), other.act(rights=frozenset()))
    assert first is None and isinstance(second, NotAllowed)
    assert ADMINISTRATOR in user_detail(here.ctx, here.anna, here.authority, here.anna.user_id or 0).rights


def test_a_mandatory_right_keeps_its_holder_though_each_takes_it_from_one(here: House, ilze: Actor) -> None:
    people = [here.world.user(here.authority, rights=[HANDLER]) for _number in range(2)]
    one, other = (
        Form(here.ctx, actor, here.authority, person) for actor, person in zip((here.anna, ilze), people, strict=True)
    )
    first, second = at_once(here.ctx, one.act(rights=frozenset()), other.act(rights=frozenset()))
    assert first is None and second is not None and second.code == "mandatory_right_unheld"


def test_a_right_given_meanwhile_by_a_new_module_is_not_taken_away(here: House) -> None:
    """The version of a user does not count what came with a module."""
    form = Form(here.ctx, here.anna, here.authority, here.anna.user_id or 0)
    access.give_module(here.ctx, here.maris, here.authority, "solvit")
    came = set(user_detail(here.ctx, here.anna, here.authority, form.user).rights) - form.base.rights
    assert came
    saved = form.save(surname="Bērziņa-Liepa")
    assert saved.changed == ("surname",)
    assert came <= set(user_detail(here.ctx, here.anna, here.authority, form.user).rights)
    assert [(one.field, one.who) for one in saved.theirs] == [("rights", "")]


def test_a_right_of_a_module_withdrawn_meanwhile_is_not_given_back(here: House, user: int) -> None:
    form = Form(here.ctx, here.anna, here.authority, user)
    access.withdraw_module(here.ctx, here.maris, here.authority, "services")
    assert form.save(surname="Kalns").changed == ("surname",)


def test_an_address_that_somebody_else_took_meanwhile_is_said(here: House, ilze: Actor, user: int) -> None:
    form = Form(here.ctx, here.anna, here.authority, user)
    Form(here.ctx, ilze, here.authority, ilze.user_id or 0).save(email="new@vdi.example")
    with pytest.raises(Invalid, match="email_taken"):
        form.save(email="new@vdi.example")


def test_a_user_deleted_meanwhile_is_said(here: House, ilze: Actor, user: int) -> None:
    form = Form(here.ctx, here.anna, here.authority, user)
    users.delete(here.ctx, ilze, here.authority, user)
    with pytest.raises(Gone, match="user_gone"):
        form.save(surname="Kalns")


def test_who_lost_the_right_meanwhile_saves_nothing_of_a_user(here: House, ilze: Actor, user: int) -> None:
    form = Form(here.ctx, here.anna, here.authority, user)
    Form(here.ctx, ilze, here.authority, here.anna.user_id or 0).save(rights=frozenset())
    with pytest.raises(NotAllowed, match="not_allowed"):
        form.save(surname="Kalns")


# The own account


class Own:
    """The form of the own account."""

    def __init__(self, ctx: Context, user: int) -> None:
        self.ctx, self.actor = ctx, Actor(user)
        seen = account.view(ctx, self.actor)
        self.version, self.base = seen.version, seen.data()

    def act(self, choices: list[Choice] | None = None, **made: Any) -> Callable[[Context], OwnAccount]:
        return do(  # type: ignore[return-value]  # what the service returns
            account.save, self.actor, self.version, replace(self.base, **made), self.base, choices or []
        )

    def save(self, choices: list[Choice] | None = None, **made: Any) -> OwnAccount:
        return self.act(choices, **made)(self.ctx)


@pytest.mark.parametrize("turned", [False, True])
def test_what_an_administrator_changes_and_the_own_change_are_both_saved(here: House, user: int, turned: bool) -> None:
    own, form = Own(here.ctx, user), Form(here.ctx, here.anna, here.authority, user)
    acts: list[Callable[[Context], object]] = [own.act(language="de"), form.act(phone="67 111 111", surname="Kalns")]
    assert at_once(here.ctx, *(reversed(acts) if turned else acts)) == (None, None)
    now = user_detail(here.ctx, here.anna, here.authority, user)
    assert (now.language, now.phone, now.surname) == ("de", "+371 67 111 111", "Kalns")


@pytest.mark.parametrize("keep_mine", [True, False])
def test_the_same_field_of_the_own_account_is_asked(here: House, user: int, keep_mine: bool) -> None:
    own, form = Own(here.ctx, user), Form(here.ctx, here.anna, here.authority, user)
    form.save(phone="67 111 111")
    with pytest.raises(SameField) as refused:
        own.save(phone="67 222 222")
    assert [(one.field, one.who) for one in refused.value.clashes] == [("phone", "Anna Bērziņa")]
    saved = own.save(chosen(refused.value, keep_mine=keep_mine), phone="67 222 222")
    assert saved.phone == ("+371 67 222 222" if keep_mine else "+371 67 111 111")
    assert saved.version == (3 if keep_mine else 2)
    Form(here.ctx, here.anna, here.authority, user).save(phone="")
    with pytest.raises(SameField):
        own.save(chosen(refused.value, keep_mine=True), phone="67 222 222")


def test_an_administrator_runs_into_what_somebody_changed_of_their_own(here: House, user: int) -> None:
    own, form = Own(here.ctx, user), Form(here.ctx, here.anna, here.authority, user)
    assert own.save(email="new@vdi.example").theirs == ()
    saved = form.save(surname="Kalns")
    assert [(one.field, one.who) for one in saved.theirs] == [("email", "Jānis Kalniņš")]
    with pytest.raises(SameField):
        form.save(email="other@vdi.example")


def test_three_in_a_row_of_the_own_account(here: House, user: int) -> None:
    first, second, third = (Own(here.ctx, user) for _number in range(3))
    first.save(phone="")
    second.save(language="de")
    saved = third.save(email="new@vdi.example")
    assert saved.data() == OwnData("new@vdi.example", "", "de")
    assert [one.field for one in saved.theirs] == ["language", "phone"]
    with pytest.raises(Refused, match="nothing_to_save"):
        Own(here.ctx, user).save()


def test_whoever_was_deleted_meanwhile_saves_nothing(here: House, user: int) -> None:
    own = Own(here.ctx, user)
    users.delete(here.ctx, here.anna, here.authority, user)
    with pytest.raises(NotAllowed, match="account_gone"):
        own.save(phone="")


# What the record knows


def test_where_the_record_has_forgotten_who_it_was_it_is_somebody_else(here: House, ilze: Actor, user: int) -> None:
    """B14: personal values are erased one day; what is public is still known."""
    one, other = _forms(here, ilze, user)
    other.save(phone="67 111 111", surname="Liepiņš", language="de")
    with here.ctx.store.writing():
        EntryValues.delete().where(EntryValues.kind == "personal").execute()
    with pytest.raises(SameField) as refused:
        one.save(phone="67 222 222")
    assert (refused.value.clashes[0].who, refused.value.clashes[0].at) == ("", None)
    saved = one.save(chosen(refused.value, keep_mine=True), phone="67 222 222")
    assert {(theirs.field, theirs.who) for theirs in saved.theirs} == {("surname", ""), ("language", "Ilze Liepa")}
