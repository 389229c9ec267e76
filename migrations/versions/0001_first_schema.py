"""First schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("slot", sa.String(length=100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("name", "slot", name=op.f("uq_job_name_slot")),
    )
    op.create_index("ix_job_status_run_after", "job", ["status", "run_after", "id"], unique=False)

    op.create_table(
        "login_attempt",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_login_attempt")),
    )
    op.create_table(
        "number_counter",
        sa.Column("district_code", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("district_code", "year", name=op.f("pk_number_counter")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("short_name", sa.String(length=50), nullable=False),
        sa.Column("org_type", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("dispatchable", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lng", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_index(op.f("ix_organisation_org_type"), "organisation", ["org_type"], unique=False)
    op.create_index(op.f("ix_organisation_path"), "organisation", ["path"], unique=False)

    op.create_table(
        "work_calendar",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("source", sa.String(length=50), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_work_calendar")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("major_name", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("icon", sa.String(length=50), nullable=False),
        sa.Column("everyday", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lead_section_id", sa.Integer(), nullable=True),
        sa.Column("limit_amount", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.String(length=16), nullable=False),
        sa.Column("urgent_hours", sa.Integer(), nullable=True),
        sa.Column("urgent_default", sa.Boolean(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_section_id"], ["organisation.id"], name=op.f("fk_category_lead_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("scheme", "code", name=op.f("uq_category_scheme_code")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_user_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("login", name=op.f("uq_user_login")),
    )
    op.create_index(op.f("ix_user_org_id"), "user", ["org_id"], unique=False)

    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_access_log_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_at"), "access_log", ["at"], unique=False)
    op.create_index(op.f("ix_access_log_user_id"), "access_log", ["user_id"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_api_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"], unique=False)

    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["user.id"], name=op.f("fk_delegation_delegate_id")
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["user.id"], name=op.f("fk_delegation_leader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(op.f("ix_delegation_delegate_id"), "delegation", ["delegate_id"], unique=False)
    op.create_index(op.f("ix_delegation_leader_id"), "delegation", ["leader_id"], unique=False)

    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user.id"], name=op.f("fk_idempotency_key_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("actor_id", "key", name=op.f("uq_idempotency_key_actor_id_key")),
    )
    op.create_index(
        op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False
    )

    op.create_table(
        "leadership",
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["user.id"], name=op.f("fk_leadership_leader_id")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["organisation.id"], name=op.f("fk_leadership_section_id")
        ),
        sa.PrimaryKeyConstraint("leader_id", "section_id", name=op.f("pk_leadership")),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_path", sa.String(length=200), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisation.id"], name=op.f("fk_ledger_org_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user.id"], name=op.f("fk_ledger_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index("ix_ledger_created_at", "ledger", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_ledger_org_id"), "ledger", ["org_id"], unique=False)
    op.create_index(op.f("ix_ledger_requested_by_id"), "ledger", ["requested_by_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_login_session_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    op.create_index(
        op.f("ix_login_session_expires_at"), "login_session", ["expires_at"], unique=False
    )
    op.create_index(op.f("ix_login_session_user_id"), "login_session", ["user_id"], unique=False)

    op.create_table(
        "problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("priority", sa.String(length=10), nullable=False),
        sa.Column("urgent_reason", sa.Text(), nullable=False),
        sa.Column("urgent_denied", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("category_name", sa.String(length=50), nullable=False),
        sa.Column("category_major", sa.String(length=50), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("street_id", sa.Integer(), nullable=True),
        sa.Column("community", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lng", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("coord_source", sa.String(length=20), nullable=False),
        sa.Column("located_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("no_position_reason", sa.String(length=200), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("reporter_org_id", sa.Integer(), nullable=True),
        sa.Column("lead_section_id", sa.Integer(), nullable=True),
        sa.Column("responsible_org_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pooled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pre_signed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("stage_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_due_provisional", sa.Boolean(), nullable=False),
        sa.Column("clock_amount", sa.Integer(), nullable=True),
        sa.Column("clock_unit", sa.String(length=16), nullable=True),
        sa.Column("clock_consumed", sa.Integer(), nullable=False),
        sa.Column("clock_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("handled_by", sa.String(length=100), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_off_by_id", sa.Integer(), nullable=True),
        sa.Column("came_from", sa.String(length=20), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        sa.Column("returned_count", sa.Integer(), nullable=False),
        sa.Column("send_back_reason", sa.String(length=32), nullable=False),
        sa.Column("send_back_text", sa.Text(), nullable=False),
        sa.Column("deferral_due", sa.Date(), nullable=True),
        sa.Column("deferral_expired", sa.Boolean(), nullable=False),
        sa.Column("deferrals_approved", sa.Integer(), nullable=False),
        sa.Column("extensions_granted", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("void_reason", sa.String(length=32), nullable=False),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("recurrence_of_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state <> 'deferred' OR deferral_due IS NOT NULL",
            name=op.f("ck_problem_deferral_dated"),
        ),
        sa.CheckConstraint(
            "state <> 'signed_off' OR signed_off_at IS NOT NULL",
            name=op.f("ck_problem_closing_dated"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'pooled', 'needs_correction', 'void', 'urgent_review', 'listed', 'urgent_listed', 'submitted', 'pre_signed_off', 'signed_off', 'deferred')",
            name=op.f("ck_problem_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('deferred', 'listed', 'pre_signed_off', 'signed_off', 'submitted', 'urgent_listed') OR number IS NOT NULL",
            name=op.f("ck_problem_number_given"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_problem_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user.id"], name=op.f("fk_problem_checked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["organisation.id"], name=op.f("fk_problem_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["problem.id"], name=op.f("fk_problem_duplicate_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["lead_section_id"], ["organisation.id"], name=op.f("fk_problem_lead_section_id")
        ),
        sa.ForeignKeyConstraint(
            ["recurrence_of_id"], ["problem.id"], name=op.f("fk_problem_recurrence_of_id")
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["user.id"], name=op.f("fk_problem_reporter_id")),
        sa.ForeignKeyConstraint(
            ["reporter_org_id"], ["organisation.id"], name=op.f("fk_problem_reporter_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_org_id"], ["organisation.id"], name=op.f("fk_problem_responsible_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_off_by_id"], ["user.id"], name=op.f("fk_problem_signed_off_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["street_id"], ["organisation.id"], name=op.f("fk_problem_street_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user.id"], name=op.f("fk_problem_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
        sa.UniqueConstraint("number", name=op.f("uq_problem_number")),
    )
    op.create_index(
        "ix_problem_category_state_place", "problem", ["category_id", "lat", "lng"], unique=False
    )
    op.create_index(
        "ix_problem_lead_state_due",
        "problem",
        ["lead_section_id", "state", "due_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_problem_reporter_state", "problem", ["reporter_id", "state", "id"], unique=False
    )
    op.create_index(
        "ix_problem_responsible_state_due",
        "problem",
        ["responsible_org_id", "state", "due_at", "id"],
        unique=False,
    )
    op.create_index("ix_problem_signed_off_at", "problem", ["signed_off_at", "id"], unique=False)
    op.create_index("ix_problem_state_due", "problem", ["state", "due_at", "id"], unique=False)
    op.create_index(
        "ix_problem_street_state_due",
        "problem",
        ["street_id", "state", "due_at", "id"],
        unique=False,
    )

    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["user.id"], name=op.f("fk_setting_updated_by_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=50), nullable=False),
        sa.Column("actor_org_id", sa.Integer(), nullable=True),
        sa.Column("actor_org_name", sa.String(length=100), nullable=False),
        sa.Column("in_place_of", sa.String(length=50), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_event_actor_id")),
        sa.ForeignKeyConstraint(
            ["actor_org_id"], ["organisation.id"], name=op.f("fk_event_actor_org_id")
        ),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_event_problem_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("problem_id", "seq", name=op.f("uq_event_problem_id_seq")),
    )
    op.create_index("ix_event_at", "event", ["at", "id"], unique=False)

    op.create_table(
        "photo",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=True),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exif", sa.JSON(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lng", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("coord_source", sa.String(length=20), nullable=False),
        sa.Column("no_position_reason", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("album", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("code_key_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_photo_owner_id")),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_photo_problem_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("code", name=op.f("uq_photo_code")),
    )
    op.create_index(op.f("ix_photo_owner_id"), "photo", ["owner_id"], unique=False)
    op.create_index(
        "ix_photo_problem_phase",
        "photo",
        ["problem_id", "phase", "round", "position"],
        unique=False,
    )
    op.create_index("ix_photo_sha256", "photo", ["sha256"], unique=False)
    op.create_index(
        "uq_photo_sha256_attached",
        "photo",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("problem_id IS NOT NULL"),
        postgresql_where=sa.text("problem_id IS NOT NULL"),
    )

    op.create_table(
        "problem_co_org",
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"], ["organisation.id"], name=op.f("fk_problem_co_org_org_id")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_problem_co_org_problem_id")
        ),
        sa.PrimaryKeyConstraint("problem_id", "org_id", name=op.f("pk_problem_co_org")),
    )
    op.create_table(
        "problem_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_code", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("target_date", sa.Date(), nullable=True),
        sa.Column("interim_measure", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("target_org_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_problem_request_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user.id"], name=op.f("fk_problem_request_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_problem_request_problem_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_org_id"], ["organisation.id"], name=op.f("fk_problem_request_target_org_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_request")),
    )
    op.create_index(
        op.f("ix_problem_request_problem_id"), "problem_request", ["problem_id"], unique=False
    )
    op.create_index(
        "uq_problem_request_pending",
        "problem_request",
        ["problem_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'endorsed')"),
        postgresql_where=sa.text("status IN ('open', 'endorsed')"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_problem_request_pending",
        table_name="problem_request",
        sqlite_where=sa.text("status IN ('open', 'endorsed')"),
        postgresql_where=sa.text("status IN ('open', 'endorsed')"),
    )
    op.drop_index(op.f("ix_problem_request_problem_id"), table_name="problem_request")

    op.drop_table("problem_request")
    op.drop_table("problem_co_org")
    op.drop_index(
        "uq_photo_sha256_attached",
        table_name="photo",
        sqlite_where=sa.text("problem_id IS NOT NULL"),
        postgresql_where=sa.text("problem_id IS NOT NULL"),
    )
    op.drop_index("ix_photo_sha256", table_name="photo")
    op.drop_index("ix_photo_problem_phase", table_name="photo")
    op.drop_index(op.f("ix_photo_owner_id"), table_name="photo")

    op.drop_table("photo")
    op.drop_index("ix_event_at", table_name="event")

    op.drop_table("event")
    op.drop_table("user_role")
    op.drop_table("setting")
    op.drop_index("ix_problem_street_state_due", table_name="problem")
    op.drop_index("ix_problem_state_due", table_name="problem")
    op.drop_index("ix_problem_signed_off_at", table_name="problem")
    op.drop_index("ix_problem_responsible_state_due", table_name="problem")
    op.drop_index("ix_problem_reporter_state", table_name="problem")
    op.drop_index("ix_problem_lead_state_due", table_name="problem")
    op.drop_index("ix_problem_category_state_place", table_name="problem")

    op.drop_table("problem")
    op.drop_index(op.f("ix_login_session_user_id"), table_name="login_session")
    op.drop_index(op.f("ix_login_session_expires_at"), table_name="login_session")

    op.drop_table("login_session")
    op.drop_index(op.f("ix_ledger_requested_by_id"), table_name="ledger")
    op.drop_index(op.f("ix_ledger_org_id"), table_name="ledger")
    op.drop_index("ix_ledger_created_at", table_name="ledger")

    op.drop_table("ledger")
    op.drop_table("leadership")
    op.drop_index(op.f("ix_idempotency_key_created_at"), table_name="idempotency_key")

    op.drop_table("idempotency_key")
    op.drop_index(op.f("ix_delegation_leader_id"), table_name="delegation")
    op.drop_index(op.f("ix_delegation_delegate_id"), table_name="delegation")

    op.drop_table("delegation")
    op.drop_index(op.f("ix_api_token_user_id"), table_name="api_token")

    op.drop_table("api_token")
    op.drop_index(op.f("ix_access_log_user_id"), table_name="access_log")
    op.drop_index(op.f("ix_access_log_at"), table_name="access_log")

    op.drop_table("access_log")
    op.drop_index(op.f("ix_user_org_id"), table_name="user")

    op.drop_table("user")
    op.drop_table("category")
    op.drop_table("work_calendar")
    op.drop_index(op.f("ix_organisation_path"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_org_type"), table_name="organisation")

    op.drop_table("organisation")
    op.drop_table("number_counter")
    op.drop_table("login_attempt")
    op.drop_index("ix_job_status_run_after", table_name="job")

    op.drop_table("job")
