"""`imi audit`: the record listed, verified, its end printed to be kept elsewhere, and the rights of a day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.record import attacker, remove


@pytest.fixture
def acted(run: Run, demo: Path) -> Path:
    """A demo in which something was done."""
    assert run("authority", "confirm").exit_code == 0
    assert run("users", "reset", "2").exit_code == 0
    return demo


def test_the_entries_are_listed_in_words(run: Run, acted: Path) -> None:
    lines = run("audit", "list").stdout.splitlines()
    assert "Password reset: Jānis Kalniņš" in lines[1] and "the command line" in lines[1]
    assert "Confirmed that the data is current" in lines[2]
    (first, _second) = json.loads(run("audit", "list", "--json").stdout)
    assert first["verb"] == "password:reset" and first["subject_id"] == 2
    assert first["changes"] == [{"field": "Status", "old": "temporary", "new": "temporary"}]


def test_filters(run: Run, acted: Path) -> None:
    def verbs(*arguments: str) -> list[str]:
        return [one["verb"] for one in json.loads(run("audit", "list", "--json", *arguments).stdout)]

    assert verbs("--user", "2") == verbs("--kind", "passwords") == ["password:reset"]
    assert verbs("--limit", "1") == ["password:reset"]
    assert verbs("--authority", "1") == ["password:reset", "authority:confirmed"]
    assert verbs("--authority", "2") == verbs("--by", "1") == verbs("--since", "2999-01-01") == []
    assert len(verbs("--since", "2020-01-01")) == 2
    assert verbs("--until", "2020-01-01") == []
    assert run("audit", "list", "--kind", "gossip").exit_code == 2
    assert run("audit", "list", "--since", "yesterday").exit_code == 2


def test_the_record_is_verified_and_its_end_can_be_kept(run: Run, acted: Path, tmp_path: Path) -> None:
    verified = run("audit", "verify")
    assert verified.exit_code == 0 and "2 entries verified" in verified.stderr
    line = run("audit", "checkpoint").stdout
    assert line.startswith("imi-record 2 ") and verified.stdout.startswith("imi-record 2 ")
    kept = tmp_path / "kept.txt"
    kept.write_text(f"of Monday:\n{line}\n")
    for given in (line.strip(), str(kept)):
        assert run("audit", "verify", "--checkpoint", given).exit_code == 0
    Path(f"{acted}.record-key.checkpoint").unlink()
    with attacker(acted) as db:
        remove(db, 2, 2)
    told = run("audit", "verify")
    assert told.exit_code == 0 and "no checkpoint" in told.stderr
    told = run("audit", "verify", "--checkpoint", str(kept))
    assert told.exit_code == 1 and "ends before entry 2" in told.stderr and told.stdout == ""


@pytest.mark.parametrize("given", ["nonsense", "/no/such/file", "imi-record 1 2 3 4", "\x00"])
def test_what_is_no_checkpoint_is_refused(run: Run, acted: Path, given: str) -> None:
    told = run("audit", "verify", "--checkpoint", given)
    assert told.exit_code == 1 and "not a checkpoint" in told.stderr


def test_tampering_ends_with_exit_code_1_and_names_the_entry(run: Run, acted: Path) -> None:
    with attacker(acted) as db:
        db.execute("UPDATE entry SET actor_kind = 'login' WHERE id = 1")
    told = run("audit", "verify")
    assert told.exit_code == 1 and "Entry 1 was changed" in told.stderr
    broken = json.loads(run("audit", "verify", "--json").stdout)["broken"]
    assert broken == {"entry_id": 1, "how": "changed"}


def test_a_missing_key_is_said(run: Run, acted: Path) -> None:
    Path(f"{acted}.record-key").unlink()
    for command in (("audit", "verify"), ("users", "reset", "2")):
        told = run(*command)
        assert told.exit_code == 1 and "record-key, is missing" in told.stderr


def test_an_empty_record(run: Run, demo: Path) -> None:
    assert run("audit", "checkpoint").stdout == ""
    assert run("audit", "verify").exit_code == 0
    assert run("audit", "list").exit_code == 0


def test_a_demo_made_anew_begins_a_record_of_its_own(run: Run, acted: Path) -> None:
    assert run("demo", "--no-open", "--fresh").exit_code == 0
    assert run("audit", "verify").exit_code == 0
    assert run("authority", "confirm").exit_code == 0
    assert "1 entry verified" in run("audit", "verify").stderr
    assert list(acted.parent.glob("*.record-key.before-*"))


def test_who_held_which_right(run: Run, acted: Path) -> None:
    held = json.loads(run("audit", "rights-on", "2026-11-01", "--json").stdout)
    assert any(one["name"] == "Anna Bērziņa" and one["rights"] for one in held)
    assert "Anna Bērziņa" in run("audit", "rights-on", "2026-11-01").stdout
