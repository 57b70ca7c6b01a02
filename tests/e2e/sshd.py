"""A private OpenSSH server for tests, with an account of its own, and nothing on the machine touched.

It runs in a mount namespace in which `/etc/passwd` names the account `imi` (with a home in the test's folder) and
`/run` is empty; the account has root's number, because the interpreter that runs the tests may lie in root's home.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.e2e.terminal import PATIENCE, imi

ACCOUNT = "imi"

_ENTER = """
mount --bind "$1/passwd" /etc/passwd && mount -t tmpfs none /run && mkdir -m 0755 /run/sshd &&
exec /usr/sbin/sshd -D -e -f "$1/sshd_config"
"""


def why_not() -> str:
    """Why no private server can be started here; nothing where it can."""
    if os.geteuid() != 0:
        return "a private sshd with an account of its own needs root"
    for program in ("/usr/sbin/sshd", "ssh", "ssh-keygen", "sftp", "scp", "unshare"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode != 0:
        return "no mount namespace can be made here"
    return ""


class Sshd:
    """The server, with the very lines that `imi sshd-snippet` prints; `careless` ones are put in place of ours."""

    def __init__(self, folder: Path, config: Path, careless: dict[str, str] | None = None, before: str = "") -> None:
        self.folder = folder
        self.home = folder / "home"
        self.config = config
        (self.home / ".ssh").mkdir(parents=True)
        for name in ("host", "user"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True, timeout=60
            )
        (folder / "keys").write_bytes((folder / "user.pub").read_bytes())
        (folder / "passwd").write_text(
            f"root:x:0:0::/root:/bin/sh\nsshd:x:74:74::/run/sshd:/usr/sbin/nologin\n"
            f"{ACCOUNT}:x:0:0::{self.home}:/bin/sh\n",
            encoding="utf-8",
        )
        self.port = _free_port()
        (folder / "sshd_config").write_text(self._lines(careless or {}, before), encoding="utf-8")
        with (folder / "sshd.log").open("wb") as log:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "--propagation", "private", "sh", "-c", _ENTER, "sh", str(folder)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self._wait_until_it_listens()

    def _lines(self, careless: dict[str, str], before: str) -> str:
        snippet = subprocess.run(
            imi("--config", str(self.config), "sshd-snippet", "--keys", str(self.folder / "keys")),
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout
        lines = []
        for line in snippet.splitlines():
            name = line.split()[0]
            lines.append(f"    {name} {careless[name]}" if name in careless else line)
        return "\n".join(
            [
                f"Port {self.port}",
                "ListenAddress 127.0.0.1",
                f"HostKey {self.folder / 'host'}",
                "PidFile none",
                "PermitRootLogin yes",
                "StrictModes no",
                "UsePAM no",
                "X11Forwarding yes",
                "Subsystem sftp internal-sftp",
                before,
                *lines,
            ]
        )

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "sshd.log").read_text(encoding="utf-8"))

    @property
    def options(self) -> list[str]:
        """What every client needs to be let in, and asks nobody anything."""
        return [
            *("-F", "none", "-i", str(self.folder / "user"), "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"),
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"),
            *("-o", "BatchMode=yes"),
        ]

    def ssh(self, *arguments: str) -> list[str]:
        """The command line of a client; what stands before the server's name comes first, `--` parts a command off."""
        parted = list(arguments).index("--") if "--" in arguments else len(arguments)
        options, command = arguments[:parted], arguments[parted:]
        where = ["-p", str(self.port), *options, f"{ACCOUNT}@127.0.0.1"]
        return [shutil.which("ssh") or "ssh", *self.options, *where, *command]

    def apps(self) -> list[int]:
        """The processes of the app that this server has started, by their settings file."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if (
                Path(words[0].decode()).parent == Path(sys.executable).parent
                and str(self.config).encode() in words
                and b"imi_tui" in words
            ):
                found.append(int(entry.name))
        return found

    def close(self) -> None:
        """End the server and every session of it."""
        for number in (*self.apps(), *_children(self.process.pid)):
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.terminate()
        self.process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def parent_of(number: int) -> int:
    """The process that started another one."""
    return int(Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


def _children(parent: int) -> list[int]:
    """The processes that one has started, and theirs."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and parent_of(int(entry.name)) == parent:
                found += [int(entry.name), *_children(int(entry.name))]
        except (OSError, IndexError):
            continue
    return found
