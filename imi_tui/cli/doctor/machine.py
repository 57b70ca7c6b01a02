"""Checks of the machine: Python and packages, who may change the program, locale, clock, core dumps, environment."""

from __future__ import annotations

import locale
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from gettext import GNUTranslations
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

from db.probe import StoreError
from imi_tui.cli.common import CLI
from imi_tui.cli.doctor.place import SYSTEMD, Place, Said, State, may_enter, may_write, opened
from imi_tui.i18n import LOCALE, _
from imi_tui.rules.languages import INTERFACE_LANGUAGES, WORKING_LANGUAGES
from imi_tui.rules.refusals import Refused
from imi_tui.services.measures import noted

DANGEROUS = re.compile(
    r"TEXTUAL_\w+|LD_\w+|PYTHON(PATH|HOME|STARTUP|INSPECT|BREAKPOINT|USERBASE|PLATLIBDIR)|BASH_ENV|ENV|SHELLOPTS"
)
"""Variables that load code, run code or write files, before or beside the program."""

_REQUIREMENT = re.compile(r"([\w.-]+)\s*((?:(?:==|>=|<=|<|>)[\d.]+,?)*)\s*$")


def packages(_place: Place) -> Iterator[Said]:
    """Python and each package that the program needs, in a version it was made for."""
    wrong = list(_unfit())
    for name, wanted, there in wrong:
        yield (
            State.WRONG,
            _("{package} {wanted} is needed, {there} is there. Reinstall the program with pip.").format(
                package=name, wanted=wanted, there=there
            ),
        )
    if not wrong:
        yield (
            State.OK,
            _("Python {python}; every package is of a version the program was made for.").format(
                python=".".join(map(str, sys.version_info[:3]))
            ),
        )


def _unfit() -> Iterator[tuple[str, str, str]]:
    try:
        required = metadata.requires("imi-tui") or []
    except metadata.PackageNotFoundError:
        yield "imi-tui", "", "—"
        return
    for one in required:
        found = _REQUIREMENT.match(one)
        if found is None:  # an extra
            continue
        name, wanted = found.groups()
        try:
            there = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield name, wanted, "—"
            continue
        if not all(_holds(there, bound) for bound in wanted.split(",") if bound):
            yield name, wanted, there


def _holds(version: str, bound: str) -> bool:
    operator, number = re.match(r"([<>=]+)(.+)", bound).groups()  # type: ignore[union-attr]  # of _REQUIREMENT's form
    one, other = (tuple(map(int, re.findall(r"\d+", text.split("+")[0]))) for text in (version, number))
    length = max(len(one), len(other))
    one, other = (value + (0,) * (length - len(value)) for value in (one, other))
    return {"==": one == other, ">=": one >= other, "<=": one <= other, "<": one < other, ">": one > other}[operator]


def program(place: Place) -> Iterator[Said]:
    """The account can run the program and cannot change it."""
    if place.account is None:
        yield State.SKIPPED, _no_account(place)
        return
    here = Path(__file__).parents[2]
    closed = [
        folder
        for path in (Path(sys.executable), here)
        for folder in (path, *path.parents)
        if not may_enter(folder, place.account)
    ]
    if closed:
        yield (
            State.WRONG,
            _("The account {account} cannot run the program: {path} is closed to it. Install it elsewhere.").format(
                account=place.account_name, path=closed[0]
            ),
        )
    writable = [path for path in (Path(sys.prefix), Path(sys.executable), here) if may_write(path, place.account)]
    if writable and place.account.pw_uid != 0:
        yield (
            State.HINT,
            _("The account {account} may change the program itself. Mend: chown -R root: {path}").format(
                account=place.account_name, path=writable[0]
            ),
        )
    if not closed and (not writable or place.account.pw_uid == 0):
        yield State.OK, _("The program can be run, and is not changed, by those who use it.")


def utf8(_place: Place) -> Iterator[Said]:
    """The locale is one of UTF-8, or names lose their letters."""
    encoding = locale.getpreferredencoding(False)
    if encoding.lower().replace("-", "") == "utf8":
        yield State.OK, _("The locale is one of UTF-8.")
    else:
        yield (
            State.WRONG,
            _("The locale's encoding is {encoding}, not UTF-8. Set LANG=C.UTF-8 in /etc/default/locale.").format(
                encoding=encoding
            ),
        )


def zone(_place: Place) -> Iterator[Said]:
    """The time zone in which dates are shown is one that is known: an unknown one is taken for UTC without a word."""
    named = os.environ.get("TZ", "").lstrip(":")
    try:
        if named and not named.startswith("/"):
            ZoneInfo(named)
    except (KeyError, ValueError, OSError):
        yield (
            State.WRONG,
            _("The time zone “{name}” is not known, so times are shown in UTC. Correct TZ, or install tzdata.").format(
                name=named
            ),
        )
        return
    if not named and not Path("/etc/localtime").exists():
        yield (
            State.HINT,
            _("No time zone is set: times are shown in UTC. Set one: timedatectl set-timezone Europe/Riga"),
        )
        return
    yield State.OK, _("Times are shown in {zone}.").format(zone=datetime.now().astimezone().tzname())


