"""What somebody typed in a form and has not saved: offered at the next log-in (B6)."""

from __future__ import annotations

from peewee import ForeignKeyField, IntegerField

from db.models.base import BaseModel, Instant, Line
from db.models.users import User


class Draft(BaseModel):
    """A draft of one user in one editing session, which `session` names: the later one never writes over the other.

    `authority_id` and `subject` say where; ids, not foreign keys, since what was typed outlives what it was about.
    `base` is what stood in the form at first, `mine` what stands there now, both JSON without any password.
    """

    user = ForeignKeyField(User, on_delete="CASCADE", index=False)
    session = Line(max_length=32)
    kind = Line(max_length=20)
    authority_id = IntegerField(null=True)
    subject = Line(max_length=40, default="")
    base_version = IntegerField(default=0)
    base = Line(max_length=300000)
    mine = Line(max_length=300000)
    origin = Line(max_length=100, default="")
    started_at = Instant()
    saved_at = Instant()

    class Meta:
        indexes = ((("user", "session"), True), (("saved_at",), False))
