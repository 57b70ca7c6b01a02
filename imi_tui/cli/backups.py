"""Where the deployment's backups lie, and how old the newest is: for the doctor and for monitoring (B13)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from imi_tui.settings import Settings


def newest(settings: Settings) -> tuple[Path, datetime] | None:
    """The newest file in the folder of the setting `backups`, and when it was written; None where there is none.

    Raises `OSError` where the folder cannot be read.
    """
    folder = Path(settings.backups)
    files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    if not files:
        return None
    last = max(files, key=lambda path: path.stat().st_mtime)
    return last, datetime.fromtimestamp(last.stat().st_mtime, UTC)
