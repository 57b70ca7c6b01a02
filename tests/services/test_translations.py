"""The translation desk: tasks are asked for, follow the original, are settled and end; the authority is told once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from db.models import Authority, AuthorityText, Entry, EntryValues, Mail, User
from imi_tui.context import Context
from imi_tui.rules.authority_changes import with_text
from imi_tui.rules.policy import Actor, system_actor
from imi_tui.rules.refusals import Conflict, Gone, Invalid, NotAllowed, Refused
from imi_tui.services import authorities, deliveries, translations
from imi_tui.services.translations import Wording, finish, settle, settle_all, task
from imi_tui.services.translations_list import TaskQuery, tasks_counts, tasks_found, tasks_page
from tests.desk import DESCRIPTION, NAME, Desk
from tests.world import Clock, World

WORKER = system_actor("worker")


@pytest.fixture
def desk(ctx: Context, world: World) -> Desk:
    return Desk.of(ctx, world)


def _settle(desk: Desk, language: str, text: str, base: str, kind: str = NAME) -> translations.Settled:
    return settle(desk.ctx, desk.clara, desk.authority, kind, language, text, base)


def _finish(desk: Desk) -> translations.Settled:
    return finish(desk.ctx, desk.clara, desk.authority, NAME)


def _task(desk: Desk, kind: str = NAME) -> translations.Task:
    return task(desk.ctx, desk.clara, desk.authority, kind)


def _version(desk: Desk) -> int:
    return authorities.view(desk.ctx, desk.clara, desk.authority).version


def _asked(desk: Desk) -> list[dict[str, object]]:
    return [json.loads(mail.params) for mail in desk.mails("translation_wanted")]


# What the authority marks


@pytest.mark.parametrize(("kind", "other"), [(NAME, DESCRIPTION), (DESCRIPTION, NAME)])
def test_what_changed_significantly_becomes_a_task_and_its_translations_stale(
    desk: Desk, kind: str, other: str
) -> None:
    """S2.4: for the informal name and for the description alike, and for no other text."""
    old = desk.texts(kind)["lv"][0]
    desk.ask("Pavisam kas cits", kind)
    assert {language: stale for language, (_text, stale) in desk.texts(kind).items() if language != "lv"} == {
        language: True for language in desk.texts(kind) if language != "lv"
    }
    assert not any(stale for _text, stale in desk.texts(other).values())
    found = _task(desk, kind)
    assert (found.old, found.new, found.language) == (old, "Pavisam kas cits", "lv")
    assert (found.asked_by, found.asked_by_authority, found.asked_at) == ("Anna Bērziņa", "", desk.ctx.now())
    assert desk.tasks() == {kind}
    (asked,) = _asked(desk)
    assert (asked["text"], asked["old"], asked["new"]) == (kind, old, "Pavisam kas cits")
    with desk.ctx.store.reading():
        told = json.loads(EntryValues.get().values)
    assert told["significant"] == [None, [kind]]


def test_both_texts_can_be_marked_in_one_save(desk: Desk) -> None:
    desk.save({"informal_name.lv": "Cits", "description.lv": "Cita."}, f"{NAME} {DESCRIPTION}")
    assert desk.tasks() == {NAME, DESCRIPTION}
    assert {asked["text"] for asked in _asked(desk)} == {NAME, DESCRIPTION}


def test_who_asked_is_named_with_their_authority_where_that_is_another_one(desk: Desk) -> None:
    """S1.8: the access manager edits those it manages."""
    manager = desk.world.authority("Pārvaldniece", access_manager=True)
    maris = desk.world.administrator(manager, "Māris", "Liepa")
    with desk.ctx.store.writing():
        Authority.update(manager=manager).where(Authority.id == desk.authority).execute()
    desk.save({"informal_name.lv": "Cits"}, NAME, actor=maris)
    assert (_task(desk).asked_by, _task(desk).asked_by_authority) == ("Māris Liepa", "Pārvaldniece")


def test_the_task_outlives_whoever_asked(desk: Desk) -> None:
    desk.ask()
    with desk.ctx.store.writing():
        User.delete().where(User.id == desk.anna.user_id).execute()
    assert _task(desk).asked_by == ""


def test_a_second_significant_change_keeps_the_wording_the_translations_are_of(desk: Desk, clock: Clock) -> None:
    desk.ask("Vides drošība")
    clock.move(days=2)
    desk.ask("Vides uzraudzība")
    found = _task(desk)
    assert (found.old, found.new, found.asked_at) == ("Darba inspekcija", "Vides uzraudzība", clock.at)


def test_a_small_change_afterwards_is_followed_by_task_and_unsent_mail(desk: Desk, clock: Clock) -> None:
    desk.ask("Vides drošība")
    asked_at = clock.at
    clock.move(days=1)
    desk.save({"informal_name.lv": "Vides drošība (VD)"})
    found = _task(desk)
    assert (found.old, found.new, found.asked_at) == ("Darba inspekcija", "Vides drošība (VD)", asked_at)
    assert _asked(desk)[0]["new"] == "Vides drošība (VD)"
    assert desk.texts()["de"][1]


def test_one_unsent_mail_says_the_latest_wording(desk: Desk) -> None:
    desk.ask("Vides drošība")
    desk.save({"description.lv": "Cits."}, DESCRIPTION)
    desk.ask("Vides uzraudzība")
    named, described = _asked(desk)
    assert (named["old"], named["new"]) == ("Darba inspekcija", "Vides uzraudzība")
    assert described["text"] == DESCRIPTION


def test_a_mail_that_is_out_is_followed_by_another_one(desk: Desk) -> None:
    desk.ask("Vides drošība")
    mail = deliveries.claim(desk.ctx, WORKER)
    while mail is not None and mail.kind != "translation_wanted":
        mail = deliveries.claim(desk.ctx, WORKER)
    assert mail is not None
    desk.ask("Vides uzraudzība")  # the first one is under way: it cannot say this any more
    assert [asked["new"] for asked in _asked(desk)] == ["Vides drošība", "Vides uzraudzība"]


def test_a_mail_that_was_given_up_is_asked_anew(desk: Desk) -> None:
    desk.ask("Vides drošība")
    with desk.ctx.store.writing():
        Mail.update(state="given_up").where(Mail.kind == "translation_wanted").execute()
    desk.ask("Vides uzraudzība")
    assert [(mail.state, json.loads(mail.params)["new"]) for mail in desk.mails("translation_wanted")] == [
        ("queued", "Vides uzraudzība")
    ]


def test_a_long_description_is_quoted_in_the_mail_no_further_than_it_is_sent(desk: Desk) -> None:
    desk.ask("x\n" * 2000, DESCRIPTION)
    (asked,) = _asked(desk)
    assert len(str(asked["new"])) <= 200
    assert _task(desk, DESCRIPTION).new == ("x\n" * 2000).strip()


def test_the_authority_that_translates_itself_ends_the_task_with_the_last_stale_one(desk: Desk) -> None:
    desk.ask()
    desk.save({"informal_name.de": "Arbeitssicherheit"})
    assert _task(desk).stale == ("en",)
    assert _asked(desk)[0]["languages"] == ["en"]
    desk.save({"informal_name.en": ""})
    assert desk.tasks() == set()
    assert (_asked(desk), desk.told()) == ([], [])  # nothing to be asked any more, nothing to be told


def test_without_any_translation_the_task_stands_whatever_the_authority_saves(desk: Desk) -> None:
    with desk.ctx.store.writing():
        AuthorityText.delete().where(AuthorityText.language != "lv").execute()
    desk.ask()
    desk.save({"informal_name.lv": "Darba drošības birojs"})
    assert _task(desk).translations == ()
    assert _asked(desk)[0]["languages"] == []


def test_an_original_that_was_taken_away_leaves_the_task_to_be_seen(desk: Desk) -> None:
    desk.ask()
    desk.save({"informal_name.lv": ""})
    assert (_task(desk).new, _task(desk).stale) == ("", ("de", "en"))


# The list


def _rows(desk: Desk, text: str = "", language: str = "", **where: object) -> list[tuple[str, str]]:
    found = tasks_page(desk.ctx, desk.clara, TaskQuery(text, language), **where)  # type: ignore[arg-type]  # positions
    return [(row.authority, row.kind) for row in found]


def _many(desk: Desk, clock: Clock, number: int) -> list[str]:
    """Tasks of other authorities, two of them asked at each instant."""
    names = [f"Iestāde {index}" for index in range(number)]
    for index, name in enumerate(names):
        authority = desk.world.authority(name, country="EE" if index % 2 else "LV")
        desk.save({"informal_name.lv": "Cits"}, NAME, authority=authority, actor=desk.world.administrator(authority))
        clock.move(minutes=index % 2)
    return names


def test_the_list_comes_by_pages_the_oldest_first_in_both_directions(desk: Desk, clock: Clock) -> None:
    names = [(name, NAME) for name in _many(desk, clock, 7)]
    found = tasks_page(desk.ctx, desk.clara, TaskQuery(), limit=3)
    assert [(row.authority, row.kind) for row in found] == names[:3]
    assert _rows(desk, after=found[-1].position, limit=3) == names[3:6]
    assert _rows(desk, at=found[-1].position, limit=2) == names[2:4]
    assert _rows(desk, last=True, limit=2) == names[5:]
    fourth = tasks_page(desk.ctx, desk.clara, TaskQuery(), limit=4)[3]
    assert _rows(desk, before=fourth.position, limit=2) == names[1:3]
    finish(desk.ctx, desk.clara, found[-1].authority_id, NAME)
    assert _rows(desk, after=found[-1].position, limit=1) == names[3:4]  # a position outlives its row


def test_the_list_is_filtered_by_name_country_and_language(desk: Desk, clock: Clock) -> None:
    desk.ask()
    _many(desk, clock, 2)
    ours = ("Valsts darba inspekcija", NAME)
    assert _rows(desk, "DARBA insp") == [ours]
    assert _rows(desk, "iestade ee") == [("Iestāde 1", NAME)]
    assert _rows(desk, "nothing of this name") == []
    assert tasks_found(desk.ctx, desk.clara, TaskQuery("iestade")) == 2
    assert ours in _rows(desk, language="de")  # stale
    assert ours in _rows(desk, language="fr")  # missing
    assert _rows(desk, language="lv") == []  # the original's own
    _settle(desk, "de", "Arbeitssicherheit", "Arbeitsaufsicht")
    assert ours not in _rows(desk, language="de")
    assert len(_rows(desk, language="de")) == 2


def test_tasks_are_counted_by_kind(desk: Desk) -> None:
    desk.save({"informal_name.lv": "Cits", "description.lv": "Cita."}, f"{NAME} {DESCRIPTION}")
    counts = tasks_counts(desk.ctx, desk.clara)
    assert (counts.informal_names, counts.descriptions) == (1, 1)


def test_a_row_says_what_is_stale_and_since_when(desk: Desk) -> None:
    desk.ask()
    (row,) = tasks_page(desk.ctx, desk.clara, TaskQuery())
    assert (row.country, row.language, row.new, row.stale, row.asked_at) == (
        "LV",
        "lv",
        "Darba drošība",
        ("de", "en"),
        desk.ctx.now(),
    )


@contextmanager
def _counted(ctx: Context) -> Iterator[list[str]]:
    statements: list[str] = []
    run = ctx.store.database.execute_sql

    def counting(sql: str, *arguments: object, **more: object) -> object:
        statements.append(sql)
        return run(sql, *arguments, **more)

    ctx.store.database.execute_sql = counting
    try:
        yield statements
    finally:
        del ctx.store.database.execute_sql


def test_a_page_takes_as_many_queries_for_one_task_as_for_twenty(desk: Desk, clock: Clock) -> None:
    desk.ask()
    with _counted(desk.ctx) as few:
        _rows(desk)
    _many(desk, clock, 20)
    with _counted(desk.ctx) as many:
        assert len(_rows(desk)) == 21
    assert len(many) == len(few)


# Settling


def test_a_correction_a_confirmation_and_an_addition_settle_their_languages(desk: Desk) -> None:
    desk.ask()
    version = _version(desk)
    assert _settle(desk, "fr", "Inspection du travail", "") == translations.Settled(("fr",), False)
    assert _settle(desk, "de", "Arbeitssicherheit", "Arbeitsaufsicht").done is False
    assert _asked(desk)[0]["languages"] == ["en"]  # the mail that has not gone out says what is left
    assert _version(desk) == version + 2  # an editing session begun before is told of it
    assert desk.texts() == {
        "lv": ("Darba drošība", False),
        "fr": ("Inspection du travail", False),
        "de": ("Arbeitssicherheit", False),
        "en": ("Labour Inspectorate", True),
    }
    assert _settle(desk, "en", "Labour Inspectorate", "Labour Inspectorate").done
    assert _version(desk) == version + 2  # nothing was changed: nobody's editing is disturbed
    assert desk.tasks() == set()
    assert desk.told() == [None, desk.anna.user_id]
    with desk.ctx.store.reading():
        entries = Entry.select(Entry.actor_id, EntryValues.values).join(EntryValues, on=(EntryValues.entry == Entry.id))
        settled = entries.where(Entry.verb == "translation:settled").order_by(Entry.id).tuples()
        told = [(actor, json.loads(values)) for actor, values in settled]
    assert [actor for actor, _values in told] == [desk.clara.user_id] * 3
    assert told[1][1] == {
        "kind": [None, NAME],
        "language": [None, ["de"]],
        "text": [{"de": "Arbeitsaufsicht"}, {"de": "Arbeitssicherheit"}],
    }


def test_several_are_settled_together_or_not_at_all(desk: Desk) -> None:
    desk.ask()
    wordings = [
        Wording("de", " Arbeits  sicherheit ", "Arbeitsaufsicht"),
        Wording("fr", "", ""),
        Wording("xx", "x", ""),
    ]
    with pytest.raises(Invalid) as invalid:
        settle_all(desk.ctx, desk.clara, desk.authority, NAME, wordings)
    assert [(error.field, error.code) for error in invalid.value.errors] == [("informal_name.fr", "required")]
    with pytest.raises(Invalid) as invalid:
        settle_all(desk.ctx, desk.clara, desk.authority, NAME, [wordings[0], wordings[2], Wording("lv", "x", "")])
    assert [(error.field, error.code) for error in invalid.value.errors] == [
        ("informal_name.xx", "unknown_language"),
        ("informal_name.lv", "translation_of_itself"),
    ]
    assert desk.texts()["de"] == ("Arbeitsaufsicht", True)
    added = [Wording("en", "Safety", "Labour Inspectorate"), wordings[0], Wording("fr", "Sécurité", "")]
    assert settle_all(desk.ctx, desk.clara, desk.authority, NAME, added).done
    assert desk.texts()["de"] == ("Arbeits sicherheit", False)
    assert desk.texts()["fr"] == ("Sécurité", False)


@pytest.mark.parametrize(
    ("text", "code"), [("x" * 301, "too_long"), ("a\x1bb", "forbidden_characters"), ("  ", "required")]
)
def test_what_is_wrong_with_a_translation_is_said_at_its_field(desk: Desk, text: str, code: str) -> None:
    desk.ask()
    with pytest.raises(Invalid) as invalid:
        _settle(desk, "de", text, "Arbeitsaufsicht")
    assert [(error.field, error.code) for error in invalid.value.errors] == [("informal_name.de", code)]


def test_an_old_translation_that_todays_rules_would_refuse_can_be_confirmed(desk: Desk) -> None:
    with desk.ctx.store.writing():
        AuthorityText.update(text="Arbeit\x1bsaufsicht").where(AuthorityText.language == "de").execute()
    desk.ask()
    _settle(desk, "de", "Arbeit\x1bsaufsicht", "Arbeit\x1bsaufsicht")
    assert desk.texts()["de"] == ("Arbeit\x1bsaufsicht", False)


def test_nothing_is_written_over_what_somebody_changed_meanwhile(desk: Desk, clock: Clock) -> None:
    desk.ask()
    clock.move(minutes=5)
    desk.save({"informal_name.de": "Arbeitsschutz"})
    at = clock.at
    clock.move(minutes=5)
    desk.save({"address": "Citur 2"})  # of no concern to the translation: the one who wrote that is named
    for text in ("Arbeitssicherheit", "Arbeitsaufsicht"):
        with pytest.raises(Conflict) as conflict:
            _settle(desk, "de", text, "Arbeitsaufsicht")
        assert conflict.value.facts == {
            "language": "de",
            "who": "Anna Bērziņa",
            "when": at,
            "text": "Arbeitsschutz",
        }
    assert desk.texts()["de"] == ("Arbeitsschutz", False)
    _settle(desk, "de", "Arbeitsschutz", "Arbeitsaufsicht")  # both had the same idea
    _settle(desk, "de", "Arbeitssicherheit", "Arbeitsschutz")  # knowingly
    assert desk.texts()["de"][0] == "Arbeitssicherheit"


def test_a_translation_that_was_added_meanwhile_is_not_written_over(desk: Desk) -> None:
    desk.ask()
    clark = desk.world.administrator(desk.commission, "Clark", "Esmar")
    settle(desk.ctx, clark, desk.authority, NAME, "fr", "Inspection", "")
    with pytest.raises(Conflict) as conflict:
        _settle(desk, "fr", "Sécurité", "")
    assert (conflict.value.code, conflict.value.facts["who"]) == ("translation_changed", "Clark Esmar")


def test_a_change_by_somebody_who_is_gone_is_told_without_a_name(desk: Desk) -> None:
    desk.ask()
    second = desk.world.administrator(desk.authority, "Ilze", "Liepa")
    desk.save({"informal_name.de": "Arbeitsschutz"}, actor=second)
    with desk.ctx.store.writing():
        User.delete().where(User.id == second.user_id).execute()
    with pytest.raises(Conflict, match="translation_changed_by_another"):
        _settle(desk, "de", "Arbeitssicherheit", "Arbeitsaufsicht")


def test_an_editing_session_of_the_authority_is_told_who_translated_meanwhile(desk: Desk) -> None:
    desk.ask()
    seen = authorities.view(desk.ctx, desk.anna, desk.authority)
    _settle(desk, "de", "Arbeitssicherheit", "Arbeitsaufsicht")
    mine = with_text(seen.draft(), "informal_name.de", "Etwas anderes")
    with pytest.raises(Conflict) as conflict:
        authorities.save(desk.ctx, desk.anna, desk.authority, seen.version, mine)
    assert conflict.value.facts["who"] == "Clara Esmar"


def test_more_than_one_entry_of_the_record_can_hold_is_refused(desk: Desk) -> None:
    languages = "bg cs da el es et fi fr ga hr hu it lt mt nl pl pt ro sk sl sv".split()
    desk.ask("Cits.", DESCRIPTION)
    first = [Wording(language, "x" * 3900, "") for language in languages]
    settle_all(desk.ctx, desk.clara, desk.authority, DESCRIPTION, first)
    second = [Wording(language, "y" * 3900, "x" * 3900) for language in languages]
    with pytest.raises(Refused, match="too_much_at_once"):
        settle_all(desk.ctx, desk.clara, desk.authority, DESCRIPTION, second)


# The end


def test_a_task_without_a_stale_translation_stands_until_it_is_finished(desk: Desk) -> None:
    with desk.ctx.store.writing():
        AuthorityText.delete().where(AuthorityText.language != "lv").execute()
    desk.ask()
    assert _settle(desk, "en", "Safety", "").done is False
    assert desk.tasks() == {NAME}
    assert _finish(desk).done
    assert (desk.tasks(), desk.told()) == (set(), [None, desk.anna.user_id])


def test_what_is_stale_must_be_settled_before_the_end(desk: Desk) -> None:
    desk.ask()
    with pytest.raises(Refused) as refused:
        _finish(desk)
    assert (refused.value.code, refused.value.facts) == ("translations_stale", {"languages": "de, en"})
    assert desk.tasks() == {NAME}


def test_what_is_done_is_told_once_however_often_it_is_confirmed(desk: Desk) -> None:
    desk.ask()
    wordings = [Wording("de", "Arbeitsaufsicht", "Arbeitsaufsicht"), Wording("en", "Safety", "Labour Inspectorate")]
    settle_all(desk.ctx, desk.clara, desk.authority, NAME, wordings)
    again: list[Callable[[], object]] = [
        lambda: _settle(desk, "de", "Arbeitsaufsicht", "Arbeitsaufsicht"),
        lambda: _finish(desk),
        lambda: _task(desk),
    ]
    for call in again:
        with pytest.raises(Gone, match="translation_done"):
            call()
    assert desk.told() == [None, desk.anna.user_id]
    assert json.loads(desk.mails("translation_done")[0].params) == {
        "text": NAME,
        "languages": ["de", "en"],
    }
    assert _asked(desk) == []  # the mail that asked for it has become pointless


def test_two_people_who_confirm_at_the_same_moment_tell_the_authority_once(desk: Desk) -> None:
    """On the real store, each with a connection of their own."""
    with desk.ctx.store.writing():
        AuthorityText.delete().where(AuthorityText.language == "en").execute()
    clark = desk.world.administrator(desk.commission, "Clark", "Esmar")
    for number in range(10):
        desk.ask(f"Nosaukums {number}")
        start = threading.Barrier(4)
        answers: list[str] = []

        def confirm(actor: Actor, start: threading.Barrier = start, answers: list[str] = answers) -> None:
            start.wait()
            try:
                done = settle(desk.ctx, actor, desk.authority, NAME, "de", "Arbeitsaufsicht", "Arbeitsaufsicht").done
                answers.append("done" if done else "not yet")
            except Gone as gone:
                answers.append(gone.code)
            finally:
                desk.ctx.store.close()

        threads = [threading.Thread(target=confirm, args=(actor,)) for actor in (desk.clara, clark) * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["done", *["translation_done"] * 3]
        assert len(desk.told()) == 2 * (number + 1)


def test_what_was_held_against_an_older_original_is_not_settled(desk: Desk) -> None:
    """The authority says once more that its text means something else, while the desk is at the translations."""
    desk.ask("Vides drošība")
    seen = _task(desk)
    desk.ask("Vides uzraudzība")
    for old in ("Arbeitsaufsicht", "Umweltsicherheit"):
        with pytest.raises(Conflict, match="original_changed"):
            settle(desk.ctx, desk.clara, desk.authority, NAME, "de", old, "Arbeitsaufsicht", seen.new)
    assert desk.texts()["de"] == ("Arbeitsaufsicht", True)
    settle(desk.ctx, desk.clara, desk.authority, NAME, "de", "Umweltaufsicht", "Arbeitsaufsicht", _task(desk).new)
    assert desk.texts()["de"] == ("Umweltaufsicht", False)


def test_a_task_is_not_ended_over_a_wording_that_nobody_has_seen(desk: Desk) -> None:
    with desk.ctx.store.writing():
        AuthorityText.delete().where(AuthorityText.language != "lv").execute()
    desk.ask("Vides drošība")
    seen = _task(desk)
    desk.ask("Vides uzraudzība")
    with pytest.raises(Conflict, match="original_changed"):
        finish(desk.ctx, desk.clara, desk.authority, NAME, seen.new)
    assert desk.tasks() == {NAME}
    assert finish(desk.ctx, desk.clara, desk.authority, NAME, _task(desk).new).done


# Who may


def _administrator(desk: Desk) -> Actor:
    return desk.anna


def _colleague(desk: Desk) -> Actor:
    return Actor(desk.world.user(desk.commission))


def _manager(desk: Desk) -> Actor:
    return desk.world.administrator(desk.world.authority("Pārvaldniece", access_manager=True))


def _blocked(desk: Desk) -> Actor:
    return Actor(desk.world.user(desk.commission, administrator=True, blocked=True))


@pytest.mark.parametrize("who", [_administrator, _colleague, _manager, _blocked])
def test_only_the_commissions_administrators_work_at_the_desk(desk: Desk, who: Callable[[Desk], Actor]) -> None:
    desk.ask()
    actor = who(desk)
    calls: list[Callable[[], object]] = [
        lambda: tasks_page(desk.ctx, actor, TaskQuery()),
        lambda: tasks_counts(desk.ctx, actor),
        lambda: tasks_found(desk.ctx, actor, TaskQuery()),
        lambda: task(desk.ctx, actor, desk.authority, NAME),
        lambda: settle(desk.ctx, actor, desk.authority, NAME, "de", "x", "Arbeitsaufsicht"),
        lambda: finish(desk.ctx, actor, desk.authority, NAME),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert desk.texts()["de"] == ("Arbeitsaufsicht", True)


@pytest.mark.parametrize("kind", ["official_name", "email", "", "informal_name.lv"])
def test_no_other_text_is_touched_by_this_way(desk: Desk, kind: str) -> None:
    desk.ask()
    with pytest.raises((Gone, Invalid)):
        _settle(desk, "de", "x", "", kind)
    assert authorities.view(desk.ctx, desk.clara, desk.authority).official_name == "Valsts darba inspekcija"


def test_a_text_that_nobody_asked_to_translate_is_not_touched(desk: Desk) -> None:
    desk.ask()
    with pytest.raises(Gone, match="translation_done"):
        _settle(desk, "en", "x", "Watches over work.", DESCRIPTION)
