"""Every kind of mail in every official language, as a mail program reads it: whole sentences, names, dates, numbers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from babel.dates import format_date

from imi_tui import i18n
from imi_tui.context import Context
from imi_tui.mail.compose import compose
from imi_tui.mail.delivery import words_of
from imi_tui.mail.messages import WORDS
from imi_tui.mail.words import Temporary, Words
from imi_tui.rules.kinds import WITH_TEMPORARY_PASSWORD, MailKind
from imi_tui.rules.languages import WORKING_LANGUAGES
from imi_tui.services.deliveries import Claimed
from tests.mail.server import parsed, text_of
from tests.world import NOW

ON_EVERY_ENGINE = False
"""The words are the same whatever the store."""

UNTIL = NOW + timedelta(days=6, hours=3)
PASSWORD = "Abcd-2345-Efgh"
PARAMS: dict[MailKind, dict[str, Any]] = {
    MailKind.PASSWORD_REMINDER: {"until": UNTIL.isoformat()},
    MailKind.PASSWORD_EXPIRED: {"until": UNTIL.isoformat()},
    MailKind.USER_BLOCKED: {"person": "Žanete Ķēniņa"},
    MailKind.RIGHTS_CHANGED: {
        "come": [["services", "request_handler"]],
        "gone": [["consumer_protection", "allocator"], ["solvit", "basic_user"]],
        "by": "Anna Bērziņa",
    },
    MailKind.MODULE_GIVEN: {"module": "services", "by": "Anna Bērziņa"},
    MailKind.MODULE_WITHDRAWN: {"module": "services", "by": "Anna Bērziņa"},
    MailKind.MODULE_SUSPENDED: {"module": "services", "by": "Anna Bērziņa"},
    MailKind.MODULE_RESUMED: {"module": "services", "by": "Anna Bērziņa"},
    MailKind.MODULE_ROLE: {"module": "services", "role": "access_coordinator", "by": "Anna Bērziņa"},
    MailKind.AUTHORITY_REGISTERED: {"modules": ["services", "solvit"], "by": "Anna Bērziņa"},
    MailKind.AUTHORITY_DEACTIVATED: {"by": "Anna Bērziņa"},
    MailKind.AUTHORITY_REACTIVATED: {"by": "Anna Bērziņa"},
    MailKind.HANDOVER_OFFERED: {"name": "Valsts darba inspekcija", "by": "Anna Bērziņa (Birojs)"},
    MailKind.HANDOVER_DONE: {"name": "Valsts darba inspekcija", "manager": "Birojs", "by": "Anna Bērziņa (Birojs)"},
    MailKind.HANDOVER_DECLINED: {"name": "Valsts darba inspekcija", "by": "Anna Bērziņa (Birojs)"},
    MailKind.MANDATORY_RIGHT: {"rights": [["services", "request_handler"]]},
    MailKind.AUTHORITY_CHANGED: {"fields": ["phone", "keywords"], "by": "Anna Bērziņa"},
    MailKind.TRANSLATION_WANTED: {
        "text": "informal_name",
        "language": "lv",
        "old": "Inspekcija",
        "new": "Pārvalde",
        "languages": ["de", "fr"],
        "by": "Anna Bērziņa",
    },
    MailKind.TRANSLATION_DONE: {"text": "informal_name", "languages": ["de", "fr"]},
}


def _words(ctx: Context, kind: MailKind, language: str, **more: Any) -> Words:
    mail = Claimed(
        id=1,
        kind=kind,
        tries=1,
        authority_id=1,
        authority_name="Valsts darba inspekcija",
        user_id=1,
        name="Jānis Kalniņš",
        email="janis@vdi.example",
        language=language,
        params={**PARAMS.get(kind, {}), **more},
        message_id="<1@vdi.example>",
    )
    return words_of(ctx, mail, Temporary(PASSWORD, UNTIL) if kind in WITH_TEMPORARY_PASSWORD else None)


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(MailKind)


@pytest.mark.parametrize("language", WORKING_LANGUAGES)
def test_each_kind_is_whole_in_this_language_and_in_no_other(ctx: Context, language: str) -> None:
    for kind in MailKind:
        words = _words(ctx, kind, language)
        message = compose(
            words,
            sender=("IMI", "imi@example.eu"),
            to=("Jānis Kalniņš", "janis@vdi.example"),
            language=language,
            message_id="<1@vdi.example>",
            now=NOW,
        )
        received = parsed(message.as_bytes())
        text = text_of(received)
        assert received["Subject"] == words.subject
        assert received["Content-Language"] == language
        assert received["List-Id"] is None and received["Auto-Submitted"] == "auto-generated"
        assert not re.search(r"[{}]|None", words.subject + text), (kind, text)
        assert "Jānis Kalniņš" in text
        english = _words(ctx, kind, "en")
        assert (words.subject == english.subject) == (language == "en")
        assert set(words.body.split("\n\n")) & set(english.body.split("\n\n")) <= {PASSWORD} or language == "en"
        assert (PASSWORD in text) == (kind in WITH_TEMPORARY_PASSWORD)
        assert "Valsts darba inspekcija" in text


@pytest.mark.parametrize("language", WORKING_LANGUAGES)
def test_days_modules_and_languages_are_named_in_this_language(ctx: Context, language: str) -> None:
    day = format_date(i18n.local(UNTIL), "long", locale="en_IE" if language == "en" else language)
    assert day in _words(ctx, MailKind.PASSWORD_REMINDER, language).body
    assert day in _words(ctx, MailKind.WELCOME, language).body
    given, english = (_words(ctx, MailKind.RIGHTS_CHANGED, one).body for one in (language, "en"))
    assert ("- Services in the internal market: Request handler" in given) == (language == "en")
    assert len(re.findall("^- ", given, re.MULTILINE)) == len(re.findall("^- ", english, re.MULTILINE)) == 3
    names = _words(ctx, MailKind.TRANSLATION_WANTED, language).body
    assert all(i18n.language_name(code, language) in names for code in ("lv", "de", "fr"))


@pytest.mark.parametrize("language", WORKING_LANGUAGES)
@pytest.mark.parametrize("kind", [MailKind.TRANSLATION_WANTED, MailKind.TRANSLATION_DONE])
def test_the_mails_about_translations_say_of_which_text(ctx: Context, kind: MailKind, language: str) -> None:
    """S2.4: the informal name or the description."""
    name, description = (_words(ctx, kind, language, text=text) for text in ("informal_name", "description"))
    assert max(len(words.subject) for words in (name, description)) <= 68
    assert name.subject != description.subject
    english = _words(ctx, kind, "en", text="description")
    assert (description.subject == english.subject) == (language == "en")
    assert set(description.body.split("\n\n")) & set(english.body.split("\n\n")) == set() or language == "en"
    if kind is MailKind.TRANSLATION_WANTED:
        assert "Inspekcija" in description.body and "Pārvalde" in description.body
    assert i18n.language_name("fr", language) in description.body
    assert not re.search(r"[{}]|None", description.subject + description.body)


@pytest.mark.parametrize("language", WORKING_LANGUAGES)
def test_the_number_of_days_takes_its_plural_form(ctx: Context, language: str) -> None:
    for days in (1, 2, 3, 7, 11, 14, 21):
        subject = _words(
            ctx, MailKind.PASSWORD_REMINDER, language, until=(NOW + timedelta(days=days)).isoformat()
        ).subject
        assert re.findall(r"\d+", subject) == [str(days)], subject


def test_what_is_no_longer_in_the_catalogue_is_told_by_its_code(ctx: Context) -> None:
    gone = {"come": [["old_module", "old_right"], ["services", "old_right"]], "gone": []}
    body = _words(ctx, MailKind.RIGHTS_CHANGED, "de", **gone).body
    assert "old_module: old_right" in body and ": old_right" in body
    assert "old_module" in _words(ctx, MailKind.MODULE_GIVEN, "de", module="old_module").body
