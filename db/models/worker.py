"""The rounds of the worker (B13): that one runs, since when, and what it did, for whoever watches over the house."""

from __future__ import annotations

from peewee import BigIntegerField, IntegerField

from db.models.base import BaseModel, Instant, Line


class WorkerRound(BaseModel):
    """One look of one worker for what is due. Rounds that did nothing are not all kept: the next takes their place.

    `host`, `pid` and `pid_since` are those of its process. `every` is how many seconds after a round the worker looks
    again, 0 where it ends. `seen_at` is its last sign of life; `ended_at` is NULL while the round is under way, and
    stays so where the worker was killed. `problem` is the code of what kept it from its work.
    """

    host = Line(max_length=250, default="")
    pid = IntegerField(default=0)
    pid_since = BigIntegerField(default=0)
    every = IntegerField(default=0)
    began_at = Instant()
    seen_at = Instant()
    ended_at = Instant(null=True)
    sent = IntegerField(default=0)
    given_up = IntegerField(default=0)
    reminded = IntegerField(default=0)
    lapsed = IntegerField(default=0)
    erased = IntegerField(default=0)
    problem = Line(max_length=60, default="")

    class Meta:
        indexes = ((("seen_at",), False),)
