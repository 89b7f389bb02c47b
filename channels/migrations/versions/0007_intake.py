"""Creates the table of receipts for what other platforms pass on."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_receipts",
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("foreign_id", sa.String(120), primary_key=True),
        sa.Column("origin", sa.String(160)),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("ticket_number", sa.String(14)),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("field", sa.String(40)),
        sa.Column("reason", sa.String(60)),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("unmapped", sa.String(120)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("intake_receipts_origin", "intake_receipts", ["origin"])
    op.create_index("intake_receipts_source_at", "intake_receipts", ["source", "at"])


def downgrade() -> None:
    op.drop_table("intake_receipts")
