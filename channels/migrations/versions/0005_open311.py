"""Creates the table of reports that came by Open311."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open311_reports",
        sa.Column("token", sa.String(36), primary_key=True),
        sa.Column("app", sa.String(40), nullable=False),
        sa.Column("once", sa.String(64), nullable=False),
        sa.Column("service_code", sa.String(60), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON().with_variant(JSONB(), "postgresql")),
        sa.Column("ticket_number", sa.String(14)),
        sa.Column("media_url", sa.Text, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("refused", sa.Text),
        sa.UniqueConstraint("app", "once", name="open311_reports_once"),
    )
    op.create_index("open311_reports_received_at", "open311_reports", ["received_at"])
    op.create_index("open311_reports_ticket_number", "open311_reports", ["ticket_number"])
    waiting = sa.text("ticket_number IS NULL AND refused IS NULL")
    op.create_index(
        "open311_reports_waiting",
        "open311_reports",
        ["received_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_table("open311_reports")
