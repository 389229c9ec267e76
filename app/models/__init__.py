"""All tables: typed columns and constraints; no queries and no rules live here."""

from app.models.account import ApiToken, LoginAttempt, LoginSession, PaceMark, User, UserRole
from app.models.base import Base, UtcDateTime
from app.models.evidence import (
    AccessLog,
    Event,
    IdempotencyKey,
    Photo,
    PhotoLikeness,
    PhotoMask,
    PhotoSignal,
)
from app.models.imports import (
    ImportFile,
    ImportMemory,
    ImportOrigin,
    ImportPicture,
    ImportRow,
    ImportRun,
    ImportSheet,
    SavedImport,
)
from app.models.organisation import Delegation, Leadership, Organisation
from app.models.phone import PhoneContact, Upload
from app.models.problem import CoOrganisation, Problem, ProblemRequest
from app.models.reference import Category, NumberCounter, Setting, WorkCalendarDay
from app.models.table import (
    AccessRule,
    AdminEvent,
    Attachment,
    BulkMove,
    ColumnWidths,
    EditBatch,
    SectionSheet,
    TableView,
)
from app.models.work import Job, Ledger, TableExport

__all__ = [
    "AccessLog",
    "AccessRule",
    "AdminEvent",
    "ApiToken",
    "Attachment",
    "Base",
    "BulkMove",
    "Category",
    "CoOrganisation",
    "ColumnWidths",
    "Delegation",
    "EditBatch",
    "Event",
    "IdempotencyKey",
    "ImportFile",
    "ImportMemory",
    "ImportOrigin",
    "ImportPicture",
    "ImportRow",
    "ImportRun",
    "ImportSheet",
    "Job",
    "Leadership",
    "Ledger",
    "LoginAttempt",
    "LoginSession",
    "NumberCounter",
    "Organisation",
    "PaceMark",
    "PhoneContact",
    "Photo",
    "PhotoLikeness",
    "PhotoMask",
    "PhotoSignal",
    "Problem",
    "ProblemRequest",
    "SavedImport",
    "SectionSheet",
    "Setting",
    "TableExport",
    "TableView",
    "Upload",
    "User",
    "UserRole",
    "UtcDateTime",
    "WorkCalendarDay",
]
