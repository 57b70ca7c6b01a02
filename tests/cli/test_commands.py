"""The commands: data on stdout, one line on stderr where they refuse, the exit codes."""

from __future__ import annotations

import json
import mailbox
import sqlite3
from pathlib import Path

import pytest

from imi_tui import __version__
from tests.cli.conftest import Run


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert __version__ in run("--version").stdout


def test_the_demo_prints_its_log_ins(run: Run, demo: Path) -> None:
    logins = json.loads(run("demo", "--no-open", "--logins").stdout)
    assert {login["role"] for login in logins} == {"administrator", "user", "access-manager", "translator"}
    for login in logins:
        assert {"username", "password", "role", "authority", "language"} <= set(login)


def test_the_demo_is_kept_and_made_anew_only_when_asked(run: Run, demo: Path) -> None:
    with sqlite3.connect(demo) as connection:
        connection.execute("UPDATE users SET phone = '+371 1' WHERE id = 1")
    assert run("demo", "--no-open").exit_code == 0
    assert json.loads(run("users", "show", "1", "--json").stdout)["phone"] == "+371 1"
    assert run("demo", "--no-open", "--fresh").exit_code == 0
    assert json.loads(run("users", "show", "1", "--json").stdout)["phone"] != "+371 1"


def test_the_demo_can_have_any_size(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/small.db"
    assert run("demo", "--no-open", "--database", url, "--authorities", "1", "--users", "1").exit_code == 0
    assert run("demo", "--no-open", "--users", "1000001").exit_code == 2


def test_users_are_listed_filtered_and_sorted(run: Run, demo: Path) -> None:
    rows = json.loads(run("users", "list", "--json").stdout)
    assert len(rows) > 10
    assert {"id", "username", "status", "password", "email"} <= set(rows[0])
    assert [row["id"] for row in json.loads(run("users", "list", "--json", "--filter", "berzin").stdout)] == [1]
    blocked = json.loads(run("users", "list", "--json", "--status", "blocked").stdout)
    assert {row["password"] for row in blocked} == {"blocked"}
    by_username = [row["username"] for row in json.loads(run("users", "list", "--json", "--sort", "username").stdout)]
    assert by_username == sorted(by_username)
    downwards = json.loads(run("users", "list", "--json", "--sort", "username", "--descending").stdout)
    assert [row["username"] for row in downwards] == by_username[::-1]


def test_nothing_a_terminal_would_obey_is_printed(run: Run, demo: Path) -> None:
    told = run("users", "list").stdout + run("authority", "show", "--authority", "5").stdout
    assert "Sarkans" in told
    assert not any(letter in told for letter in "\x1b\x07\x9b\u202e\x00")


def test_one_user_is_shown_with_rights(run: Run, demo: Path) -> None:
    found = json.loads(run("users", "show", "berziann", "--json").stdout)
    assert found["username"] == "berziann"
    assert ["authority_administration", "administrator"] in found["rights"]
    assert "Administrator" in run("users", "show", "BERZIANN").stdout


def test_one_authority_is_shown(run: Run, demo: Path) -> None:
    found = json.loads(run("authority", "show", "--json").stdout)
    assert found["official_name"] == "Valsts darba inspekcija"
    told = run("authority", "show", "--authority", "mazpilsētas").stdout
    assert "Mazpilsētas būvvalde" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("users", "list", "--authority", "There is none of this name"),
        ("users", "list", "--authority", "a"),
        ("users", "show", "nobody"),
        ("users", "show", "99999"),
        ("authority", "show", "--authority", "99999"),
    ],
)
def test_what_is_refused_is_one_line_on_stderr(run: Run, demo: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("imi: ")
    assert result.stderr.count("\n") == 1


def test_wrong_usage_has_its_own_exit_code(run: Run, demo: Path) -> None:
    assert run("users", "list", "--status", "asleep").exit_code == 2
    assert run("nonsense").exit_code == 2


def test_the_first_access_manager_is_founded_and_its_user_gets_mail(run: Run, tmp_path: Path, demo: Path) -> None:
    url = f"sqlite:///{tmp_path}/first.db"
    env = {"IMI_DATABASE": url}
    options = {
        "country": "LV",
        "language": "lv",
        "name": "Ekonomikas ministrija",
        "email": "pasts@em.example",
        "first-name": "Zane",
        "surname": "Ābola",
        "user-email": "zane.abola@em.example",
        "user-language": "lv",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    wrong = run("init", *[*arguments[:-1], "xx"], env=env)
    assert wrong.exit_code == 1
    assert not (tmp_path / "first.db").exists()
    result = run("init", *arguments, "--json", env=env)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["username"] == "abolazan"
    again = run("init", *arguments, env=env)
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    sent = json.loads(run("worker", "--once", "--json", env=env).stdout)
    assert sent["sent"] == 1
    (message,) = mailbox.Maildir(tmp_path / "mail", create=False)
    assert message["To"].endswith("<zane.abola@em.example>")
    assert "abolazan" not in str(message)
    first = json.loads(run("users", "show", "abolazan", "--json", env=env).stdout)
    rights = {tuple(right) for right in first["rights"]}
    assert ("authority_administration", "administrator") in rights
    assert len({module for module, _right in rights}) > 10


def test_the_settings_file_is_read_and_a_wrong_one_told(run: Run, demo: Path, tmp_path: Path) -> None:
    config = tmp_path / "imi.toml"
    config.write_text("wrong_tries = 'five'\n", encoding="utf-8")
    result = run("users", "list", env={"IMI_CONFIG": str(config)})
    assert result.exit_code == 1
    assert "wrong_tries" in result.stderr
    config.write_text("no_such_setting = 1\n", encoding="utf-8")
    assert "no_such_setting" in run("users", "list", env={"IMI_CONFIG": str(config)}).stderr


def test_a_broken_catalogue_is_told_with_file_and_line(run: Run, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from db.catalogue import CatalogueError

    def broken() -> None:
        raise CatalogueError("modules.toml", 7, "the module has no rights")

    monkeypatch.setattr("db.catalogue.load", broken)
    result = run("users", "list")
    assert result.exit_code == 1
    assert "modules.toml, line 7: the module has no rights" in result.stderr


def test_mails_are_listed_shown_and_sent_again(run: Run, demo: Path) -> None:
    (given_up,) = json.loads(run("mail", "list", "--state", "given_up", "--json").stdout)
    assert {"id", "kind", "name", "state", "error", "tries", "at", "again"} <= set(given_up)
    shown = run("mail", "show", str(given_up["id"])).stdout
    assert "not delivered" in shown and "The mail server answered: 550 mailbox unavailable" in shown
    again = json.loads(run("mail", "resend", str(given_up["id"]), "--json").stdout)
    assert (again["state"], again["kind"], again["user_id"]) == ("queued", given_up["kind"], given_up["user_id"])
    assert json.loads(run("mail", "list", "--state", "given_up", "--json").stdout) == []
    table = run("mail", "list", "--user", str(given_up["user_id"])).stdout
    assert "queued" in table and "welcome with temporary password" in table
    refused = run("mail", "resend", "999999")
    assert (refused.exit_code, refused.stderr) == (1, "imi: There is no such mail any more.\n")


def test_a_password_is_reset_and_the_rehearsal_shows_what_would_go_out(run: Run, demo: Path) -> None:
    user = json.loads(run("users", "list", "--status", "valid", "--json").stdout)[1]
    done = json.loads(run("users", "reset", user["username"], "--json").stdout)
    assert (done["user_id"], done["mail_to"]) == (user["id"], user["email"])
    assert run("users", "reset", user["username"]).stderr.startswith("The password of ")
    (mail,) = json.loads(run("worker", "--rehearse", "--json").stdout)
    assert (mail["kind"], mail["email"], mail["language"]) == ("password_reset", user["email"], user["language"])
    assert "••••-••••-••••" in mail["body"] and user["username"] not in mail["body"]
    told = run("worker", "--rehearse")
    assert f"<{user['email']}>" in told.stdout and mail["subject"] in told.stdout
    assert told.stderr == "would send 1\n"
    assert not (demo.parent / "mail").exists()
    done = {"sent": 1, "given_up": 0, "left": 0, "reminded": 0, "lapsed": 0, "erased": 0}
    assert json.loads(run("worker", "--once", "--json").stdout) == done
    assert json.loads(run("worker", "--rehearse", "--json").stdout) == []
    assert run("worker", "--once", "--rehearse").exit_code == 2


def test_access_to_a_module_is_given_and_withdrawn(run: Run, demo: Path) -> None:
    held = {module["code"] for module in json.loads(run("authority", "show", "--json").stdout)["modules"]}
    assert "firearms" not in held
    assert run("access", "give", "firearms").exit_code == 0
    kinds = [mail["kind"] for mail in json.loads(run("mail", "list", "--state", "queued", "--json").stdout)]
    assert set(kinds) == {"module_given", "mandatory_right"}
    refused = run("access", "give", "firearms")
    assert refused.exit_code == 1 and "has access to" in refused.stderr
    assert run("access", "withdraw", "firearms").exit_code == 0
    now = {module["code"] for module in json.loads(run("authority", "show", "--json").stdout)["modules"]}
    assert now == held


REGISTER = (
    *("authority", "register", "--manager", "2", "--country", "LV", "--language", "lv", "--name", "Ventas dome"),
    *("--email", "pasts@ventas-dome.example", "--town", "Ventspils", "--keyword", "building_permits"),
    *("--module", "services", "--module", "gdpr:authority", "--first-name", "Guna", "--surname", "Sproģe"),
    *("--user-email", "guna@ventas-dome.example", "--user-language", "lv"),
)


def test_an_authority_is_registered_and_stands_on_its_managers_desk(run: Run, demo: Path) -> None:
    """S1.9, B17."""
    made = json.loads(run(*REGISTER, "--json").stdout)
    number = str(made["authority_id"])
    shown = json.loads(run("authority", "show", "--authority", number, "--json").stdout)
    assert [module["code"] for module in shown["modules"]] == ["authority_administration", "services", "gdpr"]
    assert json.loads(run("users", "list", "--authority", number, "--json").stdout)[0]["surname"] == "Sproģe"
    desk = json.loads(run("access", "managed", "--authority", "2", "--json").stdout)
    assert made["authority_id"] in [row["id"] for row in desk]
    assert "Ventas dome" in run("access", "managed", "--authority", "2").stdout
    unconfirmed = run("access", "managed", "--authority", "2", "--problem", "unconfirmed", "--json")
    assert {tuple(row["problems"]) for row in json.loads(unconfirmed.stdout)} == {("unconfirmed",)}


def test_an_authority_is_registered_once_only(run: Run, demo: Path) -> None:
    first = run(*REGISTER)
    assert first.exit_code == 0
    again = run(*REGISTER)
    assert again.exit_code == 1
    assert "“Ventas dome”, Ventspils has this name" in again.stderr
    other = (*REGISTER, "--other-than", first.stdout.split()[0], "--user-email", "zane@ventas-dome.example")
    assert run(*other).exit_code == 0


def test_what_is_wrong_with_a_registration_is_told_line_by_line(run: Run, demo: Path) -> None:
    wrong = run(*REGISTER, "--module", "gardening", "--user-email", "guna")
    assert wrong.exit_code == 1
    assert len(wrong.stderr.splitlines()) == 2
    assert run(*REGISTER, "--manager", "1").exit_code == 1, "not an access manager"
