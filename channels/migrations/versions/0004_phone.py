"""Creates the tables of telephone calls and of text messages."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "phone_calls",
        sa.Column("call_id", sa.String(160), primary_key=True),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("phone", sa.String(40)),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id")),
        sa.Column("language", sa.String(8)),
        sa.Column("ended_at", moment),
        sa.Column("how", sa.String(24)),
        sa.Column("why", sa.String(24)),
        sa.Column("declined", sa.Boolean, nullable=False),
    )
    op.create_index("phone_calls_of_phone", "phone_calls", ["phone", "started_at"])
    op.create_index("phone_calls_of_conversation", "phone_calls", ["conversation_id"])
    op.create_index("phone_calls_by_start", "phone_calls", ["started_at"])
    op.create_table(
        "sms_outbox",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", moment),
        sa.Column("sent_at", moment),
        sa.Column("last_error", sa.String(120)),
    )
    due = sa.text("next_attempt_at IS NOT NULL")
    op.create_index("sms_outbox_due", "sms_outbox", ["next_attempt_at"], sqlite_where=due, postgresql_where=due)


def downgrade() -> None:
    op.drop_table("sms_outbox")
    op.drop_table("phone_calls")
