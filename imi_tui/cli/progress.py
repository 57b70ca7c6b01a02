"""The progress of long jobs on stderr: a bar for each step, its label alone where stderr is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from imi_tui.i18n import N_, _
from imi_tui.services.steps import Step, Told

LABELS = {
    Step.COPY: N_("Copying"),
    Step.SOUND: N_("Looking it through"),
    Step.RECORD: N_("Verifying the record"),
    Step.UPGRADE: N_("Upgrading"),
    Step.ERASE: N_("Erasing who was deleted since"),
    Step.INDEX: N_("Indexing the authorities"),
    Step.COMPARE: N_("Comparing row by row"),
    Step.ASIDE: N_("Putting the old database aside"),
    Step.PLACE: N_("Putting the new one in place"),
}


@contextmanager
def bars() -> Iterator[Told]:
    """What tells of the steps as they come; each one is ended when the next begins."""
    shown: dict[Step, Any] = {}

    def told(step: Step, done: int, total: int) -> None:
        if step not in shown:
            end()
            shown[step] = click.progressbar(length=total, label=_(LABELS[step]), file=sys.stderr)
            shown[step].__enter__()
        bar = shown[step]
        bar.length = total
        bar.update(done - bar.pos)

    def end() -> None:
        for bar in shown.values():
            bar.__exit__(None, None, None)
        shown.clear()

    try:
        yield told
    finally:
        end()
