"""`imi translations`: the desk's twin on the command line, with the same checks and words."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.e2e.terminal import imi

IRELAND, SPLIT = ("--authority", "4"), ("--authority", "13")
"""Authorities of the demo whose informal names are to be translated: into Latvian; into English and Latvian."""


def _show(run: Run, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("translations", "show", *arguments, "--json").stdout)
    return found


def test_what_is_to_be_translated_is_listed_the_oldest_first_and_filtered(run: Run, demo: Path) -> None:
    rows = json.loads(run("translations", "list", "--json").stdout)
    assert len(rows) > 5
    assert [row["asked_at"] for row in rows] == sorted(row["asked_at"] for row in rows)
    assert {row["kind"] for row in rows} == {"informal_name", "description"}
    ireland = json.loads(run("translations", "list", "--filter", "health ie", "--language", "lv", "--json").stdout)
    assert [row["authority_id"] for row in ireland] == [4, 4]
    told = run("translations", "list", "--filter", "ireland").stdout
    assert "Health Professions Board of Ireland" in told and "Informal name" in told
    assert run("translations", "list", "--language", "xx").exit_code == 2


def test_one_is_shown_with_old_and_new_and_its_translations(run: Run, demo: Path) -> None:
    found = _show(run, *IRELAND)
    assert (found["old"], found["new"]) == ("Health Professions", "Health Professions Board")
    told = run("translations", "show", *IRELAND).stdout
    assert "! to be corrected: the original changed" in told
    assert "Veselības aprūpes profesiju padome" in told
    assert "! to be corrected: the original changed" in run("authority", "show", *IRELAND).stdout


def test_a_translation_is_corrected_another_confirmed_and_the_task_is_done(run: Run, demo: Path) -> None:
    first = run("translations", "settle", "en", "--text", "Health Board, Split", *SPLIT)
    assert first.exit_code == 0
    assert "Settled: English. Still to be corrected or confirmed: Latvian." in first.stderr
    last = run("translations", "settle", "lv", *SPLIT, "--json")
    assert json.loads(last.stdout) == {"languages": ["lv"], "done": True}
    again = run("translations", "settle", "lv", *SPLIT)
    assert (again.exit_code, again.stdout) == (1, "")
    assert "the task was ended meanwhile" in again.stderr
    seen = json.loads(run("authority", "show", *SPLIT, "--json").stdout)
    names = {text["language"]: text for text in seen["informal_names"]}
    assert (names["en"]["text"], names["en"]["stale"], names["lv"]["stale"]) == ("Health Board, Split", False, False)
    mails = json.loads(run("mail", "list", *SPLIT, "--json").stdout)
    told = [mail["user_id"] for mail in mails if mail["kind"] == "translation_done"]
    assert len(told) == len(set(told)) >= 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("settle", "en", "--text", " ", *SPLIT), "This must be filled in."),
        (("settle", "fr", *SPLIT), "This must be filled in."),
        (("settle", "hr", "--text", "x", *SPLIT), "which only the authority changes"),
        (("settle", "xx", "--text", "x", *SPLIT), "not an official language"),
        (("settle", "en", "--was", "Something else", *SPLIT), "Nothing was saved"),
        (("settle", "en", "--kind", "description", "--text", "x", *SPLIT), "Nothing is to be translated here"),
        (("finish", *SPLIT), "First correct or confirm what is still to be translated: en, lv."),
        (("show", "--authority", "2"), "Nothing is to be translated here"),
    ],
)
def test_what_cannot_be_done_is_one_line_on_stderr(
    run: Run, demo: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = run("translations", *arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr and done.stderr.count("\n") == 1


def test_a_task_without_a_stale_translation_is_finished(run: Run, demo: Path) -> None:
    done = run("translations", "finish", *IRELAND, "--kind", "description")
    assert done.exit_code == 0 and "Done: Health Professions Board of Ireland." in done.stderr
    assert run("translations", "finish", *IRELAND, "--kind", "description").exit_code == 1


def test_processes_that_confirm_at_the_same_moment_tell_the_authority_once(run: Run, demo: Path) -> None:
    """Each with the database of its own; one of them ends the task, the others are told that it is done."""
    command = imi("translations", "settle", "lv", *IRELAND)
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _number in range(4)]
    told = [process.communicate(timeout=60)[1] for process in running]
    assert sorted(process.returncode for process in running) == [0, 1, 1, 1], told
    mails = json.loads(run("mail", "list", *IRELAND, "--json").stdout)
    to = [mail["user_id"] for mail in mails if mail["kind"] == "translation_done"]
    assert len(to) == len(set(to)) >= 2