def words(_place: Place) -> Iterator[Said]:
    """The translated words are there: without them the interface or a mail would speak English without a word."""
    wanted = [(language, "imi") for language in INTERFACE_LANGUAGES if language != "en"]
    wanted += [(language, "mail") for language in WORKING_LANGUAGES if language != "en"]
    missing = [f"{language} ({domain})" for language, domain in wanted if not _has_words(language, domain)]
    if missing:
        yield (
            State.WRONG,
            _("The words of these languages are missing or empty: {languages}. Reinstall the program.").format(
                languages=", ".join(missing)
            ),
        )
    else:
        yield State.OK, _("The words of every language are there.")


def _has_words(language: str, domain: str) -> bool:
    try:
        with (LOCALE / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as file:
            return len(GNUTranslations(file)._catalog) > 1  # type: ignore[attr-defined]  # there is no other way to it
    except (OSError, ValueError, struct.error):
        return False


def clock(place: Place) -> Iterator[Said]:
    """The clock is not behind what has happened already."""
    now = datetime.now(UTC)
    paths = [Path(__file__), *([place.database] if place.database and place.database.exists() else [])]
    latest = max(datetime.fromtimestamp(path.stat().st_mtime, UTC) for path in paths)
    with suppress(StoreError, Refused), opened(place) as context:
        latest = max(latest, noted(context, CLI).latest or latest)
    if latest > now + timedelta(minutes=1):
        yield (
            State.WRONG,
            _(
                "The clock says {now}, but something was noted at {latest}: it was set back. Correct it, and let the"
                " machine keep it by NTP (timedatectl set-ntp true)."
            ).format(now=f"{now:%Y-%m-%d %H:%M}", latest=f"{latest:%Y-%m-%d %H:%M}"),
        )
    elif _kept_by_nobody():
        yield (
            State.HINT,
            _("The clock says {now} UTC, and nothing keeps it right. Let NTP do it: timedatectl set-ntp true").format(
                now=f"{now:%Y-%m-%d %H:%M}"
            ),
        )
    else:
        yield State.OK, _("The clock is plausible: {now} UTC.").format(now=f"{now:%Y-%m-%d %H:%M}")


def _kept_by_nobody() -> bool:
    """Whether systemd says that no time server is followed; where it runs no machine, nothing is known of that."""
    program = shutil.which("timedatectl")
    if program is None or not SYSTEMD.exists():
        return False
    asked = [program, "show", "--property=NTPSynchronized", "--value"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=20)  # noqa: S603  # a fixed command
    return done.stdout.strip() == "no"


def core_dumps(_place: Place) -> Iterator[Said]:
    """No memory with passwords in it is written to a disk. The limit of 0 that we set does not hold for a handler."""
    pattern = Path("/proc/sys/kernel/core_pattern")
    handler = pattern.read_text(encoding="utf-8").strip() if pattern.exists() else ""
    if handler.startswith("|") and "systemd-coredump" not in handler:
        yield (
            State.HINT,
            _("The kernel gives crashed programs to {handler}: see that it keeps no memory of this program.").format(
                handler=handler[1:].split()[0]
            ),
        )
    else:
        yield State.OK, _("Core dumps are off for this program.")


def environment(place: Place) -> Iterator[Said]:
    """No variable that the machine sets runs code beside the program; and what is set here holds over SSH too."""
    sources = {
        "/proc/self/environ": _as_started(Path("/proc/self/environ")),
        "/etc/environment": _assignments(Path("/etc/environment")),
    }
    found = False
    for source, values in sources.items():
        for name in sorted(name for name in values if DANGEROUS.fullmatch(name)):
            found = True
            here = source.startswith("/proc")
            yield (
                State.HINT if here else State.WRONG,
                _("{name} is set here; the program drops it, but nothing should need it.").format(name=name)
                if here
                else _("{path} sets {name}, which can run code beside the program. Take it out.").format(
                    path=source, name=name
                ),
            )
    ours = sorted(name for name in sources["/proc/self/environ"] if name in {"IMI_DATABASE", "IMI_MAIL"})
    if ours:
        found = True
        yield (
            State.HINT,
            _("{names} is set here only: over SSH and for the worker just {path} counts.").format(
                names=", ".join(ours), path=place.config
            ),
        )
    if not found:
        yield State.OK, _("The environment sets nothing that could run code.")


def _as_started(path: Path) -> dict[str, str]:
    """The variables this process was started with; ours are reduced already."""
    try:
        pairs = path.read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return {}
    return {name: value for name, equals, value in (pair.partition("=") for pair in pairs) if equals}


def _assignments(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    bare = (line.strip().removeprefix("export ") for line in lines)
    return {name.strip(): value for name, equals, value in (line.partition("=") for line in bare) if equals}


def _no_account(place: Place) -> str:
    return _("There is no account {account}; name it with --account.").format(account=place.account_name)
