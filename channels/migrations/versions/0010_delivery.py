"""Creates the tables of citizens' wishes and of the notices that go out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "notice_preferences",
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("language", sa.String(8)),
        sa.Column("email", sa.String(254)),
        sa.Column("email_state", sa.String(12)),
        sa.Column("email_level", sa.String(12)),
        sa.Column("sms_level", sa.String(12)),
        sa.Column("subscribe_level", sa.String(12)),
        sa.Column("quiet_from", sa.String(5)),
        sa.Column("quiet_until", sa.String(5)),
        sa.Column("changed_at", moment),
    )
    op.create_index("notice_preferences_email", "notice_preferences", ["email"])
    op.create_table(
        "notices",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(160), nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(64)),
        sa.Column("address", sa.String(254)),
        sa.Column("event_id", sa.String(120), nullable=False),
        sa.Column("ticket_number", sa.String(20), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("values", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("importance", sa.String(8), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", moment),
        sa.Column("claimed_until", moment),
        sa.Column("letter", sa.String(160)),
        sa.Column("done_at", moment),
        sa.Column("error", sa.String(200)),
        sa.UniqueConstraint("id", name="notices_once"),
    )
    waiting, dead = sa.text("next_attempt_at IS NOT NULL"), sa.text("state = 'dead'")
    for name, columns, where in (
        ("notices_due", ["way", "urgent", "next_attempt_at", "seq"], waiting),
        ("notices_of_recipient", ["way", "recipient", "ticket_number"], waiting),
        ("notices_dead", ["done_at"], dead),
    ):
        op.create_index(name, "notices", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_table("notice_preferences")
