"""The wheel, installed alone, is the whole program: catalogue, words, styles and migrations are in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = tmp_path_factory.mktemp("source") / "imi"
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in files:
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(folder),
            str(source),
        ],
        check=True,
        capture_output=True,
    )
    (made,) = folder.glob("imi_tui-*.whl")
    return made


def test_it_holds_what_the_program_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in [*(ROOT / "db").rglob("*"), *(ROOT / "imi_tui").rglob("*")]:
        if path.is_file() and path.suffix in {".py", ".toml", ".tcss", ".mo"}:
            assert path.relative_to(ROOT).as_posix() in names
    assert not any(name.startswith("tests/") for name in names)


def test_installed_alone_it_makes_the_demo(wheel: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    zipfile.ZipFile(wheel).extractall(alone)
    code = "import sys, imi_tui; from imi_tui.__main__ import main; print(imi_tui.__file__, file=sys.stderr); main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "demo", "--no-open", "--logins"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(alone),
            "IMI_DATABASE": f"sqlite:///{tmp_path}/demo.db",
            "IMI_CONFIG": "/dev/null",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert str(alone) in done.stderr
    assert {"username", "password", "role", "authority", "language"} <= set(json.loads(done.stdout)[0])
