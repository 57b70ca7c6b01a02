"""An authority: its names and texts, contact, keywords, modules, and the coordinators it works with."""

from __future__ import annotations

from peewee import SQL, BooleanField, CompositeKey, ForeignKeyField, IntegerField

from db.models.base import NEVER, BaseModel, Instant, Line


class Authority(BaseModel):
    """A registered authority (S1.1). `version` counts its saved changes, texts, keywords and modules included."""

    country = Line(max_length=2)
    official_name = Line(max_length=300)
    official_language = Line(max_length=2)
    name_key = Line(max_length=600)
    status = Line(max_length=10, default="active")
    address = Line(max_length=300, default="")
    postcode = Line(max_length=20, default="")
    town = Line(max_length=100, default="")
    phone = Line(max_length=40, default="")
    email = Line(max_length=254)
    website = Line(max_length=300, default="")
    access_manager = BooleanField(default=False)
    manager = ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="managed")
    registered_at = Instant()
    confirmed_at = Instant(default=NEVER)
    version = IntegerField(default=1)

    class Meta:
        indexes = (
            (("name_key", "id"), False),
            (("manager", "name_key", "id"), False),
            (("country", "name_key", "id"), False),
            (("status", "name_key", "id"), False),
        )
        constraints = [SQL("CHECK (status IN ('active', 'inactive'))")]


class AuthorityLanguage(BaseModel):
    """A language the authority speaks (part of its contact information)."""

    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    language = Line(max_length=2)

    class Meta:
        primary_key = CompositeKey("authority", "language")


class AuthorityText(BaseModel):
    """The informal name or the description in one language; `stale` once the original moved on (S2.4)."""

    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    kind = Line(max_length=15)
    language = Line(max_length=2)
    text = Line(max_length=4000)
    stale = BooleanField(default=False)

    class Meta:
        primary_key = CompositeKey("authority", "kind", "language")
        constraints = [SQL("CHECK (kind IN ('informal_name', 'description'))")]


class AuthorityKeyword(BaseModel):
    """A general keyword that applies to the authority (S2.6), by its code in the catalogue."""

    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    keyword = Line(max_length=60)

    class Meta:
        primary_key = CompositeKey("authority", "keyword")
        indexes = ((("keyword", "authority"), False),)


class AuthorityModule(BaseModel):
    """An authority's access to a module and its role there (S2.7)."""

    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    module = Line(max_length=40)
    role = Line(max_length=40)
    access = Line(max_length=10, default="given")

    class Meta:
        primary_key = CompositeKey("authority", "module")
        indexes = ((("module", "role", "authority"), False),)
        constraints = [SQL("CHECK (access IN ('given', 'suspended'))")]


class ModuleKeyword(BaseModel):
    """A keyword specific to a module, chosen by an authority that has the module (S2.7)."""

    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    module = Line(max_length=40)
    keyword = Line(max_length=60)

    class Meta:
        primary_key = CompositeKey("authority", "module", "keyword")
        indexes = ((("keyword", "authority"), False),)
        constraints = [
            SQL(
                "FOREIGN KEY (authority_id, module) REFERENCES authority_module (authority_id, module)"
                " ON DELETE CASCADE"
            )
        ]


class LinkedCoordinator(BaseModel):
    """Another authority that coordinates for this one in a module (S2.8); both have the module."""

    authority = ForeignKeyField(Authority, on_delete="CASCADE")
    module = Line(max_length=40)
    coordinator = ForeignKeyField(Authority, on_delete="RESTRICT", backref="coordinated")

    class Meta:
        primary_key = CompositeKey("authority", "module", "coordinator")
        indexes = ((("coordinator", "module"), False),)
        constraints = [
            SQL(
                "FOREIGN KEY (authority_id, module) REFERENCES authority_module (authority_id, module)"
                " ON DELETE CASCADE"
            ),
            SQL(
                "FOREIGN KEY (coordinator_id, module) REFERENCES authority_module (authority_id, module)"
                " ON DELETE RESTRICT"
            ),
            SQL("CHECK (coordinator_id <> authority_id)"),
        ]
