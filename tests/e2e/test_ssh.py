"""Over a real OpenSSH with the ForceCommand that `imi sshd-snippet` prints, the app is not a way to anything else."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.demo_cast import PASSWORD
from tests.e2e.sshd import Sshd, parent_of, why_not
from tests.e2e.steps import log_in
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())

Serve = Callable[..., Sshd]

GONE_WITHIN = 15.0
"""Seconds after which nothing of a session may be left whose line was cut. Alone it takes a fraction of one; here other
tests run beside it."""


@pytest.fixture
def config(demo: dict[str, str], tmp_path: Path) -> Path:
    """The settings file that the ForceCommand names; over SSH nothing else counts."""
    path = tmp_path / "served.toml"
    path.write_text(
        f'database = "{demo["IMI_DATABASE"]}"\nmail = "{demo["IMI_MAIL"]}"\nlanguage = "en"\n', encoding="utf-8"
    )
    return path


@pytest.fixture
def serve(config: Path, tmp_path: Path) -> Iterator[Serve]:
    """Starts servers, and ends them."""
    started: list[Sshd] = []

    def start(careless: dict[str, str] | None = None, before: str = "") -> Sshd:
        folder = tmp_path / f"ssh{len(started)}"
        folder.mkdir()
        started.append(Sshd(folder, config, careless, before))
        return started[-1]

    yield start
    for server in started:
        server.close()


def _connect(
    server: Sshd, terminals: list[Terminal], *arguments: str, environment: dict[str, str] | None = None
) -> Terminal:
    terminal = Terminal(server.ssh("-tt", *arguments), environment or {}, 100, 30)
    terminals.append(terminal)
    return terminal


def _run(argv: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        argv,
        env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _gone(server: Sshd, within: float = GONE_WITHIN) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not server.apps():
            return True
        time.sleep(0.05)
    return not server.apps()


def test_the_app_is_used_and_left(serve: Serve, terminals: list[Terminal]) -> None:
    server = serve()
    terminal = _connect(server, terminals)
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Mana iestāde › Iestāde")
    (number,) = server.apps()
    limits = Path(f"/proc/{number}/limits").read_text(encoding="utf-8")
    assert next(line for line in limits.splitlines() if "core file" in line).split()[4:6] == ["0", "0"]
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert _gone(server)


def test_the_other_sides_environment_has_no_effect_even_where_sshd_lets_it_in(
    serve: Serve, terminals: list[Terminal], tmp_path: Path
) -> None:
    """Everything that was found to run code or to write files, over a server that accepts every variable."""
    trap = tmp_path / "trap"
    trap.mkdir()
    code = f"open({str(trap / 'code-ran')!r}, 'w').close()\n"
    for name in ("sitecustomize.py", "usercustomize.py", "trap_driver.py", "startup.py", "imi_tui.py", "textual.py"):
        (trap / name).write_text(code, encoding="utf-8")
    (trap / "shell.rc").write_text(f"touch {trap / 'shell-ran'}\n", encoding="utf-8")
    there = set(trap.iterdir())
    hostile = {
        "TEXTUAL_DRIVER": "trap_driver:Driver",
        "TEXTUAL_LOG": str(trap / "keys.log"),
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": str(trap),
        "TEXTUAL_SCREENSHOT_FILENAME": "shot.svg",
        "TEXTUAL_PRESS": "f1",
        "TEXTUAL_SHOW_RETURN": "1",
        "TEXTUAL_ALLOW_SIGNALS": "1",
        "PYTHONPATH": str(trap),
        "PYTHONHOME": str(trap),
        "PYTHONSTARTUP": str(trap / "startup.py"),
        "PYTHONINSPECT": "1",
        "PYTHONUSERBASE": str(trap),
        "PYTHONBREAKPOINT": "trap_driver.run",
        "BASH_ENV": str(trap / "shell.rc"),
        "ENV": str(trap / "shell.rc"),
        "IMI_DATABASE": f"sqlite:///{trap}/other.db",
        "IMI_CONFIG": str(trap / "other.toml"),
        "IMI_LANGUAGE": "lv",
        "XDG_DATA_HOME": str(trap),
        "TMPDIR": str(trap),
        "COVERAGE_PROCESS_START": str(trap / "startup.py"),
    }
    server = serve({"AcceptEnv": "*"})
    terminal = _connect(server, terminals, *(f"-oSendEnv={name}" for name in hostile), environment=hostile)
    terminal.wait_for("Username", "^p")
    (number,) = server.apps()
    sent = Path(f"/proc/{number}/environ").read_bytes()
    assert all(f"{name}=".encode() in sent for name in hostile), "the variables must have arrived, or nothing is tested"
    time.sleep(1.5)  # a screenshot would be taken by now
    terminal.type("\x1c\x1a\x03")  # Ctrl+\, Ctrl+Z, Ctrl+C
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Mana iestāde › Iestāde")
    terminal.press("ctrl+q")
    assert terminal.wait_for_end() == 0
    assert b">>>" not in terminal.raw
    assert {path for path in trap.iterdir() if path.name != "__pycache__"} == there
    assert _gone(server)


@pytest.mark.parametrize("terminal", ["-T", "-tt"])
def test_no_command_is_run(serve: Serve, terminal: str) -> None:
    server = serve()
    for command in ("id", "sh -i", "imi users list --json", "python3 -c 'print(1)'", "--version", "users list", " "):
        done = _run(server.ssh(terminal, "--", command))
        assert done.returncode == 1, command
        # On a terminal the client shows both streams as one.
        told = done.stderr + (done.stdout if terminal == "-tt" else "")
        assert told.strip() == (
            "imi: This log-in opens the program only: it runs no command and copies no file."
            " Connect with “ssh” and the name of the server alone."
        ), command


def test_no_file_is_copied(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    mine, theirs, stolen = tmp_path / "mine", tmp_path / "theirs", tmp_path / "stolen"
    mine.write_text("x", encoding="utf-8")
    at = ["-P", str(server.port)]
    fetched = [f"imi@127.0.0.1:{server.config}", str(stolen)]
    assert _run(["sftp", *server.options, *at, *fetched]).returncode != 0
    for protocol in ([], ["-O"]):
        assert _run(["scp", *protocol, *server.options, *at, *fetched]).returncode != 0
        assert _run(["scp", *protocol, *server.options, *at, str(mine), f"imi@127.0.0.1:{theirs}"]).returncode != 0
    assert not theirs.exists()
    assert not stolen.exists()


def test_nothing_is_forwarded(serve: Serve, terminals: list[Terminal], tmp_path: Path) -> None:
    server = serve()
    through = _run(server.ssh("-T", "-W", f"127.0.0.1:{server.port}"))
    assert through.returncode != 0
    assert "SSH-2.0" not in through.stdout
    for asked in (["-R", "0:127.0.0.1:1"], ["-R", f"{tmp_path}/socket:127.0.0.1:1"]):
        back = _run(server.ssh("-T", "-N", "-o", "ExitOnForwardFailure=yes", *asked))
        assert back.returncode == 255
    agent = Terminal(["/usr/bin/env", "ssh-agent", *server.ssh("-tt", "-A", "-X")], {"DISPLAY": "127.0.0.1:9"}, 100, 30)
    terminals.append(agent)
    agent.wait_for("Username")
    (number,) = server.apps()
    theirs = Path(f"/proc/{number}/environ").read_bytes()
    assert b"SSH_AUTH_SOCK" not in theirs
    assert b"DISPLAY" not in theirs


def test_the_accounts_own_files_run_nothing(serve: Serve, terminals: list[Terminal], tmp_path: Path) -> None:
    server = serve(before="PermitUserEnvironment yes")
    marker = tmp_path / "ran"
    (server.home / ".ssh" / "rc").write_text(f"touch {marker}\n", encoding="utf-8")
    (server.home / ".ssh" / "environment").write_text(
        f"TEXTUAL_LOG={tmp_path}/keys.log\nIMI_DATABASE=sqlite:///{tmp_path}/other.db\n", encoding="utf-8"
    )
    for name in (".profile", ".bashrc", ".shrc"):
        (server.home / name).write_text(f"touch {marker}\n", encoding="utf-8")
    terminal = _connect(server, terminals)
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Mana iestāde › Iestāde")
    assert not marker.exists()
    assert not (tmp_path / "keys.log").exists()


def test_without_a_terminal_there_is_one_line_and_no_process_is_left(serve: Serve) -> None:
    server = serve()
    done = _run(server.ssh("-T"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "needs a terminal" in done.stderr
    assert _gone(server)


def test_a_terminal_that_can_nothing_gets_one_line(serve: Serve) -> None:
    server = serve()
    for term in ("", "dumb", "unknown"):
        done = _run(server.ssh("-tt"), TERM=term)
        assert done.returncode == 1
        assert done.stdout.count("\n") == 1
        assert "TERM" in done.stdout


@pytest.mark.parametrize("cut", ["client", "session"])
def test_a_line_that_is_cut_leaves_no_process(serve: Serve, terminals: list[Terminal], cut: str) -> None:
    server = serve()
    terminal = _connect(server, terminals)
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Mana iestāde › Iestāde", "Rediģēt iestādi")
    terminal.press("e")
    terminal.wait_for("Rediģēšana")
    terminal.type("x")
    terminal.wait_for_calm()
    (number,) = server.apps()
    victim = terminal.process.pid if cut == "client" else parent_of(number)
    os.kill(victim, signal.SIGKILL)
    assert _gone(server), Path(f"/proc/{number}/status").read_text(encoding="utf-8")


def test_a_client_that_is_frozen_is_noticed_for_nothing_blinks(serve: Serve, terminals: list[Terminal]) -> None:
    server = serve({"ClientAliveInterval": "1", "ClientAliveCountMax": "2"})
    terminal = _connect(server, terminals)
    log_in(terminal, "berziann", PASSWORD)
    terminal.wait_for("Mana iestāde › Iestāde", "Rediģēt iestādi")
    terminal.press("e")
    terminal.wait_for("Rediģēšana")
    terminal.type("x")
    terminal.wait_for_calm()
    os.kill(terminal.process.pid, signal.SIGSTOP)
    try:
        assert _gone(server, 40)
    finally:
        os.kill(terminal.process.pid, signal.SIGCONT)
