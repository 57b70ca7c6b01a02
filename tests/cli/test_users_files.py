"""`imi users export` and `imi users import`: CSV out and in, all or nothing, what is wrong told (B9)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from imi_tui.rules.text import visible
from tests.cli.conftest import Run

HEADER = "first_name;surname;language;email;phone;username;rights"


def cells(text: str) -> list[dict[str, str]]:
    """The rows of a file by column."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def listed(run: Run, authority: str = "1") -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(run("users", "list", "--json", "--authority", authority).stdout)
    return rows


def test_the_template_is_tried_then_imported(run: Run, demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_bytes(run("users", "import", "--template").stdout_bytes)
    before = listed(run)
    tried = run("users", "import", str(file), "--dry-run")
    assert (tried.exit_code, listed(run)) == (0, before)
    assert "kalnijan2" in tried.stdout and "nothing was written" in tried.stderr
    done = json.loads(run("users", "import", str(file), "--json").stdout)
    assert (done["imported"], done["rows"][0]["username"]) == (1, "kalnijan2")
    shown = json.loads(run("users", "show", "kalnijan2", "--json").stdout)
    assert (shown["phone"], shown["rights"]) == ("+371 67 000 000", [["services", "basic_user"]])
    assert shown["last_mail"]["kind"] == "welcome"
    assert run("audit", "verify").exit_code == 0


def test_rejected_rows_say_why_and_are_imported_once_mended(run: Run, demo: Path, tmp_path: Path) -> None:
    file, rejected = tmp_path / "users.csv", tmp_path / "rejected.csv"
    lines = [
        "Līga,Ozola,lv,liga@new.example,id",
        "=SUM(1),Bite,lv,anna.berzina@vdi.example,",
        "Zane,Bite,lv,LIGA@new.example,",
    ]
    file.write_bytes("\r\n".join(["first_name,surname,language,email,id", *lines]).encode())
    before = listed(run)
    refused = run("users", "import", str(file), "--rejected", str(rejected))
    assert (refused.exit_code, listed(run)) == (1, before)
    assert "Līga" not in refused.stdout and "2 rows of 3 are wrong, so nothing was imported." in refused.stderr
    assert rejected.stat().st_mode & 0o777 == 0o600
    first, second = cells(rejected.read_text(encoding="utf-8"))
    assert first["first_name"] == "'=SUM(1)" and "Another user has this e-mail address" in first["why"]
    assert second["why"] == "email: Line 2 has the same e-mail address; each user needs one of their own."
    again = run("users", "import", str(file), "--rejected", str(rejected))
    assert again.exit_code == 1 and "exists already; nothing was done" in again.stderr
    mended = rejected.read_text(encoding="utf-8").replace("anna.berzina@vdi", "bite@new").replace("LIGA@", "zane@")
    rejected.write_text(mended, encoding="utf-8")
    assert json.loads(run("users", "import", str(rejected), "--json").stdout)["imported"] == 2
    assert {row["first_name"] for row in listed(run)} - {row["first_name"] for row in before} == {"=SUM(1)", "Zane"}


def test_an_export_is_imported_by_another_deployment(run: Run, demo: Path, tmp_path: Path) -> None:
    """Names of every kind, phones and rights; into an authority with every module, which has its first user."""
    file = tmp_path / "users.csv"
    exported = run("users", "export", str(file), "--sort", "username")
    assert (exported.exit_code, exported.stdout) == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    assert not set("\x1b\x07\x9b\u202e\x00") & set(file.read_text(encoding="utf-8"))
    assert file.read_bytes() == run("users", "export", "--sort", "username").stdout_bytes
    assert "exists already" in run("users", "export", str(file)).stderr
    assert run("users", "export", str(file), "--sort", "username", "--replace").exit_code == 0
    env = {"IMI_DATABASE": f"sqlite:///{tmp_path}/other.db"}
    options = {
        **{"country": "LV", "language": "lv", "name": "Ministrija", "email": "m@em.example", "first-name": "Ija"},
        **{"surname": "Ābola", "user-email": "ija@em.example", "user-language": "lv"},
    }
    run("init", *(part for name, value in options.items() for part in (f"--{name}", value)), env=env)
    piped = run("users", "import", "-", "--authority", "1", env=env, input=file.read_bytes())
    assert piped.exit_code == 0, piped.output
    query = ("users", "export", "--json", "--authority", "1")
    kept = ("first_name", "surname", "language", "email", "phone", "username", "rights")
    theirs, ours = (
        {tuple(visible(str(row[name])) for name in kept) for row in json.loads(found.stdout)}
        for found in (run(*query, env=env), run(*query))
    )
    assert ours <= theirs and len(theirs) == len(ours) + 1


def test_an_export_gives_what_the_filter_gives(run: Run, demo: Path) -> None:
    options = ("--authority", "1", "--status", "blocked", "--sort", "username", "--descending")
    wanted = json.loads(run("users", "list", "--json", *options).stdout)
    found = cells(run("users", "export", *options).stdout)
    assert [row["id"] for row in found] == [str(row["id"]) for row in wanted] != []
    assert {(row["password"], row["phone"][:1]) for row in found} <= {("blocked", "'"), ("blocked", "")}
    assert json.loads(run("users", "export", "--json", "--filter", "nobody at all").stdout) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"{HEADER}\nJānis;Kalniņš".encode("cp1257"), "Line 2 has a letter that is not UTF-8. Save the file anew"),
        (b"first_name;surname;language;mail\n1;2;3;4\n", "There is no column “mail”"),
        (b"first_name;surname;language\n1;2;3\n", "The column “email” is missing"),
        (b"first_name;surname;language;email;email\n", "The column “email” is there twice"),
        (HEADER.encode(), "There is no user in the file"),
        (f"{HEADER}\n\nA;B;lv;a@b.example;;;;more\n".encode(), "Line 3 has 8 cells, the header 7."),
    ],
)
def test_a_file_that_is_no_file_of_users_is_refused_in_words(run: Run, demo: Path, content: bytes, told: str) -> None:
    refused = run("users", "import", "-", input=content)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"imi: {told}") and refused.stderr.count("\n") == 1


def test_without_a_file_it_is_wrong_usage(run: Run, demo: Path) -> None:
    assert run("users", "import").exit_code == 2
    assert "cannot be read" in run("users", "import", "no/such/file").stderr
