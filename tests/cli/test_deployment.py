"""`imi sshd-snippet` and `imi systemd`: what they print is what the programs that read it accept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from imi_tui.cli.sshd_options import LOG_INS, MATCHED
from tests.cli.conftest import Run

ANALYZE = shutil.which("systemd-analyze")
SSHD = shutil.which("sshd", path="/usr/sbin")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def test_the_snippet_calls_this_installation_isolated(run: Run, demo: Path) -> None:
    lines = _lines(run("sshd-snippet", "--account", "desk").stdout)
    assert lines[0] == "Match User desk"
    assert f"ForceCommand exec {sys.executable} -I -m imi_tui" in lines
    assert {f"{name} {value}" for name, value, _why in MATCHED} <= set(lines)
    assert {"DisableForwarding yes", "PermitUserRC no", "AcceptEnv LANG LC_*"} <= set(lines)
    assert "AuthorizedKeysFile /etc/ssh/imi-keys/%u" in lines


def test_a_settings_file_of_another_name_goes_into_the_command(run: Run, demo: Path, tmp_path: Path) -> None:
    config = tmp_path / "it is's.toml"
    config.write_text("", encoding="utf-8")
    quoted = f"--config '{tmp_path}/it is'\"'\"'s.toml'"
    assert quoted in run("--config", str(config), "sshd-snippet").stdout
    assert f"{quoted} worker\n" in run("--config", str(config), "systemd").stdout


@pytest.mark.parametrize("log_in", sorted(LOG_INS))
def test_one_logs_in_as_the_deployment_chooses(run: Run, demo: Path, log_in: str) -> None:
    lines = _lines(run("sshd-snippet", "--log-in", log_in).stdout)
    assert f"PasswordAuthentication {'no' if log_in == 'key' else 'yes'}" in lines
    assert f"PubkeyAuthentication {'no' if log_in == 'password' else 'yes'}" in lines


@pytest.mark.parametrize("name", ["", "-x", "a b", "Root", "imi\nPermitRootLogin yes", "x" * 40, "imi*"])
@pytest.mark.parametrize("command", ["sshd-snippet", "systemd"])
def test_what_is_no_account_gets_into_no_file(run: Run, demo: Path, command: str, name: str) -> None:
    done = run(command, "--account", name)
    assert done.exit_code == 2
    assert done.stdout == ""


@pytest.mark.skipif(SSHD is None, reason="there is no sshd on this machine")
@pytest.mark.parametrize("log_in", sorted(LOG_INS))
def test_sshd_accepts_the_snippet(run: Run, demo: Path, tmp_path: Path, log_in: str) -> None:
    key = tmp_path / "host"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=60)
    config = tmp_path / "sshd_config"
    config.write_text(f"HostKey {key}\n{run('sshd-snippet', '--log-in', log_in).stdout}", encoding="utf-8")
    checked = subprocess.run(
        [str(SSHD), "-t", "-f", str(config)], capture_output=True, text=True, check=False, timeout=60
    )
    told = [line for line in checked.stderr.splitlines() if "privilege separation directory" not in line]
    assert told == []


@pytest.mark.parametrize("arguments", [[], ["--once"]])
def test_the_unit_may_write_where_the_database_and_the_mail_are_and_nowhere_else(
    run: Run, demo: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMI_MAIL", "maildir:///srv/mail%20of%20imi")
    lines = _lines(run("systemd", *arguments).stdout)
    assert f'ReadWritePaths="{demo.parent}" "/srv/mail of imi"' in lines
    assert {"ProtectSystem=strict", "NoNewPrivileges=yes", "LimitCORE=0", "UMask=0077"} <= set(lines)
    assert ("Type=oneshot" if arguments else "Type=notify") in lines
    once = " --once" if arguments else ""
    assert f"ExecStart={sys.executable} -I -m imi_tui worker{once}" in lines


def test_the_unit_may_write_the_log_and_beside_the_key_where_these_stand_elsewhere(
    run: Run, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "imi.toml"
    config.write_text('log = "/var/log/imi/imi.log"\nrecord_key = "/srv/key/imi"\n', encoding="utf-8")
    lines = _lines(run("--config", str(config), "systemd").stdout)
    assert f'ReadWritePaths="{demo.parent}" "/var/log/imi" "/srv/key"' in lines
    monkeypatch.setenv("IMI_DATABASE", "postgresql://imi@db.example/imi")
    monkeypatch.setenv("IMI_MAIL", "smtp://mail.example")
    lines = _lines(run("--config", str(config), "systemd").stdout)
    assert 'ReadWritePaths="/var/log/imi" "/srv/key"' in lines


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd-analyze on this machine")
@pytest.mark.parametrize(
    "files", [{"imi-worker.service": []}, {"imi-worker.service": ["--once"], "imi-worker.timer": ["--timer"]}]
)
def test_systemd_accepts_the_units(run: Run, demo: Path, tmp_path: Path, files: dict[str, list[str]]) -> None:
    for name, arguments in files.items():
        # An account that every machine has: systemd looks it up.
        account = [] if "--timer" in arguments else ["--account", "daemon"]
        (tmp_path / name).write_text(run("systemd", *account, *arguments).stdout, encoding="utf-8")
    checked = subprocess.run(
        [str(ANALYZE), "verify", *(str(tmp_path / name) for name in files)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert [line for line in checked.stderr.splitlines() if "imi-worker" in line] == []


def test_the_worker_runs_where_memory_cannot_become_code(demo: Path) -> None:
    """What `MemoryDenyWriteExecute=yes` of the unit takes away is not needed."""
    code = (
        "import ctypes, os, sys;"
        "refused = ctypes.CDLL(None).prctl(65, 1, 0, 0, 0);"  # PR_SET_MDWE
        "refused and sys.exit(77);"
        "os.execv(sys.executable, [sys.executable, '-I', '-m', 'imi_tui', 'worker', '--once'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode == 77:
        pytest.skip("this kernel cannot refuse it")
    assert (done.returncode, done.stderr) == (0, "")
