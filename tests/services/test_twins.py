"""The authority that is registered already is found, however it is written; one of its kind in another town is not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.models import Authority, AuthorityText
from imi_tui.context import Context
from imi_tui.rules.policy import Actor
from imi_tui.rules.refusals import NotAllowed
from imi_tui.services import search_index
from imi_tui.services.twins import SHARED, Reason, likely_twins
from tests.world import World

KINDS = ("Pilsētas būvvalde", "Būvvalde", "Building authority")
TOWNS = ("Rīga", "Liepāja", "Ventspils", "Daugavpils", "Jelgava", "Cēsis", "Ogre", "Valmiera")


@pytest.fixture
def manager(ctx: Context, world: World) -> Actor:
    """An access manager among authorities of one kind in many towns, and a few others."""

    def one(name: str, town: str, email: str, *, country: str = "LV", language: str = "lv", **texts: str) -> int:
        informal = texts.pop("informal", name)
        number = world.authority(name, informal=informal, email=email, country=country, language=language)
        for spoken, text in texts.items():
            AuthorityText.create(authority=number, kind="informal_name", language=spoken, text=text)
        Authority.update(town=town, website=f"https://{email.partition('@')[2]}").where(
            Authority.id == number
        ).execute()
        search_index.index(ctx, number)
        return number

    with ctx.store.writing():
        for town in TOWNS:
            domain = {"Rīga": "riga.example"}.get(town, "mail.example")
            address = f"{'buvvalde' if town == 'Rīga' else town.encode('ascii', 'ignore').decode().lower()}@{domain}"
            one(f"{town[:-1]}as pilsētas būvvalde", town, address, informal=f"Būvvalde, {town}",
                en=f"Building authority, {town}")  # fmt: skip
        one("Valsts darba inspekcija", "Rīga", "pasts@vdi.example", en="State Labour Inspectorate")
        one("Επιμελητήριο Θεσσαλονίκης", "Θεσσαλονίκη", "info@epimelitirio.example", country="GR", language="el",
            en="Thessaloniki Chamber of Commerce")  # fmt: skip
        one("Darba inspekcija", "Vilnius", "info@vdi-lt.example", country="LT", language="lt")
    place = world.authority("Koordinācijas birojs", informal="Birojs", access_manager=True, email="imi@birojs.example")
    return world.administrator(place)


def _first(ctx: Context, actor: Actor, *args: str) -> tuple[str, set[Reason]]:
    found = likely_twins(ctx, actor, *args)
    return (found[0].found.official_name, set(found[0].reasons)) if found else ("", set())


@pytest.mark.parametrize(
    ("described", "twin", "reason"),
    [
        (("Valsts darba inspekcija", "", "", "Rīga", "LV"), "Valsts darba inspekcija", Reason.SAME_NAME),
        (("VALSTS DARBA-INSPEKCIJA", "", "", "", "LV"), "Valsts darba inspekcija", Reason.SAME_NAME),
        (("State Labour Inspectorate", "", "", "Rīga", "LV"), "Valsts darba inspekcija", Reason.SAME_NAME),
        (("Valst darba inspekcja", "", "", "Rīga", "LV"), "Valsts darba inspekcija", Reason.LIKE_NAME),
        (("Latvijas valsts darba inspekcija", "", "", "Riga", "LV"), "Valsts darba inspekcija", Reason.LIKE_NAME),
        (("Jauns nosaukums", "", "pasts@vdi.example", "", "LV"), "Valsts darba inspekcija", Reason.SAME_EMAIL),
        (("Darba lietu inspekcija", "", "info@vdi.example", "", "LV"), "Valsts darba inspekcija", Reason.SAME_DOMAIN),
        (("Epimelitirio Thessalonikis", "", "", "", "GR"), "Επιμελητήριο Θεσσαλονίκης", Reason.SAME_NAME),
        (("ΕΠΙΜΕΛΗΤΗΡΙΟ ΘΕΣΣΑΛΟΝΙΚΗΣ", "", "", "Thessaloniki", "GR"), "Επιμελητήριο Θεσσαλονίκης", Reason.SAME_TOWN),
        (("Liepājas būvvalde", "Būvvalde", "", "Liepāja", "LV"), "Liepājas pilsētas būvvalde", Reason.SAME_TOWN),
        (("Liepaja building authority", "", "", "Liepaja", "LV"), "Liepājas pilsētas būvvalde", Reason.LIKE_NAME),
        (
            ("Domes būvvalde", "", "dome@riga.example", "Rīga", "LV"),
            "Rīgas pilsētas būvvalde",
            Reason.SAME_DOMAIN,
        ),
    ],
)
def test_the_same_authority_is_found_however_it_is_written(
    ctx: Context, manager: Actor, described: tuple[str, ...], twin: str, reason: Reason
) -> None:
    name, reasons = _first(ctx, manager, *described)
    assert name == twin
    assert reason in reasons


@pytest.mark.parametrize(
    "described",
    [
        ("Saldus pilsētas būvvalde", "Būvvalde, Saldus", "buvvalde@saldus.example", "Saldus", "LV"),
        ("Būvvalde", "", "", "Saldus", "LV"),
        ("Building authority of Tukums", "", "", "Tukums", "LV"),
        ("Ugunsdzēsības dienests", "Ugunsdzēsēji", "vugd@vugd.example", "Rīga", "LV"),
        ("", "", "", "", ""),
        ("", "", "", "Rīga", "LV"),
    ],
)
def test_an_authority_that_is_not_there_has_no_twin(ctx: Context, manager: Actor, described: tuple[str, ...]) -> None:
    assert likely_twins(ctx, manager, *described) == ()


def test_one_of_the_same_kind_in_another_town_does_not_come_first(ctx: Context, manager: Actor) -> None:
    found = likely_twins(ctx, manager, "Ogres pilsētas būvvalde", "Būvvalde, Ogre", "", "Ogre", "LV")
    assert found[0].found.town == "Ogre"
    assert all(twin.likeness < found[0].likeness - 0.2 for twin in found[1:])


def test_a_domain_that_many_share_says_nothing(ctx: Context, manager: Actor) -> None:
    assert len(TOWNS) - 1 > SHARED
    assert likely_twins(ctx, manager, "Pilsētas pirts", "", "pirts@mail.example", "", "LV") == ()


def test_a_web_site_of_the_domain_is_a_reason_of_its_own(ctx: Context, manager: Actor) -> None:
    here = Authority.official_name == "Valsts darba inspekcija"
    with ctx.store.writing():
        Authority.update(email="vdi@pasts.example").where(here).execute()
        search_index.index(ctx, Authority.get(here).id)
    name, reasons = _first(ctx, manager, "Darba inspekcijas birojs", "", "birojs@vdi.example", "", "LV")
    assert name == "Valsts darba inspekcija"
    assert Reason.SAME_WEBSITE in reasons


def test_the_words_in_common_are_shown(ctx: Context, manager: Actor) -> None:
    (twin, *_rest) = likely_twins(ctx, manager, "State Labour Inspectorate", "", "", "", "LV", language="lv")
    assert twin.found.informal_name == "Valsts darba inspekcija"
    assert {word for match in twin.found.matches for word in match.words} == {"State", "Labour", "Inspectorate"}


def test_only_who_registers_authorities_may_ask(ctx: Context, world: World, manager: Actor) -> None:
    ordinary = world.administrator(world.authority("Cita iestāde"))
    with pytest.raises(NotAllowed):
        likely_twins(ctx, ordinary, "Valsts darba inspekcija", "", "", "", "LV")


def test_no_more_than_asked_for_and_the_likeliest_first(ctx: Context, manager: Actor) -> None:
    found = likely_twins(ctx, manager, "Būvvalde", "Building authority", "", "", "LV", limit=3)
    assert len(found) == 3
    assert [twin.likeness for twin in found] == sorted((twin.likeness for twin in found), reverse=True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(st.one_of(st.characters(), st.sampled_from('ab "*()@.')), max_size=30), min_size=5, max_size=5))
def test_any_description_is_answered(ctx: Context, manager: Actor, described: list[str]) -> None:
    for twin in likely_twins(ctx, manager, *described):
        assert 0.5 <= twin.likeness <= 1
