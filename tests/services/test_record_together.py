"""Several processes append to one record at once: one chain, and a checkpoint of its very end."""

from __future__ import annotations

import subprocess
import sys

from db.models import Entry
from imi_tui.context import Context
from imi_tui.services.record_check import verify
from imi_tui.services.record_kept import kept
from imi_tui.services.record_key import load
from tests.record import CLI

APPENDING = """
import sys
from db.catalogue import load
from db.engine import Store
from imi_tui.context import Context
from imi_tui.services.hashing import Hasher
from imi_tui.settings import Settings
from tests.record import write

settings = Settings(database=sys.argv[1], record_key=sys.argv[3])
ctx = Context(Store(sys.argv[1]), load(), settings, Hasher(memory_kib=8, time=1))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    write(ctx, subject_id=number)
"""
EACH = 60


def test_two_processes_append_and_the_chain_does_not_fork(ctx: Context) -> None:
    """They begin on an empty record: the key is made once."""
    argv = [sys.executable, "-c", APPENDING, ctx.settings.database_url(), str(EACH), ctx.settings.record_key]
    both = [
        subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _process in range(2)
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for one in both:
        _out, errors = one.communicate(timeout=120)
        assert (one.returncode, errors) == (0, "")
    verdict = verify(ctx, CLI)
    assert (verdict.entries, verdict.broken, verdict.kept) == (2 * EACH, None, True)
    point = kept(ctx.settings, load(ctx.settings))
    assert point is not None
    with ctx.store.reading():
        assert (point.id, point.digest) == Entry.select(Entry.id, Entry.digest).order_by(
            Entry.id.desc()
        ).tuples().first()
