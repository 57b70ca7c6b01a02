"""The Peewee models, by aggregate: authorities, users, and what the house writes about them."""

from db.models.access import AccessCoordinator, Handover
from db.models.authorities import (
    Authority,
    AuthorityKeyword,
    AuthorityLanguage,
    AuthorityModule,
    AuthorityText,
    LinkedCoordinator,
    ModuleKeyword,
)
from db.models.base import NEVER, database
from db.models.drafts import Draft
from db.models.ledger import Entry, EntryValues, Mail, Meta
from db.models.presence import Presence
from db.models.translations import TranslationTask
from db.models.users import LoginDelay, PastPassword, RetiredUsername, User, UserRight, UserSession
from db.models.worker import WorkerRound

TABLES = (
    Meta,
    Authority,
    AuthorityLanguage,
    AuthorityText,
    AuthorityKeyword,
    AuthorityModule,
    ModuleKeyword,
    LinkedCoordinator,
    User,
    UserRight,
    PastPassword,
    LoginDelay,
    RetiredUsername,
    Mail,
    Entry,
    EntryValues,
    AccessCoordinator,
    Handover,
    TranslationTask,
    UserSession,
    Draft,
    Presence,
    WorkerRound,
)

__all__ = [
    "NEVER",
    "TABLES",
    "AccessCoordinator",
    "Authority",
    "AuthorityKeyword",
    "AuthorityLanguage",
    "AuthorityModule",
    "AuthorityText",
    "Draft",
    "Entry",
    "EntryValues",
    "Handover",
    "LinkedCoordinator",
    "LoginDelay",
    "Mail",
    "Meta",
    "ModuleKeyword",
    "PastPassword",
    "Presence",
    "RetiredUsername",
    "TranslationTask",
    "User",
    "UserRight",
    "UserSession",
    "WorkerRound",
    "database",
]
